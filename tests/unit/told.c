/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What reports say of an entry, a fact, a stretch and a mapping: each way to say it once. */
#include "unit/test.h"

#include "base/array.h"
#include "report/columns.h"
#include "report/effective.h"
#include "report/effectivetext.h"
#include "report/factwords.h"
#include "report/map.h"
#include "report/stretch.h"
#include "report/words.h"
#include "rules/bugs.h"
#include "unit/said.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* ---- entries that are not as the rule says ---- */

static void test_sentences(void)
{
	static const struct {
		unsigned int is, should;
		const char *sentence, *effect;
	} rows[] = {
		{ WB, UC, "WB, but the rule says UC because guest MTRR UC and host MTRR UC",
		  "the guest can cache what must not be cached" },
		{ UC, WB, "the guest is slow here", "the guest is slow here" },
		{ UCI, WB, "the guest is slow here: PAT WB gives UC, not WB",
		  "the guest is slow here" },
		{ WT, WB, "PAT WB gives WT, not WB", "where it asks for WB it gets WT" },
		{ WBI, WB, "the guest", "the guest" },
		{ UC, UCI, "the guest", "the guest" },
		{ UCI, UC, "the guest cannot get write-combining here: iPAT forces UC",
		  "the guest cannot have write-combining here" },
		{ UC, WC, "the guest", "the guest" },
		{ WB, OUTCOME_SPLIT, "WB, but the rule says split", "" },
	};
	char text[600];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct run run = run_of(rows[i].is, rows[i].should, VERDICT_MISMATCH);

		words_sentence(&run, text, sizeof(text));
		check(strstr(text, rows[i].sentence) != NULL, "row %zu: %s", i, text);
		words_effect(&run, text, sizeof(text));
		check(strstr(text, rows[i].effect) && (*text || !*rows[i].effect), "row %zu: %s", i,
		      text);
	}
}

/* What every pair of outcomes says holds what the severity of the pair says. */
static void test_all_pairs(void)
{
	static const char *const danger = "must not be cached", *const slow = "slow";
	unsigned int is, should;
	char text[600];
	int pat;

	for (is = 0; is < OUTCOME_COUNT; is++)
		for (should = 0; should < OUTCOME_COUNT; should++) {
			struct run run = run_of(is, should, VERDICT_MISMATCH);
			enum severity severity = severity_shown(is, should, &pat);

			if (!memtype_valid(is & 7) || !memtype_valid(should & 7) || is == should)
				continue;
			words_effect(&run, text, sizeof(text));
			check_each(*text && (severity == SEVERITY_DANGER) == !!strstr(text, danger),
				   "%u for %u: %s", is, should, text);
			check_each(severity == SEVERITY_SLOW || !strstr(text, slow),
				   "%u for %u: %s", is, should, text);
			check_each(pat >= 0 || !strcmp(text, "none that the guest notices"),
				   "%u for %u: %s", is, should, text);
			words_sentence(&run, text, sizeof(text));
			check_each((pat < 0) == !!strstr(text, "; the guest notices nothing"),
				   "%u for %u: %s", is, should, text);
		}
}

static void test_verdicts(void)
{
	char text[600];
	struct run run = run_of(WB, WB, VERDICT_OK);
	unsigned int key;

	check(!strcmp(words_sentence(&run, text, sizeof(text)),
		      "as the rule says: guest MTRR WB and host MTRR WB merge to it") &&
		      !*words_effect(&run, text, sizeof(text)),
	      "%s", text);
	run.decision.outcome[WB].guest = 9; /* none pair is known */
	check(!strstr(words_sentence(&run, text, sizeof(text)), "host MTRR WB merge"), "%s", text);
	run.decision.outcome[WB].guest = 6;
	run.decision.outcome[WB].host = 9;
	check(!strstr(words_sentence(&run, text, sizeof(text)), "guest MTRR WB and"), "%s", text);
	run.verdict = VERDICT_OK_IF;
	run.decision.outcome[WB].assumes = 1u << FACT_PINNED;
	check(!strncmp(words_sentence(&run, text, sizeof(text)),
		       "as the rule says if pinned is as usual: ", 40),
	      "%s", text);
	run.decision.outcome[WB].unusual = 1u << FACT_PINNED;
	check(!strncmp(words_sentence(&run, text, sizeof(text)),
		       "as the rule says only if pinned differs from the usual: ", 56),
	      "%s", text);
	run.verdict = VERDICT_INHERITED;
	check(strstr(words_sentence(&run, text, sizeof(text)), "split from") != NULL, "%s", text);
	run.verdict = VERDICT_PENDING;
	check(strstr(words_sentence(&run, text, sizeof(text)), "next touch") &&
		      !*words_expected(&run, text, sizeof(text)) &&
		      !*words_rule(&run, text, sizeof(text)),
	      "%s", text);
	run.verdict = VERDICT_SKIPPED;
	check(!strcmp(words_sentence(&run, text, sizeof(text)), "not present"), "%s", text);
	run.first.pod = true;
	check(!strcmp(words_sentence(&run, text, sizeof(text)), "populated on demand") &&
		      !strcmp(words_attributes(&run.first, text, sizeof(text)), "PoD"),
	      "%s", text);
	run.first.pod = false;
	run.first.ipat_hidden = true;
	check(!strcmp(words_attributes(&run.first, text, sizeof(text)), "rwx WB?"), "%s", text);

	/* Several outcomes: of the usual ones the first three, of more none. */
	run = run_of(WBI, WB, VERDICT_MISMATCH);
	for (key = 0; key < 2; key++) {
		run.decision.possible |= 1u << key;
		run.decision.outcome[key].step = PINNED;
		run.decision.outcome[key].assumes = 1u << FACT_PINNED;
	}
	check(!strcmp(words_expected(&run, text, sizeof(text)), "UC/WC/WB"), "%s", text);
	check(strstr(words_sentence(&run, text, sizeof(text)),
		     "but whatever is not known, the rule says UC/WC/WB, not this; e.g. ") != NULL,
	      "%s", text);
	check(strstr(words_rule(&run, text, sizeof(text)),
		     "no value of what is not known explains the entry") != NULL,
	      "%s", text);
	run.decision.outcome[1].unusual = 1u << FACT_PINNED;
	check(!strcmp(words_expected(&run, text, sizeof(text)), "UC/WB"), "%s", text);
	run.decision.outcome[1].unusual = 0;
	run.decision.possible |= 1u << WT;
	check(!strcmp(words_expected(&run, text, sizeof(text)), "not known"), "%s", text);
	for (key = 0; key < OUTCOME_COUNT; key++)
		run.decision.outcome[key].unusual = 1u << FACT_PINNED;
	check(!strcmp(words_expected(&run, text, sizeof(text)), "UC/WC/WT/WB"), "%s", text);
	run.decision.possible = 0;
	check(!*words_expected(&run, text, sizeof(text)), "nothing is possible: %s", text);

	/* A superpage that the rule splits, by the worst of its pieces. */
	run = run_of(WB, OUTCOME_SPLIT, VERDICT_MISMATCH);
	run.decision.outcome[OUTCOME_SPLIT].step = SPECIAL_WB;
	run.pieces.outcomes = 1u << WB | 1u << UC;
	run.pieces.worst = UC;
	run.pieces.severity = run.severity = SEVERITY_DANGER;
	check(strstr(words_sentence(&run, text, sizeof(text)), "; its pieces would be UC/WB; ") &&
		      strstr(words_effect(&run, text, sizeof(text)), "must not be cached"),
	      "%s", text);
	run.pieces.severity = SEVERITY_SLOW;
	check(!strstr(words_sentence(&run, text, sizeof(text)), "; its pieces"), "%s", text);
}

static void test_bugs(void)
{
	static const struct bug both = { .id = "B1", .also = "B2", .text = "it is left over" };
	static const struct bug one = { .id = "B3", .text = "it is left over" };
	struct columns columns = { .set = COLUMNS_AUDIT };
	struct run run = run_of(WB, UC, VERDICT_MISMATCH);
	struct error err;
	struct row row;
	char text[600];
	char *line = NULL;
	size_t size;
	FILE *stream = open_memstream(&line, &size);

	if (!stream ||
	    !check(!columns_parse(&columns, "bug,severity,step,expected", &err), "%s", err.text))
		return;
	run.bug = &both;
	row = row_of_run(&run);
	columns_print(&columns, &row, stream);
	run.bug = &one;
	columns_print(&columns, &row, stream);
	run.bug = NULL;
	columns_print(&columns, &row, stream);
	run.first.has_raw = true;
	run.first.raw = 0x1234;
	run.verdict = VERDICT_OK;
	columns_print(&columns, &row, stream);
	run.verdict = VERDICT_PENDING;
	columns_print(&columns, &row, stream);
	fclose(stream);
	check(strstr(line, "B1/B2") && strstr(line, "B3") && strstr(line, "MTRR_MERGE") &&
		      strstr(line, "danger"),
	      "%s", line);
	free(line);
	run.verdict = VERDICT_MISMATCH;
	run.bug = &one;
	check(strstr(words_sentence(&run, text, sizeof(text)), ": it is left over") != NULL, "%s",
	      text);
	/* Pieces and bugs in JSON. */
	run.bug = &both;
	run.accepted = true;
	run.pieces.outcomes = 1u << WB | 1u << UCI;
	begin_said();
	{
		struct jsonwrite json = { .stream = stdout };

		json_open(&json, NULL, '{');
		columns_json(COLUMNS_AUDIT, &json, &row);
		json_close(&json, '}');
	}
	end_said();
	unfold_said();
	check(strstr(said, "\"bugs\":[\"B1\",\"B2\"]") && strstr(said, "\"accepted\":true") &&
		      strstr(said,
			     "\"pieces\":[{\"emt\":\"WB\",\"ipat\":false},{\"emt\":\"UC\",\"ipat\":true}]"),
	      "%s", said);
	free(said);
}

static void test_column_names(void)
{
	struct columns columns = { .set = COLUMNS_AUDIT };
	char many[200] = "gfn";
	struct error err;
	int i;

	check(columns_parse(&columns, "", &err) == -EINVAL && strstr(err.text, "a name is missing"),
	      "%s", err.text);
	check(columns_parse(&columns, "gfn,none", &err) == -EINVAL &&
		      strstr(err.text, "no column 'none'; the columns are gfn, "),
	      "%s", err.text);
	for (i = 1; i < COLUMNS_MAX; i++)
		strcat(many, ",gfn");
	check(!columns_parse(&columns, many, &err) && columns.count == COLUMNS_MAX, "%s", err.text);
	strcat(many, ",mfn");
	check(columns_parse(&columns, many, &err) == -EINVAL &&
		      strstr(err.text, "too many columns"),
	      "%s", err.text);
	check(columns_have(&columns, "gfn") && !columns_have(&columns, "mfn"), "which there are");
}

/* ---- facts ---- */

static void test_facts(void)
{
	struct question question = { .gfn = 0x10, .mfn = 0x20, .classes = P2M_CLASS_RAM };
	struct mtrr_fact vcpu = { .how = HOW_MEASURED,
				  .how_var = HOW_MEASURED,
				  .known = MTRR_KNOWN_ALL };
	struct facts facts;
	char text[128];

	facts_init(&facts);
	facts.rules = 3;
	check(strstr(words_fact(&facts, FACT_RULES, text, sizeof(text)), " or ") != NULL, "%s",
	      text);
	facts.rules = 0;
	check(!*words_fact(&facts, FACT_RULES, text, sizeof(text)), "%s", text);
	check(!strcmp(words_fact(&facts, FACT_IOMMU, text, sizeof(text)), "unknown"), "%s", text);
	facts.nr_pages = (struct fact_number){ 5000, HOW_MEASURED };
	check(!strcmp(words_fact(&facts, FACT_NR_PAGES, text, sizeof(text)), "5000"), "%s", text);
	facts.apic_access_mfn = (struct fact_number){ 5000, HOW_MEASURED };
	check(!strcmp(words_fact(&facts, FACT_APIC_ACCESS_MFN, text, sizeof(text)), "0x1388"), "%s",
	      text);
	facts.special.how = facts.mmio_ro.how = HOW_MEASURED;
	check(!strcmp(words_fact(&facts, FACT_SPECIAL, text, sizeof(text)), "none") &&
		      !strcmp(words_fact_at(&facts, FACT_SPECIAL, &question, text, sizeof(text)),
			      "not in it") &&
		      !strcmp(words_fact_at(&facts, FACT_MMIO_RO, &question, text, sizeof(text)),
			      "not listed"),
	      "%s", text);
	ranges_add(&facts.special.ranges, 0x20, 0x20);
	check(!strcmp(words_fact(&facts, FACT_SPECIAL, text, sizeof(text)), "1 frame") &&
		      !strcmp(words_fact_at(&facts, FACT_SPECIAL, &question, text, sizeof(text)),
			      "in it"),
	      "%s", text);
	question.order = 9;
	question.mfn = 0;
	check(!strcmp(words_fact_at(&facts, FACT_SPECIAL, &question, text, sizeof(text)),
		      "partly in it"),
	      "%s", text);
	question.order = 0;
	facts.ram.how = HOW_MEASURED;
	ranges_add(&facts.ram.ranges, 0, 0xff);
	check(strstr(words_fact(&facts, FACT_MEMORY_MAP, text, sizeof(text)), "1 MiB RAM") != NULL,
	      "%s", text);
	/* pins */
	facts.how_pins = HOW_MEASURED;
	facts_add_pin(&facts, 0, 5, 6);
	facts_add_pin(&facts, 0x100, 0x105, 6);
	check(!strcmp(words_fact_at(&facts, FACT_PINNED, &question, text, sizeof(text)),
		      "not in it"),
	      "%s", text);
	facts_add_pin(&facts, 8, 0x1f, 1);
	check(!strcmp(words_fact_at(&facts, FACT_PINNED, &question, text, sizeof(text)),
		      "WC in 0x8-0x1f"),
	      "%s", text);
	/* registers */
	facts.no_vcpu = HOW_MEASURED;
	check(!strcmp(words_fact(&facts, FACT_GUEST_MTRR, text, sizeof(text)), "no vCPU") &&
		      !strcmp(words_fact_at(&facts, FACT_GUEST_MTRR, &question, text, sizeof(text)),
			      "no vCPU: WB"),
	      "%s", text);
	facts.no_vcpu = HOW_UNKNOWN;
	facts_add_vcpu(&facts, &vcpu);
	check(!strcmp(words_fact(&facts, FACT_GUEST_MTRR, text, sizeof(text)), "disabled (UC)"),
	      "%s", text);
	vcpu.state.def_type = 0x806;
	facts_add_vcpu(&facts, &vcpu);
	check(!strcmp(words_fact(&facts, FACT_GUEST_MTRR, text, sizeof(text)),
		      "disabled (UC), 2 vCPUs") &&
		      !strcmp(words_fact_at(&facts, FACT_GUEST_MTRR, &question, text, sizeof(text)),
			      "UC here for vCPU 0, WB here for vCPU 1"),
	      "%s", text);
	facts.vcpus[0].state.def_type = 0x806;
	check(!strcmp(words_fact(&facts, FACT_GUEST_MTRR, text, sizeof(text)),
		      "default WB, 2 vCPUs") &&
		      !strcmp(words_fact_at(&facts, FACT_GUEST_MTRR, &question, text, sizeof(text)),
			      "WB here"),
	      "%s", text);
	/* the rest */
	facts.host = vcpu;
	check(!strcmp(words_fact(&facts, FACT_HOST_MTRR, text, sizeof(text)), "default WB") &&
		      !strcmp(words_fact(&facts, FACT_HOST_MTRR_VAR, text, sizeof(text)),
			      "0 valid") &&
		      !strcmp(words_fact(&facts, FACT_GUEST_MTRR_VAR, text, sizeof(text)),
			      "0 valid"),
	      "%s", text);
	facts.how_registers = facts.how_devices = HOW_MEASURED;
	facts_add_registers(&facts, 0, &(struct paging_registers){ .cr0 = 1 });
	devices_add(&facts.devices, 1, 2, "HPET", "", "");
	check(!strcmp(words_fact(&facts, FACT_VCPUS, text, sizeof(text)), "1 vCPUs") &&
		      !strcmp(words_fact(&facts, FACT_DEVICES, text, sizeof(text)),
			      "1 range of frames"),
	      "%s", text);
	question.classes = P2M_CLASS_MMIO_DIRECT | P2M_CLASS_GRANT_FOREIGN;
	check(!strcmp(words_fact_at(&facts, FACT_P2M_TYPE, &question, text, sizeof(text)),
		      "mmio_direct or granted or foreign"),
	      "%s", text);
	question.classes |= P2M_CLASS_RAM;
	check(!strcmp(words_fact_at(&facts, FACT_P2M_TYPE, &question, text, sizeof(text)),
		      "RAM or mmio_direct or granted or foreign"),
	      "%s", text);
	facts_clear(&facts);
}

/* ---- stretches ---- */

static void test_stretches(void)
{
	static const struct device_range device = { .part = "HPET" };
	struct stretch first, whole, next;
	struct run run = run_of(WB, UC, VERDICT_MISMATCH);
	unsigned int i;

	stretch_of_run(&run, &first);
	run.first.gfn = run.gfn_last = 0x101;
	run.first.mfn = 0x201;
	stretch_of_run(&run, &next);
	whole = first;
	check(stretch_join(&whole, &next) && whole.last == 0x101 && whole.entries == 2 &&
		      whole.mfn_contiguous,
	      "the same goes on");
	next.mfn = 0x300;
	whole = first;
	check(stretch_join(&whole, &next) && !whole.mfn_contiguous, "in other frames");
	for (i = 0; i < 12; i++) {
		struct stretch other = next;

		switch (i) {
		case 0:
			other.first++;
			break;
		case 1:
			other.shown[0] = UC;
			break;
		case 2:
			other.shown[1] = WT;
			break;
		case 3:
			other.verdict = VERDICT_OK;
			break;
		case 4:
			other.severity = SEVERITY_DIFFERS;
			break;
		case 5:
			other.bug = "B1";
			break;
		case 6:
			other.effect = "same";
			break;
		case 7:
			other.unusual = true;
			break;
		case 8:
			other.accepted = true;
			break;
		case 9:
			other.step[i % 2] = PINNED;
			break;
		case 10:
			other.device = &device;
			break;
		default:
			strcpy(other.expected, "WC/UC");
			break;
		}
		whole = first;
		check(!stretch_join(&whole, &other) && !memcmp(&whole, &first, sizeof(whole)),
		      "difference %u is not one", i);
	}
	next.step[0] = PINNED;
	whole = first;
	check(!stretch_join(&whole, &next), "who decided before is another");
}

static struct dump dump;

static void map_in(enum format format, struct ranges *gfns)
{
	static const struct device_range device = { .part = "HPET" };
	static const struct source_info info = { .kind = "capture", .name = "a name" };
	static const struct bug bug = { .id = "B1", .text = "it is left over" };
	struct map map = { .format = format, .gfns = gfns };
	struct run run = run_of(WB, UC, VERDICT_MISMATCH);
	struct error err = { "" };
	int rc;

	begin_said();
	map.json.stream = stdout;
	rc = map_begin(&map, &info, &err);
	map_domain(&map, &dump);
	run.bug = &bug;
	run.device = &device;
	map_run(&map, &run);
	run.first.gfn = run.gfn_last = 0x101;
	run.bug = NULL;
	run.device = NULL;
	map_run(&map, &run);
	run = run_of(WB, WB, VERDICT_OK_IF);
	run.first.gfn = 0x200;
	run.gfn_last = 0xfffff;
	run.decision.outcome[WB].assumes = run.decision.outcome[WB].unusual = 1u << FACT_PINNED;
	map_run(&map, &run);
	run = run_of(WB, WB, VERDICT_INHERITED);
	run.first.gfn = run.gfn_last = UINT64_C(0x4000000000);
	map_run(&map, &run);
	map_domain_end(&map, &dump);
	if (!rc)
		rc = map_end(&map, false, 3, true, &err);
	end_said();
	unfold_said();
	check(!rc, "%s", err.text);
}

static void test_map(void)
{
	struct ranges gfns = { .count = 0 };

	memset(&dump, 0, sizeof(dump));
	dump.domid = 5;
	facts_init(&dump.facts);
	snprintf(dump.reason, sizeof(dump.reason), "%s", "lines were lost");
	ranges_add(&dump.not_seen, 0x300, 0x3ff);
	map_in(FORMAT_TEXT, &gfns);
	check(strstr(said, "danger B1") && strstr(said, "HPET") && strstr(said, "if unusual") &&
		      strstr(said, "inherited") && strstr(said, "incomplete: lines were lost") &&
		      strstr(said, "not seen, or not all of it: 0x300000-0x3fffff"),
	      "%s", said);
	free(said);
	map_in(FORMAT_JSON, &gfns);
	check(strstr(said, "\"reason\":\"lines were lost\"") && strstr(said, "\"mismatch\":2"),
	      "%s", said);
	free(said);
	map_in(FORMAT_SVG, &gfns);
	check(strstr(said, "<svg") && strstr(said, "danger, B1") && strstr(said, ", incomplete"),
	      "%s", said);
	free(said);
	dump.complete = true;
	ranges_add(&gfns, 0x100, UINT64_C(0x5000000000));
	map_in(FORMAT_JSON, &gfns);
	check(strstr(said, "\"reason\":null") && strstr(said, "\"gap\""), "%s", said);
	free(said);
	ranges_clear(&gfns);
	ranges_clear(&dump.not_seen);
}

/* ---- what a guest gets ---- */

static struct effective_run mapping_at(uint64_t gva, uint64_t gfn)
{
	struct effective_run run = { .mapping = { gva, gfn, 1, 0, 1 },
				     .asked = 1,
				     .effective = 0,
				     .half = -1,
				     .became = BECAME_WEAKER,
				     .taken_by = 1u << TAKER_IPAT | 1u << TAKER_EMT };

	run.backing.mapped = true;
	run.backing.emt = 0;
	run.backing.ipat = true;
	run.backing.guest = BACKING_UNKNOWN;
	return run;
}

static void test_words_of_mappings(void)
{
	struct effective_run run = mapping_at(0x1000, 1);
	char text[128];

	check(!strcmp(words_became(&run, text, sizeof(text)), "weaker: because of EMT, iPAT") ||
		      strstr(text, "EMT, iPAT"),
	      "%s", text);
	run.became = BECAME_UNKNOWN;
	check(strstr(words_became(&run, text, sizeof(text)), "next touch") != NULL, "%s", text);
	run.backing.mapped = false;
	check(!strcmp(words_became(&run, text, sizeof(text)), "leads nowhere"), "%s", text);
	check(!strcmp(words_asked(&run, text, sizeof(text)), "WC (PAT 1)"), "%s", text);
	run.mapping.pat = PAGING_NO_PAT;
	check(!strcmp(words_asked(&run, text, sizeof(text)), "WC"), "%s", text);
}

/* One space of a domain, of these mappings. */
static void space_in(enum format format, struct effective_run *runs, size_t count,
		     struct effective_summary *summary, struct conflicts *conflicts,
		     unsigned int gaps)
{
	static const struct paging_registers registers = {
		.cr0 = 0x80000001, .cr4 = 0x20, .efer = 0x500, .cr3 = 0x1000
	};
	static const struct source_info info = { .kind = "capture", .name = "a name" };
	static struct effective_space space;
	struct effective_report report = { .format = format };
	size_t i;

	space = (struct effective_space){ .dump = &dump,
					  .registers = &registers,
					  .vcpu_count = 2,
					  .vcpus = { 0, 3 },
					  .summary = summary,
					  .conflicts = conflicts,
					  .gap_count = gaps };
	for (i = 0; i < gaps && i < EFFECTIVE_GAPS; i++)
		space.gaps[i] =
			(struct effective_gap){ i << 21, (i << 21) + 0x1fffff, i, "no page" };
	snprintf(space.reason, sizeof(space.reason), "%s", "too much");
	begin_said();
	report.json.stream = stdout;
	effective_begin(&report, &info);
	effective_space(&report, &space);
	for (i = 0; i < count; i++)
		effective_run(&report, &runs[i]);
	effective_space_end(&report, &space);
	effective_end(&report, false, 3);
	end_said();
	unfold_said();
}

static void test_effective(void)
{
	static const struct device_range device = { .part = "HPET" };
	static struct effective_run runs[64];
	static struct conflicts none, many;
	struct effective_summary summary = { .unmapped = 8192, .nowhere = 4096 };
	struct effective_summary nothing = { 0 };
	size_t i;

	summary.became[BECAME_WEAKER] = 4096;
	for (i = 0; i < 5; i++) /* the same page again and again */
		runs[i] = mapping_at(0x100000 + 0x3000 * i, 0x10);
	runs[5] = mapping_at(0x200000, 0xfee00); /* the local APIC */
	runs[6] = mapping_at(0x300000, 0xfee00);
	runs[6].taken_by = 0;
	runs[7] = mapping_at(0x400000, 0xfed00);
	runs[7].backing.device = &device;
	runs[8] = mapping_at(0x500000, 0x20);
	runs[8].effective = -1;
	runs[8].became = BECAME_UNKNOWN;
	runs[8].backing.emt = BACKING_UNKNOWN;
	runs[9] = mapping_at(0x600000, 0x21); /* like one another, but for one thing */
	runs[10] = mapping_at(0x601000, 0x21);
	runs[10].mapping.pages = 2;
	runs[11] = mapping_at(0x603000, 0x21);
	runs[11].mapping.order = 9;
	runs[12] = mapping_at(0x604000, 0x21);
	runs[12].mapping.pat = 3;
	runs[13] = mapping_at(0x605000, 0x21);
	runs[14] = mapping_at(0x606000, 0x21);
	runs[15] = mapping_at(0x609000, 0x21);
	for (i = 0; i < 30; i++) {
		conflicts_add(&many, 0x1000 + 2 * i, 1, 0);
		conflicts_add(&many, 0x1000 + 2 * i, 1, 6);
	}
	conflicts_settle(&many);
	space_in(FORMAT_TEXT, runs, 16, &summary, &many, 40);
	check(strstr(said, "vCPUs 0, 3: ") || strstr(said, "vCPU 0, 3: "), "%s", said);
	check(strstr(said, "and so 5 times, every 12 KiB, up to 0x10cfff") &&
		      strstr(said, "the local APIC, which the CPU emulates") &&
		      strstr(said, "HPET"),
	      "%s", said);
	check(strstr(said,
		     "gets 4 KiB of a type that is not known; 4 KiB weaker; 4 KiB lead nowhere") !=
		      NULL,
	      "%s", said);
	check(strstr(said, "gfn 0x1000 is mapped UC and WB, which is undefined") &&
		      strstr(said, "... and 10 more conflicts") &&
		      strstr(said, "... and 8 more gaps") && strstr(said, "incomplete: too much"),
	      "%s", said);
	free(said);
	many.full = true;
	summary = (struct effective_summary){ .unmapped = 4096, .nowhere = 4096 };
	space_in(FORMAT_TEXT, runs, 0, &summary, &many, 0);
	check(strstr(said, " 4 KiB lead nowhere") &&
		      strstr(said, "not all frames could be looked at for conflicts"),
	      "%s", said);
	free(said);
	space_in(FORMAT_TEXT, runs, 0, &nothing, &none, 0);
	check(strstr(said, "maps nothing") != NULL, "%s", said);
	free(said);
	space_in(FORMAT_JSON, runs, 16, &summary, &many, 40);
	check(strstr(said, "\"conflicts_complete\":false") && strstr(said, "HPET"), "%s", said);
	free(said);
	/* Without an EPT it is told what the guest asks for. */
	snprintf(dump.no_ept, sizeof(dump.no_ept), "%s", "the domain has no EPT");
	runs[0].backing.guest = 6;
	runs[0].half = 1;
	summary = (struct effective_summary){ .unmapped = 8192 };
	summary.half[6] = summary.half[1] = 2048;
	space_in(FORMAT_TEXT, runs, 9, &summary, &none, 0);
	check(strstr(said,
		     "the domain has no EPT: what Xen's own tables make of it is not known") &&
		      strstr(said,
			     "asks for WC 2 KiB, WB 2 KiB, 4 KiB of which the MTRRs are not known"),
	      "%s", said);
	free(said);
	summary = (struct effective_summary){ .unmapped = 8192 };
	space_in(FORMAT_TEXT, runs, 1, &summary, &none, 0);
	check(strstr(said, "asks for 8 KiB of which the MTRRs are not known") != NULL, "%s", said);
	free(said);
	space_in(FORMAT_TEXT, runs, 0, &nothing, &none, 0);
	check(strstr(said, "maps nothing") != NULL, "%s", said);
	free(said);
	space_in(FORMAT_JSONL, runs, 3, &summary, &none, 1);
	check(strstr(said, "\"guest_mtrr\":\"WB\"") && strstr(said, "\"guest_half\":\"WC\""), "%s",
	      said);
	free(said);
	conflicts_clear(&many);
	facts_clear(&dump.facts);
}

int main(void)
{
	test_sentences();
	test_all_pairs();
	test_verdicts();
	test_bugs();
	test_column_names();
	test_facts();
	test_stretches();
	test_map();
	test_words_of_mappings();
	test_effective();
	return test_end();
}
