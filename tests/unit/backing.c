/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What lies behind each gfn, and which mappings suffer from a finding: by every gfn of a small p2m,
 * in any order of asking.
 */
#include "audit/backing.h"
#include "audit/sufferers.h"
#include "rules/rulesets.h"
#include "test.h"
#include "x86/memtype.h"

#include <string.h>

#define RAM(at, frame, memtype, own)                                               \
	{                                                                          \
		.gfn = at, .mfn = frame, .rights = 7, .emt = memtype, .ipat = own, \
		.type = ENTRY_TYPE_UNKNOWN                                         \
	}

static const struct entry entries[] = {
	RAM(0x10, 0x1000, MEMTYPE_WB, true),
	RAM(0x11, 0x1001, MEMTYPE_WB, true),
	RAM(0x12, 0x5000, MEMTYPE_WB, true), /* whatever its frame: the same story */
	RAM(0x13, 0x5001, MEMTYPE_WB, false),
	RAM(0x14, 0x5002, MEMTYPE_UC, false),
	RAM(0x20, 0x5003, MEMTYPE_UC, false), /* behind a hole */
	{ .gfn = 0x21, .rights = 7, .mfn = 0x5004, .emt = MEMTYPE_UC, .type = P2M_RAM_BROKEN },
	{ .gfn = 0x22, .rights = 7, .pod = true, .type = P2M_POPULATE_ON_DEMAND },
	{ .gfn = 0x23, .rights = 0, .mfn = 1, .emt = MEMTYPE_WB, .type = ENTRY_TYPE_UNKNOWN },
	{ .gfn = 0x24, .rights = 2, .mfn = 2, .emt = MEMTYPE_WB, .type = ENTRY_TYPE_UNKNOWN },
	{ .gfn = 0x400, .mfn = 0x600, .order = 9, .rights = 7, .emt = MEMTYPE_WB },
	/* Types that there are not. */
	{ .gfn = 0x600, .mfn = 0x800, .rights = 7, .emt = 2, .type = 15 },
	{ .gfn = 0x601, .mfn = 0x801, .rights = 7, .emt = 2, .type = P2M_TYPE_COUNT },
};

static const struct {
	uint64_t first, last;
	int emt, ipat, mapped, ram;
} expected[] = {
	/* clang-format off */
	{ 0, 0xf, BACKING_UNKNOWN, 0, 0, 0 },
	{ 0x10, 0x12, MEMTYPE_WB, 1, 1, 1 },
	{ 0x13, 0x13, MEMTYPE_WB, 0, 1, 1 },
	{ 0x14, 0x14, MEMTYPE_UC, 0, 1, 1 },
	{ 0x15, 0x1f, BACKING_UNKNOWN, 0, 0, 0 },
	{ 0x20, 0x20, MEMTYPE_UC, 0, 1, 1 },
	{ 0x21, 0x21, MEMTYPE_UC, 0, 1, 0 },
	{ 0x22, 0x23, BACKING_UNKNOWN, 0, 0, 0 }, /* nothing is there, for two reasons */
	{ 0x24, 0x24, MEMTYPE_WB, 0, 1, 0 },
	{ 0x25, 0x3ff, BACKING_UNKNOWN, 0, 0, 0 },
	{ 0x400, 0x5ff, MEMTYPE_WB, 0, 1, 1 },
	{ 0x600, 0x601, BACKING_UNKNOWN, 0, 1, 1 },
	{ 0x602, UINT64_MAX, BACKING_UNKNOWN, 0, 0, 0 },
	/* clang-format on */
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void look(struct backings *backings, uint64_t gfn)
{
	struct backing found = backings_find(backings, gfn);
	size_t i = 0;

	while (gfn > expected[i].last)
		i++;
	check(found.first == expected[i].first && found.last == expected[i].last &&
		      found.emt == expected[i].emt && found.ipat == expected[i].ipat &&
		      found.mapped == expected[i].mapped && found.ram == expected[i].ram &&
		      !found.pending && !found.device,
	      "gfn %#lx: %#lx to %#lx, EMT %u, iPAT %d, mapped %d, RAM %d", (long)gfn,
	      (long)found.first, (long)found.last, found.emt, found.ipat, found.mapped, found.ram);
}

static void test_find(void)
{
	static const uint64_t edges[] = { 0,	 0xf,	0x10,	 0x12,	    0x13,  0x14,
					  0x15,	 0x1f,	0x20,	 0x21,	    0x22,  0x23,
					  0x24,	 0x25,	0x3ff,	 0x400,	    0x5ff, 0x600,
					  0x601, 0x602, 1 << 20, UINT64_MAX };
	struct backings backings;
	struct facts facts;
	size_t i, k;

	facts_init(&facts); /* of no rule set: nothing is decided */
	if (!check(!backings_begin(&backings, &facts), "begins"))
		return;
	backings_add(&backings, entries, COUNT(entries));
	backings_add(&backings, &entries[3], 1); /* a gfn for the second time */
	check(!backings.failed, "there was memory");
	/* From each to each: what was found before must not matter. */
	for (i = 0; i < COUNT(edges); i++)
		for (k = 0; k < COUNT(edges); k++) {
			look(&backings, edges[i]);
			look(&backings, edges[k]);
		}
	backings_clear(&backings);
	facts_clear(&facts);
}

/* What is pending is what the rules make of it, where they leave no choice. */
static void test_pending(void)
{
	struct entry pending = RAM(0x10, 0x1000, 7, false);
	struct backings backings;
	struct backing found;
	struct facts facts;
	int io;

	pending.pending = true;
	for (io = -1; io <= 1; io++) {
		facts_init(&facts);
		facts.rules = 1u << RULES_4_19;
		facts.iommu = (struct fact_bool){ io > 0, io < 0 ? HOW_UNKNOWN : HOW_GIVEN };
		facts.cache_flush = facts.cache_control = facts.iommu;
		facts.special.how = HOW_GIVEN;
		facts.mmio_ro.how = HOW_GIVEN;
		facts.mmio_ro_complete = true;
		facts.how_pins = HOW_GIVEN;
		pending.type = P2M_RAM_RW;
		if (!check(!backings_begin(&backings, &facts), "begins"))
			return;
		backings_add(&backings, &pending, 1);
		found = backings_find(&backings, 0x10);
		check(found.pending && found.mapped, "pending, and mapped");
		/* Without an IOMMU it is WB, whatever else; with one the MTRRs decide. */
		check(io ? found.emt == BACKING_UNKNOWN && !found.ipat
			 : found.emt == MEMTYPE_WB && found.ipat,
		      "IOMMU %d: EMT %u, iPAT %d", io, found.emt, found.ipat);
		backings_clear(&backings);
		facts_clear(&facts);
	}
}

/* What will be split has no type of its own until then. */
static void test_pending_split(void)
{
	struct entry entry = RAM(0x200, 0x1000, 7, false);
	struct backings backings;
	struct backing found;
	struct facts facts;

	facts_init(&facts);
	facts.rules = 1u << RULES_4_19;
	facts.iommu = facts.cache_flush = (struct fact_bool){ true, HOW_GIVEN };
	ranges_add(&facts.mfn_valid.ranges, 0, 0xffff);
	facts.mfn_valid.how = facts.special.how = facts.mmio_ro.how = HOW_GIVEN;
	facts.mmio_ro_complete = true;
	facts_add_pin(&facts, 0x200, 0x2ff, MEMTYPE_UC);
	facts.how_pins = facts.no_vcpu = HOW_GIVEN;
	entry.order = 9;
	entry.type = P2M_RAM_RW;
	entry.pending = true;
	if (!check(!backings_begin(&backings, &facts), "begins"))
		return;
	backings_add(&backings, &entry, 1);
	found = backings_find(&backings, 0x210);
	check(found.pending && found.mapped && found.emt == BACKING_UNKNOWN, "EMT %u", found.emt);
	/* A run of what is not mapped is one story. */
	entry = (struct entry){
		.gfn = 0x400, .pod = true, .rights = 7, .type = ENTRY_TYPE_UNKNOWN
	};
	backings_add_run(&backings, &entry, 0x20);
	found = backings_find(&backings, 0x41f);
	check(!found.mapped && found.first == 0x400 && found.last == 0x41f, "PoD");
	backings_clear(&backings);
	facts_clear(&facts);
}

/* The types of both sides' MTRRs are told where these made the entry what it is, for certain. */
static void test_merged(void)
{
	struct entry entry = RAM(0x10, 0x1000, MEMTYPE_UC, false);
	struct mtrr_fact mtrr = { .known = MTRR_KNOWN_ALL, .how = HOW_GIVEN, .how_var = HOW_GIVEN };
	static const struct {
		bool iommu;
		enum how how;
		unsigned int emt;
		bool ipat, told;
	} rows[] = {
		{ true, HOW_GIVEN, MEMTYPE_UC, false, true },
		{ true, HOW_UNKNOWN, MEMTYPE_UC, false, false }, /* WB! is possible, too */
		{ true, HOW_GIVEN, MEMTYPE_WB, false, false },	 /* a finding */
		{ false, HOW_GIVEN, MEMTYPE_WB, true, false },	 /* MTRRs are not asked */
	};
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		struct backings backings;
		struct backing found;
		struct facts facts;

		facts_init(&facts);
		facts.rules = 1u << RULES_4_19;
		facts.iommu = (struct fact_bool){ rows[i].iommu, rows[i].how };
		facts.cache_flush = (struct fact_bool){ false, HOW_GIVEN };
		facts.special.how = facts.mmio_ro.how = facts.how_pins = HOW_GIVEN;
		facts.mmio_ro_complete = true;
		mtrr.state.def_type = MTRR_DEF_TYPE_E | MEMTYPE_WT;
		facts.host = mtrr;
		mtrr.state.def_type = MTRR_DEF_TYPE_E | MEMTYPE_WC;
		facts_add_vcpu(&facts, &mtrr);
		entry.type = P2M_RAM_RW;
		entry.emt = rows[i].emt;
		entry.ipat = rows[i].ipat;
		backings_begin(&backings, &facts);
		backings_add(&backings, &entry, 1);
		found = backings_find(&backings, 0x10);
		check(found.guest == (rows[i].told ? MEMTYPE_WC : BACKING_UNKNOWN) &&
			      found.host == (rows[i].told ? MEMTYPE_WT : BACKING_UNKNOWN),
		      "row %zu: guest %u, host %u", i, found.guest, found.host);
		backings_clear(&backings);
		facts_clear(&facts);
	}
}

/* The guest's MTRRs make gfns 0x200 and up UC, the host's frames 0x5000 and up. */
static void two_halves(struct facts *facts)
{
	struct mtrr_fact mtrr = { .known = MTRR_KNOWN_ALL, .how = HOW_GIVEN, .how_var = HOW_GIVEN };

	facts_init(facts);
	facts->rules = 1u << RULES_4_19;
	facts->iommu = (struct fact_bool){ true, HOW_GIVEN };
	facts->cache_flush = (struct fact_bool){ false, HOW_GIVEN };
	facts->special.how = facts->mmio_ro.how = facts->how_pins = HOW_GIVEN;
	facts->mmio_ro_complete = true;
	mtrr.state.def_type = MTRR_DEF_TYPE_E | MEMTYPE_WB;
	mtrr.state.var_count = 1;
	mtrr.state.var[0].mask = (~UINT64_C(0x1fffff) & UINT64_C(0xfffffff000)) | MTRR_MASK_VALID;
	mtrr.state.var[0].base = 0x5000000 | MEMTYPE_UC;
	facts->host = mtrr;
	mtrr.state.var[0].base = 0x200000 | MEMTYPE_UC;
	facts_add_vcpu(facts, &mtrr);
}

/* Neighbours with one type are of one story only where all of it is the same. */
static void test_stories(void)
{
	static const struct paging_registers registers = { .cr0 = UINT64_C(1) << 31,
							   .pat = UINT64_C(0x0007040600070106) };
	struct mapping mapping = { .gva = 0x1000, .gfn = 0x1fd, .pages = 9 };
	struct entry frames[] = {
		RAM(0x1fd, 0x5000, MEMTYPE_UC, false), /* of the host */
		RAM(0x1fe, 0x5001, MEMTYPE_UC, false),
		RAM(0x1ff, 0x6000, MEMTYPE_UC, false), /* a finding: nobody says UC */
		RAM(0x200, 0x6001, MEMTYPE_UC, false), /* of the guest */
		RAM(0x201, 0x5002, MEMTYPE_UC, false), /* of both */
		RAM(0x202, 0x5003, MEMTYPE_UC, false), /* both, and pending */
		RAM(0x203, 0x5004, MEMTYPE_UC, false), /* both, a device's */
		RAM(0x204, 0x5005, MEMTYPE_UC, false), /* another's */
		RAM(0x205, 0x5006, MEMTYPE_UC, false),
	};
	static const unsigned char ends[] = { 1, 2, 3, 4, 5, 6, 8 };
	struct ranges all = { .count = 0 };
	struct effective effective;
	struct backings backings;
	struct facts facts;
	size_t i;

	two_halves(&facts);
	devices_add(&facts.devices, 0x5004, 0x5004, "BAR 0", "0000:00:02.0", "");
	devices_add(&facts.devices, 0x5005, 0x5006, "BAR 0", "0000:00:03.0", "");
	for (i = 0; i < COUNT(frames); i++)
		frames[i].type = P2M_RAM_RW;
	frames[5].pending = true;
	if (!check(!backings_begin(&backings, &facts), "begins"))
		return;
	backings_add(&backings, frames, COUNT(frames));
	check(backings.count == 7, "%zu stories", backings.count);
	for (i = 0; i < backings.count; i++)
		check(backings.list[i].last == UINT64_C(0x1fd) + ends[i] &&
			      backings.list[i].emt == MEMTYPE_UC,
		      "story %zu ends at %#lx", i, (long)backings.list[i].last);
	/* And so do runs of the guest's. */
	memset(&effective, 0, sizeof(effective));
	effective.registers = &registers;
	effective.backings = &backings;
	effective.gvas = effective.gfns = &all;
	effective_add(&effective, &mapping);
	effective_finish(&effective);
	check(effective.summary.runs == 7 && effective.summary.bytes[MEMTYPE_UC] == 9 * 4096,
	      "%lu runs", (long)effective.summary.runs);
	backings_clear(&backings);
	facts_clear(&facts);
}

/* Where the rule has a split, a guest suffers if it gets another type than it asked for. */
static void test_split_sufferers(void)
{
	static const struct {
		enum became became;
		int effective;
		bool split, suffers;
	} cases[] = {
		{ BECAME_WEAKER, MEMTYPE_UC, true, true },
		{ BECAME_STRONGER, MEMTYPE_WB, true, true },
		{ BECAME_AS_ASKED, MEMTYPE_UC, true, false },
		{ BECAME_UNKNOWN, -1, true, false },
		{ BECAME_UNKNOWN, -1, false, false },
		{ BECAME_AS_ASKED, MEMTYPE_UC, false, true },
		{ BECAME_AS_ASKED, MEMTYPE_WB, false, false },
	};
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		struct held_findings held = { NULL, 0 };
		struct run run = { .first = { .gfn = 0x100, .rights = 7 }, .gfn_last = 0x1ff };
		struct effective_run mapping = { .mapping = { .gfn = 0x1f0, .pages = 0x20 },
						 .asked = MEMTYPE_WB };
		unsigned int key = cases[i].split ? OUTCOME_SPLIT : OUTCOME_KEY(MEMTYPE_WB, 0u);

		run.decision.possible = 1u << key;
		mapping.became = cases[i].became;
		mapping.effective = cases[i].effective;
		check(held_add(&held, &run) && !held_mapping(&held, &mapping), "no memory");
		check(held.list[0].sufferers.count == cases[i].suffers &&
			      (!cases[i].suffers ||
			       held.list[0].sufferers.list[0].mapping.pages == 0x10),
		      "case %zu: %zu suffer", i, held.list[0].sufferers.count);
		held_clear(&held);
	}
}

/* So many are kept, and no more. */
static void test_room(void)
{
	struct held_findings held = { NULL, 0 };
	struct run run = { .first = { .rights = 7 } };
	unsigned int i;

	for (i = 0; i < FINDINGS_HELD; i++) {
		run.first.gfn = run.gfn_last = 2 * i;
		check_each(held_add(&held, &run), "finding %u is not kept", i);
	}
	check(!held_add(&held, &run), "%zu are kept", held.count);
	held_clear(&held);
}

/* A run is as its entries one by one; a device's frames are told apart. */
static void test_runs(void)
{
	struct entry first = RAM(0x100, 0x8000, MEMTYPE_WB, true);
	struct backings one, other;
	struct facts facts;
	struct entry entry;
	uint64_t gfn;
	int i;

	facts_init(&facts);
	if (!check(!backings_begin(&one, &facts) && !backings_begin(&other, &facts), "begin"))
		return;
	backings_add_run(&one, &first, 0x40);
	entry = first;
	for (i = 0; i < 0x40; i++) {
		backings_add(&other, &entry, 1);
		entry_advance(&entry, 1);
	}
	/* Over gfns that are known, and beyond them. */
	first.gfn = 0x130;
	first.emt = MEMTYPE_UC;
	backings_add_run(&one, &first, 0x20);
	for (i = 0; i < 0x20; i++) {
		entry = first;
		entry_advance(&entry, i);
		backings_add(&other, &entry, 1);
	}
	check(one.count == 2 && other.count == 2, "%zu and %zu stories", one.count, other.count);
	for (gfn = 0xff; gfn <= 0x151; gfn++) {
		struct backing a = backings_find(&one, gfn), b = backings_find(&other, gfn);

		check(a.first == b.first && a.last == b.last && a.emt == b.emt &&
			      a.mapped == (gfn >= 0x100 && gfn < 0x150) &&
			      (!a.mapped || a.emt == (gfn < 0x140 ? MEMTYPE_WB : MEMTYPE_UC)),
		      "gfn %#lx: %#lx to %#lx, EMT %u", (long)gfn, (long)a.first, (long)a.last,
		      a.emt);
	}
	backings_clear(&one);
	backings_clear(&other);
	facts_clear(&facts);
}

/* Without an EPT the guest's own MTRRs are told, if all vCPUs have the same. */
static void test_without(void)
{
	struct mtrr_fact mtrr = { .known = MTRR_KNOWN_ALL, .how = HOW_GIVEN, .how_var = HOW_GIVEN };
	struct backings backings;
	struct backing found;
	struct facts facts;

	facts_init(&facts);
	mtrr.state.def_type = MTRR_DEF_TYPE_E | MEMTYPE_WB;
	mtrr.state.var_count = 1;
	mtrr.state.var[0].base = 0x8000000 | MEMTYPE_UC; /* gfns 0x8000 to 0x81ff */
	mtrr.state.var[0].mask = (~UINT64_C(0x1fffff) & UINT64_C(0xfffffff000)) | MTRR_MASK_VALID;
	if (!check(!backings_begin_without(&backings, &facts), "begins"))
		return;
	found = backings_find(&backings, 5);
	check(found.guest == BACKING_UNKNOWN && !found.mapped, "no vCPU is known");
	backings_clear(&backings);
	facts_add_vcpu(&facts, &mtrr);
	facts_add_vcpu(&facts, &mtrr);
	backings_begin_without(&backings, &facts);
	check(backings_find(&backings, 0x7fff).guest == MEMTYPE_WB, "before the range");
	found = backings_find(&backings, 0x8000);
	check(found.guest == MEMTYPE_UC && found.first == 0x8000 && found.last == 0x81ff &&
		      found.emt == BACKING_UNKNOWN,
	      "in it: %u, %#lx to %#lx", found.guest, (long)found.first, (long)found.last);
	check(backings_find(&backings, 0x81ff).guest == MEMTYPE_UC, "at its end");
	check(backings_find(&backings, 0x8200).guest == MEMTYPE_WB, "behind it");
	backings_clear(&backings);
	facts.vcpus[1].state.var[0].mask = 0;
	backings_begin_without(&backings, &facts);
	check(backings_find(&backings, 0x8100).guest == BACKING_UNKNOWN, "two vCPUs differ");
	check(backings_find(&backings, 0x9000).guest == MEMTYPE_WB, "they do not differ there");
	backings_clear(&backings);
	facts_clear(&facts);
}

/* gvas first to last of gfns from gfn on, which are asked for as WB and get effective. */
static struct effective_run mapped(uint64_t gva, uint64_t gfn, uint64_t pages, int effective)
{
	struct effective_run run = { .asked = MEMTYPE_WB, .effective = effective };

	run.mapping.gva = gva;
	run.mapping.gfn = gfn;
	run.mapping.pages = pages;
	return run;
}

static void test_sufferers(void)
{
	const uint8_t should = OUTCOME_KEY(MEMTYPE_WB, 1);
	struct held_findings held = { .list = NULL };
	struct effective_run run;
	struct run finding;
	unsigned int i;
	struct ranges gfns = { 0 };

	memset(&finding, 0, sizeof(finding));
	finding.verdict = VERDICT_MISMATCH;
	finding.decision.possible = 1u << should;
	finding.first.gfn = 0x100;
	finding.gfn_last = 0x1ff;
	check(held_add(&held, &finding), "the first is kept");
	finding.first.gfn = 0x300;
	finding.gfn_last = 0x30f;
	check(held_add(&held, &finding), "the second, too");
	check(!held_frames(&held, &gfns) && gfns.count == 2 && gfns.range[0].first == 0x100 &&
		      gfns.range[0].last == 0x1ff && gfns.range[1].last == 0x30f,
	      "their frames");
	ranges_clear(&gfns);

	/* Over both, and what lies between. */
	run = mapped(0x7000000, 0x1f0, 0x200, MEMTYPE_UC);
	check(!held_mapping(&held, &run), "there is memory");
	check(held.list[0].sufferers.count == 1 && held.list[1].sufferers.count == 1,
	      "one of each: %zu, %zu", held.list[0].sufferers.count, held.list[1].sufferers.count);
	check(held.list[0].sufferers.list[0].mapping.gva == 0x7000000 &&
		      held.list[0].sufferers.list[0].mapping.pages == 0x10,
	      "the end of the first");
	check(held.list[1].sufferers.list[0].mapping.gva == 0x7000000 + (0x110 << 12) &&
		      held.list[1].sufferers.list[0].mapping.gfn == 0x300 &&
		      held.list[1].sufferers.list[0].mapping.pages == 0x10,
	      "all of the second");
	/* As it should be, of no known type, and beside. */
	run = mapped(0x1000, 0x100, 1, MEMTYPE_WB);
	held_mapping(&held, &run);
	run = mapped(0x1000, 0x100, 1, -1);
	held_mapping(&held, &run);
	run = mapped(0x1000, 0xff, 1, MEMTYPE_UC);
	held_mapping(&held, &run);
	run = mapped(0x1000, 0x200, 0x100, MEMTYPE_UC);
	held_mapping(&held, &run);
	check(held.list[0].sufferers.count == 1 && held.list[1].sufferers.count == 1, "no more");
	/* The last page is the first of a finding. */
	run = mapped(0x1000, 0x2f0, 0x11, MEMTYPE_UC);
	held_mapping(&held, &run);
	check(held.list[1].sufferers.count == 2 &&
		      held.list[1].sufferers.list[1].mapping.gva == 0x1000 + (0x10 << 12) &&
		      held.list[1].sufferers.list[1].mapping.pages == 1,
	      "one page of the second: %zu", held.list[1].sufferers.count);

	/* Some are told, the others counted. */
	for (i = 1; i < SUFFERERS_EACH + 3; i++) {
		run = mapped((uint64_t)i << 12, 0x1ff, 1, MEMTYPE_UC);
		held_mapping(&held, &run);
	}
	check(held.list[0].sufferers.count == SUFFERERS_EACH && held.list[0].sufferers.more == 3,
	      "%zu told, %lu counted", held.list[0].sufferers.count,
	      (long)held.list[0].sufferers.more);
	check(!held.list[1].sufferers.more, "of the other none");
	finding.first.gfn = finding.gfn_last = 0x1000;
	for (i = 2; i < FINDINGS_HELD; i++)
		held_add(&held, &finding);
	check(held.count == FINDINGS_HELD && !held_add(&held, &finding), "there is an end");
	held_clear(&held);
	check(!held.count && !held.list, "nothing is held");
}

int main(void)
{
	test_find();
	test_pending();
	test_pending_split();
	test_merged();
	test_stories();
	test_split_sufferers();
	test_room();
	test_runs();
	test_without();
	test_sufferers();
	return test_end();
}
