/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options of reports: format, columns, colour. */
#include "cmd/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FORMATS "text|json|jsonl|tap"
#define COLORS	"auto|always|never"

static const struct argp_option report_list[] = {
	{ "format", OPT_FORMAT, FORMATS, 0, "Form of the report", 3 },
	{ "verbose", 'v', NULL, 0, "Every run, not only findings", 3 },
	{ "summary", OPT_SUMMARY, NULL, 0, "Totals only", 3 },
	{ "columns", OPT_COLUMNS, "LIST", 0, "Columns of runs in text, separated by commas", 3 },
	{ "color", OPT_COLOR, COLORS, 0,
	  "Colour in text; auto: on a terminal, unless NO_COLOR is set", 3 },
	{ 0 },
};

static error_t parse_report(int key, char *arg, struct argp_state *state)
{
	struct report_options *options = state->input;
	struct error err;

	switch (key) {
	case OPT_FORMAT:
		options->format = parse_format(arg, FORMATS, state);
		break;
	case 'v':
		options->all_runs = true;
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
		if (strcmp(arg, "auto"))
			options->color = !strcmp(arg, "always");
		break;
	case ARGP_KEY_INIT:
		options->color = isatty(1) && !getenv("NO_COLOR");
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
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
