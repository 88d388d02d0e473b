/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A made-up p2m, its types as one rule set decides them: that set, or one that decides all of them
 * alike, must fit best; and a set that differs must be told apart by an entry that shows it.
 */
#include "audit/fit.h"
#include "model/pdx.h"
#include "rules/question.h"
#include "test.h"
#include "x86/memtype.h"

#include <string.h>

#define MANY 4096

static struct entry entries[MANY];
static size_t count;

static void add(uint64_t gfn, uint64_t mfn, unsigned int order, unsigned int type)
{
	struct entry *entry = &entries[count++];

	memset(entry, 0, sizeof(*entry));
	entry->gfn = gfn;
	entry->mfn = mfn;
	entry->order = order;
	entry->rights = order ? 3 : 7;
	entry->type = type;
	if (type == P2M_GRANT_MAP_RW)
		entry->rights = 3;
}

/* RAM to frame 0x3ffff; frame 0x100000 and up is MMIO of no group with RAM. */
static void make_p2m(struct facts *facts, bool io)
{
	struct mtrr_fact guest = { .known = MTRR_KNOWN_ALL,
				   .how = HOW_GIVEN,
				   .how_var = HOW_GIVEN };
	unsigned int i;

	facts_init(facts);
	facts->iommu = (struct fact_bool){ false, HOW_GIVEN };
	facts->cache_flush = (struct fact_bool){ io, HOW_GIVEN };
	facts->cache_control = (struct fact_bool){ io, HOW_GIVEN };
	facts->iommu_snoop = (struct fact_bool){ true, HOW_GIVEN };
	ranges_add(&facts->ram.ranges, 0, 0x3ffff);
	facts->ram.how = HOW_GIVEN;
	pdx_mfn_valid(facts);
	facts->mmio_ro.how = HOW_GIVEN;
	facts->mmio_ro_complete = true;
	ranges_add(&facts->special.ranges, 0x5000, 0x5007);
	ranges_add(&facts->special.ranges, 0x6000, 0x61ff);
	facts->special.how = HOW_GIVEN;
	facts->apic_access_mfn = (struct fact_number){ 0x4fff, HOW_GIVEN };
	facts_add_pin(facts, 0x3000, 0x30ff, MEMTYPE_WC);
	facts->how_pins = HOW_GIVEN;
	guest.state.def_type = MTRR_DEF_TYPE_E | MEMTYPE_WB;
	guest.state.var_count = 2;
	guest.state.var[0].base = 0x8000000 | MEMTYPE_UC; /* gfns 0x8000-0x81ff */
	guest.state.var[0].mask = (~UINT64_C(0x1fffff) & UINT64_C(0xfffffff000)) | MTRR_MASK_VALID;
	guest.state.var[1].base = 0xe0000000 | MEMTYPE_WC; /* gfns 0xe0000-0xe01ff */
	guest.state.var[1].mask = guest.state.var[0].mask;
	facts_add_vcpu(facts, &guest);
	facts->host = guest;
	facts->host.state.var_count = 0;
	count = 0;
	for (i = 0; i < 64; i++)
		add(i, 0x1000 + i * 3, 0, P2M_RAM_RW);
	for (i = 0; i < 8; i++)
		add(0x800 + i, 0x5000 + i, 0, P2M_RAM_RW); /* special, one by one */
	add(0x1000, 0x6000, 9, P2M_RAM_RW);		   /* all of a superpage special */
	add(0x2000, 0x2000, 9, P2M_RAM_RW);
	for (i = 0; i < 32; i++)
		add(0x3000 + i, 0x9000 + i * 2, 0, P2M_RAM_RW); /* pinned */
	for (i = 0; i < 16; i++)
		add(0x8000 + i, 0xa000 + i * 2, 0, P2M_GRANT_MAP_RW); /* granted, guest UC */
	add(0xc0000, 0x100000, 9, P2M_MMIO_DIRECT);
	add(0xe0000, 0x100200, 9, P2M_MMIO_DIRECT); /* guest WC */
	for (i = 0; i < 32; i++)
		add(0xf0000 + i, 0x100400 + i * 3, 0, P2M_MMIO_DIRECT);
}

/* As that rule set would have it; a split becomes pieces no more: it is left out. */
static void decide_all(const struct facts *facts, unsigned int rules)
{
	struct facts one = *facts;
	size_t i, kept = 0;

	one.rules = 1u << rules;
	for (i = 0; i < count; i++) {
		struct window window = WINDOW_ALL;
		struct question question;
		struct decision decision;
		unsigned int key;

		question_put(&one, &entries[i], &question, &window);
		decide(&one, &question, &decision);
		key = __builtin_ctz(decision.possible);
		check_each(decision.possible == 1u << key, "everything is known");
		if (key == OUTCOME_SPLIT)
			continue;
		entries[kept] = entries[i];
		entries[kept].emt = key & 7;
		entries[kept++].ipat = key >> 3;
	}
	count = kept;
}

static void one(unsigned int rules, bool io)
{
	struct fit fit = { .entries = 0 };
	struct facts facts, other;
	struct fit_reader *reader;
	uint32_t best;
	unsigned int id;
	size_t i;

	make_p2m(&facts, io);
	decide_all(&facts, rules);
	reader = fit_begin(&fit, &facts, 1);
	for (i = 0; i < count; i += 7)
		fit_entries(reader, entries + i, i + 7 < count ? 7 : count - i);
	fit_end(reader);
	best = fit_best(&fit, UINT32_MAX);
	check_each(!fit.rc && fit.entries == count, "%zu of %zu entries judged",
		   (size_t)fit.entries, count);
	check_each(best >> rules & 1 && !fit_contradicted(&fit, rules),
		   "%s%s: itself fits, sets %#x do", ruleset(rules)->name, io ? " with I/O" : "",
		   best);
	for (id = 0; id < ruleset_count(); id++) {
		const struct fit_group *group;
		uint64_t differ = 0, apart;

		other = facts;
		other.rules = 1u << id;
		for (i = 0; i < count; i++) {
			struct window window = WINDOW_ALL;
			struct question question;
			struct decision decision;

			question_put(&other, &entries[i], &question, &window);
			decide(&other, &question, &decision);
			differ +=
				!(decision.possible >> OUTCOME_KEY(entries[i].emt,
								   (unsigned int)entries[i].ipat) &
				  1);
		}
		check_each(fit_contradicted(&fit, id) == differ,
			   "%s by %s: %llu contradictions, not %llu", ruleset(rules)->name,
			   ruleset(id)->name, (unsigned long long)fit_contradicted(&fit, id),
			   (unsigned long long)differ);
		check_each((best >> id & 1) == !differ, "%s by %s: fits", ruleset(rules)->name,
			   ruleset(id)->name);
		group = fit_against(&fit, id, rules, &apart);
		check_each(apart == differ && !group == !differ, "%s by %s: told apart",
			   ruleset(rules)->name, ruleset(id)->name);
	}
	fit_clear(&fit);
	facts_clear(&facts);
}

/*
 * Direct MMIO that is WB!: a superpage of it may have been so by a rule set that decides for
 * domains without I/O first, but one of RAM is not what it was split from.
 */
static void not_from_ram(void)
{
	struct fit fit = { .entries = 0 };
	struct fit_reader *reader;
	struct facts facts;
	size_t i;

	make_p2m(&facts, false);
	ranges_clear(&facts.ram.ranges);
	ranges_add(&facts.ram.ranges, 0, 0x9f);
	ranges_add(&facts.ram.ranges, 0x100, 0x3ffff);
	count = 0;
	for (i = 0; i < 4; i++) {
		add(0xa0 + i, 0xa0 + i, 0, ENTRY_TYPE_UNKNOWN);
		entries[i].emt = MEMTYPE_WB;
		entries[i].ipat = true;
	}
	reader = fit_begin(&fit, &facts, 1);
	fit_entries(reader, entries, count);
	fit_end(reader);
	check(fit_contradicted(&fit, RULES_4_7) == 4, "MMIO split from RAM: %u",
	      (unsigned int)fit_contradicted(&fit, RULES_4_7));
	check(!fit_contradicted(&fit, RULES_4_5), "WB! by 4.5");
	check(fit.group_count == 1 && fit.groups[0].run_count == 1 &&
		      fit.groups[0].runs[0].first == 0xa0 && fit.groups[0].runs[0].last == 0xa3,
	      "one run of them");
	fit_clear(&fit);
	facts_clear(&facts);
}

/* Two pieces of a superpage that began with a frame that is not valid keep what it had. */
static void inherited(void)
{
	struct fit fit = { .entries = 0 };
	struct fit_reader *reader;
	struct facts facts;
	struct entry two[2] = {
		{ .gfn = 0x1100, .mfn = 0x200100, .rights = 7, .ipat = true, .type = P2M_RAM_RW },
		{ .gfn = 0x1101, .mfn = 0x200101, .rights = 7, .ipat = true, .type = P2M_RAM_RW },
	};

	make_p2m(&facts, true);
	ranges_clear(&facts.mfn_valid.ranges);
	ranges_add(&facts.mfn_valid.ranges, 0x200100, 0x2fffff);
	facts.mfn_valid.how = HOW_GIVEN;
	reader = fit_begin(&fit, &facts, 1);
	fit_entries(reader, two, 2);
	fit_end(reader);
	check(fit.entries == 2 && !fit_contradicted(&fit, RULES_4_17), "contradicted: %lu of %lu",
	      (long)fit_contradicted(&fit, RULES_4_17), (long)fit.entries);
	fit_clear(&fit);
	/* One alone tells nothing of a superpage. */
	reader = fit_begin(&fit, &facts, 1);
	fit_entries(reader, two, 1);
	fit_end(reader);
	check(fit_contradicted(&fit, RULES_4_17) == 1, "one alone: %lu",
	      (long)fit_contradicted(&fit, RULES_4_17));
	fit_clear(&fit);
	facts_clear(&facts);
}

/* A contradiction tells sets apart, or an unusual fact that the other set does not need. */
static void tells(void)
{
	static const struct {
		uint32_t contradicts, unusual;
		bool tells; /* against set 3, and not against set 1 */
	} cases[] = {
		{ 0, 0, false },
		{ 1 << 3, 0, true },
		{ 1 << 3 | 1 << 1, 0, false },
		{ 1 << 3, 1 << 1, true },
		{ 1 << 1, 0, false },
		{ 0, 1 << 3, true },
		{ 0, 1 << 3 | 1 << 1, false },
		{ 1 << 1, 1 << 3, false },
		{ 0, 1 << 1, false },
		{ 0, 1 << 2, false },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fit_group group = { .contradicts = cases[i].contradicts,
					   .unusual = cases[i].unusual };

		check(fit_tells(&group, 3, 1) == cases[i].tells, "contradicts %#x, unusual %#x",
		      cases[i].contradicts, cases[i].unusual);
	}
}

int main(void)
{
	unsigned int rules;

	not_from_ram();

	for (rules = 0; rules < ruleset_count(); rules++) {
		one(rules, false);
		one(rules, true);
	}
	inherited();
	tells();
	return test_end();
}
