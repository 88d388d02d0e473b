/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reports of an audit in each form: of a domain in which everything occurs that can be told, with
 * the options that leave some of it out, and where no temporary file can be made.
 */
#include "unit/test.h"

#include "audit/sufferers.h"
#include "base/array.h"
#include "report/cause.h"
#include "report/explain.h"
#include "report/limitswrite.h"
#include "report/picture.h"
#include "report/report.h"
#include "rules/bugs.h"
#include "source/text/logcounts.h"
#include "unit/said.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

static const struct bug known = { "B19", NULL, "4.17", "it is left over", false };
static const struct bug doubled = { "B20", "B7", "4.17", "it is left over, too", false };
static const struct bug strange = { "X1", NULL, "4.99", "no such bug has advice", true };
static const struct device_range device = { .part = "HPET" };
static struct dump dump;
static struct source source;
static struct log_counts log_counts;
static struct limits limits;
static struct expectations expect;

/* Entries of every verdict and severity, one after the other. */
static size_t make_runs(struct run *runs)
{
	static struct effective_run mapping = { .mapping = { 0x1000, 0x101, 1, 0, 1 }, .asked = 1 };
	static const struct sufferers sufferers = { &mapping, 1, 3 }, none;
	size_t n = 0, i;

	runs[n++] = run_of(WB, UC, VERDICT_MISMATCH);
	runs[0].bug = &known;
	runs[0].device = &device;
	runs[0].sufferers = &sufferers;
	runs[n++] = run_of(UC, WB, VERDICT_MISMATCH);
	runs[1].sufferers = &none;
	runs[n++] = run_of(WBI, WB, VERDICT_MISMATCH);
	runs[n++] = run_of(WT, WB, VERDICT_MISMATCH);
	runs[3].accepted = true;
	runs[n++] = run_of(WB, UC, VERDICT_MISMATCH);
	runs[4].bug = &doubled;
	runs[n++] = run_of(WB, UC, VERDICT_MISMATCH);
	runs[5].bug = &strange;
	runs[n++] = run_of(WB, OUTCOME_SPLIT, VERDICT_MISMATCH);
	runs[6].pieces.outcomes = 1u << WB | 1u << UC;
	runs[6].pieces.worst = UC;
	runs[6].pieces.severity = runs[6].severity;
	runs[n++] = run_of(WB, WB, VERDICT_OK);
	runs[n++] = run_of(WB, WB, VERDICT_OK_IF);
	runs[8].decision.outcome[WB].assumes = 1u << FACT_PINNED;
	runs[n++] = run_of(WB, WB, VERDICT_OK_IF);
	runs[9].decision.outcome[WB].assumes = runs[9].decision.outcome[WB].unusual =
		1u << FACT_PINNED;
	runs[n++] = run_of(WB, WT, VERDICT_INHERITED);
	runs[n++] = run_of(WB, WB, VERDICT_PENDING);
	runs[11].first.pending = true;
	runs[n++] = run_of(WB, WB, VERDICT_SKIPPED);
	runs[12].first.rights = 0;
	runs[n++] = run_of(WB, WB, VERDICT_SKIPPED);
	runs[13].first.pod = true;
	for (i = 0; i < n; i++)
		runs[i].first.gfn = runs[i].gfn_last = 0x100 + i;
	runs[1].first.mfn = 0x9999;
	return n;
}

static void summarize(const struct run *runs, size_t count, struct summary *summary)
{
	size_t i;

	memset(summary, 0, sizeof(*summary));
	summary->limits = &limits;
	summary->entries = summary->pages = count;
	for (i = 0; i < count; i++) {
		summary->verdict[runs[i].verdict]++;
		if (runs[i].verdict == VERDICT_MISMATCH) {
			summary->severity[runs[i].severity]++;
			summary->accepted[runs[i].severity] += runs[i].accepted;
		}
		summary->unusual += run_unusual(&runs[i]) != 0;
	}
	summary->assumed[FACT_PINNED] = 2;
}

/* Returns what report_free() did. */
static int report_of(const struct report_options *options, const struct run *runs, size_t count,
		     unsigned int domains, const struct nothing *nothing)
{
	struct report_options own = *options;
	struct report *report;
	struct summary summary;
	struct error err = { "" };
	unsigned int i;
	size_t k;
	int rc;

	check_each(!columns_parse(&own.columns, "gfn,mfn,entries,attributes,expected,bug,text",
				  &err),
		   "%s", err.text);
	begin_said();
	report = report_new(&own, stdout);
	if (!report)
		abort();
	report_begin(report, &source);
	for (i = 0; i < domains; i++) {
		report_domain(report, &dump);
		for (k = 0; k < count; k++)
			report_run(report, &runs[k]);
		summarize(runs, count, &summary);
		report_domain_end(report, &dump, &summary, &expect);
	}
	report_end(report, &source, nothing, dump.complete, 1);
	rc = report_free(report);
	end_said();
	unfold_said();
	return rc;
}

static void setup(void)
{
	struct error err;

	memset(&dump, 0, sizeof(dump));
	facts_init(&dump.facts);
	dump.domid = 5;
	dump.name = "a \"guest\" \\";
	dump.number = 1;
	dump.dumps = 2;
	dump.note_count = 1;
	strcpy(dump.notes[0], "a note of the domain");
	strcpy(dump.reason, "lines were lost");
	ranges_add(&dump.not_seen, 0x300, 0x3ff);
	dump.table_findings = 10;
	strcpy(dump.table_finding[0], "a table has a bit set");
	source.info.kind = "console";
	strcpy(source.info.name, "a log");
	source.info.log = &log_counts;
	log_counts = (struct log_counts){ 1, 2, 3, true, 1, 0x10, 0x20, true, false };
	limits.left_out = 7;
	if (expect_add(&expect, "5:0x100=WB", &err) || expect_add(&expect, "9:0x100=WB", &err))
		printf("%s\n", err.text);
	expect_begin(&expect, 5, NULL);
	expect_end(&expect, false);
}

static void test_text(void)
{
	struct report_options options = { .format = FORMAT_TEXT, .sentences = true };
	struct nothing nothing = { .count = 0 };
	struct run runs[16];
	size_t count = make_runs(runs);

	check(!report_of(&options, runs, count, 1, &nothing), "it is written");
	check(strstr(said, "B19, a known bug of Xen") && strstr(said, "B20, a known bug of Xen") &&
		      strstr(said, "B7, a known bug of Xen") &&
		      strstr(said, "no such bug has advice"),
	      "bugs: %s", said);
	check(strstr(said, "HPET") && strstr(said, "... and 3 more mappings") &&
		      strstr(said, "no mapping that a vCPU uses now suffers from it"),
	      "devices and mappings: %s", said);
	check(strstr(said, "WB, should be split into pieces of UC/WB") &&
		      strstr(said, "... and 7 entries are limited by other causes"),
	      "pieces and limits: %s", said);
	check(strstr(said, "1 line of a guest looks like Xen's but is not believed") &&
		      strstr(said, "2 lines are a second showing") &&
		      strstr(said, "incomplete: 3 lines with (XEN) behind another prefix") &&
		      strstr(said, "attributes-trimmed"),
	      "the log: %s", said);
	check(strstr(said, "5:0x100=WB") && !strstr(said, "9:0x100=WB") &&
		      strstr(said, "gfns 0x300-0x3ff were not seen"),
	      "what was expected: %s", said);
	free(said);
	options.all_runs = true;
	check(!report_of(&options, runs, count, 2, &nothing) && strstr(said, "as it should be") &&
		      strstr(said, "Xen recomputes these when") &&
		      strstr(said, "populated on demand") && strstr(said, "in the baseline") &&
		      strstr(said, "2 domains: "),
	      "all runs: %s", said);
	free(said);
	options.sentences = false;
	check(!report_of(&options, runs, count, 1, &nothing) && strstr(said, "B20/B7") &&
		      strstr(said, "mapped at 0x1000-0x1fff"),
	      "as a table: %s", said);
	free(said);
	options.summary = true;
	check(!report_of(&options, runs, count, 1, &nothing) && !strstr(said, "mfn 0x200") &&
		      strstr(said, "14 entries, 56 KiB: 1 ok, 2 ok-if"),
	      "a summary: %s", said);
	free(said);
	/* Without findings; with one entry; with none. */
	options = (struct report_options){ .format = FORMAT_TEXT, .sentences = true };
	check(!report_of(&options, &runs[7], 1, 1, &nothing) &&
		      strstr(said, "Its only entry does not break the rules"),
	      "one entry: %s", said);
	free(said);
	check(!report_of(&options, &runs[7], 3, 1, &nothing) &&
		      strstr(said, "None of its 3 entries breaks the rules"),
	      "no finding: %s", said);
	free(said);
	check(!report_of(&options, runs, 7, 1, &nothing) && strstr(said, "All of its 7 entries"),
	      "findings alone: %s", said);
	free(said);
}

/* More groups, ranges and bugs than a report holds: what was held is told before. */
static void test_many(void)
{
	static struct bug bugs[12];
	static char names[12][8];
	static struct run runs[5000];
	static const struct nothing nothing;
	struct report_options options = { .format = FORMAT_TEXT,
					  .sentences = true,
					  .all_runs = true };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(runs); i++) {
		unsigned int is = i % 2 ? UC : WB, key = i % 5 ? UC : WT;

		runs[i] = run_of(is, key, is == key ? VERDICT_OK : VERDICT_MISMATCH);
		runs[i].first.gfn = runs[i].gfn_last = 2 * i;
		if (runs[i].verdict == VERDICT_MISMATCH && i < 300) {
			bugs[i % 12] = known;
			snprintf(names[i % 12], sizeof(names[0]), "Z%u", i % 12);
			bugs[i % 12].id = names[i % 12];
			runs[i].bug = &bugs[i % 12];
			runs[i].pieces.outcomes = i / 12; /* so that none is like another */
		}
	}
	check(!report_of(&options, runs, ARRAY_SIZE(runs), 1, &nothing), "it is written");
	check(strstr(said, "0x270e") && strstr(said, "Z2, a known bug"), "its last entry is there");
	free(said);
	options = (struct report_options){ .format = FORMAT_OPENMETRICS };
	check(!report_of(&options, runs, ARRAY_SIZE(runs), 1, &nothing) &&
		      strstr(said, "bug=\"Z2\""),
	      "metrics");
	free(said);
}

static void test_programs(void)
{
	static const struct {
		enum format format;
		const char *text, *of_summary; /* the latter: what a summary lacks */
	} rows[] = {
		{ FORMAT_JSON, "\"findings\":[", "\"gfn\":[\"0x100\"" },
		{ FORMAT_JSONL, "\"record\":\"finding\"", "\"record\":\"finding\"" },
		{ FORMAT_TAP,
		  "# mismatch (danger) gfn 0x100: got WB, wanted UC, by MTRR_MERGE, B19",
		  "# mismatch" },
		{ FORMAT_JUNIT, "mismatch (danger) gfn 0x100: got WB", "mismatch (danger)" },
		{ FORMAT_OPENMETRICS, "name=\"a \\\"guest\\\" \\\\\"", "bug=\"B19\"} 9" },
	};
	struct nothing nothing = { .count = 0 };
	struct run runs[16];
	size_t count = make_runs(runs), i;
	int k;

	for (k = 0; k < NOTHING_MAX + 2; k++)
		nothing_add(&nothing, "--baseline, line %d: matches nothing", k);
	check(nothing.count == NOTHING_MAX, "%zu things are told", nothing.count);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct report_options options = { .format = rows[i].format,
						  .strict = true,
						  .fail_unusual = true };

		check(!report_of(&options, runs, count, 1, &nothing) && strstr(said, rows[i].text),
		      "format %d: %s", rows[i].format, said);
		free(said);
		options.all_runs = true;
		check(!report_of(&options, runs, count, 2, &nothing) && strstr(said, rows[i].text),
		      "format %d: %s", rows[i].format, said);
		free(said);
		options.all_runs = false;
		options.summary = true;
		check(!report_of(&options, runs, count, 1, &nothing) &&
			      !strstr(said, rows[i].of_summary),
		      "a summary in format %d: %s", rows[i].format, said);
		free(said);
	}
}

static void test_tests(void)
{
	struct report_options options = { .format = FORMAT_TAP, .fail_on = SEVERITY_COUNT };
	static const struct nothing nothing;
	struct run runs[16];

	make_runs(runs);
	check(!report_of(&options, &runs[7], 1, 1, &nothing) &&
		      strstr(said, "ok 1 - domain 5: audit: 0 of 1 entries mismatch") &&
		      strstr(said, "ok 2 - domain 5: tables: 10 findings above the leaves") &&
		      !strstr(said, "not ok 2"),
	      "%s", said);
	free(said);
	options.strict = true;
	options.fail_on = 0;
	check(!report_of(&options, &runs[7], 4, 1, &nothing) &&
		      strstr(said, "not ok 2 - domain 5: tables") &&
		      strstr(said,
			     "proven: 2 of 4 entries are right only if something is as usual, 1 inherited"),
	      "%s", said);
	free(said);
	check(!report_of(&options, &runs[10], 1, 1, &nothing) &&
		      strstr(said, "proven: 0 of 1 entries") &&
		      strstr(said, "not ok 4 - domain 5: proven"),
	      "%s", said);
	free(said);
	options.fail_unusual = true;
	check(!report_of(&options, &runs[9], 1, 1, &nothing) &&
		      strstr(said, "not ok 2 - domain 5: unusual: 1 entries need an unusual fact"),
	      "%s", said);
	free(said);
	check(!report_of(&options, &runs[7], 1, 1, &nothing) && !strstr(said, "unusual:"), "%s",
	      said);
	free(said);
	options.format = FORMAT_JUNIT;
	dump.dumps = 1;
	check(!report_of(&options, &runs[7], 1, 1, &nothing) && strstr(said, "name=\"domain 5\""),
	      "%s", said);
	free(said);
	dump.dumps = 2;
}

/* Where no temporary file can be made that is told, and what needs none is there. */
static void test_no_room(void)
{
	static const enum format formats[] = { FORMAT_JSON, FORMAT_JUNIT };
	static const char *const lanes[2] = { "is", "should be" };
	static const struct nothing nothing;
	char *kept_folder = getenv("TMPDIR") ? strdup(getenv("TMPDIR")) : NULL;
	struct run runs[16];
	size_t count = make_runs(runs), i;

	setenv("TMPDIR", "/nowhere/at/all", 1);
	for (i = 0; i < ARRAY_SIZE(formats); i++) {
		struct report_options options = { .format = formats[i], .all_runs = true };

		check(report_of(&options, runs, count, 1, &nothing) == -EIO, "format %d: %s",
		      formats[i], said);
		free(said);
	}
	check(!picture_new("a title", lanes), "a picture");
	if (kept_folder)
		setenv("TMPDIR", kept_folder, 1);
	else
		unsetenv("TMPDIR");
	free(kept_folder);
}

/* ---- pictures ---- */

static void test_picture(void)
{
	static const char *const lanes[2] = { "is", "should be" };
	static const struct device_range other = { .part = "BAR 0", .which = "0000:00:02.0" };
	struct picture *picture = picture_new("a title", lanes);
	struct error err = { "" };
	struct stretch stretch;
	struct run run;
	unsigned int key;
	int rc;

	if (!check(picture != NULL, "a picture"))
		return;
	begin_said();
	picture_domain(picture, &dump);
	for (key = 0; key < OUTCOME_COUNT; key++) {
		run = run_of(key, key == WB ? UC : WB, key % 3 ? VERDICT_OK_IF : VERDICT_MISMATCH);
		run.first.gfn = key << 18;
		run.gfn_last = (key << 18) + (key % 2 ? 0x3ffff : 0);
		run.device = key < 3 ? &device : key < 5 ? &other : NULL;
		stretch_of_run(&run, &stretch);
		picture_stretch(picture, &stretch);
	}
	stretch_empty(0x100000 << 4, UINT64_C(0xfffffffff), SHOWN_ABSENT, &stretch);
	picture_stretch(picture, &stretch);
	picture_domain_end(picture, &dump);
	picture_domain(picture, &dump); /* in which there is nothing */
	picture_domain_end(picture, &dump);
	rc = picture_end(picture, true, &err);
	end_said();
	check(!rc && strstr(said, "data-device=\"HPET\"") &&
		      strstr(said, "BAR 0 of 0000:00:02.0") && strstr(said, "#9988cc") &&
		      strstr(said, ": nothing is mapped") && strstr(said, "a &quot;guest&quot;"),
	      "%d, %.3000s", rc, said);
	free(said);
	picture = picture_new("a title", lanes);
	begin_said();
	rc = picture_end(picture, false, &err);
	end_said();
	check(!rc && !*said && !picture_end(NULL, true, &err), "none is wanted: %s", said);
	free(said);
}

/* ---- one entry ---- */

static void test_explain(void)
{
	static struct explanation explanation;
	struct run runs[16];
	size_t count = make_runs(runs), i;
	char text[600];

	dump.facts.rules = 1u << RULES_NEWEST;
	devices_add(&dump.facts.devices, 0x200, 0x200, "HPET", "", "");
	explanation = (struct explanation){ .facts = &dump.facts,
					    .domid = 5,
					    .name = "guest",
					    .source = &source.info,
					    .rules_note = "a note",
					    .incomplete = "lines were lost" };
	for (i = 0; i < count; i++) {
		explanation.run = runs[i];
		explanation.gfn = runs[i].first.gfn;
		explanation.run.question = (struct question){ .gfn = explanation.gfn,
							      .mfn = 0x200,
							      .classes = P2M_CLASS_RAM };
		begin_said();
		explain_text(&explanation);
		end_said();
		unfold_said();
		check(strstr(said, verdict_name(runs[i].verdict)) &&
			      !strstr(said, "HPET") ==
				      (runs[i].first.pod || runs[i].first.mfn != 0x200),
		      "run %zu: %s", i, said);
		if (runs[i].verdict == VERDICT_MISMATCH && runs[i].bug)
			check(strstr(said, runs[i].bug->id) && strstr(said, runs[i].bug->text),
			      "run %zu: %s", i, said);
		free(said);
		begin_said();
		explain_json(&explanation);
		end_said();
		check(*said == '{' && strstr(said, verdict_name(runs[i].verdict)), "run %zu: %s", i,
		      said);
		free(said);
	}
	/* What made a finding, where the Xen that runs does not do so. */
	check(words_cause(&dump.facts, &runs[5], text, sizeof(text)) == &strange &&
		      strstr(text, "No Xen of that version does so") &&
		      words_cause(&dump.facts, &runs[0], text, sizeof(text)) == &known &&
		      strstr(text, "It is stale") &&
		      !words_cause(&dump.facts, &runs[1], text, sizeof(text)) && !*text &&
		      !words_cause(&dump.facts, &runs[7], text, sizeof(text)),
	      "%s", text);
}

/* ---- limits ---- */

/* What a limit keeps from a guest, but where nobody wants it: registers of the platform's own. */
static void test_limits(void)
{
	static const struct device_range bar = { .part = "BAR 0" };
	static const struct device_range numbered = { .part = "IO-APIC", .which = "IO-APIC 2" };
	static const struct device_range of_kind = { .part = "HPET", .kind = "timer" };
	static const struct {
		enum step step;
		const struct device_range *device;
		unsigned int key;
		bool wanted;
	} rows[] = {
		{ RO_MMIO, NULL, UCI, false },	 { MMIO_UC, NULL, UC, true },
		{ MMIO_UC, &device, UC, false }, { MMIO_UC, &device, WB, true },
		{ MMIO_UC, &bar, UC, true },	 { MMIO_UC, &numbered, UC, true },
		{ MMIO_UC, &of_kind, UC, true },
	};
	char text[600];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct limit limit = { .key = rows[i].key,
				       .step = rows[i].step,
				       .mmio = true,
				       .device = rows[i].device,
				       .host = MEMTYPE_COUNT,
				       .lost = 1u << MEMTYPE_WC,
				       .set = RULES_NEWEST,
				       .sets = 1u << RULES_NEWEST,
				       .entries = 1,
				       .pages = 1,
				       .ranges = 1 };

		words_limit(&limit, text, sizeof(text));
		check(!strstr(text, "has no use for it: these are registers") == rows[i].wanted,
		      "limit %zu: %s", i, text);
		check(!rows[i].device || strstr(text, rows[i].device->part), "limit %zu: %s", i,
		      text);
	}
}

/* ---- what a source keeps of what is to be told ---- */

static void test_source(void)
{
	static const struct source_ops ops = { .next = NULL };
	static char names[80][8];
	static struct source own = { .ops = &ops };
	struct dump one = { .complete = true };
	struct error err;
	unsigned int i;

	check(!source_rechecks(&own) && !source_recheck(&own, NULL, 0, &err), "nothing to recheck");
	own.rechecks = true;
	check(!source_rechecks(&own), "nobody rechecks");
	check(source_core(&own, NULL, &err) == -EOPNOTSUPP &&
		      strstr(err.text, "no memory was read"),
	      "%s", err.text);
	check(!source_has_guest(&own) && !source_guest_kept(&own) &&
		      !source_guest_begin(&own, &err),
	      "no guest's memory");
	source_guest_ahead(&own, NULL, 0);
	for (i = 0; i < 80; i++) {
		snprintf(names[i], sizeof(names[i]), "n%u", i);
		source_count(&own, names[i], i);
		source_count(&own, names[0], 7);
		source_remark(&own, "remark %u", i / 2);
		dump_note(&one, "note %u", i);
		dump_table_finding(&one, names[i]);
	}
	check(own.info.count_count == ARRAY_SIZE(own.info.counts) &&
		      own.info.counts[0].value == 7 && own.info.counts[1].value == 1,
	      "%u counts", own.info.count_count);
	check(own.info.remark_count == ARRAY_SIZE(own.info.remarks) &&
		      !strcmp(own.info.remarks[1], "remark 1"),
	      "%u remarks, each once", own.info.remark_count);
	check(one.note_count == DUMP_NOTES && !strcmp(one.notes[0], "note 0"), "%u notes",
	      one.note_count);
	check(one.table_findings == 80 && !strcmp(one.table_finding[7], "n7"), "%lu findings",
	      one.table_findings);
	dump_missing(&one, 5, 5);
	check(!one.not_seen.count, "nothing is missing");
	dump_missing(&one, 5, 7);
	check(ranges_count(&one.not_seen, 5, 6) == 2, "two are");
	ranges_clear(&one.not_seen);
	dump_incomplete(&one, "first");
	dump_incomplete(&one, "second");
	check(!one.complete && !strcmp(one.reason, "first"), "the first reason stays");
	source_set_name(&own, "-");
	check(!strcmp(own.info.name, "standard input"), "%s", own.info.name);
}

int main(void)
{
	setup();
	test_limits();
	test_source();
	test_text();
	test_many();
	test_programs();
	test_tests();
	test_no_room();
	test_picture();
	test_explain();
	facts_clear(&dump.facts);
	ranges_clear(&dump.not_seen);
	expect_clear(&expect);
	return test_end();
}
