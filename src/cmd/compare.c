/* SPDX-License-Identifier: GPL-2.0-or-later */
/* compare: what another rule set would do to the same state. */
#include "cmd/cmd.h"
#include "cmd/options.h"

#include "report/compare.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct compare_options {
	struct common_options common;
	bool json, all;
};

enum { OPT_FORMAT = 0x900, OPT_ALL };

static const struct argp_option options[] = {
	{ "format", OPT_FORMAT, "text|json", 0, "Form of the output", 3 },
	{ "all", OPT_ALL, NULL, 0,
	  "For each pair of rule sets: how many entries they decide otherwise", 4 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct compare_options *compare = state->input;

	switch (key) {
	case OPT_FORMAT:
		compare->json = parse_format(arg, state);
		break;
	case OPT_ALL:
		compare->all = true;
		break;
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &compare->common;
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "[DOMAIN]",
	.children = no_all_children,
	.doc = "Show what a change from one rule set to another does to the entries of a source: each run "
	       "that is decided otherwise, before and after, and what a guest notices.\v"
	       "Changes are weaker (more cacheable than before), safer (less), faster (write-combining "
	       "instead of UC), or of the same effect. What is not known is taken as usual, and that "
	       "is said.\n\n"
	       "Examples:\n"
	       "  xen-eptaudit compare --rules 4.17 --rules 4.19 --from log\n"
	       "  xen-eptaudit compare --all --from log\n"
	       "  xen-eptaudit compare --rules 4.17 --rules 4.19 web\n\n"
	       "Exit status: 0 nothing differs, 1 something does, 2 could not compare, 3 incomplete.",
};

#define BATCH 256

static void take_run(void *compare, const struct entry *first, uint64_t count)
{
	compare_run(compare, first, count);
}

static int compare_two(struct compare_options *options_, struct source *source, int *status,
		       struct error *err)
{
	static struct entry entries[BATCH];
	struct compare_report report = { .json_form = options_->json,
					 .before = options_->common.compared[0],
					 .after = options_->common.compared[1] };
	struct dump *dump;
	ssize_t count = 0;
	uint64_t more;
	int rc;

	compare_report_begin(&report, source);
	while ((dump = source_next(source, &rc, err))) {
		struct compare *compare;

		rc = common_facts(&options_->common, dump, err);
		if (rc)
			return rc;
		compare = compare_new(&dump->facts, report.before, report.after,
				      compare_report_change, &report);
		if (!compare)
			return error_set(err, -ENOMEM, "out of memory");
		compare_report_domain(&report, dump);
		while ((count = source_read(source, entries, BATCH, err)) > 0) {
			compare_entries(compare, entries,
					common_filter(&options_->common, entries, count));
			more = source_more(source, &entries[0]);
			common_run(&options_->common, &entries[0], more, take_run, compare);
		}
		if (!count)
			compare_report_domain_end(&report, dump, compare_finish(compare));
		compare_free(compare);
		if (count)
			return count;
	}
	*status = compare_differing(&report.total).entries ? STATUS_FOUND
		  : report.complete			   ? STATUS_CLEAN
							   : STATUS_INCOMPLETE;
	if (!rc)
		compare_report_end(&report, *status);
	return rc;
}

/* What the entries of one p2m go into. */
struct matrix_of {
	struct compare *state;
	const struct facts *facts;
	struct compare_matrix *matrix;
	int rc;
};

static void take_matrix_run(void *opaque, const struct entry *first, uint64_t count)
{
	struct matrix_of *of = opaque;

	if (!of->rc)
		of->rc = compare_matrix_run(&of->state, of->facts, first, count, of->matrix);
}

/* Every pair at once: entries are read once. */
static int compare_all(struct compare_options *options_, struct source *source, int *status,
		       struct error *err)
{
	static struct compare_matrix matrix;
	static struct entry entries[BATCH];
	bool complete = true;
	struct dump *dump;
	unsigned int a, b;
	int rc;

	while ((dump = source_next(source, &rc, err))) {
		struct matrix_of of = { .facts = &dump->facts, .matrix = &matrix };
		ssize_t count = 0, i;
		uint64_t more;

		rc = common_facts(&options_->common, dump, err);
		while (!rc && (count = source_read(source, entries, BATCH, err)) > 0) {
			count = common_filter(&options_->common, entries, count);
			for (i = 0; i < count; i++)
				take_matrix_run(&of, &entries[i], 1);
			more = source_more(source, &entries[0]);
			common_run(&options_->common, &entries[0], more, take_matrix_run, &of);
			if (of.rc)
				rc = error_set(err, of.rc, "out of memory");
		}
		compare_free(of.state);
		if (rc || count < 0)
			return rc ? rc : count;
		complete &= dump->complete;
	}
	if (rc)
		return rc;
	*status = complete ? STATUS_CLEAN : STATUS_INCOMPLETE;
	for (a = 0; a < ruleset_count(); a++)
		for (b = 0; b < a; b++)
			if (matrix.differ[a][b])
				*status = STATUS_FOUND;
	compare_report_matrix(options_->json, source, &matrix, complete, *status);
	return 0;
}

static int run(int argc, char **argv)
{
	struct compare_options compare;
	struct source *source = NULL;
	struct error err = { "" };
	int status = STATUS_CLEAN, rc;

	memset(&compare, 0, sizeof(compare));
	if (argp_parse(&argp, argc, argv, 0, NULL, &compare))
		return STATUS_ERROR;
	/* Of a running Xen, too: --all stands for the rule sets here. */
	compare.common.source.live.all =
		!compare.common.source.path && !compare.common.source.domain;
	rc = common_prepare(&compare.common, &err);
	if (!rc && !compare.all && compare.common.rules_count != 2)
		rc = error_set(&err, -EINVAL,
			       "name two rule sets: --rules BEFORE --rules AFTER; or --all");
	if (!rc && compare.all && compare.common.rules_count)
		rc = error_set(&err, -EINVAL, "--all takes every rule set; leave out --rules");
	compare.common.rules_optional = true;
	if (!rc)
		rc = common_open(&compare.common, &source, &err);
	if (!rc)
		rc = compare.all ? compare_all(&compare, source, &status, &err)
				 : compare_two(&compare, source, &status, &err);
	source_close(source);
	common_clear(&compare.common);
	return rc ? cmd_fail(argv[0], "%s", err.text) : status;
}

const struct verb verb_compare = { "compare", "what another rule set would do to the same state",
				   &argp, run };
