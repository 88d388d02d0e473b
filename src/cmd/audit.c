/* SPDX-License-Identifier: GPL-2.0-or-later */
/* audit: what each entry should be, and which are not. */
#include "cmd/cmd.h"
#include "cmd/options.h"

#include "audit/expect.h"

#include <stdlib.h>
#include <string.h>

struct audit {
	struct common_options common;
	struct report_options report;
	struct expectations expect;
	int fail_on; /* enum severity, SEVERITY_COUNT for never */
	bool strict;
};

enum { OPT_FAIL_ON = 0x300, OPT_STRICT, OPT_EXPECT, OPT_EXPECT_FILE };

static const struct argp_option list[] = {
	{ "fail-on", OPT_FAIL_ON, "danger|slow|differs|never", 0,
	  "Exit with 1 only for findings of this severity or worse (differs)", 4 },
	{ "expect", OPT_EXPECT, "RANGE=TYPE", 0,
	  "Exit with 1 unless entries hold this, such as 0xfee00=WB!, 0xf0000-0xf0fff=UC, "
	  "type:mmio_direct=UC, 0x0-0x9f=WB*, 0xe0000~WC (repeatable)",
	  4 },
	{ "expect-file", OPT_EXPECT_FILE, "FILE", 0, "Expectations from a file, one a line", 4 },
	{ "strict", OPT_STRICT, NULL, 0, "Exit with 3 where something is not proven", 4 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct audit *audit = state->input;
	struct error err;

	switch (key) {
	case OPT_FAIL_ON:
		audit->fail_on = strcmp(arg, "never") ? severity_parse(arg) : SEVERITY_COUNT;
		if (audit->fail_on < 0)
			argp_error(state,
				   "--fail-on %s: danger, slow, differs or never is expected", arg);
		break;
	case OPT_STRICT:
		audit->strict = true;
		break;
	case OPT_EXPECT:
		if (expect_add(&audit->expect, arg, &err))
			argp_error(state, "%s", err.text);
		break;
	case OPT_EXPECT_FILE:
		if (expect_file(&audit->expect, arg, &err))
			argp_error(state, "%s", err.text);
		break;
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &audit->common;
		state->child_inputs[1] = &audit->report;
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp_child children[] = {
	{ &common_argp, 0, NULL, 0 },
	{ &report_argp, 0, NULL, 0 },
	{ 0 },
};

static const struct argp argp = {
	.options = list,
	.parser = parse,
	.args_doc = "[DOMAIN]",
	.children = children,
	.doc = "Recompute the memory type that each entry of a domain's p2m should have, and report "
	       "where it differs.\v"
	       "Examples:\n"
	       "  xl debug-keys q; xl debug-keys D; xl dmesg > log\n"
	       "  xen-eptaudit audit --from log\n"
	       "  xen-eptaudit audit 3 --from log.gz --given facts.json --format json\n\n"
	       "Exit status: 0 nothing found, 1 findings, 2 could not audit, 3 incomplete.",
};

static void emit(void *opaque, const struct run *run)
{
	report_run(opaque, run);
}

#define BATCH 256

/* Entries outside of --gfn are dropped. */
static size_t filter(const struct ranges *gfns, struct entry *entries, size_t count)
{
	size_t i, kept = 0;

	if (!gfns->count)
		return count;
	for (i = 0; i < count; i++) {
		uint64_t first = 0, last = UINT64_MAX;

		if (ranges_overlap(gfns, entries[i].gfn,
				   entries[i].gfn + entry_pages(entries[i].order) - 1, &first,
				   &last) != OVERLAP_NONE)
			entries[kept++] = entries[i];
	}
	return kept;
}

/* What decides the exit status, over all domains. */
struct result {
	bool incomplete, unproven;
	uint64_t found;
};

static void add_result(struct result *result, const struct audit *audit, const struct dump *dump,
		       const struct summary *summary)
{
	int severity;

	result->incomplete |= !dump->complete;
	result->found += audit->fail_on < SEVERITY_COUNT ? dump->table_findings : 0;
	result->unproven |= summary->verdict[VERDICT_OK_IF] || summary->verdict[VERDICT_INHERITED];
	for (severity = audit->fail_on; severity < SEVERITY_COUNT; severity++)
		result->found += summary->severity[severity];
}

/* What would only be counted need not be read entry by entry. */
static void skip_alike(struct source *source, struct judge *judge)
{
	struct entry like;
	struct window window;
	uint64_t count;

	if (!judge_repeatable(judge, &like, &window))
		return;
	count = source_skip(source, &like, &window);
	if (count)
		judge_repeat(judge, &like, count);
}

static int audit_dump(struct audit *audit, struct source *source, struct dump *dump,
		      struct report *report, struct result *result, struct error *err)
{
	static struct entry entries[BATCH];
	struct judge *judge;
	ssize_t count;
	size_t i;
	int rc = common_facts(&audit->common, dump, err);

	if (rc)
		return rc;
	judge = judge_new(&dump->facts, audit->report.all_runs, emit, report);
	if (!judge)
		return error_set(err, -1, "out of memory");
	report_domain(report, dump);
	expect_begin(&audit->expect);
	while ((count = source_read(source, entries, BATCH, err)) > 0) {
		if (audit->expect.count)
			expect_entries(&audit->expect, entries, count);
		judge_entries(judge, entries, filter(&audit->common.gfns, entries, count));
		if (!audit->common.gfns.count && !audit->expect.count)
			skip_alike(source, judge);
	}
	if (!count) {
		const struct summary *summary = judge_finish(judge);

		expect_end(&audit->expect);
		report_domain_end(report, dump, summary, &audit->expect);
		for (i = 0; i < audit->expect.count; i++)
			result->found += !expect_holds(&audit->expect.list[i]);
		add_result(result, audit, dump, summary);
	}
	judge_free(judge);
	return count;
}

static int audit_all(struct audit *audit, struct source *source, int *status, struct error *err)
{
	struct report *report = report_new(&audit->report, stdout);
	struct result result = { .found = 0 };
	struct dump *dump;
	int rc;

	if (!report)
		return error_set(err, -1, "out of memory");
	report_begin(report, source);
	while ((dump = source_next(source, &rc, err))) {
		rc = audit_dump(audit, source, dump, report, &result, err);
		if (rc)
			break;
	}
	/* Entries without a header may be of the domain asked for, but not if others follow it. */
	if (source->info.headless_entries && !audit->common.source.domain)
		result.incomplete = true;
	*status = result.found						    ? STATUS_FOUND
		  : result.incomplete || (audit->strict && result.unproven) ? STATUS_INCOMPLETE
									    : STATUS_CLEAN;
	if (!rc)
		report_end(report, source, !result.incomplete, *status);
	if (report_free(report) && !rc)
		rc = error_set(err, -1, "cannot write the report: is the disk full?");
	return rc;
}

static int run(int argc, char **argv)
{
	static const char *const default_columns =
		"gfn,mfn,entries,size,attributes,expected,verdict,severity,bug";
	struct audit audit;
	struct source *source = NULL;
	struct error err = { "" };
	int status = STATUS_ERROR, rc;

	memset(&audit, 0, sizeof(audit));
	report_parse_columns(default_columns, &audit.report, &err);
	audit.report.sentences = true;
	if (argp_parse(&argp, argc, argv, 0, NULL, &audit))
		return STATUS_ERROR;
	audit.common.rules_optional = audit.expect.count;
	rc = common_prepare(&audit.common, &err);
	if (!rc)
		rc = common_open(&audit.common, &source, &err);
	if (!rc)
		rc = audit_all(&audit, source, &status, &err);
	source_close(source);
	common_clear(&audit.common);
	expect_clear(&audit.expect);
	return rc ? cmd_fail(argv[0], "%s", err.text) : status;
}

const struct verb verb_audit = {
	"audit",
	"recompute memory types and report where entries differ",
	&argp,
	run,
};
