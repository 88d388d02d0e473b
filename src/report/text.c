/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/backend.h"

#include "base/screen.h"
#include "base/text.h"
#include "report/document.h"
#include "report/effective.h"
#include "report/factwords.h"
#include "report/limitswrite.h"
#include "report/textfacts.h"
#include "report/words.h"
#include "rules/releases.h"
#include "source/text/logcounts.h"

#include <inttypes.h>
#include <string.h>

#define UNUSUAL_SHOWN 20 /* without -v */

/* "Xen 4.17.5-4.17.7, 4.18.3, … (set 4.19)" */
static void append_rules(struct report *report, uint32_t rules, char *text, size_t size)
{
	char releases[128];
	unsigned int id;
	bool any = false;

	for (; rules; rules &= rules - 1, any = true) {
		id = __builtin_ctz(rules);
		text_append(text, size, "%s", any ? " or " : "");
		releases_of_set(id, releases, sizeof(releases));
		/* Of what no release has, "none: " and whose it is. */
		text_append(text, size, "%s%s (set %s)", id <= RULES_NEWEST ? "Xen " : "",
			    id > RULES_NEWEST && !strncmp(releases, "none: ", 6) ? releases + 6
										 : releases,
			    ruleset(id)->name);
		report->legend.own_rules = true;
	}
}

static void print_xen(struct report *report, const struct source_info *info)
{
	enum how how = info->how_xen;
	char rules[512] = "";

	if (info->rules == RULES_RELEASED)
		snprintf(rules, sizeof(rules), "any release");
	else
		append_rules(report, info->rules, rules, sizeof(rules));
	if (info->how_version != HOW_UNKNOWN) {
		how = info->how_version;
		text_append(rules, sizeof(rules), " (%s)", how_name(info->how_xen));
	}
	report->legend.hows |= 1u << how | 1u << info->how_xen;
	screen_print(report->stream, 0, 2, "Xen %s (%s), judged by the rules of %s%s%s",
		     info->xen_version[0] ? info->xen_version : "of unknown version", how_name(how),
		     rules, info->rules_note[0] ? ": " : "", info->rules_note);
}

static void text_begin(struct report *report, const struct source *source)
{
	const struct source_info *info = &source->info;
	unsigned int i;

	fprintf(report->stream, "%s %s", info->kind, info->name);
	if (info->via && strcmp(info->via, "console"))
		fprintf(report->stream, ", tables read via %s", info->via);
	fputc('\n', report->stream);
	print_xen(report, info);
	for (i = 0; i < info->remark_count; i++)
		screen_print(report->stream, 0, 2, "note: %s", info->remarks[i]);
	if (!report->groups && !report->options.summary)
		columns_fit(&report->options.columns, report->stream);
}

static void text_domain(struct report *report, const struct dump *dump)
{
	unsigned int i;

	putc('\n', report->stream);
	heading_domain(report->stream, dump, screen_paint(PAINT_BOLD), screen_paint(PAINT_NONE));
	for (i = 0; i < dump->note_count; i++)
		screen_print(report->stream, fprintf(report->stream, "  "), 4, "note: %s",
			     dump->notes[i]);
	report->finding_pages = 0;
}

static void print_row(struct report *report, const struct run *run)
{
	struct row row = row_of_run(run);

	row.bytes = report->options.columns.bytes;
	columns_print(&report->options.columns, &row, report->stream);
}

static void print_table_row(struct report *report, const struct run *run)
{
	enum paint paint = run->verdict != VERDICT_MISMATCH    ? PAINT_NONE
			   : run->severity == SEVERITY_DIFFERS ? PAINT_AMBER
							       : PAINT_RED;

	if (!report->rows++) {
		fputs(screen_paint(PAINT_BOLD), report->stream);
		columns_print(&report->options.columns, NULL, report->stream);
		fputs(screen_paint(PAINT_NONE), report->stream);
	}
	if (paint)
		fputs(screen_paint(paint), report->stream);
	print_row(report, run);
	if (paint)
		fputs(screen_paint(PAINT_NONE), report->stream);
	if (run->sufferers)
		sufferers_print(report->stream, run->sufferers);
}

static void text_run(struct report *report, const struct run *run)
{
	if (run->verdict == VERDICT_MISMATCH)
		report->finding_pages += run->gfn_last - run->first.gfn + 1;
	if (report->options.summary || (run->accepted && !report->options.all_runs))
		return;
	if (!report->options.all_runs && run->verdict != VERDICT_MISMATCH &&
	    report->unusual_rows++ >= UNUSUAL_SHOWN) {
		report->unusual_left_out++;
		return;
	}
	if (report->groups)
		groups_add(report->groups, run);
	else
		print_table_row(report, run);
}

/* The line has got to column at. */
static void print_counts(struct report *report, const struct summary *summary, unsigned int at)
{
	struct fold fold = { .stream = report->stream, .indent = 4, .column = at };
	char item[64], size[32];
	unsigned int i;

	snprintf(item, sizeof(item), "%" PRIu64 " %s, %s:", summary->entries,
		 plural(summary->entries, "entry", "entries"),
		 text_size(summary->pages << 12, size, sizeof(size)));
	fold_put(&fold, item, strlen(item));
	for (i = 0; i < SEVERITY_COUNT; i++)
		report->legend.severities |= (summary->severity[i] != 0) << i;
	for (i = 0; i < VERDICT_COUNT; i++) {
		report->legend.verdicts |= (summary->verdict[i] != 0) << i;
		const char *paint =
			i != VERDICT_MISMATCH
				? ""
				: screen_paint(summary->verdict[i] ? PAINT_RED : PAINT_GREEN);
		int length = snprintf(item, sizeof(item), "%s%" PRIu64 " %s%s", paint,
				      summary->verdict[i], verdict_name(i),
				      *paint ? screen_paint(PAINT_NONE) : "");

		fold_put(&fold, item, length);
		if (i == VERDICT_OK_IF && summary->unusual) {
			snprintf(item, sizeof(item), "(%" PRIu64 " only by an unusual fact)",
				 summary->unusual);
			fold_put(&fold, item, strlen(item));
		}
		if (i + 1 < VERDICT_COUNT)
			fold_mark(&fold, ',');
	}
	if (summary_accepted(summary)) {
		fold_mark(&fold, ',');
		snprintf(item, sizeof(item), "of which %" PRIu64 " in the baseline",
			 summary_accepted(summary));
		fold_put(&fold, item, strlen(item));
	}
	putc('\n', report->stream);
}

static void print_expected(const struct report *report, const struct expectation *expectation)
{
	bool holds = expect_holds(expectation);
	char result[160];

	fprintf(report->stream, "  %s%s%s ", screen_paint(holds ? PAINT_GREEN : PAINT_RED),
		holds ? "expected" : "NOT AS EXPECTED", screen_paint(PAINT_NONE));
	screen_print(report->stream, holds ? 11 : 15, 4, "%s: %s", expectation->text,
		     expect_result(expectation, result, sizeof(result)));
}

static void print_tables(const struct report *report, const struct dump *dump)
{
	size_t i;

	for (i = 0; i < dump->table_findings && i < DUMP_TABLE_FINDINGS; i++)
		screen_print(report->stream, fprintf(report->stream, "  "), 4, "table: %s",
			     dump->table_finding[i]);
	if (dump->table_findings > DUMP_TABLE_FINDINGS)
		fprintf(report->stream, "  ... and %lu more in tables\n",
			dump->table_findings - DUMP_TABLE_FINDINGS);
}

static void print_incomplete(const struct report *report, const struct dump *dump)
{
	size_t i;

	fprintf(report->stream, "  %sincomplete%s: ", screen_paint(PAINT_AMBER),
		screen_paint(PAINT_NONE));
	screen_text(report->stream, 14, 4, dump->reason);
	for (i = 0; i < dump->not_seen.count && !report->options.summary; i++)
		screen_print(report->stream, fprintf(report->stream, "  "), 4,
			     "gfns 0x%" PRIx64 "-0x%" PRIx64 " were not seen, or not all of them",
			     dump->not_seen.range[i].first, dump->not_seen.range[i].last);
}

/* Those that another Xen does not have come first: something can be done about them. */
static void print_limits(struct report *report, const struct limits *limits)
{
	char text[512];
	unsigned int i, ended;
	bool any = false;

	for (ended = 2; ended-- > 0;)
		for (i = 0; i < limits->count; i++) {
			if ((limits->list[i].until != NULL) != ended)
				continue;
			any |= ended;
			screen_print(report->stream, fprintf(report->stream, "  "), 4, "limit: %s",
				     words_limit(&limits->list[i], text, sizeof(text)));
		}
	if (limits->left_out)
		screen_print(report->stream, fprintf(report->stream, "  "), 4,
			     "... and %" PRIu64 " %s limited by other causes", limits->left_out,
			     plural(limits->left_out, "entry is", "entries are"));
	if (any)
		screen_text(
			report->stream, fprintf(report->stream, "  "), 4,
			"To have what a limit keeps from the guest, run one of the releases of Xen that it names; "
			"the guest's driver must still ask for the type.");
	if (limits->count) {
		report->legend.limits = true;
		report->legend.types |= 1u << MEMTYPE_UC | 1u << MEMTYPE_WC;
	}
}

/* What was found, in a sentence. */
static void print_headline(const struct report *report, const struct dump *dump,
			   const struct summary *summary)
{
	uint64_t wrong = summary->verdict[VERDICT_MISMATCH];
	char text[512] = "", size[32];
	int i;

	if (wrong) {
		if (wrong == summary->entries)
			text_append(text, sizeof(text), "All of its %" PRIu64 " %s", wrong,
				    plural(wrong, "entry", "entries"));
		else
			text_append(text, sizeof(text), "%" PRIu64 " of its %" PRIu64 " entries",
				    wrong, summary->entries);
		text_append(text, sizeof(text), " (%s) %s the rules of this Xen:",
			    text_size(report->finding_pages << 12, size, sizeof(size)),
			    plural(wrong, "breaks", "break"));
		for (i = SEVERITY_COUNT; i-- > 0;)
			if (summary->severity[i])
				text_append(text, sizeof(text), " %" PRIu64 " %s%s",
					    summary->severity[i], severity_name(i),
					    (wrong -= summary->severity[i]) ? "," : "");
		if (summary_accepted(summary))
			text_append(text, sizeof(text), "; %" PRIu64 " of them in the baseline",
				    summary_accepted(summary));
	} else if (summary->entries == 1) {
		text_append(text, sizeof(text),
			    "Its only entry does not break the rules of this Xen");
	} else if (summary->entries) {
		text_append(text, sizeof(text),
			    "None of its %" PRIu64 " entries breaks the rules of this Xen",
			    summary->entries);
	}
	if (summary->limits->count)
		text_append(text, sizeof(text),
			    "%s What the guest cannot have by these rules is shown below as "
			    "\"limit\"",
			    *text ? "." : "");
	if (*text && report->rows)
		putc('\n', report->stream);
	if (*text)
		screen_print(report->stream, fprintf(report->stream, "  "), 2, "%s.%s\n", text,
			     dump->complete ? "" : " Not all of its entries were seen.");
}

static void text_domain_end(struct report *report, const struct dump *dump,
			    const struct summary *summary, const struct expectations *expect)
{
	size_t i;

	if (!report->options.summary)
		print_headline(report, dump, summary);
	if (report->groups)
		groups_flush(report->groups);
	if (report->unusual_left_out)
		screen_print(report->stream, fprintf(report->stream, "  "), 4,
			     "... and %" PRIu64 " more %s right only if a fact is unusual (-v)",
			     report->unusual_left_out,
			     plural(report->unusual_left_out, "run that is", "runs that are"));
	print_counts(report, summary, fprintf(report->stream, "  "));
	for (i = 0; i < expect->count; i++)
		if (expect_concerns(&expect->list[i]))
			print_expected(report, &expect->list[i]);
	if (!report->options.summary) {
		print_limits(report, summary->limits);
		textfacts_assumed(report, &dump->facts, summary);
		print_tables(report, dump);
	}
	if (!dump->complete)
		print_incomplete(report, dump);
	if (!report->options.summary)
		textfacts_table(report, &dump->facts, summary);
}

/* What is to be told of a log beside its entries. */
static void print_log(FILE *stream, const struct log_counts *log)
{
	char text[256];

	if (log->rejected_lines)
		screen_print(stream, 0, 2, "%lu %s like Xen's but %s believed", log->rejected_lines,
			     plural(log->rejected_lines, "line of a guest looks",
				    "lines of guests look"),
			     plural(log->rejected_lines, "is not", "are not"));
	if (log->replayed_lines)
		screen_print(stream, 0, 2, "%lu %s a second showing of Xen's log by dom0",
			     log->replayed_lines,
			     plural(log->replayed_lines, "line is", "lines are"));
	if (log->attributes_trimmed)
		screen_text(
			stream, 0, 2,
			"attributes-trimmed: trailing blanks were stripped, a missing iPAT is read "
			"as 0");
	if (log->left_out_lines)
		screen_print(stream, 0, 2, "%s%s", log->lines_lost ? "incomplete: " : "",
			     log_counts_left_out(log, text, sizeof(text)));
	if (log->headless_entries)
		screen_print(stream, 0, 2, "incomplete: %s",
			     log_counts_headless(log, text, sizeof(text)));
}

static void text_end(struct report *report, const struct source *source, bool complete,
		     int exit_status)
{
	const struct log_counts *log = source->info.log;

	(void)exit_status;
	if (report->domains > 1) {
		putc('\n', report->stream);
		print_counts(report, &report->total,
			     fprintf(report->stream, "%u domains: ", report->domains));
	} else if (log && (log->rejected_lines || log->replayed_lines || log->attributes_trimmed ||
			   log->left_out_lines || log->headless_entries)) {
		putc('\n', report->stream);
	}
	if (log)
		print_log(report->stream, log);
	if (!(log && log_counts_lost(log)) && !complete && report->domains > 1)
		fputs("incomplete: see above\n", report->stream);
	if (report->groups) {
		groups_end(report->groups);
		legend_print(&report->legend, report->stream);
	}
}

const struct report_backend report_text = {
	.begin = text_begin,
	.domain = text_domain,
	.run = text_run,
	.domain_end = text_domain_end,
	.end = text_end,
};
