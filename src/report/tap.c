/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Test Anything Protocol: a test for each domain's audit, and for each expectation. */
#include "report/backend.h"

#include <inttypes.h>

static void tap_begin(struct report *report, const struct source *source)
{
	fprintf(report->stream, "TAP version 13\n# %s %s\n", source->info.kind, source->info.name);
}

static void tap_domain(struct report *report, const struct dump *dump)
{
	(void)report;
	(void)dump;
}

static void tap_run(struct report *report, const struct run *run)
{
	if (run->verdict == VERDICT_MISMATCH && !run->accepted)
		fprintf(report->stream, "# mismatch (%s) gfn 0x%" PRIx64 "-0x%" PRIx64 "\n",
			severity_name(run->severity), run->first.gfn, run->gfn_last);
}

static void test(struct report *report, bool holds, int domid, const char *what, const char *result)
{
	fprintf(report->stream, "%sok %u - domain %d: %s%s%s\n", holds ? "" : "not ", ++report->tap,
		domid, what, *result ? ": " : "", result);
}

static void tap_domain_end(struct report *report, const struct dump *dump,
			   const struct summary *summary, const struct expectations *expect)
{
	uint64_t mismatches = summary->verdict[VERDICT_MISMATCH] - summary_accepted(summary);
	uint64_t failing = 0;
	char result[160];
	int severity;
	size_t i;

	for (severity = report->options.fail_on; severity < SEVERITY_COUNT; severity++)
		failing += summary->severity[severity] - summary->accepted[severity];

	snprintf(result, sizeof(result), "%" PRIu64 " of %" PRIu64 " entries mismatch", mismatches,
		 summary->entries);
	test(report, !failing, dump->domid, "audit", result);
	if (report->options.fail_unusual && summary->unusual) {
		snprintf(result, sizeof(result), "%" PRIu64 " entries need an unusual fact",
			 summary->unusual);
		test(report, false, dump->domid, "unusual", result);
	}
	if (dump->table_findings) {
		snprintf(result, sizeof(result), "%lu findings above the leaves",
			 dump->table_findings);
		test(report, report->options.fail_on == SEVERITY_COUNT, dump->domid, "tables",
		     result);
	}
	if (!dump->complete)
		test(report, false, dump->domid, "complete", dump->reason);
	for (i = 0; i < expect->count; i++)
		test(report, expect_holds(&expect->list[i]), dump->domid, expect->list[i].text,
		     expect_result(&expect->list[i], result, sizeof(result)));
}

static void tap_end(struct report *report, const struct source *source, bool complete,
		    int exit_status)
{
	(void)source;
	(void)complete;
	(void)exit_status;
	fprintf(report->stream, "1..%u\n", report->tap);
}

const struct report_backend report_tap = {
	.begin = tap_begin,
	.domain = tap_domain,
	.run = tap_run,
	.domain_end = tap_domain_end,
	.end = tap_end,
};
