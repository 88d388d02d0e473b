/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/backend.h"

#include "base/text.h"
#include "report/document.h"
#include "report/factwords.h"
#include "report/words.h"
#include "source/text/logcounts.h"

#include <inttypes.h>
#include <string.h>

#define UNUSUAL_SHOWN 20 /* without -v */

static const char *color(const struct report *report, const char *sequence)
{
	return report->options.color ? sequence : "";
}

#define BOLD  "\033[1m"
#define RED   "\033[31m"
#define AMBER "\033[33m"
#define GREEN "\033[32m"
#define PLAIN "\033[0m"

static void text_begin(struct report *report, const struct source *source)
{
	const struct source_info *info = &source->info;
	unsigned int i;

	fprintf(report->stream, "%s %s", info->kind, info->name);
	if (info->via && strcmp(info->via, "console"))
		fprintf(report->stream, ", tables read via %s", info->via);
	fputc('\n', report->stream);
	fprintf(report->stream, "Xen %s, rule set %s (%s)%s%s\n",
		info->xen_version[0] ? info->xen_version : "of unknown version", info->rules_name,
		how_name(info->how_xen), info->rules_note[0] ? ": " : "", info->rules_note);
	for (i = 0; i < info->remark_count; i++)
		fprintf(report->stream, "note: %s\n", info->remarks[i]);
}

static void fact_item(const struct facts *facts, enum fact fact, char *item, size_t size)
{
	enum how how = fact_how(facts, fact);
	char value[128];

	if (how == HOW_UNKNOWN)
		snprintf(item, size, "%s unknown", fact_info[fact].name);
	else
		snprintf(item, size, "%s %s (%s)", fact_info[fact].name,
			 words_fact(facts, fact, value, sizeof(value)), how_name(how));
}

/* The facts that are shown, in their order. Returns how many. */
static unsigned int facts_shown(enum fact shown[FACT_COUNT])
{
	unsigned int count = 0, place, fact;

	for (place = 1; place <= FACT_COUNT; place++)
		for (fact = 0; fact < FACT_COUNT; fact++)
			if (fact_info[fact].shown == place)
				shown[count++] = fact;
	return count;
}

/* The facts that differ from those of the domain before, folded to the width of a screen. */
static void print_facts(struct report *report, const struct facts *facts)
{
	enum fact shown[FACT_COUNT];
	struct fold fold = { .stream = report->stream, .indent = 2 };
	unsigned int count = facts_shown(shown), i;

	for (i = 0; i < count; i++) {
		char item[FACT_ITEM];

		fact_item(facts, shown[i], item, sizeof(item));
		if (!strcmp(item, report->fact_before[shown[i]]))
			continue;
		snprintf(report->fact_before[shown[i]], FACT_ITEM, "%s", item);
		if (fold.any)
			fold_mark(&fold, ',');
		else
			fold.column = fprintf(report->stream, "  ");
		fold_put(&fold, item, strlen(item));
	}
	if (fold.any)
		putc('\n', report->stream);
}

static void text_domain(struct report *report, const struct dump *dump)
{
	putc('\n', report->stream);
	heading_domain(report->stream, dump, color(report, BOLD), color(report, PLAIN));
	if (!report->options.summary)
		print_facts(report, &dump->facts);
}

static void print_row(struct report *report, const struct run *run)
{
	struct row row = {
		.first = &run->first,
		.gfn_last = run->gfn_last,
		.entries = run->entries,
		.mfn_contiguous = run->mfn_contiguous,
		.run = run,
	};

	columns_print(&report->options.columns, &row, report->stream);
}

/* What neighbouring rows have in common is told once, above them. */
static void print_sentence(struct report *report, const struct run *run)
{
	char sentence[512];

	if (!report->options.sentences)
		return;
	words_sentence(run, sentence, sizeof(sentence));
	if (!strcmp(sentence, report->sentence))
		return;
	snprintf(report->sentence, sizeof(report->sentence), "%s", sentence);
	fprintf(report->stream, "  %s\n", sentence);
}

static void text_run(struct report *report, const struct run *run)
{
	const char *paint = "";

	if (report->options.summary || (run->accepted && !report->options.all_runs))
		return;
	if (!report->options.all_runs && run->verdict != VERDICT_MISMATCH &&
	    report->unusual_rows++ >= UNUSUAL_SHOWN) {
		report->unusual_left_out++;
		return;
	}
	if (!report->rows++) {
		report->sentence[0] = '\0';
		fputs(color(report, BOLD), report->stream);
		columns_print(&report->options.columns, NULL, report->stream);
		fputs(color(report, PLAIN), report->stream);
	}
	print_sentence(report, run);
	if (run->verdict == VERDICT_MISMATCH)
		paint = run->severity == SEVERITY_DIFFERS ? AMBER : RED;
	if (*paint)
		fputs(color(report, paint), report->stream);
	print_row(report, run);
	if (*paint)
		fputs(color(report, PLAIN), report->stream);
}

static void print_counts(struct report *report, const struct summary *summary)
{
	char size[32];
	unsigned int i;

	fprintf(report->stream, "%" PRIu64 " %s, %s:", summary->entries,
		plural(summary->entries, "entry", "entries"),
		text_size(summary->pages << 12, size, sizeof(size)));
	for (i = 0; i < VERDICT_COUNT; i++) {
		const char *paint = i != VERDICT_MISMATCH ? ""
				    : summary->verdict[i] ? color(report, RED)
							  : color(report, GREEN);

		fprintf(report->stream, "%s %s%" PRIu64 " %s%s", i ? "," : "", paint,
			summary->verdict[i], verdict_name(i), *paint ? PLAIN : "");
	}
	if (summary_accepted(summary))
		fprintf(report->stream, ", of which %" PRIu64 " in the baseline",
			summary_accepted(summary));
	putc('\n', report->stream);
}

static void print_assumed(struct report *report, const struct summary *summary)
{
	bool any = false;
	unsigned int fact;

	for (fact = 0; fact < FACT_COUNT; fact++) {
		if (!summary->assumed[fact])
			continue;
		fprintf(report->stream, "%s %s (%" PRIu64 ")", any ? "," : "  ok-if rests on",
			fact_info[fact].name, summary->assumed[fact]);
		any = true;
	}
	if (any)
		putc('\n', report->stream);
}

static void text_domain_end(struct report *report, const struct dump *dump,
			    const struct summary *summary, const struct expectations *expect)
{
	size_t i;

	if (report->unusual_left_out)
		fprintf(report->stream,
			"  ... and %" PRIu64
			" more runs that are ok only if a fact is unusual (-v)\n",
			report->unusual_left_out);
	fputs("  ", report->stream);
	print_counts(report, summary);
	for (i = 0; i < expect->count; i++) {
		bool holds = expect_holds(&expect->list[i]);
		char result[160];

		fprintf(report->stream, "  %s%s%s %s: %s\n", color(report, holds ? GREEN : RED),
			holds ? "expected" : "NOT EXPECTED", color(report, PLAIN),
			expect->list[i].text,
			expect_result(&expect->list[i], result, sizeof(result)));
	}
	if (!report->options.summary)
		print_assumed(report, summary);
	for (i = 0; i < dump->table_findings && i < DUMP_TABLE_FINDINGS && !report->options.summary;
	     i++)
		fprintf(report->stream, "  table: %s\n", dump->table_finding[i]);
	if (dump->table_findings > DUMP_TABLE_FINDINGS && !report->options.summary)
		fprintf(report->stream, "  ... and %lu more in tables\n",
			dump->table_findings - DUMP_TABLE_FINDINGS);
	if (!dump->complete) {
		fprintf(report->stream, "  %sincomplete%s: %s\n", color(report, AMBER),
			color(report, PLAIN), dump->reason);
		for (i = 0; i < dump->not_seen.count && !report->options.summary; i++)
			fprintf(report->stream,
				"  gfns 0x%" PRIx64 "-0x%" PRIx64
				" were not seen, or not all of them\n",
				dump->not_seen.range[i].first, dump->not_seen.range[i].last);
	}
}

/* What is to be told of a log beside its entries. */
static void print_log(FILE *stream, const struct log_counts *log)
{
	if (log->rejected_lines)
		fprintf(stream, "%lu lines of guests that look like Xen's were not believed\n",
			log->rejected_lines);
	if (log->replayed_lines)
		fprintf(stream, "%lu lines are a second showing of Xen's log by dom0\n",
			log->replayed_lines);
	if (log->attributes_trimmed)
		fputs("attributes-trimmed: trailing blanks were stripped, a missing iPAT is read as 0\n",
		      stream);
	if (log->headless_entries)
		fprintf(stream,
			"incomplete: %lu entries (gfns 0x%" PRIx64 "-0x%" PRIx64
			") have no header: the log lost what was before them, their domain is not known\n",
			log->headless_entries, log->headless_first, log->headless_last);
}

static void text_end(struct report *report, const struct source *source, bool complete,
		     int exit_status)
{
	const struct log_counts *log = source->info.log;

	(void)exit_status;
	if (report->domains > 1) {
		fprintf(report->stream, "\n%u domains: ", report->domains);
		print_counts(report, &report->total);
	} else if (log && (log->rejected_lines || log->replayed_lines || log->attributes_trimmed ||
			   log->headless_entries)) {
		putc('\n', report->stream);
	}
	if (log)
		print_log(report->stream, log);
	if (!(log && log->headless_entries) && !complete && report->domains > 1)
		fputs("incomplete: see above\n", report->stream);
}

const struct report_backend report_text = {
	.begin = text_begin,
	.domain = text_domain,
	.run = text_run,
	.domain_end = text_domain_end,
	.end = text_end,
};
