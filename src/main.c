/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/nearest.h"
#include "base/outfile.h"
#include "cmd/cmd.h"
#include "cmd/jail.h"
#include "cmd/options.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct verb *const verbs[] = {
	&verb_audit, &verb_list,   &verb_map,	  &verb_explain,   &verb_effective, &verb_compare,
	&verb_diff,  &verb_decode, &verb_capture, &verb_bugreport, &verb_rules,
};

#define VERB_COUNT (sizeof(verbs) / sizeof(verbs[0]))

static void usage(FILE *stream)
{
	size_t i;

	fputs("Usage: xen-eptaudit VERB [OPTION...]\n\n"
	      "Audits EPT memory types of Xen guests.\n\n",
	      stream);
	for (i = 0; i < VERB_COUNT; i++)
		fprintf(stream, "  %-10s %s\n", verbs[i]->name, verbs[i]->help);
	fputs("\n'xen-eptaudit VERB --help' tells the options of a verb;\n"
	      "the manual is xen-eptaudit(8).\n",
	      stream);
}

/* Names of columns are known to their table only. */
static const char *column_names(const char *verb)
{
	static char names[256];

	return columns_names(strcmp(verb, "list") ? COLUMNS_AUDIT : COLUMNS_LIST, "|", names,
			     sizeof(names));
}

/* "VERB --option", "VERB --option=a|b": what a shell completes. */
static void list_options(const char *verb, const struct argp *argp)
{
	const struct argp_option *option;
	const struct argp_child *child;

	for (option = argp->options; option && (option->name || option->key); option++) {
		if (!option->name || option->flags & OPTION_HIDDEN)
			continue;
		printf("%s --%s", verb, option->name);
		if (option->arg)
			printf("=%s", option->key == OPT_COLUMNS ? column_names(verb)
				      : strchr(option->arg, '|') ? option->arg
								 : "");
		putchar('\n');
	}
	for (child = argp->children; child && child->argp; child++)
		list_options(verb, child->argp);
}

static int list_completions(void)
{
	size_t i;

	for (i = 0; i < VERB_COUNT; i++) {
		puts(verbs[i]->name);
		options_offer(verbs[i]->shared);
		list_options(verbs[i]->name, verbs[i]->argp);
	}
	return STATUS_CLEAN;
}

static int run_verb(const struct verb *verb, int argc, char **argv)
{
	static char name[64]; /* what usage messages call the program */
	int status, lost;

	snprintf(name, sizeof(name), "xen-eptaudit %s", verb->name);
	argv[0] = name;
	options_offer(verb->shared);
	cmd_look_for_form(argc, argv);
	status = verb->run(argc, argv);
	lost = status == STATUS_ERROR ? 0 : written(stdout);
	if (lost)
		return cmd_fail(name, "cannot write the output: %s", strerror(-lost));
	return status;
}

/*
 * Where standard streams are closed, what is opened first takes their numbers, and messages would
 * go into it. Writing to what takes them here fails, as to closed ones.
 */
static void occupy_standard_streams(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDONLY);
	while (fd >= 0 && fd < 3);
	if (fd >= 3)
		close(fd);
}

int main(int argc, char **argv)
{
	static char help[] = "--help";
	struct nearest nearest = { .word = argv[1] ? argv[1] : "" };
	char hint[96];
	size_t i;

	occupy_standard_streams();
	cmd_starts();
	jail_may_split();
	argp_err_exit_status = STATUS_ERROR;
	if (argc < 2) {
		usage(stderr);
		return STATUS_ERROR;
	}
	if (!strcmp(argv[1], "help") && argc == 3) { /* help VERB */
		argv[1] = argv[2];
		argv[2] = help;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-?") || !strcmp(argv[1], "-h") ||
	    !strcmp(argv[1], "help")) {
		usage(stdout);
		return STATUS_CLEAN;
	}
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
		cmd_version(stdout);
		return STATUS_CLEAN;
	}
	if (!strcmp(argv[1], "--list-completions"))
		return list_completions();
	for (i = 0; i < VERB_COUNT; i++)
		if (!strcmp(argv[1], verbs[i]->name))
			return run_verb(verbs[i], argc - 1, argv + 1);
	for (i = 0; i < VERB_COUNT; i++)
		nearest_try(&nearest, verbs[i]->name);
	cmd_look_for_form(argc, argv);
	nearest_text(&nearest, hint);
	return cmd_fail("xen-eptaudit", "no verb '%s'%s", argv[1],
			*hint ? hint : "; 'xen-eptaudit --help' lists them");
}
