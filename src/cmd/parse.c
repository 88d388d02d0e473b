/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The command line of a verb: what argp does not do. */
#include "cmd/cmd.h"

#include "base/nearest.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- messages of argp's ---- */

/* What argp says has words of the command line as they are: a terminal must not act on them. */
static ssize_t put_safely(void *cookie, const char *text, size_t size)
{
	size_t i;

	(void)cookie;
	for (i = 0; i < size; i++)
		fputc(text[i] == '\n' || (text[i] >= ' ' && text[i] <= '~') ? text[i] : '?',
		      stderr);
	return size;
}

static FILE *safe_stream(void)
{
	static const cookie_io_functions_t functions = { .write = put_safely };
	FILE *stream = fopencookie(NULL, "w", functions);

	if (stream)
		setvbuf(stream, NULL, _IONBF, 0);
	return stream;
}

/* ---- help ---- */

static error_t parse_help(int key, char *arg, struct argp_state *state)
{
	FILE *stream;

	(void)arg;
	switch (key) {
	case ARGP_KEY_INIT:
		stream = safe_stream();
		if (stream)
			state->err_stream = stream;
		break;
	case ARGP_KEY_FINI:
		if (state->err_stream != stderr)
			fclose(state->err_stream);
		state->err_stream = stderr;
		break;
	case 'h':
	case '?':
		cmd_parsed();
		argp_state_help(state, state->out_stream, ARGP_HELP_STD_HELP);
		break;
	case 'V':
		cmd_parsed();
		cmd_version(stdout);
		exit(STATUS_CLEAN);
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp_option help_list[] = {
	{ "help", 'h', NULL, 0, "Give this help list", -1 },
	{ NULL, '?', NULL, OPTION_HIDDEN, NULL, -1 },
	{ "version", 'V', NULL, 0, "Tell the version, and what was built in", -1 },
	{ 0 },
};

static const struct argp help_argp = { .options = help_list, .parser = parse_help };

/* ---- options that there are not ---- */

struct lookup {
	const char *name;
	size_t length;
	const struct argp_option *found; /* of that name, or one that begins so */
	struct nearest nearest;
};

static void look_up(const struct argp *argp, struct lookup *lookup)
{
	const struct argp_option *option;
	const struct argp_child *child;

	for (option = argp->options; option && (option->name || option->key); option++) {
		if (!option->name)
			continue;
		nearest_try(&lookup->nearest, option->name);
		if (strncmp(option->name, lookup->name, lookup->length))
			continue;
		if (!lookup->found || !option->name[lookup->length])
			lookup->found = option;
	}
	for (child = argp->children; child && child->argp; child++)
		look_up(child->argp, lookup);
}

static bool takes_argument(const struct argp *argp, int key)
{
	const struct argp_option *option;
	const struct argp_child *child;

	for (option = argp->options; option && (option->name || option->key); option++)
		if (option->key == key && option->arg)
			return true;
	for (child = argp->children; child && child->argp; child++)
		if (takes_argument(child->argp, key))
			return true;
	return false;
}

/* What getopt would only call unrecognized. Returns 0 or STATUS_ERROR. */
static int check_names(const struct argp *argp, int argc, char **argv)
{
	char name[64];
	int i;

	for (i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		struct lookup lookup = { .name = argv[i] + 2 };

		if (argv[i][0] == '-' && argv[i][1] && argv[i][1] != '-' && !argv[i][2])
			i += takes_argument(argp, argv[i][1]);
		if (argv[i][0] == '-' && argv[i][1] && (argv[i][1] < ' ' || argv[i][1] > '~'))
			return cmd_fail(argv[0], "unrecognized option '%s'; --help lists them",
					argv[i]);
		if (strncmp(argv[i], "--", 2))
			continue;
		lookup.length = strcspn(lookup.name, "=");
		snprintf(name, sizeof(name), "%.*s", (int)lookup.length, lookup.name);
		lookup.nearest.word = name;
		look_up(argp, &lookup);
		if (lookup.found)
			i += lookup.found->arg && !lookup.name[lookup.length] &&
			     !(lookup.found->flags & OPTION_ARG_OPTIONAL);
		else
			return cmd_fail(argv[0], "unrecognized option '--%s'; %s%s%s", name,
					*lookup.nearest.found ? "did you mean --" : "",
					*lookup.nearest.found ? lookup.nearest.found
							      : "--help lists them",
					*lookup.nearest.found ? "?" : "");
	}
	return 0;
}

int cmd_parse(const struct argp *argp, int argc, char **argv, void *input)
{
	const struct argp_child children[] = { { argp, 0, NULL, 0 },
					       { &help_argp, 0, NULL, 0 },
					       { 0 } };
	const struct argp whole = { .children = children };
	int rc = check_names(&whole, argc, argv);

	if (rc)
		return rc;
	cmd_parses();
	rc = argp_parse(&whole, argc, argv, ARGP_NO_HELP, NULL, input);
	cmd_parsed();
	return rc == ENOMEM ? cmd_fail(argv[0], "out of memory") : rc;
}
