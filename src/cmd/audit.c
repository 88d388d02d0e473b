/* SPDX-License-Identifier: GPL-2.0-or-later */
/* audit: what each entry should be, and which are not. */
#include "cmd/cmd.h"
#include "cmd/options.h"

#include "audit/baseline.h"
#include "audit/expect.h"
#include "base/outfile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct audit {
	struct common_options common;
	struct report_options report;
	struct expectations expect;
	const char *baseline_path, *new_baseline_path; /* may be one and the same */
	struct baseline baseline;
	struct outfile *new_baseline;
	int fail_on; /* enum severity, SEVERITY_COUNT for never */
	bool strict;
};

enum {
	OPT_FAIL_ON = 0x300,
	OPT_STRICT,
	OPT_EXPECT,
	OPT_EXPECT_FILE,
	OPT_BASELINE,
	OPT_WRITE_BASELINE
};

static const struct argp_option list[] = {
	{ "fail-on", OPT_FAIL_ON, "danger|slow|differs|never", 0,
	  "Exit with 1 only for findings of this severity or worse (differs)", 4 },
	{ "expect", OPT_EXPECT, "RANGE=TYPE", 0,
	  "Exit with 1 unless entries hold this, such as 0xfee00=WB!, 0xf0000-0xf0fff=UC, "
	  "type:mmio_direct=UC, 0x0-0x9f=WB*, 0xe0000~WC, 0xd0000?=UC if mapped (repeatable)",
	  4 },
	{ "expect-file", OPT_EXPECT_FILE, "FILE", 0, "Expectations from a file, one a line", 4 },
	{ "baseline", OPT_BASELINE, "FILE", 0,
	  "Findings of FILE are known and do not fail; says which are found no more", 4 },
	{ "write-baseline", OPT_WRITE_BASELINE, "FILE", 0,
	  "Write what is found to FILE, for --baseline", 4 },
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
	case OPT_BASELINE:
		audit->baseline_path = arg;
		break;
	case OPT_WRITE_BASELINE:
		audit->new_baseline_path = arg;
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
	       "  xen-eptaudit audit 3 --from log.gz --given facts.json --format json\n"
	       "  xen-eptaudit audit 3 --from log --expect 'e0000-e0fff~WC' --format tap\n"
	       "  xen-eptaudit audit --from log --baseline known.txt\n\n"
	       "Exit status: 0 nothing found, 1 findings, 2 could not audit, 3 incomplete.",
};

/* One p2m being audited. */
struct audited {
	struct audit *audit;
	const struct dump *dump;
	struct report *report;
	uint64_t accepted[SEVERITY_COUNT];
};

static void emit(void *opaque, const struct run *found)
{
	struct audited *audited = opaque;
	struct audit *audit = audited->audit;
	const struct dump *dump = audited->dump;
	struct run run = *found;

	if (run.verdict == VERDICT_MISMATCH) {
		run.accepted = baseline_accepts(&audit->baseline, dump->domid, dump->name, &run);
		if (audit->new_baseline) {
			baseline_write(outfile_stream(audit->new_baseline), dump->domid, dump->name,
				       &run);
			run.accepted = true;
		}
		if (run.accepted)
			audited->accepted[run.severity] += run.entries;
	}
	report_run(audited->report, &run);
}

#define BATCH 256

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
		result->found += summary->severity[severity] - summary->accepted[severity];
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

static void take_run(void *judge, const struct entry *first, uint64_t count)
{
	judge_run(judge, first, count);
}

static int audit_dump(struct audit *audit, struct source *source, struct dump *dump,
		      struct report *report, struct result *result, struct error *err)
{
	static struct entry entries[BATCH];
	struct audited audited = { .audit = audit, .dump = dump, .report = report };
	struct entry next;
	struct judge *judge;
	uint64_t more;
	ssize_t count;
	size_t i;
	int rc = common_facts(&audit->common, dump, err);

	if (rc)
		return rc;
	judge = judge_new(&dump->facts, audit->report.all_runs, emit, &audited);
	if (!judge)
		return error_set(err, -1, "out of memory");
	report_domain(report, dump);
	expect_begin(&audit->expect);
	while ((count = source_read(source, entries, BATCH, err)) > 0) {
		if (audit->expect.count)
			expect_entries(&audit->expect, entries, count);
		judge_entries(judge, entries, common_filter(&audit->common, entries, count));
		if (!audit->common.gfns.count && !audit->expect.count)
			skip_alike(source, judge);
		more = source_more(source, &next);
		expect_run(&audit->expect, &next, more);
		common_run(&audit->common, &next, more, take_run, judge);
	}
	if (!count) {
		struct summary summary = *judge_finish(judge);

		memcpy(summary.accepted, audited.accepted, sizeof(summary.accepted));
		/* Where not all was seen, nothing can be said to be gone. */
		if (dump->complete && !audit->common.gfns.count)
			baseline_domain(&audit->baseline, dump->domid, dump->name);
		expect_end(&audit->expect, dump->complete);
		report_domain_end(report, dump, &summary, &audit->expect);
		for (i = 0; i < audit->expect.count; i++)
			result->found += !expect_holds(&audit->expect.list[i]);
		add_result(result, audit, dump, &summary);
	}
	judge_free(judge);
	return count;
}

static int audit_all(struct audit *audit, struct source *source, int *status, struct error *err)
{
	struct report *report;
	struct result result = { .found = 0 };
	struct dump *dump;
	int rc;

	audit->report.fail_on = audit->fail_on;
	report = report_new(&audit->report, stdout);
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

/* The new baseline takes its place when all has been audited. */
static int open_baselines(struct audit *audit, struct error *err)
{
	int rc = audit->baseline_path ? baseline_read(&audit->baseline, audit->baseline_path, err)
				      : 0;

	if (rc || !audit->new_baseline_path)
		return rc;
	rc = outfile_open(audit->new_baseline_path, OUTFILE_REPLACE, "a baseline",
			  &audit->new_baseline, err);
	if (!rc)
		baseline_head(outfile_stream(audit->new_baseline));
	return rc;
}

static int close_baselines(struct audit *audit, bool keep, struct error *err)
{
	baseline_clear(&audit->baseline);
	return outfile_close(audit->new_baseline, keep, err);
}

static void tell_stale(const struct audit *audit, const char *program)
{
	const struct baseline *baseline = &audit->baseline;
	char text[192];
	size_t i;

	for (i = 0; i < baseline->count; i++)
		if (baseline_stale(&baseline->list[i]))
			fprintf(stderr,
				"%s: baseline %s, line %u (%s) is found no more: delete it\n",
				program, audit->baseline_path, baseline->list[i].number,
				baseline_text(&baseline->list[i], text, sizeof(text)));
}

static int run(int argc, char **argv)
{
	static const char *const default_columns =
		"gfn,mfn,entries,size,attributes,expected,verdict,severity,bug";
	struct audit audit;
	struct source *source = NULL;
	struct error err = { "" }, ignored;
	int status = STATUS_ERROR, rc;

	memset(&audit, 0, sizeof(audit));
	report_parse_columns(default_columns, &audit.report, &err);
	audit.report.sentences = true;
	if (argp_parse(&argp, argc, argv, 0, NULL, &audit))
		return STATUS_ERROR;
	audit.common.rules_optional = audit.expect.count;
	rc = open_baselines(&audit, &err);
	audit.common.source.live.judged = true;
	if (!rc)
		rc = common_prepare(&audit.common, &err);
	if (!rc)
		rc = common_open(&audit.common, &source, &err);
	if (!rc)
		rc = audit_all(&audit, source, &status, &err);
	if (!rc)
		tell_stale(&audit, argv[0]);
	source_close(source);
	common_clear(&audit.common);
	expect_clear(&audit.expect);
	rc = close_baselines(&audit, !rc, rc ? &ignored : &err) ? -1 : rc;
	return rc ? cmd_fail(argv[0], "%s", err.text) : status;
}

const struct verb verb_audit = {
	"audit",
	"recompute memory types and report where entries differ",
	&argp,
	run,
};
