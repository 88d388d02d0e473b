/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * decide() with facts withheld: the outcome with all facts known is always among the outcomes with
 * any of them unknown; with everything known there is exactly one; and the answer holds all over
 * its window. Over random cases, the same ones every time.
 */
#include "rules/decide.h"
#include "test.h"
#include "x86/memtype.h"

#include <string.h>

#define CASES	 1200000
#define PER_FACT 12 /* questions for each set of facts */

static uint64_t state = 88172645463325252;

static uint64_t next(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static uint64_t below(uint64_t n)
{
	return next() % n;
}

static int one_in(unsigned int n)
{
	return below(n) == 0;
}

static unsigned int some_type(void)
{
	static const unsigned char types[] = { 0, 1, 4, 5, 6 };

	return types[below(5)];
}

static void random_mtrr(struct mtrr_fact *fact, unsigned int count)
{
	unsigned int i, byte;

	memset(fact, 0, sizeof(*fact));
	fact->known = MTRR_KNOWN_ALL;
	fact->how = fact->how_var = HOW_GIVEN;
	fact->state.cap = 0x500 | count;
	fact->state.def_type = some_type() | (one_in(8) ? 0 : MTRR_DEF_TYPE_E) |
			       (one_in(3) ? 0 : MTRR_DEF_TYPE_FE);
	for (i = 0; i < MTRR_FIXED_COUNT; i++)
		for (byte = 0; byte < 8; byte++)
			fact->state.fixed[i] |= (uint64_t)some_type() << (8 * byte);
	fact->state.var_count = count;
	for (i = 0; i < count; i++) {
		uint64_t size = UINT64_C(1) << (12 + below(20));

		if (one_in(3))
			continue;
		fact->state.var[i].base = (below(UINT64_C(1) << 33) & -size) | some_type();
		fact->state.var[i].mask = (-size & UINT64_C(0xfffffff000)) | MTRR_MASK_VALID;
		if (one_in(6)) /* not contiguous */
			fact->state.var[i].mask &= ~(size << below(6));
	}
}

static uint64_t some_frame(void)
{
	switch (below(5)) {
	case 0:
		return below(0x200);
	case 1:
		return 0xf0000 + below(0x10000);
	case 2:
		return 0x1000 + below(0x400);
	default:
		return below(0x220000);
	}
}

/*
 * All facts known, of a machine that can exist: RAM is mfn_valid(), special pages are RAM,
 * read-only MMIO is not, and pins do not overlap.
 */
static void random_facts(struct facts *facts)
{
	struct mtrr_fact mtrr;
	unsigned int i, vcpus = one_in(4) ? 2 : 1;

	facts_init(facts);
	facts->rules = 1u << below(RULES_COUNT);
	facts->how_rules = HOW_GIVEN;
	facts->iommu = (struct fact_bool){ one_in(2), HOW_GIVEN };
	facts->cache_flush = (struct fact_bool){ one_in(2), HOW_GIVEN };
	ranges_add(&facts->ram.ranges, 0, 0x9e);
	ranges_add(&facts->ram.ranges, 0x100, 0x7ffff);
	if (one_in(2))
		ranges_add(&facts->ram.ranges, 0x100000, 0x1fffff);
	facts->ram.how = HOW_GIVEN;
	facts_derive_mfn_valid(facts);
	for (i = 0; i < 6; i++) {
		uint64_t frame = 0x1000 + below(0x400);

		ranges_add(&facts->special.ranges, frame, frame);
	}
	facts->special.how = HOW_GIVEN;
	for (i = 0; i < 3; i++) {
		uint64_t frame = 0xf0000 + below(0x10000);

		ranges_add(&facts->mmio_ro.ranges, frame, frame + below(3));
	}
	facts->mmio_ro.how = HOW_GIVEN;
	facts->mmio_ro_complete = true;
	facts->apic_access_mfn.value = facts->special.ranges.range[0].first;
	facts->apic_access_mfn.how = HOW_GIVEN;
	for (i = 0; i < 4; i++)
		if (one_in(2)) {
			uint64_t first = i * 0x80000 + below(0x1000);

			facts_add_pin(facts, first, first + below(0x1000),
				      one_in(6) ? MEMTYPE_UC_MINUS : some_type());
		}
	facts->how_pins = HOW_GIVEN;
	for (i = 0; i < vcpus; i++) {
		random_mtrr(&mtrr, 8);
		facts_add_vcpu(facts, &mtrr);
	}
	if (one_in(10)) {
		facts_clear_vcpus(facts);
		facts->no_vcpu = true;
	}
	random_mtrr(&facts->host, 8);
}

static void random_question(const struct facts *facts, struct question *question)
{
	static const unsigned int orders[] = { 0, 0, 0, 9, 18 };
	uint64_t first = 0, last = UINT64_MAX, end;
	bool ram;

	memset(question, 0, sizeof(*question));
	question->order = orders[below(5)];
	question->gfn = some_frame() & -entry_pages(question->order);
	question->mfn = some_frame() & -entry_pages(question->order);
	end = question->mfn + entry_pages(question->order) - 1;
	ram = ranges_overlap(&facts->ram.ranges, question->mfn, end, &first, &last) == OVERLAP_FULL;
	/* Only RAM is RAM; direct MMIO may be anything. */
	question->classes = one_in(3) || !ram		    ? P2M_CLASS_MMIO_DIRECT
			    : one_in(4) && !question->order ? P2M_CLASS_GRANT_FOREIGN
							    : P2M_CLASS_RAM;
}

static enum how doubt(void)
{
	return one_in(2) ? HOW_UNKNOWN : HOW_ASSUMED;
}

static void withhold_mtrr(struct mtrr_fact *fact, bool host)
{
	struct mtrr_fact other;
	unsigned int i;

	random_mtrr(&other, 8);
	switch (below(4)) {
	case 0: /* the record: range 0 is true */
		if (host)
			return;
		fact->known.var = 1;
		fact->how_var = HOW_ASSUMED;
		for (i = 1; i < 8; i++)
			fact->state.var[i] = other.state.var[i];
		break;
	case 1: /* boot values, perhaps changed */
		if (!host)
			other.state.var[0] = fact->state.var[0];
		memcpy(fact->state.var, other.state.var, sizeof(other.state.var));
		fact->how_var = doubt();
		break;
	case 2:
		*fact = other;
		fact->how = doubt();
		fact->how_var = HOW_UNKNOWN;
		fact->known.var = 0;
		break;
	default:
		fact->known.fixed = false;
		memcpy(fact->state.fixed, other.state.fixed, sizeof(other.state.fixed));
		break;
	}
}

/*
 * Makes some facts unknown, or assumes wrong ones. What decide() derives stays true: superpages
 * hold no special page, and the hint on read-only MMIO does not lie.
 */
static void withhold(struct facts *facts, struct question *question, bool special_free)
{
	uint64_t first = 0, last = UINT64_MAX,
		 end = question->mfn + entry_pages(question->order) - 1;
	size_t i;

	if (one_in(2)) {
		facts->iommu.how = doubt();
		facts->iommu.value = one_in(2);
	}
	if (one_in(2)) {
		facts->cache_flush.how = doubt();
		facts->cache_flush.value = one_in(2);
	}
	if (one_in(3)) {
		facts->mfn_valid.how = doubt();
		ranges_clear(&facts->mfn_valid.ranges);
	}
	if (one_in(3) && special_free) {
		facts->special.how = doubt();
		if (one_in(2))
			ranges_clear(&facts->special.ranges);
	}
	if (one_in(3) && ranges_overlap(&facts->mmio_ro.ranges, question->mfn, end, &first,
					&last) != OVERLAP_PARTIAL) {
		static const enum maybe no[] = { MAYBE_NO, MAYBE_RATHER_NO, MAYBE_RATHER_YES };
		static const enum maybe yes[] = { MAYBE_YES, MAYBE_RATHER_NO, MAYBE_RATHER_YES };
		bool read_only = ranges_count(&facts->mmio_ro.ranges, question->mfn, end);

		question->mmio_ro = read_only ? yes[below(3)] : no[below(3)];
		/* Only direct MMIO is asked; the others are known not to be. */
		if (!read_only || question->classes == P2M_CLASS_MMIO_DIRECT) {
			facts->mmio_ro_complete = false;
			ranges_clear(&facts->mmio_ro.ranges);
		}
	}
	if (one_in(3)) {
		facts->apic_access_mfn.how = doubt();
		question->apic_page = one_in(2);
	}
	if (one_in(3)) {
		facts->how_pins = doubt();
		facts_clear_pins(facts);
	}
	if (one_in(4))
		facts->ram.how = HOW_UNKNOWN;
	if (one_in(3)) {
		facts_clear_vcpus(facts);
	} else {
		for (i = 0; i < facts->vcpu_count; i++)
			if (one_in(2))
				withhold_mtrr(&facts->vcpus[i], false);
	}
	if (one_in(2))
		withhold_mtrr(&facts->host, true);
	if (one_in(3))
		question->classes |= 1u << below(3);
	if (one_in(4))
		facts->rules |= 1u << below(RULES_COUNT);
}

/* Other entries in the window have the same answer. */
static void check_window(const struct facts *facts, const struct question *question,
			 const struct decision *decision)
{
	const struct window *window = &decision->window;
	struct question other = *question;
	uint64_t size = entry_pages(question->order), span;
	struct decision again;

	if (!check(question->mfn >= window->mfn_first &&
			   question->mfn + size - 1 <= window->mfn_last &&
			   question->gfn >= window->gfn_first &&
			   question->gfn + size - 1 <= window->gfn_last,
		   "rules %#x gfn %#llx mfn %#llx order %u: not in its window mfn %#llx-%#llx gfn %#llx-%#llx",
		   facts->rules, (unsigned long long)question->gfn,
		   (unsigned long long)question->mfn, question->order,
		   (unsigned long long)window->mfn_first, (unsigned long long)window->mfn_last,
		   (unsigned long long)window->gfn_first, (unsigned long long)window->gfn_last))
		return;
	span = (window->mfn_last - window->mfn_first) / size;
	other.mfn = (window->mfn_first + size - 1) / size * size +
		    below(span < 64 ? span + 1 : 64) * size;
	span = (window->gfn_last - window->gfn_first) / size;
	other.gfn = (window->gfn_first + size - 1) / size * size +
		    below(span < 64 ? span + 1 : 64) * size;
	if (other.mfn + size - 1 > window->mfn_last || other.gfn + size - 1 > window->gfn_last)
		return;
	decide(facts, &other, &again);
	check(again.possible == decision->possible,
	      "gfn %#llx mfn %#llx order %u: %#x, but %#x at gfn %#llx mfn %#llx in its window",
	      (unsigned long long)question->gfn, (unsigned long long)question->mfn, question->order,
	      decision->possible, again.possible, (unsigned long long)other.gfn,
	      (unsigned long long)other.mfn);
}

int main(void)
{
	unsigned long cases = 0;

	while (cases < CASES) {
		struct facts facts;
		unsigned int i;

		random_facts(&facts);
		for (i = 0; i < PER_FACT; i++, cases++) {
			struct question question, partial_question;
			struct decision known, partial;
			struct facts partial_facts;
			bool special_free;

			random_question(&facts, &question);
			if (facts.vcpu_count > 1) { /* which vCPU is a fact, too: take each alone */
				struct facts one;

				facts_copy(&one, &facts);
				one.vcpu_count = 1;
				one.vcpus[0] = facts.vcpus[below(2)];
				decide(&one, &question, &known);
				facts_clear(&one);
			} else {
				decide(&facts, &question, &known);
			}
			if (!check(__builtin_popcount(known.possible) == 1,
				   "rules %#x gfn %#llx mfn %#llx order %u: outcomes %#x with all known",
				   facts.rules, (unsigned long long)question.gfn,
				   (unsigned long long)question.mfn, question.order,
				   known.possible))
				continue;
			special_free =
				!question.order ||
				!ranges_count(&facts.special.ranges, question.mfn,
					      question.mfn + entry_pages(question.order) - 1);
			facts_copy(&partial_facts, &facts);
			partial_question = question;
			withhold(&partial_facts, &partial_question, special_free);
			decide(&partial_facts, &partial_question, &partial);
			check((partial.possible & known.possible) == known.possible,
			      "rules %#x gfn %#llx mfn %#llx order %u class %u: %#x is not among %#x",
			      facts.rules, (unsigned long long)question.gfn,
			      (unsigned long long)question.mfn, question.order, question.classes,
			      known.possible, partial.possible);
			check_window(&partial_facts, &partial_question, &partial);
			facts_clear(&partial_facts);
		}
		facts_clear(&facts);
	}
	return test_end();
}
