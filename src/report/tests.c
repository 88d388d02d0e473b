/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/tests.h"

#include "base/text.h"
#include "report/document.h"
#include "report/words.h"
#include "source/text/logcounts.h"

#include <inttypes.h>

static void tell(struct report *report, test_emit *emit, bool holds, int domid, const char *what,
		 const char *result)
{
	struct test test = { .holds = holds, .domid = domid, .what = what, .result = result };

	emit(report, &test);
}

/* With --strict, what is right only on an assumption fails. */
static void test_proven(struct report *report, const struct dump *dump,
			const struct summary *summary, test_emit *emit)
{
	uint64_t ok_if = summary->verdict[VERDICT_OK_IF];
	uint64_t inherited = summary->verdict[VERDICT_INHERITED];
	char result[160];

	snprintf(result, sizeof(result),
		 "%" PRIu64 " of %" PRIu64 " entries are right only if something is as usual, "
		 "%" PRIu64 " inherited",
		 ok_if, summary->entries, inherited);
	tell(report, emit, !ok_if && !inherited, dump->domid, "proven", result);
}

void tests_of_domain(struct report *report, const struct dump *dump, const struct summary *summary,
		     const struct expectations *expect, test_emit *emit)
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
	tell(report, emit, !failing, dump->domid, "audit", result);
	if (report->options.fail_unusual && summary->unusual) {
		snprintf(result, sizeof(result), "%" PRIu64 " entries need an unusual fact",
			 summary->unusual);
		tell(report, emit, false, dump->domid, "unusual", result);
	}
	if (dump->table_findings > dump->tables_absent) {
		snprintf(result, sizeof(result), "%lu findings above the leaves",
			 dump->table_findings - dump->tables_absent);
		tell(report, emit, report->options.fail_on == SEVERITY_COUNT, dump->domid, "tables",
		     result);
	}
	if (!dump->complete)
		tell(report, emit, false, dump->domid, "complete", dump->reason);
	if (report->options.strict)
		test_proven(report, dump, summary, emit);
	for (i = 0; i < expect->count; i++)
		if (expect_concerns(&expect->list[i]))
			tell(report, emit, expect_holds(&expect->list[i]), dump->domid,
			     expect->list[i].text,
			     expect_result(&expect->list[i], result, sizeof(result)));
}

void tests_of_source(struct report *report, const struct source *source, bool complete,
		     test_emit *emit)
{
	const struct log_counts *log = source->info.log;
	char result[160];
	size_t i;

	if (log && log->headless_entries && !complete) {
		snprintf(result, sizeof(result),
			 "%lu entries have no header: the log lost what was before them",
			 log->headless_entries);
		tell(report, emit, false, -1, "complete", result);
	}
	if (log && log->lines_lost)
		tell(report, emit, false, -1, "complete",
		     log_counts_left_out(log, result, sizeof(result)));
	for (i = 0; i < report->nothing.count; i++)
		tell(report, emit, false, -1, "matches", report->nothing.text[i]);
}

const char *test_finding(const struct run *run, char *text, size_t size)
{
	unsigned int is = entry_key(&run->first), likeliest = decision_likeliest(&run->decision);
	char frames[48], got[8], wanted[64];

	text_frames(run->first.gfn, run->gfn_last, frames, sizeof(frames));
	snprintf(text, size, "gfn %s: got %s, wanted %s, by %s%s%s; %" PRIu64 " %s", frames,
		 words_outcome(is, true, got, sizeof(got)),
		 words_expected(run, wanted, sizeof(wanted)),
		 step_info[run->decision.outcome[likeliest].step].name, run->bug ? ", " : "",
		 run->bug ? run->bug->id : "", run->entries,
		 plural(run->entries, "entry", "entries"));
	return text;
}
