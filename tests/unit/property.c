/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * decide() over random machines, domains and entries:
 *
 *   known      with everything known and one rule set there is one outcome, and it is that of a
 *              second implementation of every rule set, below;
 *   withheld   with some facts unknown, or wrongly assumed, that outcome is still among the
 *              possible ones, and what they rest on is nothing that is known;
 *   usual      where facts are assumed, exactly the outcome that they give needs nothing unusual;
 *   window     all over its window the answer is the same;
 *   steps      decide_steps() adds up to decide().
 *
 * property [SEED [WORLDS]]: the same cases for the same seed.
 */
#include "model/pdx.h"
#include "rules/decide.h"
#include "test.h"
#include "x86/memtype.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define WORLDS	  100000 /* with $FULL; otherwise a fifth of them */
#define QUESTIONS 12	 /* of each world */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/*
 * The second implementation, from the prose: "the procedures" and "the predicates" are the parts
 * A.4 to A.7 of the project's rules.md on Xen's epte_get_entry_emt() at its tags; the differences
 * between 4.11 and 4.19 and v1 as in tests/vectors/README.md. It shares nothing with src/ but the
 * structures that hold the facts.
 */

/* All that one version of Xen is asked; answers are 1 + OUTCOME_KEY, 0 to go on. */
struct asked {
	const struct facts *facts;
	const struct mtrr_state *guest; /* NULL: no vCPU */
	uint64_t gfn, mfn, last;
	unsigned int order;
	enum p2m_class class;
};

#define UC	  (1 + OUTCOME_KEY(0, 0))
#define UC_IPAT	  (1 + OUTCOME_KEY(0, 1))
#define WB_IPAT	  (1 + OUTCOME_KEY(6, 1))
#define SPLIT	  (1 + OUTCOME_SPLIT)
#define UNDEFINED 99 /* Xen looks at page information that does not exist */

static uint64_t common(const struct ranges *set, uint64_t first, uint64_t last)
{
	uint64_t count = 0;
	size_t i;

	for (i = 0; i < set->count; i++) {
		uint64_t a = set->range[i].first > first ? set->range[i].first : first;
		uint64_t b = set->range[i].last < last ? set->range[i].last : last;

		if (a <= b)
			count += b - a + 1;
	}
	return count;
}

static uint64_t size_of(const struct asked *a)
{
	return a->last - a->mfn + 1;
}

/* "RO overlap: order==0 or fully contained -> UC*; else SPLIT" */
static int ro_contained(const struct asked *a)
{
	return common(&a->facts->mmio_ro.ranges, a->mfn, a->last) == size_of(a) ? UC_IPAT : 0;
}

static int ro_overlap(const struct asked *a)
{
	return common(&a->facts->mmio_ro.ranges, a->mfn, a->last) ? SPLIT : 0;
}

static int ro(const struct asked *a)
{
	return ro_contained(a) ?: ro_overlap(a);
}

/* "!mfn_valid(first) -> …" */
static int invalid(const struct asked *a, int answer)
{
	return common(&a->facts->mfn_valid.ranges, a->mfn, a->mfn) ? 0 : answer;
}

static bool has_io(const struct asked *a)
{
	return a->facts->iommu.value || a->facts->cache_flush.value;
}

/* "4.17 to v1: mmio_direct whose first frame is not mfn_valid is UC without iPAT if iommu or
 * cache_flush is true" */
static int invalid_v1(const struct asked *a)
{
	return invalid(a, a->class == P2M_CLASS_MMIO_DIRECT && has_io(a) ? UC : UC_IPAT);
}

/* "NOIO -> WB*", and "type != mmio_direct && NOIO" */
static int no_io(const struct asked *a)
{
	return has_io(a) ? 0 : WB_IPAT;
}

static int no_io_not_mmio(const struct asked *a)
{
	return a->class == P2M_CLASS_MMIO_DIRECT ? 0 : no_io(a);
}

/* "(mfn XOR d.apic_access_mfn) >> order != 0 -> not the APIC page" */
static int mmio_but_apic(const struct asked *a)
{
	if (a->class != P2M_CLASS_MMIO_DIRECT)
		return 0;
	if ((a->mfn ^ a->facts->apic_access_mfn.value) >> a->order)
		return UC;
	return a->order ? SPLIT : WB_IPAT;
}

static int mmio(const struct asked *a)
{
	return a->class == P2M_CLASS_MMIO_DIRECT ? UC : 0;
}

static int grant_foreign(const struct asked *a)
{
	return a->class == P2M_CLASS_GRANT_FOREIGN ? WB_IPAT : 0;
}

/* "n := count of SPECIAL valid mfns: n==2^order -> WB*; 0<n<2^order -> SPLIT" */
static int special_valid(const struct asked *a)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < a->facts->mfn_valid.ranges.count; i++) {
		const struct range *valid = &a->facts->mfn_valid.ranges.range[i];

		if (valid->first <= a->last && valid->last >= a->mfn)
			n += common(&a->facts->special.ranges,
				    valid->first > a->mfn ? valid->first : a->mfn,
				    valid->last < a->last ? valid->last : a->last);
	}
	return !n ? 0 : n == size_of(a) ? WB_IPAT : SPLIT;
}

/* The same walk before 5540b94e8191, which took for granted that there is page information. */
static int special_any(const struct asked *a, bool whole_superpage)
{
	uint64_t n = common(&a->facts->special.ranges, a->mfn, a->last);

	if (common(&a->facts->mfn_valid.ranges, a->mfn, a->last) != size_of(a))
		return UNDEFINED;
	if (!n)
		return 0;
	return !a->order || (whole_superpage && n == size_of(a)) ? WB_IPAT : SPLIT;
}

/* "Walk from the most recently added: fully containing -> type; any other overlap -> partial" */
static int pinned(const struct asked *a)
{
	uint64_t first = a->gfn >> a->order << a->order, last = first + size_of(a) - 1;
	size_t i;

	for (i = a->facts->pin_count; i--;) {
		const struct pin *pin = &a->facts->pins[i];

		if (pin->last < first || pin->first > last)
			continue;
		if (pin->first > first || pin->last < last)
			return SPLIT;
		return pin->type == 7 ? UC_IPAT : 1 + OUTCOME_KEY(pin->type, 1);
	}
	return 0;
}

/* A.5, "MTRR(m, pa, order)"; -1 where the block has no one type. */
static int mtrr(const struct mtrr_state *m, uint64_t frame, unsigned int order)
{
	uint64_t mask = ~UINT64_C(0) << (12 + order), pa = frame << 12 & mask;
	unsigned int i, seen = 0, last = 0;
	unsigned char fixed[88];

	if (!(m->def_type >> 11 & 1))
		return 0;
	for (i = 0; i < 88; i++)
		fixed[i] = m->fixed[i / 8] >> (8 * (i % 8));
	if (pa < 0x100000 && m->def_type >> 10 & 1) {
		if (pa < 0x80000)
			return order > 4 ? -1 : fixed[pa >> 16];
		if (pa < 0xc0000)
			return order > 2 ? -1 : fixed[8 + ((pa - 0x80000) >> 14)];
		return order > 0 ? -1 : fixed[24 + ((pa - 0xc0000) >> 12)];
	}
	for (i = 0; i < m->var_count; i++) {
		uint64_t k = m->var[i].mask & mask;

		if (!(m->var[i].mask >> 11 & 1) || (pa & k) != (m->var[i].base & k))
			continue;
		last = m->var[i].base & 0xff;
		seen |= 1u << last;
	}
	if (!seen)
		return m->def_type & 0xff;
	if (seen == 1u << last)
		return last;
	if (order)
		return -1;
	return seen & 1 ? 0 : seen == (1u << 4 | 1u << 6) ? 4 : (int)last;
}

/* "g := v ? MTRR(v, gfn<<12, order) : WB" */
static int guest_type(const struct asked *a)
{
	return a->guest ? mtrr(a->guest, a->gfn, a->order) : 6;
}

/* A.6 */
static int merged(unsigned int g, unsigned int h)
{
	static const char *const table[] = {
		[0] = "0000000", [1] = "0100001", [4] = "0000454", [5] = "0000555", [6] = "0100456",
	};

	return 1 + OUTCOME_KEY((unsigned int)(table[g][h] - '0'), 0);
}

static int mtrrs(const struct asked *a)
{
	int g = guest_type(a), h = mtrr(&a->facts->host.state, a->mfn, a->order);

	return g < 0 || h < 0 ? SPLIT : merged(g, h);
}

/* The proposals on xen-devel. */
static int invalid_mfn(const struct asked *a)
{
	return a->mfn == UINT64_MAX >> 24 || a->mfn == UINT64_MAX ? UC_IPAT : 0;
}

static int as_guest(const struct asked *a)
{
	int g = guest_type(a);

	return g < 0 ? SPLIT : 1 + OUTCOME_KEY((unsigned int)g, 0);
}

static int mmio_as_guest(const struct asked *a)
{
	return a->class == P2M_CLASS_MMIO_DIRECT ? as_guest(a) : 0;
}

static int mmio_guest_wc(const struct asked *a)
{
	int g = guest_type(a);

	if (a->class != P2M_CLASS_MMIO_DIRECT)
		return 0;
	return g < 0 ? SPLIT : g == 1 ? 1 + OUTCOME_KEY(1, 0) : UC;
}

static int ram_wb(const struct asked *a)
{
	return common(&a->facts->ram.ranges, a->mfn, a->mfn) ? 1 + OUTCOME_KEY(6, 0) : 0;
}

static int no_control_not_mmio(const struct asked *a)
{
	const struct facts *facts = a->facts;
	bool control =
		facts->cache_control.value || (facts->iommu.value && !facts->iommu_snoop.value);

	return a->class == P2M_CLASS_MMIO_DIRECT || control ? 0 : WB_IPAT;
}

static int special_first(const struct asked *a)
{
	return common(&a->facts->special.ranges, a->mfn, a->mfn) ? WB_IPAT : 0;
}

/* A.4, "Procedures (top to bottom, first hit wins)": one line for each rule set. */
static int second_opinion(const struct asked *a, enum ruleset_id rules)
{
	switch (rules) {
	case RULES_4_5: /* R4 */
		return invalid(a, UC) ?: pinned(a) ?: no_io(a) ?: mmio_but_apic(a) ?: mtrrs(a);
	case RULES_4_5_3: /* R5 */
		return invalid(a, UC_IPAT) ?: ro_contained(a) ?: ro_overlap(a) ?: pinned(a) ?: no_io(a)
			?: mmio_but_apic(a) ?: mtrrs(a);
	case RULES_4_6_5: /* R6 */
		return ro(a) ?: pinned(a) ?: mmio_but_apic(a) ?: invalid(a, UC_IPAT) ?: no_io(a)
			?: mtrrs(a);
	case RULES_4_7: /* R7 */
		return invalid(a, UC_IPAT) ?: ro_contained(a) ?: ro_overlap(a) ?: mmio_but_apic(a)
			?: no_io(a) ?: pinned(a) ?: mtrrs(a);
	case RULES_4_11: /* R8: R9 without special pages */
		return ro(a) ?: mmio_but_apic(a) ?: invalid(a, UC_IPAT) ?: no_io(a) ?: pinned(a)
			?: mtrrs(a);
	case RULES_4_14: /* R9 */
		return ro(a) ?: mmio_but_apic(a) ?: invalid(a, UC_IPAT) ?: no_io(a)
			?: special_any(a, false) ?: pinned(a) ?: mtrrs(a);
	case RULES_4_15: /* R10: R11 without granted and foreign pages */
		return ro(a) ?: invalid(a, UC_IPAT) ?: no_io_not_mmio(a) ?: special_any(a, false)
			?: mmio(a) ?: pinned(a) ?: mtrrs(a);
	case RULES_4_16: /* R11: R12, but any special page splits */
		return ro(a) ?: invalid(a, UC_IPAT) ?: no_io_not_mmio(a) ?: special_any(a, false)
			?: mmio(a) ?: grant_foreign(a) ?: pinned(a) ?: mtrrs(a);
	case RULES_4_17: /* R12: R13 and mfn_valid() */
		return ro(a) ?: invalid(a, UC_IPAT) ?: no_io_not_mmio(a) ?: special_any(a, true)
			?: mmio(a) ?: grant_foreign(a) ?: pinned(a) ?: mtrrs(a);
	case RULES_4_19: /* R13 */
	case RULES_4_21: /* R14: the same text */
	case RULES_XENSERVER_8:
		return ro(a) ?: no_io_not_mmio(a) ?: special_valid(a) ?: mmio(a) ?: grant_foreign(a)
			?: pinned(a) ?: mtrrs(a);
	case RULES_V1_2024_06:
		return ro(a) ?: invalid_v1(a) ?: no_io_not_mmio(a) ?: special_valid(a) ?: mmio(a)
			?: grant_foreign(a) ?: pinned(a) ?: mtrrs(a);
	case RULES_INVALID_MFN_2024_06:
		return invalid_mfn(a) ?: ro(a) ?: no_io_not_mmio(a) ?: special_valid(a) ?: mmio(a)
			?: grant_foreign(a) ?: pinned(a) ?: mtrrs(a);
	case RULES_MMIO_GUEST_MTRR_2024_06:
		return ro(a) ?: no_io_not_mmio(a) ?: special_valid(a) ?: mmio_as_guest(a)
			?: grant_foreign(a) ?: pinned(a) ?: mtrrs(a);
	case RULES_MMIO_GUEST_WC_2024_06:
		return ro(a) ?: no_io_not_mmio(a) ?: special_valid(a) ?: mmio_guest_wc(a)
			?: grant_foreign(a) ?: pinned(a) ?: mtrrs(a);
	case RULES_RAM_WB_2024_06:
		return ro(a) ?: no_io_not_mmio(a) ?: special_valid(a) ?: grant_foreign(a)
			?: pinned(a) ?: ram_wb(a) ?: as_guest(a);
	case RULES_SPECIAL_FIRST_2022_09:
		return ro(a) ?: invalid(a, UC_IPAT) ?: no_io_not_mmio(a) ?: special_first(a)
			?: mmio(a) ?: grant_foreign(a) ?: pinned(a) ?: mtrrs(a);
	case RULES_CACHE_CONTROL_2025_05:
		return ro(a) ?: no_control_not_mmio(a) ?: special_valid(a) ?: mmio(a)
			?: grant_foreign(a) ?: pinned(a) ?: mtrrs(a);
	case RULES_XENSERVER_7_1: /* R8, and Xen heap pages beside NOIO */
		return ro(a) ?: mmio_but_apic(a) ?: invalid(a, UC_IPAT) ?: no_io(a) ?: special_first(a)
			?: pinned(a) ?: mtrrs(a);
	case RULES_XCP_NG_8_2: /* R9 with 60d1adfa1879 */
		return ro(a) ?: mmio_but_apic(a) ?: invalid(a, UC_IPAT) ?: no_io(a)
			?: special_any(a, true) ?: pinned(a) ?: mtrrs(a);
	default:
		return UNDEFINED;
	}
}

/*
 * Random worlds.
 *
 * decide() derives some facts that it is not told, so what is withheld must come from a machine
 * that can exist. There
 *   - RAM is mfn_valid(), frame 0 is RAM, read-only MMIO is not;
 *   - special pages and the APIC access page are RAM, and are mapped 4K by 4K;
 *   - read-only MMIO is mapped as direct MMIO and 4K by 4K, and an entry's missing w tells it:
 *     the hint in the question does not lie, it only may be vague.
 * Worlds that are not so are asked with all of those facts known.
 */
struct world {
	struct facts facts;
	bool possible;
	/* Frames around which something changes. */
	uint64_t gfn[64], mfn[64];
	unsigned int gfns, mfns;
};

static const unsigned char types[] = { MEMTYPE_UC, MEMTYPE_WC, MEMTYPE_WT, MEMTYPE_WP, MEMTYPE_WB };

static unsigned int some_type(void)
{
	return types[below(COUNT(types))];
}

#define ADDRESS_BITS 40
#define FRAMES	     UINT64_C(0x240000) /* most frames lie below */

static void random_mtrr(struct mtrr_state *state)
{
	unsigned int i, byte;

	memset(state, 0, sizeof(*state));
	state->def_type = some_type() | (one_in(10) ? 0 : MTRR_DEF_TYPE_E) |
			  (one_in(3) ? 0 : MTRR_DEF_TYPE_FE);
	for (i = 0; i < MTRR_FIXED_COUNT; i++)
		for (byte = 0; byte < 8; byte++)
			state->fixed[i] |= (uint64_t)some_type() << (8 * byte);
	state->var_count = one_in(4) ? below(MTRR_VAR_MAX) : 8;
	state->cap = 0x500 | state->var_count;
	for (i = 0; i <= state->var_count; i++) { /* one more, which does not count */
		uint64_t size = UINT64_C(1) << (12 + below(22));
		uint64_t base = below(FRAMES << 12) & -(size >> (one_in(4) ? below(3) : 0));

		state->var[i].base = (base & ~UINT64_C(0xfff)) | some_type();
		state->var[i].mask = -size & ((UINT64_C(1) << ADDRESS_BITS) - 1);
		if (one_in(6)) /* not contiguous */
			state->var[i].mask &= ~(size << below(8));
		if (!one_in(3))
			state->var[i].mask |= MTRR_MASK_VALID;
	}
}

static void random_mtrr_fact(struct mtrr_fact *fact)
{
	memset(fact, 0, sizeof(*fact));
	random_mtrr(&fact->state);
	fact->known = MTRR_KNOWN_ALL;
	fact->how = fact->how_var = HOW_GIVEN;
}

static void mark(uint64_t *list, unsigned int *count, uint64_t frame)
{
	if (*count < 64)
		list[(*count)++] = frame;
}

static void mark_set(struct world *world, const struct ranges *set)
{
	size_t i;

	for (i = 0; i < set->count && i < 4; i++) {
		mark(world->mfn, &world->mfns, set->range[i].first);
		mark(world->mfn, &world->mfns, set->range[i].last + 1);
	}
}

static void mark_mtrr(const struct mtrr_state *state, uint64_t *list, unsigned int *count)
{
	unsigned int i;

	mark(list, count, 0x80);
	mark(list, count, 0xc0);
	mark(list, count, 0x100);
	for (i = 0; i < state->var_count && i < 8; i++) {
		mark(list, count, state->var[i].base >> 12);
		mark(list, count, (state->var[i].base + mtrr_range_size(state->var[i].mask)) >> 12);
	}
}

/* One frame, a few, two megabytes, or many; at times aligned. */
static uint64_t some_length(uint64_t *first)
{
	switch (below(5)) {
	case 0:
		return 1;
	case 1:
		*first &= ~UINT64_C(0x1ff);
		return 0x200;
	case 2:
		*first &= ~UINT64_C(0x3ffff);
		return 0x40000;
	case 3:
		return 1 + below(0x1000);
	default:
		return 1 + below(4);
	}
}

static void random_set(struct ranges *set, unsigned int count, uint64_t from, uint64_t to)
{
	while (count--) {
		uint64_t first = from + below(to - from + 1), last;

		last = first + some_length(&first) - 1;
		if (first < from)
			first = from;
		ranges_add(set, first, last < to ? last : to);
	}
}

static void random_memory(struct facts *facts, bool possible)
{
	static const uint64_t tops[] = { 0x7ffff, 0x7ffff, 0xbffff, 0xbfedf, 0x3ffff, 0x6000 };
	uint64_t top = tops[below(COUNT(tops))];
	size_t i;

	ranges_add(&facts->ram.ranges, 0, 0x9e);
	ranges_add(&facts->ram.ranges, 0x100, top);
	if (one_in(2))
		ranges_add(&facts->ram.ranges, 0x100000, 0x100000 + below(FRAMES - 0x100000));
	facts->ram.how = HOW_GIVEN;
	pdx_mfn_valid(facts);
	if (one_in(3)) {
		/* PFN compression: as much as RAM needs, and some. */
		ranges_clear(&facts->mfn_valid.ranges);
		ranges_add_all(&facts->mfn_valid.ranges, &facts->ram.ranges);
		random_set(&facts->mfn_valid.ranges, below(4), 0, FRAMES);
	}
	if (!possible) {
		ranges_clear(&facts->mfn_valid.ranges);
		random_set(&facts->mfn_valid.ranges, 1 + below(6), 0, FRAMES);
		random_set(&facts->special.ranges, below(6), 0, FRAMES);
		random_set(&facts->mmio_ro.ranges, below(6), 0, FRAMES);
	}
	for (i = below(6); i--;) {
		const struct ranges *ram = &facts->ram.ranges;
		const struct range *range = &ram->range[below(ram->count)];

		random_set(&facts->special.ranges, 1, range->first, range->last);
	}
	if (one_in(2))
		random_set(&facts->mmio_ro.ranges, 1 + below(3), 0xd0000, 0xfffff);
	facts->mfn_valid.how = facts->special.how = facts->mmio_ro.how = HOW_GIVEN;
	facts->mmio_ro_complete = true;
	if (!one_in(5)) /* else 0, which is Xen's word for none */
		facts->apic_access_mfn.value = facts->special.ranges.count && possible
						       ? facts->special.ranges.range[0].first
						       : below(possible ? 0x9f : FRAMES);
	facts->apic_access_mfn.how = HOW_GIVEN;
}

/* Pins cannot overlap each other (-EBUSY); they may be adjacent. */
static void random_pins(struct facts *facts)
{
	uint64_t first = 0, last;
	unsigned int count = below(6);

	while (count--) {
		uint64_t begin;

		first += one_in(4) ? 0 : below(one_in(2) ? 0x400 : FRAMES / 4);
		begin = first;
		last = first + some_length(&first) - 1;
		if (first < begin)
			first = begin;
		if (last < first)
			continue;
		facts_add_pin(facts, first, last, one_in(6) ? MEMTYPE_UC_MINUS : some_type());
		first = last + 1;
	}
	facts->how_pins = HOW_GIVEN;
}

static void random_world(struct world *world)
{
	struct facts *facts = &world->facts;
	struct mtrr_fact fact;
	unsigned int vcpus = one_in(4) ? 2 : 1;
	size_t i;

	memset(world, 0, sizeof(*world));
	world->possible = !one_in(4);
	facts_init(facts);
	facts->rules = 1u << below(RULES_COUNT);
	facts->how_rules = HOW_GIVEN;
	facts->iommu = (struct fact_bool){ one_in(2), HOW_GIVEN };
	facts->cache_flush = (struct fact_bool){ one_in(2), HOW_GIVEN };
	facts->cache_control = (struct fact_bool){ one_in(2), HOW_GIVEN };
	facts->iommu_snoop = (struct fact_bool){ one_in(2), HOW_GIVEN };
	random_memory(facts, world->possible);
	random_pins(facts);
	if (one_in(10)) {
		facts->no_vcpu = HOW_GIVEN;
	} else {
		while (vcpus--) {
			random_mtrr_fact(&fact);
			facts_add_vcpu(facts, &fact);
		}
		mark_mtrr(&facts->vcpus[0].state, world->gfn, &world->gfns);
	}
	random_mtrr_fact(&facts->host);

	mark_set(world, &facts->ram.ranges);
	mark_set(world, &facts->mfn_valid.ranges);
	mark_set(world, &facts->special.ranges);
	mark_set(world, &facts->mmio_ro.ranges);
	mark(world->mfn, &world->mfns, facts->apic_access_mfn.value);
	mark_mtrr(&facts->host.state, world->mfn, &world->mfns);
	for (i = 0; i < facts->pin_count; i++) {
		mark(world->gfn, &world->gfns, facts->pins[i].first);
		mark(world->gfn, &world->gfns, facts->pins[i].last + 1);
	}
	mark(world->gfn, &world->gfns, 0);
}

/* The block where something changes, one of its neighbours, or any. */
static uint64_t some_block(const uint64_t *marks, unsigned int count, unsigned int order)
{
	uint64_t size = entry_pages(order), frame = below(FRAMES);

	if (count && !one_in(3))
		frame = marks[below(count)] + (one_in(3) ? size * (below(3) - 1) : 0);
	return frame & -size & UINT64_C(0xfffffffff);
}

static void random_question(const struct world *world, struct question *question)
{
	static const unsigned int orders[] = { 0, 0, 0, 9, 9, 18 };
	static const uint64_t none[] = { UINT64_MAX >> 24, UINT64_MAX };

	memset(question, 0, sizeof(*question));
	question->order = orders[below(COUNT(orders))];
	question->gfn = some_block(world->gfn, world->gfns, question->order);
	question->mfn = some_block(world->mfn, world->mfns, question->order);
	if (one_in(50) && !question->order)
		question->mfn = none[below(2)];
	question->classes = 1u << below(3);
	question->mmio_ro = below(4); /* says nothing where the list is complete */
}

#define BIT(fact) (1u << FACT_##fact)

/* What a failure is about. */
static const char *about(const struct facts *facts, const struct question *q)
{
	static char text[256];

	snprintf(text, sizeof(text),
		 "rules %#x iommu %d flush %d gfn %#" PRIx64 " mfn %#" PRIx64
		 " order %u classes %u",
		 facts->rules, facts->iommu.value, facts->cache_flush.value, q->gfn, q->mfn,
		 q->order, q->classes);
	return text;
}

static struct asked ask(const struct facts *facts, const struct question *question)
{
	struct asked a = {
		.facts = facts,
		.guest = facts->no_vcpu ? NULL : &facts->vcpus[0].state,
		.gfn = question->gfn,
		.mfn = question->mfn,
		.last = question->mfn + entry_pages(question->order) - 1,
		.order = question->order,
		.class = question->classes,
	};

	return a;
}

/* Everything is known, down to which vCPU Xen asks. Returns the outcome as a bit. */
static unsigned int test_known(const struct facts *facts, const struct question *question)
{
	struct asked a = ask(facts, question);
	enum ruleset_id rules = __builtin_ctz(facts->rules);
	struct decision decision;
	unsigned int key;
	int second;

	decide(facts, question, &decision);
	if (!check_each(__builtin_popcount(decision.possible) == 1,
			"%s: outcomes %#x with all known", about(facts, question),
			decision.possible))
		return 0;
	key = __builtin_ctz(decision.possible);
	check_each(!decision.outcome[key].assumes && !decision.outcome[key].unusual,
		   "%s: rests on something with all known", about(facts, question));
	second = second_opinion(&a, rules);
	if (second != UNDEFINED)
		check_each(second == 1 + (int)key, "%s: outcome %#x, by the second opinion %#x",
			   about(facts, question), key, second - 1);
	return decision.possible;
}

/* A block of order in [first, last], at its ends at times, or where something changes. */
static bool block_within(uint64_t first, uint64_t last, unsigned int order, const uint64_t *marks,
			 unsigned int count, uint64_t *block)
{
	uint64_t size = entry_pages(order), from, to;

	if (last > UINT64_MAX >> 24) /* gfns and mfns have 40 bits */
		last = UINT64_MAX >> 24;
	if (first > last || last - first < size - 1)
		return false;
	from = (first + size - 1) / size;
	to = (last + 1) / size;
	if (from >= to)
		return false;
	switch (below(4)) {
	case 0:
		*block = from * size;
		break;
	case 1:
		*block = (to - 1) * size;
		break;
	case 2:
		*block = some_block(marks, count, order);
		if (*block >= from * size && *block <= (to - 1) * size)
			break;
		/* fall through */
	default:
		*block = (from + below(to - from)) * size;
	}
	return true;
}

static void test_window(const struct world *world, const struct facts *facts,
			const struct question *question, const struct decision *decision)
{
	const struct window *w = &decision->window;
	struct question other = *question;
	uint64_t last = entry_pages(question->order) - 1;
	struct decision again;

	if (question->mfn > UINT64_MAX >> 24)
		return;
	if (!check_each(question->mfn >= w->mfn_first && question->mfn + last <= w->mfn_last &&
				question->gfn >= w->gfn_first &&
				question->gfn + last <= w->gfn_last,
			"%s: outside of its window", about(facts, question)))
		return;
	if (!block_within(w->mfn_first, w->mfn_last, question->order, world->mfn, world->mfns,
			  &other.mfn) ||
	    !block_within(w->gfn_first, w->gfn_last, question->order, world->gfn, world->gfns,
			  &other.gfn))
		return;
	decide(facts, &other, &again);
	check_each(again.possible == decision->possible,
		   "%s: %#x, but in its window at gfn %#" PRIx64 " mfn %#" PRIx64 " %#x",
		   about(facts, question), decision->possible, other.gfn, other.mfn,
		   again.possible);
}

static void test_steps(const struct facts *facts, const struct question *question)
{
	struct step_answer answers[RULESET_STEPS];
	enum ruleset_id rules = __builtin_ctz(facts->rules);
	unsigned int count = decide_steps(facts, question, rules, answers), i, together = 0;
	struct facts one = *facts; /* shares its arrays */
	struct decision decision;
	bool open = true;

	one.rules = 1u << rules;
	decide(&one, question, &decision);
	for (i = 0; i < count; i++) {
		check_each(answers[i].step == rulesets[rules].steps[i], "step %u of %d", i, rules);
		check_each(answers[i].reached == open, "%s: step %u reached",
			   about(facts, question), i);
		check_each(answers[i].reached || (!answers[i].outcomes && !answers[i].decided),
			   "%s: step %u not reached, but answers", about(facts, question), i);
		together |= answers[i].outcomes;
		if (answers[i].decided)
			open = false;
	}
	check_each(together == decision.possible, "%s: steps come to %#x, the decision is %#x",
		   about(facts, question), together, decision.possible);
}

static enum how doubt(void)
{
	return one_in(2) ? HOW_UNKNOWN : HOW_ASSUMED;
}

static uint32_t withhold_bool(struct fact_bool *fact, uint32_t bit)
{
	if (one_in(2))
		return 0;
	fact->how = doubt();
	fact->value = one_in(2);
	return bit;
}

/* What is only assumed of the host's ranges is what Xen said at boot, which is true of RAM. */
static enum how doubt_ranges(bool guest)
{
	enum how how = doubt();

	return !guest && how == HOW_ASSUMED ? HOW_UNKNOWN : how;
}

/* Leaves range 0 of the guest true: that it is known goes with the default type. */
static uint32_t withhold_mtrr(struct mtrr_fact *fact, uint32_t whole, uint32_t var)
{
	struct mtrr_state other;
	unsigned int i, first = var == BIT(GUEST_MTRR_VAR);

	/* No Xen runs with the host's MTRRs off, so nobody doubts that. */
	if (!first && !(fact->state.def_type & MTRR_DEF_TYPE_E))
		return 0;
	random_mtrr(&other);
	switch (below(6)) {
	case 0: /* ranges unknown one by one */
		fact->known.var = random_number();
		if (one_in(3)) { /* and the rest only assumed */
			fact->how_var = doubt_ranges(first);
			for (i = first; i < fact->state.var_count; i++)
				fact->state.var[i] = other.var[i];
		}
		for (i = 0; i < fact->state.var_count; i++)
			if (!(fact->known.var >> i & 1))
				fact->state.var[i] = other.var[i];
		return var;
	case 1: /* assumed or unknown as a whole */
		fact->how_var = doubt_ranges(first);
		for (i = first; i < fact->state.var_count; i++)
			fact->state.var[i] = other.var[i];
		return var;
	case 2:
		fact->how = doubt();
		fact->state.def_type = other.def_type;
		memcpy(fact->state.fixed, other.fixed, sizeof(other.fixed));
		fact->state.var[0] = other.var[0];
		fact->how_var = fact->how;
		return whole | var;
	case 3:
		fact->known.fixed = false;
		memcpy(fact->state.fixed, other.fixed, sizeof(other.fixed));
		return whole | var;
	case 4:
		fact->known.def_type = false;
		fact->state.def_type = other.def_type;
		return whole | var;
	default: /* as where there is no record of a vCPU */
		memset(fact, 0, sizeof(*fact));
		return whole | var;
	}
}

/* Read-only MMIO told by the question's hint, or partly by a list. */
static uint32_t withhold_mmio_ro(struct facts *facts, struct question *question)
{
	static const enum maybe no[] = { MAYBE_NO, MAYBE_RATHER_NO, MAYBE_RATHER_YES };
	static const enum maybe yes[] = { MAYBE_YES, MAYBE_RATHER_NO, MAYBE_RATHER_YES };
	struct ranges *set = &facts->mmio_ro.ranges, part = { .count = 0 };
	bool read_only =
		common(set, question->mfn, question->mfn + entry_pages(question->order) - 1);
	size_t i;

	if (read_only && (question->order || question->classes != P2M_CLASS_MMIO_DIRECT))
		return 0;
	question->mmio_ro = read_only ? yes[below(3)] : no[below(3)];
	facts->mmio_ro_complete = false;
	if (one_in(3)) { /* a list that is only assumed */
		facts->mmio_ro.how = HOW_ASSUMED;
		facts->mmio_ro_complete = one_in(2);
		random_set(&part, below(4), 0xd0000, 0xfffff);
	} else if (one_in(2)) { /* a true one, but not all of it */
		for (i = 0; i < set->count; i++)
			if (one_in(2))
				ranges_add(&part, set->range[i].first, set->range[i].last);
	} else {
		facts->mmio_ro.how = HOW_UNKNOWN;
	}
	ranges_clear(set);
	*set = part;
	return BIT(MMIO_RO);
}

/* Makes facts unknown, or wrong but only assumed. Returns which, as bits. */
static uint32_t withhold(const struct world *world, struct facts *facts, struct question *question)
{
	uint32_t withheld = 0;
	uint64_t last = question->mfn + entry_pages(question->order) - 1;
	size_t i;

	withheld |= withhold_bool(&facts->iommu, BIT(IOMMU));
	withheld |= withhold_bool(&facts->cache_flush, BIT(CACHE_FLUSH));
	withheld |= withhold_bool(&facts->cache_control, BIT(CACHE_CONTROL));
	withheld |= withhold_bool(&facts->iommu_snoop, BIT(IOMMU_SNOOP));
	if (world->possible) {
		if (one_in(3) &&
		    (!question->order || !common(&facts->special.ranges, question->mfn, last))) {
			withheld |= BIT(SPECIAL);
			facts->special.how = doubt();
			if (one_in(2))
				ranges_clear(&facts->special.ranges);
			else
				random_set(&facts->special.ranges, 2, 0, FRAMES);
		}
		if (one_in(3))
			withheld |= withhold_mmio_ro(facts, question);
		if (one_in(3)) {
			withheld |= BIT(MFN_VALID);
			facts->mfn_valid.how = doubt();
			ranges_clear(&facts->mfn_valid.ranges);
			random_set(&facts->mfn_valid.ranges, below(3), 0, FRAMES);
		}
		if (one_in(3)) {
			withheld |= BIT(APIC_ACCESS_MFN);
			facts->apic_access_mfn.how = doubt();
			facts->apic_access_mfn.value = below(FRAMES);
		}
	}
	question->apic_page = one_in(4);
	if (one_in(4)) {
		withheld |= BIT(MEMORY_MAP);
		facts->ram.how = doubt();
		random_set(&facts->ram.ranges, 2, 0, FRAMES);
	}
	if (one_in(4)) {
		withheld |= BIT(PINNED);
		facts->how_pins = doubt();
		facts_clear_pins(facts);
		random_pins(facts);
		facts->how_pins = doubt();
	}
	if (one_in(5)) {
		withheld |= BIT(GUEST_MTRR) | BIT(GUEST_MTRR_VAR);
		facts_clear_vcpus(facts);
	}
	if (facts->vcpu_count > 1)
		withheld |= BIT(VCPU);
	for (i = 0; i < facts->vcpu_count; i++)
		if (one_in(3))
			withheld |= withhold_mtrr(&facts->vcpus[i], BIT(GUEST_MTRR),
						  BIT(GUEST_MTRR_VAR));
	if (one_in(3))
		withheld |= withhold_mtrr(&facts->host, BIT(HOST_MTRR), BIT(HOST_MTRR_VAR));
	if (one_in(3)) {
		question->classes |= 1u << below(3);
		withheld |= BIT(P2M_TYPE);
	}
	if (one_in(4)) {
		facts->rules |=
			random_number() & (one_in(2) ? RULES_RELEASED : (1u << RULES_COUNT) - 1);
		withheld |= BIT(RULES);
	}
	return withheld;
}

/* truth: the outcome with all facts known. */
static void test_withheld(const struct world *world, const struct question *whole,
			  unsigned int truth)
{
	struct question question = *whole;
	struct decision decision;
	struct facts facts;
	uint32_t withheld;
	unsigned int key;

	facts_copy(&facts, &world->facts);
	withheld = withhold(world, &facts, &question);
	decide(&facts, &question, &decision);
	check_each((decision.possible & truth) == truth,
		   "%s without facts %#x: %#x is not among %#x", about(&facts, &question), withheld,
		   truth, decision.possible);
	for (key = 0; key < OUTCOME_COUNT; key++) {
		const struct outcome *outcome = &decision.outcome[key];

		if (!(decision.possible >> key & 1))
			continue;
		check_each(!(outcome->assumes & ~withheld),
			   "%s without facts %#x: %#x rests on %#x", about(&facts, &question),
			   withheld, key, outcome->assumes);
		check_each(outcome->assumes || decision.possible == 1u << key,
			   "%s without facts %#x: %#x rests on nothing, but is one of %#x",
			   about(&facts, &question), withheld, key, decision.possible);
		check_each(!(outcome->unusual & ~outcome->assumes),
			   "%s: outcome %#x rests on %#x, of that unusual %#x",
			   about(&facts, &question), key, outcome->assumes, outcome->unusual);
	}
	test_window(world, &facts, &question, &decision);
	test_steps(&facts, &question);
	facts_clear(&facts);
}

/* Of what is assumed and may be wrong, the outcome as if it were right needs nothing unusual. */
static void test_usual(const struct world *world, const struct question *question)
{
	struct facts facts, one;
	struct decision assumed, right;
	unsigned int key;
	uint64_t first = 0, last = UINT64_MAX;
	bool host_usual;

	facts_copy(&facts, &world->facts);
	/* The host's MTRRs make RAM WB, whatever was assumed of them. */
	host_usual = question->classes == P2M_CLASS_MMIO_DIRECT ||
		     mtrr_type(&facts.host.state, question->mfn & (UINT64_MAX >> 12),
			       question->order, &first, &last) == MEMTYPE_WB;
	one = facts; /* shares its arrays */
	if (one.vcpu_count > 1)
		one.vcpu_count = 1; /* vCPU 0 is the usual one */
	decide(&one, question, &right);
	if (one_in(2))
		facts.iommu.how = HOW_ASSUMED;
	if (one_in(2))
		facts.cache_flush.how = HOW_ASSUMED;
	if (one_in(2) && !question->order && world->possible)
		facts.special.how = HOW_ASSUMED;
	if (facts.vcpu_count && one_in(2))
		facts.vcpus[0].how_var = HOW_ASSUMED;
	if (facts.vcpu_count && one_in(2))
		facts.vcpus[0].how = HOW_ASSUMED;
	if (host_usual && one_in(2))
		facts.host.how_var = HOW_ASSUMED;
	if (host_usual && one_in(2))
		facts.host.how = HOW_ASSUMED;
	decide(&facts, question, &assumed);
	for (key = 0; key < OUTCOME_COUNT; key++)
		if (assumed.possible >> key & 1)
			check_each(
				!assumed.outcome[key].unusual == (right.possible == 1u << key),
				"%s, assumed %d%d%d%d%d%d%d: outcome %#x unusual %#x, as assumed %#x",
				about(&facts, question), facts.iommu.how == HOW_ASSUMED,
				facts.cache_flush.how == HOW_ASSUMED,
				facts.special.how == HOW_ASSUMED,
				facts.vcpu_count && facts.vcpus[0].how == HOW_ASSUMED,
				facts.vcpu_count && facts.vcpus[0].how_var == HOW_ASSUMED,
				facts.host.how == HOW_ASSUMED, facts.host.how_var == HOW_ASSUMED,
				key, assumed.outcome[key].unusual, right.possible);
	facts_clear(&facts);
}

static void test_world(void)
{
	struct world world;
	unsigned int i;

	random_world(&world);
	for (i = 0; i < QUESTIONS; i++) {
		struct facts one = world.facts; /* shares its arrays */
		struct question question;
		struct decision decision;
		struct mtrr_fact vcpu;
		unsigned int truth;

		random_question(&world, &question);
		if (one.vcpu_count > 1) { /* Xen asks one of them */
			vcpu = one.vcpus[below(one.vcpu_count)];
			one.vcpus = &vcpu;
			one.vcpu_count = 1;
		}
		truth = test_known(&one, &question);
		if (!truth)
			continue;
		decide(&one, &question, &decision);
		test_window(&world, &one, &question, &decision);
		test_steps(&one, &question);
		test_withheld(&world, &question, truth);
		if (i % 4 == 0)
			test_usual(&world, &question);
	}
	facts_clear(&world.facts);
}

int main(int argc, char **argv)
{
	unsigned int world, worlds = getenv("FULL") ? WORLDS : WORLDS / 5;

	if (argc > 1)
		test_seed = strtoull(argv[1], NULL, 0);
	if (argc > 2)
		worlds = strtoul(argv[2], NULL, 0);
	printf("seed %#" PRIx64 ", %u questions\n", test_seed, worlds * QUESTIONS);
	for (world = 0; world < worlds; world++)
		test_world();
	return test_end();
}
