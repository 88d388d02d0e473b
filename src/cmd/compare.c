/* SPDX-License-Identifier: GPL-2.0-or-later */
/* compare: what another rule set would do to the same state. */
#include "cmd/cmd.h"
#include "cmd/session.h"

#include "report/compare.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define FORMATS "text|json|svg"

struct comparing {
	struct shared_options shared;
	enum format format;
	bool all; /* every pair of rule sets */
	struct compare_report report;
	struct compare_matrix matrix;
	/* Of the p2m being read: */
	const struct facts *facts;
	struct compare *compare;
};

static const struct argp_option options[] = {
	OPTION_FORMATS(FORMATS, "Form of the output", 3),
	{ "all", OPT_ALL_RULES, NULL, 0,
	  "Show for each pair of rule sets how many entries they decide differently", 4 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct comparing *compare = state->input;

	options_see(&compare->shared, key);
	switch (key) {
	case 'j':
	case OPT_FORMAT:
		compare->format = parse_format(arg, FORMATS, state);
		break;
	case OPT_ALL_RULES:
		compare->all = true;
		break;
	default:
		return options_pass(&compare->shared, key, state);
	}
	return 0;
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "[DOMAIN]",
	.children = shared_children,
	.doc = "Show what a change from one rule set to another does to the entries of a source: each run "
	       "that the two decide differently, its type by each, and what a guest notices.\v"
	       "A change is weaker (more cacheable than before), safer (less cacheable), faster "
	       "(write-combining instead of UC), or has the same effect. Facts that are not known are "
	       "assumed to be as usual, and the report names them.\n\n"
	       "Examples:\n"
	       "  xen-eptaudit compare --rules 4.17 --rules 4.19 --from log\n"
	       "  xen-eptaudit compare --rules 4.21.0 --from log\n"
	       "  xen-eptaudit compare --all --from log\n"
	       "  xen-eptaudit compare --rules 4.17 --rules 4.19 web\n\n"
	       "Exit status: 0 nothing differs, 1 something does, 2 could not compare, 3 incomplete.",
};

static int begin_dump(void *opaque, struct dump *dump, struct error *err)
{
	struct comparing *compare = opaque;
	struct compare_report *report = &compare->report;

	compare->compare = compare_new(&dump->facts, report->before, report->after,
				       compare_report_change, report);
	if (!compare->compare)
		return error_set(err, -ENOMEM, "out of memory");
	compare_report_domain(report, dump);
	return 0;
}

static int add_entries(void *opaque, struct entry *entries, size_t count, struct error *err)
{
	(void)err;
	compare_entries(((struct comparing *)opaque)->compare, entries, count);
	return 0;
}

static void take_run(void *opaque, const struct entry *first, uint64_t count)
{
	compare_run(((struct comparing *)opaque)->compare, first, count);
}

static int end_dump(void *opaque, struct dump *dump, struct error *err)
{
	struct comparing *compare = opaque;

	(void)err;
	compare_report_domain_end(&compare->report, dump, compare_finish(compare->compare));
	compare_free(compare->compare);
	compare->compare = NULL;
	return 0;
}

/* One set of the bits, which name calls so. */
static int one_set(uint32_t sets, const char *name, unsigned int *id, struct error *err)
{
	if (!sets)
		return error_set(err, -EINVAL,
				 "which Xen made the entries is not known: name it with --xen, or "
				 "two rule sets with --rules BEFORE --rules AFTER");
	if (sets & (sets - 1))
		return error_set(err, -EINVAL,
				 "%s may have more than one rule set: name the one that is meant "
				 "('rules for VERSION' lists them)",
				 name);
	*id = __builtin_ctz(sets);
	return 0;
}

/* Of one --rules it is the change from what the Xen itself has. */
static int choose_sets(struct comparing *compare, const struct session *session, struct error *err)
{
	const struct shared_options *shared = &compare->shared;
	bool own = shared->rules_count == 1;
	int rc = own ? one_set(session->own_rules, "this Xen", &compare->report.before, err)
		     : one_set(shared->compared[0], shared->rules_names[0], &compare->report.before,
			       err);

	return rc ? rc
		  : one_set(shared->compared[own ? 0 : 1], shared->rules_names[own ? 0 : 1],
			    &compare->report.after, err);
}

static int compare_two(struct comparing *compare, struct session *session, int *status,
		       struct error *err)
{
	static const struct visitor visitor = {
		.dump = begin_dump,
		.entries = add_entries,
		.run = take_run,
		.dump_end = end_dump,
	};
	struct compare_report *report = &compare->report;
	struct error ignored;
	int rc, ended;

	report->format = compare->format;
	rc = choose_sets(compare, session, err);
	if (rc)
		return rc;
	rc = compare_report_begin(report, session->source, err);
	if (rc)
		return rc;
	if (compare->format != FORMAT_SVG) /* which is written when all is known */
		cmd_begins();
	rc = session_read(session, &visitor, compare, err);
	*status = compare_differing(&report->total).entries ? STATUS_FOUND
		  : session->complete			    ? STATUS_CLEAN
							    : STATUS_INCOMPLETE;
	ended = compare_report_end(report, session->complete, *status, !rc, rc ? &ignored : err);
	return rc ? rc : ended;
}

static int keep_facts(void *opaque, struct dump *dump, struct error *err)
{
	(void)err;
	((struct comparing *)opaque)->facts = &dump->facts;
	return 0;
}

static int add_to_matrix(void *opaque, struct entry *entries, size_t count, struct error *err)
{
	struct comparing *compare = opaque;

	return compare_matrix_entries(&compare->compare, compare->facts, entries, count,
				      &compare->matrix)
		       ? error_set(err, -ENOMEM, "out of memory")
		       : 0;
}

static void add_run_to_matrix(void *opaque, const struct entry *first, uint64_t count)
{
	struct comparing *compare = opaque;

	/* The first entries before it have made the state. */
	compare_matrix_run(&compare->compare, compare->facts, first, count, &compare->matrix);
}

static int end_of_matrix(void *opaque, struct dump *dump, struct error *err)
{
	struct comparing *compare = opaque;

	(void)dump;
	(void)err;
	compare_free(compare->compare);
	compare->compare = NULL;
	return 0;
}

/* Every pair at once: entries are read once. */
static int compare_all(struct comparing *compare, struct session *session, int *status,
		       struct error *err)
{
	static const struct visitor visitor = {
		.dump = keep_facts,
		.entries = add_to_matrix,
		.run = add_run_to_matrix,
		.dump_end = end_of_matrix,
	};
	unsigned int a, b;
	int rc = session_read(session, &visitor, compare, err);

	if (rc)
		return rc;
	*status = session->complete ? STATUS_CLEAN : STATUS_INCOMPLETE;
	for (a = 0; a < ruleset_count(); a++)
		for (b = 0; b < a; b++)
			if (compare->matrix.differ[a][b])
				*status = STATUS_FOUND;
	compare_report_matrix(compare->format == FORMAT_JSON, session->source, &compare->matrix,
			      session->complete, *status);
	return 0;
}

static int run(int argc, char **argv)
{
	static struct comparing compare;
	struct shared_options *shared = &compare.shared;
	struct session session = { .source = NULL };
	struct error err = { "" };
	int status = STATUS_CLEAN, rc;

	if (cmd_parse(&argp, argc, argv, &compare))
		return STATUS_ERROR;
	/* Of a running Xen, too: --all stands for the rule sets here. */
	shared->source.live.all = !shared->source.path && !shared->source.domain;
	shared->rules_optional = true;
	rc = options_prepare(shared, &err);
	if (!rc && !compare.all && !shared->rules_count)
		rc = error_set(&err, -EINVAL,
			       "name two rule sets: --rules BEFORE --rules AFTER; or one, to hold "
			       "against that of the Xen that made the entries; or --all");
	if (!rc && compare.all && compare.format == FORMAT_SVG)
		rc = error_set(&err, -EINVAL,
			       "--format svg shows one pair of rule sets, not --all");
	if (!rc && shared->rules_count != 1)
		rc = options_refuse(shared, OPTION(OPT_XEN),
				    "%s is for one --rules, which is held against that Xen's",
				    &err);
	if (!rc)
		rc = session_open(&session, shared, &err);
	if (!rc)
		rc = compare.all ? compare_all(&compare, &session, &status, &err)
				 : compare_two(&compare, &session, &status, &err);
	compare_free(compare.compare);
	session_close(&session);
	options_clear(shared);
	return cmd_end(argv[0], rc, status, &err);
}

/* --all is its own: every pair of rule sets. */
const struct verb verb_compare = {
	.name = "compare",
	.help = "show what another rule set would change",
	.argp = &argp,
	.run = run,
	.shared = OPTIONS_ALL & ~OPTION(OPT_ALL),
};
