/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options of reports: format, columns, colour. */
#include "cmd/options.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { OPT_FORMAT = 0x200, OPT_COLUMNS, OPT_SUMMARY, OPT_COLOR };

static const struct argp_option report_list[] = {
	{ "format", OPT_FORMAT, "text|json|jsonl|tap", 0, "Form of the report", 3 },
	{ "verbose", 'v', NULL, 0, "Every run, not only findings", 3 },
	{ "summary", OPT_SUMMARY, NULL, 0, "Totals only", 3 },
	{ "columns", OPT_COLUMNS, "LIST", 0, "Columns of runs in text, separated by commas", 3 },
	{ "color", OPT_COLOR, "auto|always|never", 0,
	  "Colour in text; auto: on a terminal, unless NO_COLOR is set", 3 },
	{ 0 },
};

static error_t parse_report(int key, char *arg, struct argp_state *state)
{
	struct report_options *options = state->input;
	struct error err;

	switch (key) {
	case OPT_FORMAT:
		if (!strcmp(arg, "text"))
			options->format = FORMAT_TEXT;
		else if (!strcmp(arg, "json"))
			options->format = FORMAT_JSON;
		else if (!strcmp(arg, "jsonl"))
			options->format = FORMAT_JSONL;
		else if (!strcmp(arg, "tap"))
			options->format = FORMAT_TAP;
		else
			argp_error(state, "--format %s: text, json, jsonl or tap is expected", arg);
		break;
	case 'v':
		options->all_runs = true;
		break;
	case OPT_SUMMARY:
		options->summary = true;
		break;
	case OPT_COLUMNS:
		if (report_parse_columns(arg, options, &err))
			argp_error(state, "--columns: %s", err.text);
		break;
	case OPT_COLOR:
		if (!strcmp(arg, "always"))
			options->color = true;
		else if (!strcmp(arg, "never"))
			options->color = false;
		else if (strcmp(arg, "auto"))
			argp_error(state, "--color %s: auto, always or never is expected", arg);
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
	char *help;
	size_t size = 4096, used = 0;
	unsigned int i;

	(void)input;
	if (key != ARGP_KEY_HELP_POST_DOC)
		return (char *)text;
	help = malloc(size);
	if (!help)
		return NULL;
	used += snprintf(help, size, "Columns:\n");
	for (i = 0; i < report_column_count && used < size; i++)
		used += snprintf(help + used, size - used, "  %-12s %s\n", report_columns[i].name,
				 report_columns[i].help);
	return help;
}

const struct argp report_argp = {
	.options = report_list, .parser = parse_report, .help_filter = report_help, .doc = "\v"
};
