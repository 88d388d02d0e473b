/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the pieces of a split superpage would be: random machines, asked piece by piece, against
 * audit/pieces.c, which passes over those for which an answer holds.
 */
#include "audit/pieces.h"

#include "rules/decide.h"
#include "test.h"
#include "x86/memtype.h"

#include <inttypes.h>
#include <string.h>

#define ROUNDS 600
#define GFN    0x200 /* of the superpage */
#define MFN    0x800

/* 4.17 with pins, valid frames and special pages that begin and end within the superpage. */
static void random_machine(struct facts *facts)
{
	unsigned int i;

	facts_init(facts);
	facts->rules = 1u << (one_in(2) ? RULES_4_17 : RULES_4_19);
	facts->iommu = (struct fact_bool){ true, HOW_GIVEN };
	facts->cache_flush = (struct fact_bool){ true, one_in(4) ? HOW_UNKNOWN : HOW_GIVEN };
	ranges_add(&facts->ram.ranges, 0, 0xfffff);
	facts->ram.how = HOW_GIVEN;
	ranges_add(&facts->mfn_valid.ranges, MFN, 0xfffff);
	for (i = below(3); i; i--) {
		uint64_t at = MFN + below(512);

		ranges_remove(&facts->mfn_valid.ranges, at, at + below(40));
	}
	for (i = below(4); i; i--) {
		uint64_t at = MFN + below(512);

		ranges_add(&facts->special.ranges, at, at + (one_in(2) ? 0 : below(100)));
	}
	for (i = below(4); i; i--) {
		uint64_t at = GFN + below(512);

		facts_add_pin(facts, at, at + (one_in(2) ? 0 : below(100)),
			      one_in(2) ? MEMTYPE_UC : MEMTYPE_WC);
	}
	facts->mfn_valid.how = facts->special.how = facts->mmio_ro.how = HOW_GIVEN;
	facts->mmio_ro_complete = true;
	facts->apic_access_mfn.how = facts->how_pins = facts->no_vcpu = HOW_GIVEN;
	facts->host.state.def_type = MTRR_DEF_TYPE_E | MEMTYPE_WB;
	facts->host.known = MTRR_KNOWN_ALL;
	facts->host.how = facts->host.how_var = HOW_GIVEN;
}

/* The same, one 4K page after another. */
static struct split_pieces one_by_one(const struct facts *facts, const struct entry *entry,
				      unsigned int classes)
{
	struct split_pieces pieces = { .severity = SEVERITY_DIFFERS, .worst = OUTCOME_SPLIT };
	struct entry piece = *entry;
	unsigned int key, n;

	piece.order = 0;
	for (n = 0; n < 512; n++, piece.gfn++, piece.mfn++) {
		struct window window = WINDOW_ALL;
		struct question question;
		struct decision decision;
		enum severity least;
		uint16_t usual;

		question_put(facts, &piece, &question, &window);
		question.classes =
			question.classes & classes ? question.classes & classes : classes;
		decide(facts, &question, &decision);
		usual = decision_usual(&decision);
		pieces.outcomes |= usual & ~(1u << OUTCOME_SPLIT);
		least = severity_of(entry_key(&piece), &decision, SEVERITY_DIFFERS);
		for (key = 0; key < OUTCOME_COUNT; key++)
			if (usual >> key & 1 && severity_between(entry_key(&piece), key) == least)
				break;
		if (key < OUTCOME_COUNT &&
		    (pieces.worst == OUTCOME_SPLIT || least > pieces.severity)) {
			pieces.worst = key;
			pieces.severity = least;
		}
	}
	return pieces;
}

static void test_random(void)
{
	static const unsigned char types[] = { P2M_RAM_RW, P2M_MMIO_DIRECT, ENTRY_TYPE_UNKNOWN };
	unsigned int round;

	for (round = 0; round < ROUNDS; round++) {
		struct entry entry = { .gfn = GFN,
				       .mfn = MFN,
				       .order = 9,
				       .rights = one_in(2) ? 3 : 7,
				       .emt = one_in(2) ? MEMTYPE_WB : MEMTYPE_UC,
				       .ipat = one_in(2),
				       .type = types[below(3)] };
		struct split_pieces pieces, wanted;
		struct window window = WINDOW_ALL;
		struct question question;
		struct facts facts;
		unsigned int classes;

		random_machine(&facts);
		question_put(&facts, &entry, &question, &window);
		/* Some of those that it may have, as where others are ruled out; or all. */
		classes = one_in(2) ? question.classes & -question.classes : question.classes;
		wanted = one_by_one(&facts, &entry, classes);
		pieces_judge(&facts, &entry, classes, &pieces);
		check_each(pieces.outcomes == wanted.outcomes &&
				   pieces.severity == wanted.severity &&
				   pieces.worst == wanted.worst,
			   "round %u: outcomes %#x, %s, worst %#x instead of %#x, %s, %#x", round,
			   pieces.outcomes, severity_name(pieces.severity), pieces.worst,
			   wanted.outcomes, severity_name(wanted.severity), wanted.worst);
		facts_clear(&facts);
	}
}

/* 1G of which one 4K page is pinned: pieces of pieces. */
static void test_gigabyte(void)
{
	struct entry entry = { .gfn = 0x40000,
			       .mfn = 0x80000,
			       .order = 18,
			       .rights = 7,
			       .emt = MEMTYPE_WB,
			       .type = P2M_RAM_RW };
	struct split_pieces pieces;
	struct facts facts;

	random_machine(&facts);
	ranges_clear(&facts.special.ranges);
	facts.cache_flush.how = HOW_GIVEN;
	facts.rules = 1u << RULES_4_19;
	facts_add_pin(&facts, 0x7ffff, 0x7ffff, MEMTYPE_UC);
	pieces_judge(&facts, &entry, P2M_CLASS_RAM, &pieces);
	check(pieces.outcomes == (1u << OUTCOME_KEY(MEMTYPE_WB, 0) |
				  1u << OUTCOME_KEY(MEMTYPE_UC, 1)) &&
		      pieces.worst == OUTCOME_KEY(MEMTYPE_UC, 1),
	      "outcomes %#x, worst %#x", pieces.outcomes, pieces.worst);
	entry.order = 0;
	pieces_judge(&facts, &entry, P2M_CLASS_RAM, &pieces);
	check(!pieces.outcomes && pieces.severity == SEVERITY_DIFFERS, "a page has no pieces");
	facts_clear(&facts);
}

int main(void)
{
	test_random();
	test_gigabyte();
	return test_end();
}
