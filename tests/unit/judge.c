/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The judge: which entries it calls inherited, where one run ends and the next begins, and what it
 * counts. The verdicts themselves are tested against a second implementation (tests/vectors).
 */
#include "unit/test.h"

#include "audit/inherit.h"
#include "audit/judge.h"
#include "rules/rulesets.h"
#include "x86/memtype.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define UC MEMTYPE_UC
#define WC MEMTYPE_WC
#define WB MEMTYPE_WB

/* What was emitted: a letter for each run's verdict and its number of entries. */
struct emitted {
	char text[64];
	struct run last;
};

static void note(void *opaque, const struct run *run)
{
	static const char letters[VERDICT_COUNT] = {
		[VERDICT_OK] = 'o',	 [VERDICT_OK_IF] = 'f',	  [VERDICT_INHERITED] = 'i',
		[VERDICT_PENDING] = 'p', [VERDICT_SKIPPED] = 's', [VERDICT_MISMATCH] = 'm',
	};
	struct emitted *emitted = opaque;
	size_t used = strlen(emitted->text);

	snprintf(emitted->text + used, sizeof(emitted->text) - used, "%c%u", letters[run->verdict],
		 (unsigned int)run->entries);
	emitted->last = *run;
}

/*
 * Everything is known: 4.17, an IOMMU, no special page, guest and host WB, but frames 0-0xff are
 * not mfn_valid(). So a superpage that begins at frame 0 is UC!, a page behind 0xff WB.
 */
static void machine(struct facts *facts)
{
	facts_init(facts);
	facts->rules = 1u << RULES_4_17;
	facts->iommu = (struct fact_bool){ true, HOW_GIVEN };
	facts->cache_flush = (struct fact_bool){ false, HOW_GIVEN };
	ranges_add(&facts->mfn_valid.ranges, 0x100, 0xfffff);
	facts->mfn_valid.how = facts->special.how = facts->mmio_ro.how = HOW_GIVEN;
	facts->mmio_ro_complete = true;
	facts->how_pins = HOW_GIVEN;
	facts->no_vcpu = HOW_GIVEN;
	facts->host.state.def_type = MTRR_DEF_TYPE_E | WB;
	facts->host.known = MTRR_KNOWN_ALL;
	facts->host.how = facts->host.how_var = HOW_GIVEN;
}

static struct entry page(uint64_t gfn, uint64_t mfn, unsigned int order, unsigned int emt,
			 bool ipat)
{
	return (struct entry){
		.gfn = gfn,
		.mfn = mfn,
		.order = order,
		.rights = 7,
		.emt = emt,
		.ipat = ipat,
		.type = P2M_RAM_RW,
	};
}

/* The runs of entries, all judged at once or one by one. */
static struct summary judged(const struct facts *facts, bool all, const struct entry *entries,
			     size_t count, bool at_once, struct emitted *emitted)
{
	struct judge *judge;
	struct summary summary;
	size_t i;

	memset(emitted, 0, sizeof(*emitted));
	judge = judge_new(facts, all, note, emitted);
	if (at_once)
		judge_entries(judge, entries, count);
	for (i = 0; i < count && !at_once; i++)
		judge_entries(judge, &entries[i], 1);
	summary = *judge_finish(judge);
	judge_free(judge);
	return summary;
}

/*
 * UC! is inherited beside another piece of a superpage that both could be pieces of, and ok-if one
 * is all that is left of it.
 */
static void test_inherited(void)
{
	const struct {
		const char *why, *runs;
		struct entry entries[3];
	} cases[] = {
		{ "two siblings",
		  "i2",
		  { page(0x1100, 0x100, 0, UC, 1), page(0x1101, 0x101, 0, UC, 1) } },
		{ "alone", "f1", { page(0x1100, 0x100, 0, UC, 1) } },
		{ "beside one that was changed",
		  "i1o1",
		  { page(0x1100, 0x100, 0, UC, 1), page(0x1101, 0x101, 0, WB, 0) } },
		{ "behind one that was changed",
		  "o1i1",
		  { page(0x1100, 0x100, 0, WB, 0), page(0x1101, 0x101, 0, UC, 1) } },
		{ "the frame beside is another",
		  "f1o1",
		  { page(0x1100, 0x100, 0, UC, 1), page(0x1101, 0x205, 0, WB, 0) } },
		{ "the gfn beside is another",
		  "f1o1",
		  { page(0x1100, 0x100, 0, UC, 1), page(0x1102, 0x101, 0, WB, 0) } },
		{ "the order is another",
		  "f1o1",
		  { page(0x11ff, 0x1ff, 0, UC, 1), page(0x1200, 0x200, 9, WB, 0) } },
		{ "they meet at the end of the superpage",
		  "f1o1",
		  { page(0x11ff, 0x1ff, 0, UC, 1), page(0x1200, 0x200, 0, WB, 0) } },
		{ "with a gap between",
		  "i1i1",
		  { page(0x1100, 0x100, 0, UC, 1), page(0x1108, 0x108, 0, UC, 1) } },
		{ "with a page of another in the gap",
		  "f1o1i1",
		  { page(0x1100, 0x100, 0, UC, 1), page(0x1104, 0x205, 0, WB, 0),
		    page(0x1108, 0x108, 0, UC, 1) } },
		{ "gfn and frame have other places in a superpage",
		  "m2",
		  { page(0x1100, 0x101, 0, UC, 1), page(0x1101, 0x102, 0, UC, 1) } },
		{ "pieces of 1G",
		  "i2",
		  { page(0x45000, 0x5000, 9, UC, 1), page(0x45200, 0x5200, 9, UC, 1) } },
		{ "pieces of pieces of it",
		  "i2",
		  { page(0x45000, 0x5000, 0, UC, 1), page(0x45001, 0x5001, 0, UC, 1) } },
		{ "no 1G there",
		  "m2",
		  { page(0x46000, 0x5000, 9, UC, 1), page(0x46200, 0x5200, 9, UC, 1) } },
		{ "not what the superpage had",
		  "m2",
		  { page(0x1100, 0x100, 0, UC, 0), page(0x1101, 0x101, 0, UC, 0) } },
		{ "one, then two",
		  "m1i2",
		  { page(0x1000, 0x300, 0, UC, 1), page(0x1100, 0x100, 0, UC, 1),
		    page(0x1101, 0x101, 0, UC, 1) } },
	};
	struct facts facts;
	unsigned int i, way;

	machine(&facts);
	for (i = 0; i < COUNT(cases); i++) {
		for (way = 0; way < 2; way++) {
			struct emitted emitted;
			size_t count = 0;

			while (count < 3 && cases[i].entries[count].rights)
				count++;
			judged(&facts, true, cases[i].entries, count, way, &emitted);
			check(!strcmp(emitted.text, cases[i].runs), "%s: %s, not %s", cases[i].why,
			      emitted.text, cases[i].runs);
			/* That it is what is left of a superpage is not usual, and is told. */
			if (emitted.last.verdict == VERDICT_OK_IF)
				check_each(emitted.last.decision.outcome[OUTCOME_KEY(UC, 1)]
							   .unusual == 1u << FACT_SPLIT,
					   "%s: it may be as usual", cases[i].why);
		}
	}
	facts_clear(&facts);
}

/* What two entries must have in common to be of one superpage. */
static void test_siblings(void)
{
	const struct entry first = page(0x1100, 0x100, 0, UC, 1);
	struct {
		const char *why;
		struct entry entry;
		unsigned int order;
		bool siblings;
	} cases[] = {
		{ "in one", page(0x11ff, 0x1ff, 0, UC, 1), 9, true },
		{ "of another type", page(0x1000, 0, 0, WB, 0), 9, true },
		{ "in the next", page(0x1200, 0x200, 0, UC, 1), 9, false },
		{ "of one of 1G", page(0x1200, 0x200, 0, UC, 1), 18, true },
		{ "a piece of 2M beside it", page(0x1200, 0x200, 9, UC, 1), 18, true },
		{ "2M itself", page(0x1000, 0, 9, UC, 1), 9, false },
		{ "frames apart", page(0x1101, 0x102, 0, UC, 1), 9, false },
		{ "not there", first, 9, false },
		{ "to be populated", first, 9, false },
	};
	unsigned int i;

	cases[7].entry.rights = 0;
	cases[8].entry.pod = true;
	for (i = 0; i < COUNT(cases); i++)
		check(entry_siblings(&first, &cases[i].entry, cases[i].order) ==
				      cases[i].siblings &&
			      entry_siblings(&cases[i].entry, &first, cases[i].order) ==
				      cases[i].siblings,
		      "%s", cases[i].why);
}

/* No entries are no run. */
static void test_nothing(void)
{
	const struct entry first = page(0x1100, 0x100, 0, UC, 1);
	struct emitted emitted = { .text = "" };
	struct facts facts;
	struct judge *judge;

	machine(&facts);
	judge = judge_new(&facts, true, note, &emitted);
	judge_run(judge, &first, 0);
	check(!judge_finish(judge)->entries && !*emitted.text, "none: %s", emitted.text);
	judge_free(judge);
	facts_clear(&facts);
}

/* What two neighbours must have in common to be one run. */
static void test_runs(void)
{
	struct entry first = page(0x400, 0x400, 0, WB, 0), pending = first, absent = first;
	struct {
		const char *why, *runs;
		struct entry a, b;
	} cases[] = {
		{ "all", "o2", first, first },
		{ "gfn", "o1o1", first, first },
		{ "type", "o1o1", first, first },
		{ "rights", "o1o1", first, first },
		{ "order", "o1o1", first, first },
		{ "EMT", "m1m1", first, first },
		{ "iPAT", "m1m1", first, first },
		{ "what is expected", "m1m1", first, first },
		{ "iPAT hidden", "p1p1", pending, pending },
		{ "pending", "s1s1", absent, absent },
		{ "PoD", "s1s1", absent, absent },
		{ "the step that decides", "m1m1", first, first },
		{ "the device", "o1o1", first, first },
		{ "the device, which RAM has none of", "o2", first, first },
		{ "frames, which only are told", "o2", first, first },
	};
	struct emitted emitted;
	struct facts facts;
	unsigned int i;

	for (i = 0; i < COUNT(cases); i++)
		cases[i].b.gfn++, cases[i].b.mfn++;
	cases[1].b.gfn++;
	cases[2].b.type = P2M_RAM_LOGDIRTY;
	cases[3].b.rights = 3;
	cases[4].a = page(0x400, 0x400, 9, WB, 0);
	cases[4].b = page(0x600, 0x600, 0, WB, 0);
	cases[5].a.emt = UC;
	cases[5].b.emt = WC;
	cases[6].a.emt = cases[6].b.emt = WC;
	cases[6].b.ipat = true;
	cases[7].a.emt = cases[7].b.emt = WC;
	cases[7].a.ipat = cases[7].b.ipat = true;
	cases[7].b.mfn = 0x700; /* special: WB!, not WB */
	cases[8].a.pending = cases[8].b.pending = cases[8].b.ipat_hidden = true;
	cases[9].a.rights = cases[9].b.rights = 0;
	cases[9].b.pending = true;
	cases[10].a.rights = cases[10].b.rights = 0;
	cases[10].b.pod = true;
	cases[11].a.mfn = 0x80;	 /* UC! for it is not mfn_valid() */
	cases[11].b.mfn = 0x800; /* UC! for it is read-only */
	cases[12].a.type = cases[12].b.type = P2M_MMIO_DIRECT;
	cases[12].a.emt = cases[12].b.emt = UC;
	cases[14].b.mfn = 0x900;
	machine(&facts);
	ranges_add(&facts.special.ranges, 0x700, 0x700);
	ranges_add(&facts.mmio_ro.ranges, 0x800, 0x800);
	check(!devices_add(&facts.devices, 0x401, 0x40f, "BAR 0", "", ""), "a device");
	for (i = 0; i < COUNT(cases); i++) {
		struct entry both[2] = { cases[i].a, cases[i].b };

		judged(&facts, true, both, 2, true, &emitted);
		check(!strcmp(emitted.text, cases[i].runs), "%s: %s, not %s", cases[i].why,
		      emitted.text, cases[i].runs);
	}
	check(!emitted.last.mfn_contiguous && emitted.last.gfn_last == 0x401, "frames apart");
	facts_clear(&facts);
}

/* What a run says that it rests on, each of its entries rests on. */
static void test_grounds_end_run(void)
{
	struct entry both[2] = { page(0x400, 0x400, 0, WB, 0), page(0x401, 0x401, 0, WB, 0) };
	struct emitted emitted;
	struct facts facts;

	/* Both can be WB or WB!, but the second was special once. */
	machine(&facts);
	facts.special.how = HOW_ASSUMED;
	ranges_add(&facts.special.ranges, 0x401, 0x401);
	judged(&facts, true, both, 2, true, &emitted);
	check(!strcmp(emitted.text, "f1f1"), "%s: two grounds", emitted.text);
	judged(&facts, false, both, 2, true, &emitted);
	check(!strcmp(emitted.text, "f1"), "%s: one of them is unusual", emitted.text);
	facts_clear(&facts);
}

/* WC where the rule says UC: of the guest's UC no host makes WC, of its WC one may have. */
static void test_bug_ends_run(void)
{
	struct entry both[2] = { page(0x400, 0x400, 0, WC, 0), page(0x401, 0x401, 0, WC, 0) };
	struct mtrr_fact guest = {
		.state = { .def_type = MTRR_DEF_TYPE_E | WC, .var_count = 1 },
		.known = MTRR_KNOWN_ALL,
		.how = HOW_GIVEN,
		.how_var = HOW_GIVEN,
	};
	struct emitted emitted;
	struct facts facts;

	guest.state.var[0].base = 0x401000 | UC;
	guest.state.var[0].mask = UINT64_C(0xfffffffff000) | MTRR_MASK_VALID;
	machine(&facts);
	facts.no_vcpu = HOW_UNKNOWN;
	facts_add_vcpu(&facts, &guest);
	facts.host.state.def_type = MTRR_DEF_TYPE_E | UC;
	judged(&facts, false, both, 2, true, &emitted);
	check(!strcmp(emitted.text, "m1m1"), "%s: two reasons", emitted.text);
	facts_clear(&facts);
}

/* Without all_runs: findings, and what is ok only if a fact is unusual. Counts are the same. */
static void test_emitted(void)
{
	struct entry entries[5] = {
		page(0x400, 0x400, 0, WB, 0), page(0x401, 0x401, 0, WB, 1),
		page(0x402, 0x402, 0, UC, 0), page(0x403, 0x403, 0, WB, 0),
		page(0x404, 0x404, 0, WB, 1),
	};
	struct emitted emitted;
	struct facts facts;
	unsigned int all;

	machine(&facts);
	facts.special.how = HOW_UNKNOWN; /* WB! is possible, but unusual */
	entries[4].pending = true;
	for (all = 0; all < 2; all++) {
		struct summary summary = judged(&facts, all, entries, 5, true, &emitted);

		check(!strcmp(emitted.text, all ? "f1f1m1f1p1" : "f1m1"), "emitted: %s",
		      emitted.text);
		check(summary.entries == 5 && summary.pages == 5 &&
			      summary.verdict[VERDICT_OK] == 0 &&
			      summary.verdict[VERDICT_OK_IF] == 3 &&
			      summary.verdict[VERDICT_MISMATCH] == 1 &&
			      summary.verdict[VERDICT_PENDING] == 1,
		      "verdicts counted");
		check(summary.unusual == 1 && summary.assumed[FACT_SPECIAL] == 3 &&
			      summary.severity[SEVERITY_SLOW] == 1,
		      "unusual %u, assumed %u, slow %u", (unsigned int)summary.unusual,
		      (unsigned int)summary.assumed[FACT_SPECIAL],
		      (unsigned int)summary.severity[SEVERITY_SLOW]);
	}
	facts_clear(&facts);
}

/* What need not be looked at, but is counted: as if it had been. */
static void test_repeat(void)
{
	static const struct {
		const char *why;
		bool special_known, repeatable;
		unsigned int emt, ipat;
		enum verdict verdict;
	} cases[] = {
		{ "ok", true, true, WB, 0, VERDICT_OK },
		{ "ok-if", false, true, WB, 0, VERDICT_OK_IF },
		{ "ok-if, but unusual", false, false, WB, 1, VERDICT_OK_IF },
		{ "mismatch", true, false, UC, 0, VERDICT_MISMATCH },
	};
	unsigned int i;

	for (i = 0; i < COUNT(cases); i++) {
		struct entry entry = page(0x400, 0x400, 0, cases[i].emt, cases[i].ipat), like;
		const struct summary *summary;
		struct emitted emitted = { .text = "" };
		struct window window;
		struct judge *judge;
		struct facts facts;
		bool repeatable;

		machine(&facts);
		facts.special.how = cases[i].special_known ? HOW_GIVEN : HOW_UNKNOWN;
		judge = judge_new(&facts, false, note, &emitted);
		judge_entries(judge, &entry, 1);
		repeatable = judge_repeatable(judge, &like, &window);
		check(repeatable == cases[i].repeatable, "%s: repeatable", cases[i].why);
		if (repeatable) {
			check(!memcmp(&like, &entry, sizeof(entry)) && window.mfn_first == 0x100 &&
				      window.mfn_last == 0xfffff,
			      "%s: like what, and where", cases[i].why);
			entry.gfn += 512;
			entry.mfn += 512;
			judge_repeat(judge, &entry, 512);
			check(judge_repeatable(judge, &like, &window) &&
				      !memcmp(&like, &entry, sizeof(entry)),
			      "%s: and again", cases[i].why);
		}
		summary = judge_finish(judge);
		check(summary->entries == (repeatable ? 513 : 1) &&
			      summary->pages == summary->entries &&
			      summary->verdict[cases[i].verdict] == summary->entries,
		      "%s: counted", cases[i].why);
		check(summary->assumed[FACT_SPECIAL] ==
			      (cases[i].special_known ? 0 : summary->entries),
		      "%s: assumed", cases[i].why);
		judge_free(judge);
		facts_clear(&facts);
	}
}

int main(void)
{
	test_inherited();
	test_siblings();
	test_nothing();
	test_runs();
	test_grounds_end_run();
	test_bug_ends_run();
	test_emitted();
	test_repeat();
	return test_end();
}
