/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What compare and diff tell, and what a capture is made of, at its edges. */
#include "unit/test.h"

#include "base/array.h"
#include "report/capture.h"
#include "report/compare.h"
#include "report/diff.h"
#include "source/capture/form.h"
#include "unit/said.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

static struct source source;
static struct dump dump;

/* ---- compare ---- */

static void compare_in(enum format format, bool complete)
{
	struct compare_report report = { .format = format, .before = 0, .after = RULES_NEWEST };
	struct compare_summary summary = { .all = { 100, 100 } };
	static const struct {
		unsigned int before, after;
		enum effect effect;
	} changes[] = {
		{ WB, UC, EFFECT_SAFER },	    { UC, WB, EFFECT_WEAKER },
		{ WB, OUTCOME_SPLIT, EFFECT_SAME }, { OUTCOME_SPLIT, WB, EFFECT_SAFER },
		{ UC, WC, EFFECT_FASTER },	    { WB, WB, EFFECT_SAME },
	};
	struct error err = { "" };
	unsigned int i;
	int rc;

	begin_said();
	report.json.stream = stdout;
	rc = compare_report_begin(&report, &source, &err);
	compare_report_domain(&report, &dump);
	for (i = 0; i < ARRAY_SIZE(changes); i++) {
		struct change change = { .entries = 1,
					 .before = changes[i].before,
					 .after = changes[i].after,
					 .effect = changes[i].effect,
					 .step_before = MTRR_MERGE,
					 .step_after = PINNED };

		change.first = run_of(WB, WB, VERDICT_OK).first;
		change.first.gfn = change.gfn_last = 0x100 + 2 * i;
		change.possible_before = 1u << change.before;
		change.possible_after = 1u << change.after | 1u << WC;
		change.assumes = i ? 1u << FACT_PINNED : 0;
		compare_report_change(&report, &change);
		summary.by_effect[change.effect].entries++;
		summary.by_effect[change.effect].pages++;
	}
	summary.open = (struct change_count){ 3, 3 };
	summary.open_facts = 1u << FACT_PINNED;
	dump.complete = complete;
	compare_report_domain_end(&report, &dump, &summary);
	compare_report_domain(&report, &dump);
	compare_report_domain_end(&report, &dump, &(struct compare_summary){ .all = { 1, 1 } });
	if (!rc)
		rc = compare_report_end(&report, complete, 0, true, &err);
	end_said();
	unfold_said();
	check(!rc, "%s", err.text);
}

static void test_compare(void)
{
	struct compare_matrix matrix = { .entries = 5 };
	unsigned int i;

	compare_in(FORMAT_TEXT, true);
	check(strstr(said, "the pieces give a guest what the whole page does") &&
		      strstr(said, "the pieces differ from what the whole page gives a guest") &&
		      strstr(said, "PAT WB gives UC, not WB") &&
		      strstr(said, "every PAT type gives what it gave before") &&
		      strstr(said, "6 of 100 entries differ, 24 KiB of 400 KiB") &&
		      strstr(said, "3 more (12 KiB) may differ: that hangs on pinned ranges"),
	      "%s", said);
	free(said);
	compare_in(FORMAT_JSON, false);
	check(strstr(said, "\"emt\":\"split\"") && strstr(said, "\"certain\":true") &&
		      strstr(said, "\"certain\":false"),
	      "%s", said);
	free(said);
	compare_in(FORMAT_SVG, true);
	check(strstr(said, "data-class=\"safer\"") || strstr(said, "data-class="), "%s", said);
	check(strstr(said, ": no change") != NULL, "%s", said);
	free(said);
	matrix.differ[0][1] = matrix.differ[1][0] = 3;
	for (i = 0; i < 2; i++) {
		begin_said();
		compare_report_matrix(i, &source, &matrix, false, 3);
		end_said();
		check(strstr(said, i ? "\"complete\":false" : "incomplete: entries were lost") !=
			      NULL,
		      "%s", said);
		free(said);
	}
}

/* ---- diff ---- */

static struct moment moment_of(int domid, unsigned int type, bool complete)
{
	struct moment moment = { .domid = domid, .pieces.incomplete = !complete };
	struct run run = run_of(WB, WB, VERDICT_OK);

	facts_init(&moment.facts);
	moment.facts.nr_pages = (struct fact_number){ type, HOW_MEASURED };
	run.first.type = type;
	run.first.mfn = 0x1000 + type;
	pieces_add(&moment.pieces, &run);
	run.first.gfn = run.gfn_last = 0x300;
	run.first.pod = type != 0;
	pieces_add(&moment.pieces, &run);
	return moment;
}

static void test_diff(void)
{
	struct moment first[3], second[3];
	struct moments before = { first, 3, false }, after = { second, 3, true };
	struct diff_report report;
	unsigned int json, i;

	for (json = 0; json < 2; json++) {
		first[0] = moment_of(1, 0, true);
		first[1] = moment_of(2, 0, false);
		first[2] = moment_of(3, 0, true);
		second[0] = moment_of(1, 1, true);
		second[1] = moment_of(2, 0, true);
		second[2] = moment_of(4, ENTRY_TYPE_UNKNOWN, true);
		check(!diff_facts(&before, &after), "facts are held against each other");
		report = (struct diff_report){ .json_form = json };
		begin_said();
		report.json.stream = stdout;
		diff_report_begin(&report, "one", "two");
		diff_report_moments(&report, &before, &after);
		diff_report_end(&report, 3);
		end_said();
		unfold_said();
		check(report.differs && report.incomplete, "they differ, and are not complete");
		if (json)
			check(strstr(said, "\"only_in\":\"before\"") &&
				      strstr(said, "\"only_in\":\"after\"") &&
				      strstr(said, "\"type\":\"ram_rw\"") &&
				      strstr(said, "\"mfn\":null"),
			      "%s", said);
		else
			check(strstr(said, "Domain 3 is only in the first") &&
				      strstr(said, "Domain 4 is only in the second") &&
				      strstr(said,
					     "no entry differs; incomplete: not all entries") &&
				      strstr(said, "order 0 mfn 0x1000 ram_rw ok"),
			      "%s", said);
		free(said);
		for (i = 0; i < 3; i++) {
			facts_clear(&first[i].facts);
			facts_clear(&second[i].facts);
			pieces_clear(&first[i].pieces);
			pieces_clear(&second[i].pieces);
		}
	}
}

/* Of several dumps of one domain those of one number, and of one p2m, belong together. */
static void test_diff_pairs(void)
{
	struct moment first[2], second[4];
	struct moments before = { first, 2, true }, after = { second, 4, true };
	unsigned int i;

	first[0] = moment_of(1, 0, true);
	first[0].number = 3;
	first[1] = moment_of(2, 0, true);
	strcpy(first[1].view, "view 1 of altp2m");
	first[1].number = 2;
	for (i = 0; i < 2; i++) {
		second[i] = moment_of(1, 0, true);
		second[i].number = i + 2;
		second[i + 2] = moment_of(2, 0, true);
		second[i + 2].number = i + 1;
	}
	strcpy(second[2].view, "view 0 of altp2m");
	strcpy(second[3].view, "view 1 of altp2m");
	check(!diff_facts(&before, &after), "facts are held against each other");
	check(first[0].other == &second[1], "dump 3 belongs to dump 3");
	check(first[1].other == &second[3] && !second[2].met, "view 1 belongs to view 1");
	for (i = 0; i < 4; i++) {
		facts_clear(&second[i].facts);
		pieces_clear(&second[i].pieces);
		if (i < 2) {
			facts_clear(&first[i].facts);
			pieces_clear(&first[i].pieces);
		}
	}
}

/* ---- captures ---- */

static void test_capture(void)
{
	static uint64_t page[FORM_TABLE_WORDS];
	struct capture *capture;
	struct error err = { "" };
	struct run run = run_of(WB, WB, VERDICT_OK);
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size), *full;
	unsigned int i;
	int rc;

	if (!stream || !check(!capture_new_on(stream, &source, &capture, &err), "%s", err.text))
		return;
	for (i = 0; i < 2100; i++)
		ranges_add(&dump.not_seen, 0x100000 + 2 * i, 0x100000 + 2 * i);
	for (i = 0; i < 40; i++) {
		struct mtrr_fact vcpu = { .how = HOW_MEASURED, .how_var = HOW_MEASURED };

		vcpu.state.def_type = i;
		facts_add_vcpu(&dump.facts, &vcpu);
		ranges_add(&dump.facts.mmio_ro_possible.ranges, 3000 * i, 3000 * i);
	}
	for (i = 0; i < 1500; i++)
		ranges_add(&dump.facts.mmio_ro_possible.ranges, 0x200000 + 2 * i, 0x200000 + 2 * i);
	dump.facts.mmio_ro.how = dump.facts.mmio_ro_possible.how = HOW_MEASURED;
	dump.complete = true;
	dump_note(&dump, "one note");
	capture_domain(capture, &dump);
	dump.note_count = 0;
	source_remark(&source, "known at the end");
	capture_run(capture, &run.first, 0);
	capture_run(capture, &run.first, 2);
	run.first.gfn += 2;
	run.first.mfn += 2;
	capture_run(capture, &run.first, 1);
	run.first.gfn = 0; /* behind others */
	capture_run(capture, &run.first, 1);
	run.first.gfn = UINT64_C(1) << 50; /* no gfn at all */
	capture_run(capture, &run.first, 1);
	run.first.gfn = 0x5000;
	run.first.order = 3;
	capture_run(capture, &run.first, 1);
	page[0] = 0x1001;
	for (i = 0; i < 3; i++)
		page[5 + i] = 0x2001 + 0x1000 * i;
	page[100] = page[101] = 0x9001; /* the same twice */
	page[510] = 0x7001;
	page[511] = 0x5001;
	check(!capture_table(capture, 0x10, page, PAGING_4LEVEL) &&
		      !capture_table(capture, 0x10, page, PAGING_4LEVEL) &&
		      !capture_table(capture, 0x11, page, PAGING_32BIT),
	      "tables");
	capture_domain_end(capture, &dump);
	check(!capture_end(capture, true, &err), "%s", err.text);
	fclose(stream);
	check(strstr(text, "\"xen\":null") &&
		      strstr(text, "\"gfn\":\"0x100\",\"mfn\":\"0x200\",\"order\":0,\"entries\":3"),
	      "%.2000s", text);
	check(strstr(text, "\"notes\":[\"one note\"]") &&
		      strstr(strstr(text, "\"crc32\""), "\"remarks\":[\"known at the end\"]"),
	      "notes and remarks");
	check(strstr(text, "3 entries that no Xen can have made were left out") &&
		      strstr(text, "\"record\":\"not-seen\"") && !dump.complete,
	      "what is left out is told");
	check(strstr(text,
		     "\"words\":\"0*1=1001+0 5*3=2001+1000 64*1=9001+0 65*1=9001+0 1fe*2=7001+ffffffffffffe000\"") !=
		      NULL,
	      "the words of a table");
	check(strstr(text, "\"gfn\":\"0x10\"") &&
		      !strstr(strstr(text, "\"gfn\":\"0x10\"") + 1, "\"gfn\":\"0x10\""),
	      "a table that comes twice is written once");
	free(text);
	/* One that is not wanted, and one that cannot be written. */
	full = fopen("/dev/full", "w");
	if (!full)
		return;
	strcpy(source.info.xen_version, "4.17.5");
	source.info.via = "gdbsx";
	check(!capture_new_on(full, &source, &capture, &err) && !capture_end(capture, false, &err),
	      "%s", err.text);
	check(!capture_new_on(full, &source, &capture, &err), "%s", err.text);
	rc = capture_end(capture, true, &err);
	check(rc == -ENOSPC && strstr(err.text, "cannot write a temporary file: No space left"),
	      "%d, %s", rc, err.text);
	fclose(full);
	rc = capture_new("/nowhere/at/all", &source, &capture, &err);
	check(rc == -ENOENT && strstr(err.text, "cannot write /nowhere/at/all"), "%d, %s", rc,
	      err.text);
	ranges_clear(&dump.not_seen);
}

/* Words of tables are read as they are written, and no others. */
static void test_words(void)
{
	static const struct {
		const char *text, *wrong;
	} rows[] = {
		{ "", NULL },
		{ "0*1=1001+0", NULL },
		{ "0*2=1001+1000 5*1=2001+0", NULL },
		{ "0*1=1001+0  5*1=2001+0", "not as they are written" },
		{ "0*1=1001", "not as they are written" },
		{ "0*1=11111111111111111+0", "not as they are written" },
		{ "5*1=1001+0 4*1=1001+0", "not in order" },
		{ "200*1=1001+0", "more than a page has" },
		{ "1ff*2=1001+0", "more than a page has" },
		{ "0*0=1001+0", "not in order" },
		{ "0*1=0+0", "no walk looks at" },
		{ "0*1=1003+0", "no walk looks at" },
		{ "0*2=1001+1", "no walk looks at" },
	};
	uint64_t words[FORM_TABLE_WORDS];
	const char *wrong;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		wrong = form_parse_words(rows[i].text, i % 2 ? words : NULL);
		check(!wrong == !rows[i].wrong && (!wrong || strstr(wrong, rows[i].wrong)),
		      "'%s': %s", rows[i].text, wrong ? wrong : "taken");
	}
}

int main(void)
{
	source.info.kind = "capture";
	strcpy(source.info.name, "a file");
	facts_init(&dump.facts);
	dump.domid = 5;
	dump.number = dump.dumps = 1;
	test_compare();
	test_diff();
	test_diff_pairs();
	test_capture();
	test_words();
	facts_clear(&dump.facts);
	return test_end();
}
