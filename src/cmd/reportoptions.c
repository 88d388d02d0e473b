/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options of reports: format, columns, colour. */
#include "base/screen.h"
#include "cmd/options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FORMATS "text|json|jsonl|tap|junit|openmetrics"
#define COLORS	"auto|always|never"

static const struct argp_option report_list[] = {
	OPTION_FORMATS(FORMATS, "Form of the report", 3),
	{ "output", 'o', "FILE", 0,
	  "Write the report into FILE, which takes its place when it is whole", 3 },
	{ "quiet", 'q', NULL, 0, "No report, only the exit status", 3 },
	{ "verbose", 'v', NULL, 0, "Every run, not only findings", 3 },
	{ "summary", OPT_SUMMARY, NULL, 0, "Totals only", 3 },
	{ "columns", OPT_COLUMNS, "LIST", 0, "Columns of runs in text, separated by commas", 3 },
	{ "no-headings", OPT_NO_HEADINGS, NULL, 0, "No titles above the columns", 3 },
	{ "bytes", OPT_BYTES, NULL, 0, "Sizes in bytes", 3 },
	{ "color", OPT_COLOR, COLORS, 0,
	  "Colour in text; auto: on a terminal, unless NO_COLOR is set", 3 },
	{ 0 },
};

static error_t parse_report(int key, char *arg, struct argp_state *state)
{
	struct report_choice *choice = state->input;
	struct report_options *options;
	struct error err;

	if (!choice) /* not yet told whose */
		return ARGP_ERR_UNKNOWN;
	options = choice->options;
	if (key >= OPT_FROM && key <= OPT_ALL_RULES && key != OPT_COLOR)
		choice->seen |= OPTION(key);
	switch (key) {
	case 'j':
	case OPT_FORMAT:
		options->format = parse_format(arg, FORMATS, state);
		break;
	case 'v':
		options->all_runs = true;
		choice->seen |= OPTION(OPT_VERBOSE);
		break;
	case 'o':
		choice->output = arg;
		break;
	case 'q':
		choice->quiet = true;
		break;
	case OPT_NO_HEADINGS:
		options->columns.no_headings = true;
		break;
	case OPT_BYTES:
		options->columns.bytes = true;
		break;
	case OPT_SUMMARY:
		options->summary = true;
		break;
	case OPT_COLUMNS:
		options->sentences = false;
		if (columns_parse(&options->columns, arg, &err))
			argp_error(state, "--columns: %s", err.text);
		break;
	case OPT_COLOR:
		parse_choice("color", arg, COLORS, state);
		screen_colors(arg);
		if (!strcmp(arg, "always"))
			choice->seen |= OPTION(OPT_COLOR);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

#define FORM(format) (1u << (format))

/* Which forms an option means something in. */
static const struct {
	enum option_key option;
	const char *name;
	unsigned int forms;
} meant[] = {
	{ OPT_COLUMNS, "--columns", FORM(FORMAT_TEXT) },
	{ OPT_NO_HEADINGS, "--no-headings", FORM(FORMAT_TEXT) },
	{ OPT_BYTES, "--bytes", FORM(FORMAT_TEXT) },
	{ OPT_COLOR, "--color=always", FORM(FORMAT_TEXT) },
	{ OPT_VERBOSE, "-v",
	  FORM(FORMAT_TEXT) | FORM(FORMAT_JSON) | FORM(FORMAT_JSONL) | FORM(FORMAT_TAP) },
	{ OPT_SUMMARY, "--summary", ~FORM(FORMAT_OPENMETRICS) },
};

int report_choice_check(const struct report_choice *choice, struct error *err)
{
	enum format format = choice->options->format;
	size_t i;

	for (i = 0; i < sizeof(meant) / sizeof(meant[0]); i++) {
		if (!(choice->seen & OPTION(meant[i].option)))
			continue;
		if (choice->quiet)
			return error_set(err, -EINVAL, "%s shapes a report, and -q has none",
					 meant[i].name);
		if (!(meant[i].forms >> format & 1))
			return error_set(err, -EINVAL, "%s means nothing in --format %s",
					 meant[i].name, format_name(format));
		if (choice->options->summary && meant[i].option != OPT_SUMMARY &&
		    meant[i].option != OPT_COLOR && meant[i].option != OPT_BYTES)
			return error_set(err, -EINVAL,
					 "--summary leaves out what %s would show: leave out one",
					 meant[i].name);
	}
	if (choice->quiet && (choice->output || choice->seen & OPTION(OPT_FORMAT)))
		return error_set(err, -EINVAL, "-q has no report: leave out --output and --format");
	return 0;
}

static char *report_help(int key, const char *text, void *input)
{
	char columns[2048], *help;

	(void)input;
	if (key != ARGP_KEY_HELP_POST_DOC)
		return (char *)text;
	if (asprintf(&help, "Columns:\n%s", columns_help(COLUMNS_AUDIT, columns, sizeof(columns))) <
	    0)
		return NULL;
	return help;
}

const struct argp report_argp = {
	.options = report_list, .parser = parse_report, .help_filter = report_help, .doc = "\v"
};
