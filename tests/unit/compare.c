/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a change of outcome means to a guest, and that unknown facts are the same before and after.
 */
#include "audit/compare.h"
#include "model/pdx.h"
#include "test.h"
#include "x86/memtype.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define UC  OUTCOME_KEY(MEMTYPE_UC, 0u)
#define UCI OUTCOME_KEY(MEMTYPE_UC, 1u)
#define WC  OUTCOME_KEY(MEMTYPE_WC, 0u)
#define WCI OUTCOME_KEY(MEMTYPE_WC, 1u)
#define WT  OUTCOME_KEY(MEMTYPE_WT, 0u)
#define WTI OUTCOME_KEY(MEMTYPE_WT, 1u)
#define WB  OUTCOME_KEY(MEMTYPE_WB, 0u)
#define WBI OUTCOME_KEY(MEMTYPE_WB, 1u)

/* Worked by hand from the table of the SDM. */
static const struct {
	unsigned int before, after;
	enum effect effect;
} effects[] = {
	{ UCI, UC, EFFECT_FASTER },  { UC, UCI, EFFECT_SAFER },	 { UC, WB, EFFECT_WEAKER },
	{ WB, UC, EFFECT_SAFER },    { WBI, WB, EFFECT_SAFER },	 { WB, WBI, EFFECT_WEAKER },
	{ WBI, UCI, EFFECT_SAFER },  { UC, WC, EFFECT_FASTER },	 { WC, UC, EFFECT_SAFER },
	{ WT, WB, EFFECT_WEAKER },   { WB, WT, EFFECT_SAFER },	 { WB, WB, EFFECT_SAME },
	{ WCI, WT, EFFECT_WEAKER }, /* though PAT UC and UC- are UC now */
	{ WT, WC, EFFECT_SAFER },   /* though PAT UC- is WC now */
	{ WCI, UC, EFFECT_SAFER },  /* all but PAT WC were WC */
	{ UCI, WCI, EFFECT_FASTER }, { WBI, WTI, EFFECT_SAFER }, { WC, WC, EFFECT_SAME },
};

static struct change last;
static unsigned int changes;

static void emit(void *opaque, const struct change *change)
{
	(void)opaque;
	last = *change;
	changes++;
}

static const struct compare_summary *compare_one(struct compare **compare,
						 const struct facts *facts, unsigned int before,
						 unsigned int after, const struct entry *entry)
{
	changes = 0;
	*compare = compare_new(facts, before, after, emit, NULL);
	compare_entries(*compare, entry, 1);
	return compare_finish(*compare);
}

/* Guest MTRRs are not known: sets that merge them alike do not differ for that. */
static void unknown_facts(void)
{
	struct entry ram = { .gfn = 0x100, .mfn = 0x100, .rights = 7, .type = P2M_RAM_RW };
	const struct compare_summary *summary;
	struct compare *compare;
	struct facts facts;

	facts_init(&facts);
	facts.iommu = (struct fact_bool){ true, HOW_GIVEN };
	ranges_add(&facts.ram.ranges, 0, 0xffff);
	facts.ram.how = HOW_GIVEN;
	pdx_mfn_valid(&facts);
	summary = compare_one(&compare, &facts, RULES_4_17, RULES_4_19, &ram);
	check(!changes && !summary->open.entries && summary->all.entries == 1,
	      "alike, whatever the guest's MTRRs");
	compare_free(compare);

	/* Where one follows MTRRs of which nothing is known, nothing is said. */
	ram.type = P2M_MMIO_DIRECT;
	summary = compare_one(&compare, &facts, RULES_4_19, RULES_MMIO_GUEST_MTRR_2024_06, &ram);
	check(!changes && summary->open.entries == 1 && summary->open_facts & 1u << FACT_GUEST_MTRR,
	      "open for the guest's MTRRs: %u changes, facts %#x", changes, summary->open_facts);
	compare_free(compare);

	/* But where it is another type for all of them, it is said. */
	ram.mfn = 0x100000;
	summary = compare_one(&compare, &facts, RULES_4_17, RULES_MMIO_GUEST_MTRR_2024_06, &ram);
	check(changes == 1 && last.before == UCI && last.possible_after >> WB & 1,
	      "UC! becomes something else: %u changes", changes);
	check(last.after == WB, "as usual WB: %#x", last.after);
	compare_free(compare);
	ram.mfn = 0x100;

	/* A type that is not known: RAM as usual, but it may be granted. */
	ram.type = ENTRY_TYPE_UNKNOWN;
	ram.rights = 3;
	summary = compare_one(&compare, &facts, RULES_4_15, RULES_4_16, &ram);
	check(!changes && summary->open.entries == 1 && summary->open_facts & 1u << FACT_P2M_TYPE,
	      "open for the type: %u changes, facts %#x", changes, summary->open_facts);
	compare_free(compare);
	facts_clear(&facts);
}

/*
 * RAM, or granted and then WB by both. As RAM one follows the host's MTRRs, and only their ranges
 * may have changed since boot: that has a usual value, so they differ.
 */
static void host_assumed(void)
{
	struct entry page = { .gfn = 0x200, .mfn = 0x400, .rights = 3, .type = ENTRY_TYPE_UNKNOWN };
	const struct compare_summary *summary;
	struct compare *compare;
	struct facts facts;

	facts_init(&facts);
	facts.iommu = facts.cache_flush = (struct fact_bool){ false, HOW_GIVEN };
	ranges_add(&facts.mfn_valid.ranges, 0, 0xffff);
	facts.mfn_valid.how = facts.special.how = facts.how_pins = facts.no_vcpu = HOW_GIVEN;
	facts.host.known = MTRR_KNOWN_ALL;
	facts.host.known.var = 0;
	facts.host.how = HOW_LOG;
	facts.host.how_var = HOW_ASSUMED;
	facts.host.state.def_type = MTRR_DEF_TYPE_E | MEMTYPE_WB;
	facts.host.state.var_count = 8;
	summary = compare_one(&compare, &facts, ruleset_parse("merges"), ruleset_parse("no-io"),
			      &page);
	check(changes == 1 && last.before == WB && last.after == WBI && !summary->open.entries,
	      "ranges assumed: %u changes, %lu open", changes, (long)summary->open.entries);
	compare_free(compare);
	/* Where nothing is known of them, nothing is said. */
	facts.host.how = facts.host.how_var = HOW_UNKNOWN;
	compare_one(&compare, &facts, ruleset_parse("merges"), ruleset_parse("no-io"), &page);
	check(!changes, "nothing known: %u changes", changes);
	compare_free(compare);
	facts_clear(&facts);
}

/* Each may decide all that the other may, but not at the same time: that is open, not the same. */
static void same_outcomes(void)
{
	struct entry page = { .gfn = 0x200, .mfn = 0x400, .rights = 7, .type = P2M_MMIO_DIRECT };
	const struct compare_summary *summary;
	struct compare *compare;
	struct facts facts;

	facts_init(&facts);
	summary = compare_one(&compare, &facts, ruleset_parse("invalid-first"),
			      ruleset_parse("invalid-later"), &page);
	check(!changes && summary->open.entries == 1 &&
		      summary->open_facts & 1u << FACT_MFN_VALID &&
		      summary->open_facts & 1u << FACT_IOMMU,
	      "same outcomes: %u changes, facts %#x", changes, summary->open_facts);
	compare_free(compare);
	facts_clear(&facts);
}

/* The APIC access page is a special page, but direct MMIO, which 4.11 decides by its frame. */
static void apic_page(void)
{
	struct entry page = {
		.gfn = 0xfee00, .mfn = 0x500, .rights = 7, .type = ENTRY_TYPE_UNKNOWN
	};
	const struct compare_summary *summary;
	struct compare *compare;
	struct facts facts;

	facts_init(&facts);
	facts.cache_flush = (struct fact_bool){ true, HOW_GIVEN };
	ranges_add(&facts.ram.ranges, 0, 0xffff);
	facts.ram.how = HOW_GIVEN;
	pdx_mfn_valid(&facts);
	ranges_add(&facts.special.ranges, 0x500, 0x500);
	facts.special.how = HOW_GIVEN;
	facts.no_vcpu = HOW_GIVEN;
	summary = compare_one(&compare, &facts, RULES_4_11, RULES_4_14, &page);
	check(!changes && summary->all.entries == 1, "WB! by both: %u changes", changes);
	compare_free(compare);
	facts_clear(&facts);
}

static void load_sets(void)
{
	char path[] = "/tmp/rules.XXXXXX";
	FILE *file = fdopen(mkstemp(path), "w");
	struct error err = { "" };

	fputs("no-pins: NO_IO_WB MTRR_MERGE\n"
	      "merges: GRANT_FOREIGN_WB MTRR_MERGE\n"
	      "no-io: GRANT_FOREIGN_WB NO_IO_WB MTRR_MERGE\n"
	      "invalid-first: INVALID_UC NO_IO_WB_ANY MMIO_UC MTRR_MERGE\n"
	      "invalid-later: NO_IO_WB_ANY INVALID_UC MMIO_UC MTRR_MERGE\n",
	      file);
	fclose(file);
	check(!ruleset_load(path, &err), "%s", err.text);
	unlink(path);
}

/* 4.16 splits what 4.17 keeps whole; a guest sees no difference. */
static void splits(void)
{
	struct entry page = {
		.gfn = 0x200, .mfn = 0x400, .order = 9, .rights = 3, .type = P2M_RAM_RW
	};
	const struct compare_summary *summary;
	struct compare *compare;
	struct facts facts;

	facts_init(&facts);
	facts.iommu = (struct fact_bool){ true, HOW_GIVEN };
	facts.special.how = HOW_GIVEN;
	ranges_add(&facts.special.ranges, 0x400, 0x5ff);
	ranges_add(&facts.mfn_valid.ranges, 0, 0xffff);
	facts.mfn_valid.how = HOW_GIVEN;
	summary = compare_one(&compare, &facts, RULES_4_16, RULES_4_17, &page);
	check(changes == 1 && last.before == OUTCOME_SPLIT && last.after == WBI &&
		      summary->by_effect[EFFECT_SAME].pages == 512,
	      "special pages: %u changes, effect %s", changes, effect_name(last.effect));
	compare_free(compare);

	/* Half of it pinned UC: 4.19 splits, a set without pins keeps it WB. */
	ranges_clear(&facts.special.ranges);
	facts.no_vcpu = HOW_GIVEN;
	facts.host.known = MTRR_KNOWN_ALL;
	facts.host.how = facts.host.how_var = HOW_GIVEN;
	facts.host.state.def_type = MTRR_DEF_TYPE_E | MEMTYPE_WB;
	facts_add_pin(&facts, 0x200, 0x2ff, MEMTYPE_UC);
	facts.how_pins = HOW_GIVEN;
	summary = compare_one(&compare, &facts, RULES_4_19, ruleset_parse("no-pins"), &page);
	check(changes == 1 && last.before == OUTCOME_SPLIT && last.after == WB &&
		      summary->by_effect[EFFECT_WEAKER].entries == 1,
	      "partly pinned: %u changes, effect %s", changes, effect_name(last.effect));
	compare_free(compare);
	facts_clear(&facts);
}

static void runs(void)
{
	struct entry entries[6];
	const struct compare_summary *summary;
	struct compare *compare;
	struct facts facts;
	unsigned int i;

	facts_init(&facts);
	ranges_add(&facts.mfn_valid.ranges, 0, 0xffff);
	facts.mfn_valid.how = HOW_GIVEN;
	memset(entries, 0, sizeof(entries));
	for (i = 0; i < 6; i++) {
		entries[i].gfn = 0x1000 + i;
		entries[i].mfn = 0x20000 + i * 2; /* scattered: one run all the same */
		entries[i].rights = 7;
		entries[i].type = P2M_MMIO_DIRECT;
	}
	entries[3].mfn = 0x100; /* valid */
	entries[5].rights = 0;	/* not present: no rule is asked */
	changes = 0;
	compare = compare_new(&facts, RULES_4_17, RULES_4_19, emit, NULL);
	compare_entries(compare, entries, 2);
	compare_entries(compare, entries + 2, 4);
	summary = compare_finish(compare);
	check(changes == 2 && last.first.gfn == 0x1004 && last.entries == 1, "%u runs", changes);
	check(summary->all.entries == 5 && summary->by_effect[EFFECT_FASTER].entries == 4,
	      "%u of %u entries", (unsigned int)summary->by_effect[EFFECT_FASTER].entries,
	      (unsigned int)summary->all.entries);
	compare_free(compare);
	facts_clear(&facts);
}

/* Frames 0-0xff are not mfn_valid(); there is an IOMMU; guest and host are WB. */
static void machine(struct facts *facts)
{
	facts_init(facts);
	facts->iommu = (struct fact_bool){ true, HOW_GIVEN };
	facts->cache_flush = (struct fact_bool){ false, HOW_GIVEN };
	ranges_add(&facts->mfn_valid.ranges, 0x100, 0xfffff);
	facts->mfn_valid.how = facts->special.how = facts->mmio_ro.how = HOW_GIVEN;
	facts->mmio_ro_complete = true;
	facts->how_pins = HOW_GIVEN;
	facts->no_vcpu = HOW_GIVEN;
	facts->host.state.def_type = MTRR_DEF_TYPE_E | MEMTYPE_WB;
	facts->host.known = MTRR_KNOWN_ALL;
	facts->host.how = facts->host.how_var = HOW_GIVEN;
}

static struct entry page(uint64_t gfn, uint64_t mfn, unsigned int order, unsigned int type)
{
	return (struct entry){
		.gfn = gfn, .mfn = mfn, .order = order, .rights = 7, .emt = MEMTYPE_WB, .type = type
	};
}

/* The changes as text: entries, and the effect's first letter. */
static void note(void *opaque, const struct change *change)
{
	char *text = opaque;
	size_t used = strlen(text);

	snprintf(text + used, 64 - used, "%u%c ", (unsigned int)change->entries,
		 effect_name(change->effect)[0]);
}

/* What is asked once holds for entries of one kind only. */
static void kinds(void)
{
	struct entry first = page(0x1000, 0x10, 0, P2M_RAM_RW);
	struct {
		const char *why, *changes;
		unsigned int before, after;
		struct entry a, b;
		unsigned int differing;
		uint64_t weaker, faster; /* pages */
	} cases[] = {
		{ "RAM", "2w ", RULES_4_17, RULES_4_19, first, first, 2, 2, 0 },
		{ "RAM and direct MMIO", "1w 1f ", RULES_4_17, RULES_4_19, first, first, 2, 1, 1 },
		{ "a valid frame", "1w ", RULES_4_17, RULES_4_19, first, first, 1, 1, 0 },
		{ "gfns apart", "1w 1w ", RULES_4_17, RULES_4_19, first, first, 2, 2, 0 },
		{ "a superpage", "1w 1w ", RULES_4_17, RULES_4_19, first, first, 2, 513, 0 },
		{ "PoD", "1w ", RULES_4_17, RULES_4_19, first, first, 1, 1, 0 },
		{ "not present", "1w ", RULES_4_17, RULES_4_19, first, first, 1, 1, 0 },
		{ "rights that granted pages have: open", "", RULES_4_15, RULES_4_16, first, first,
		  1, 0, 0 },
		{ "the other way round", "", RULES_4_16, RULES_4_15, first, first, 1, 0, 0 },
	};
	unsigned int i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		cases[i].b.gfn++, cases[i].b.mfn++;
	cases[1].b.type = P2M_MMIO_DIRECT;
	cases[2].b.mfn = 0x100;
	cases[3].b.gfn++;
	cases[4].a = page(0xe00, 0, 9, P2M_RAM_RW);
	cases[4].b = page(0x1000, 0x10, 0, P2M_RAM_RW);
	cases[5].b.pod = true;
	cases[6].b.rights = 0;
	for (i = 7; i < 9; i++) {
		cases[i].a.type = cases[i].b.type = ENTRY_TYPE_UNKNOWN;
		cases[i].a.mfn = 0x110;
		cases[i].b.mfn = 0x111;
		cases[i].b.rights = 3;
	}
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct entry both[2] = { cases[i].a, cases[i].b };
		const struct compare_summary *totals;
		struct compare *compare;
		char told[64] = "";
		struct facts facts;

		machine(&facts);
		if (i >= 7) { /* all of it is RAM, so not direct MMIO */
			ranges_add(&facts.ram.ranges, 0, 0xfffff);
			facts.ram.how = HOW_GIVEN;
		}
		compare = compare_new(&facts, cases[i].before, cases[i].after, note, told);
		compare_entries(compare, both, 2);
		totals = compare_finish(compare);
		check(!strcmp(told, cases[i].changes), "%s: %s, not %s", cases[i].why, told,
		      cases[i].changes);
		check(totals->by_effect[EFFECT_WEAKER].pages == cases[i].weaker &&
			      totals->by_effect[EFFECT_FASTER].pages == cases[i].faster,
		      "%s: %u pages weaker, %u faster", cases[i].why,
		      (unsigned int)totals->by_effect[EFFECT_WEAKER].pages,
		      (unsigned int)totals->by_effect[EFFECT_FASTER].pages);
		compare_free(compare);
		facts_clear(&facts);
	}
}

int main(void)
{
	size_t i;

	for (i = 0; i < sizeof(effects) / sizeof(effects[0]); i++) {
		unsigned int before = effects[i].before, after = effects[i].after;

		check(effect_between(before, after) == effects[i].effect, "effect %zu: %s", i,
		      effect_name(effect_between(before, after)));
	}
	load_sets();
	unknown_facts();
	host_assumed();
	same_outcomes();
	apic_page();
	runs();
	splits();
	kinds();
	return test_end();
}
