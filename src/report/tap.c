/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Test Anything Protocol: a test for each domain's audit, and for each expectation. */
#include "report/tests.h"

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
	bool finding = run->verdict == VERDICT_MISMATCH && !run->accepted;
	char text[256];

	if (report->options.summary)
		return;
	if (finding)
		fprintf(report->stream, "# mismatch (%s) %s\n", severity_name(run->severity),
			test_finding(run, text, sizeof(text)));
	else if (report->options.all_runs)
		fprintf(report->stream, "# %s gfn 0x%" PRIx64 "-0x%" PRIx64 ": %s\n",
			verdict_name(run->verdict), run->first.gfn, run->gfn_last,
			row_attributes(&run->first));
}

static void tap_test(struct report *report, const struct test *test)
{
	fprintf(report->stream, "%sok %u - ", test->holds ? "" : "not ", ++report->tap);
	if (test->domid >= 0)
		fprintf(report->stream, "domain %d: ", test->domid);
	fprintf(report->stream, "%s%s%s\n", test->what, *test->result ? ": " : "", test->result);
}

static void tap_domain_end(struct report *report, const struct dump *dump,
			   const struct summary *summary, const struct expectations *expect)
{
	tests_of_domain(report, dump, summary, expect, tap_test);
}

static void tap_end(struct report *report, const struct source *source, bool complete,
		    int exit_status)
{
	(void)exit_status;
	tests_of_source(report, source, complete, tap_test);
	fprintf(report->stream, "1..%u\n", report->tap);
}

const struct report_backend report_tap = {
	.begin = tap_begin,
	.domain = tap_domain,
	.run = tap_run,
	.domain_end = tap_domain_end,
	.end = tap_end,
};
