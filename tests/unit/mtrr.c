/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MTRR look-ups by hand and at random, guest writes, effective types, and the HVM context record.
 */
#include "x86/mtrr.h"
#include "base/array.h"

#include "model/facts.h"
#include "model/hvmloader.h"
#include "test.h"
#include "x86/memtype.h"

#include <inttypes.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define UC MEMTYPE_UC
#define WC MEMTYPE_WC
#define WT MEMTYPE_WT
#define WP MEMTYPE_WP
#define WB MEMTYPE_WB

#define SPLIT -1

#define GUEST_BITS 39

static uint64_t mask_of(uint64_t size)
{
	return (-size & ((UINT64_C(1) << GUEST_BITS) - 1)) | MTRR_MASK_VALID;
}

static void add(struct mtrr_state *state, uint64_t base, uint64_t size, unsigned int type)
{
	state->var[state->var_count].base = base | type;
	state->var[state->var_count].mask = mask_of(size);
	state->var_count++;
}

/*
 * Fixed ranges as of a PC, WB and a0000-bffff WC, but 70000-7ffff WT and c8000-c8fff WP; variable:
 *   e0000000-efffffff and f0000000-f000ffff UC, 80000000-bfffffff WT, and within that
 *   90000000-900fffff WB, 91000000-910fffff UC, 92000000-920fffff WP;
 *   with holes, 200000000-2001fffff and 208000000-2081fffff WC by one range.
 */
static void machine(struct mtrr_state *state, uint64_t def_type, bool holes)
{
	unsigned int i;

	memset(state, 0, sizeof(*state));
	state->def_type = def_type;
	for (i = 0; i < MTRR_FIXED_COUNT; i++)
		state->fixed[i] = UINT64_C(0x0606060606060606);
	state->fixed[2] = UINT64_C(0x0101010101010101); /* 0x259: 16K_A0000 */
	state->fixed[4] = UINT64_C(0x0606060606060605); /* 0x269: 4K_C8000 */
	state->fixed[0] = UINT64_C(0x0406060606060606); /* 0x250: 70000-7ffff WT */
	add(state, 0xe0000000, 0x10000000, UC);
	add(state, 0xf0000000, 0x10000, UC);
	add(state, 0x80000000, 0x40000000, WT);
	add(state, 0x90000000, 0x100000, WB);
	add(state, 0x91000000, 0x100000, UC);
	add(state, 0x92000000, 0x100000, WP);
	state->var[6].base = UINT64_C(0x200000000) | WC;
	state->var[6].mask = holes ? mask_of(0x200000) & ~UINT64_C(0x8000000) : 0;
	state->var[7].base = UINT64_C(0x300000000) | WP; /* not valid */
	state->var_count = 8;
}

#define E      MTRR_DEF_TYPE_E
#define FE     MTRR_DEF_TYPE_FE
#define NARROW 0, 0 /* the window is not worked out: only that it is right */
#define ALL    0, UINT64_MAX

static const struct {
	const char *why;
	uint64_t def_type, frame;
	unsigned int order;
	int type;
	uint64_t first, last; /* window, inclusive */
} lookups[] = {
	/* E off: UC, whatever the rest says. */
	{ "MTRRs off", FE | WB, 0x12345, 0, UC, ALL },
	{ "MTRRs off, below 1M", FE | WB, 0xa0, 0, UC, ALL },
	{ "MTRRs off, a superpage", FE | WB, 0x80000, 18, UC, ALL },

	/* Fixed ranges, SDM vol. 3 "Fixed Range MTRRs": 8 of 64K, 16 of 16K, 64 of 4K. */
	{ "64K_00000", E | FE | WB, 0x5, 0, WB, 0, 0xf },
	{ "the last 64K", E | FE | WB, 0x7f, 0, WT, 0x70, 0x7f },
	{ "64K as a whole", E | FE | WB, 0x70, 4, WT, 0x70, 0x7f },
	{ "more than 64K", E | FE | WB, 0x60, 5, SPLIT, NARROW },
	{ "the first 16K", E | FE | WB, 0x80, 0, WB, 0x80, 0x83 },
	{ "16K_A0000", E | FE | WB, 0xa0, 2, WC, 0xa0, 0xa3 },
	{ "the last 16K", E | FE | WB, 0xbf, 0, WC, 0xbc, 0xbf },
	{ "more than 16K", E | FE | WB, 0xa0, 3, SPLIT, NARROW },
	{ "4K_C0000", E | FE | WB, 0xc0, 0, WB, 0xc0, 0xc0 },
	{ "4K_C8000", E | FE | WB, 0xc8, 0, WP, 0xc8, 0xc8 },
	{ "the last 4K", E | FE | WB, 0xff, 0, WB, 0xff, 0xff },
	{ "more than 4K", E | FE | WB, 0xc8, 1, SPLIT, NARROW },
	{ "2M over fixed ranges", E | FE | WB, 0, 9, SPLIT, 0, 0x1ff },
	{ "1G over fixed ranges", E | FE | WB, 0, 18, SPLIT, 0, 0x3ffff },
	{ "1M, behind them", E | FE | WB, 0x100, 0, WB, 0x100, 0x7ffff },
	{ "fixed ranges off", E | WB, 0xa0, 0, WB, 0, 0x7ffff },
	{ "fixed ranges off, 2M", E | WB, 0, 9, WB, 0, 0x7ffff },

	/* Variable ranges: one that matches, then SDM vol. 3 "MTRR Precedences". */
	{ "no range: the default type", E | FE | WP, 0x1000, 0, WP, 0x100, 0x7ffff },
	{ "first page of a range", E | FE | WB, 0xe0000, 0, UC, 0xe0000, 0xeffff },
	{ "last page of a range", E | FE | WB, 0xeffff, 0, UC, 0xe0000, 0xeffff },
	{ "above all ranges, up to the first seen again", E | FE | WB, 0x180000, 0, WB, 0xf0010,
	  0x807ffff },
	{ "the page behind two", E | FE | WB, 0xf0010, 0, WB, NARROW },
	{ "2M within a range", E | FE | WB, 0xe0200, 9, UC, NARROW },
	{ "UC beats WT", E | FE | WB, 0x91000, 0, UC, 0x91000, 0x910ff },
	{ "WT and WB: WT", E | FE | WB, 0x90000, 0, WT, 0x90000, 0x900ff },
	{ "WT and WP: not architectural, Xen takes the last", E | FE | WB, 0x92000, 0, WP, NARROW },
	{ "two kinds in 2M: no one type", E | FE | WB, 0x90000, 9, SPLIT, NARROW },
	{ "one kind in 2M beside them", E | FE | WB, 0x90200, 9, WT, NARROW },
	{ "two kinds in 1G", E | FE | WB, 0x80000, 18, SPLIT, NARROW },

	/* rules.md A.5, the quirk: one kind of range touches the page, the default does not count.
	 */
	{ "64K of 2M are UC: all UC", E | FE | WB, 0xf0000, 9, UC, 0xf0000, 0xf01ff },
	{ "the same of 1G", E | FE | WB, 0xc0000, 18, UC, 0xc0000, 0xfffff },
	{ "the 4K pages behind the 64K", E | FE | WB, 0xf0010, 0, WB, NARROW },

	/* A hole in the mask: 200000000 and 208000000. */
	{ "hole in the mask, bit clear", E | FE | WB, 0x200000, 0, WC, NARROW },
	{ "hole in the mask, bit set", E | FE | WB, 0x208000, 0, WC, NARROW },
	{ "the end of the first", E | FE | WB, 0x2001ff, 0, WC, NARROW },
	{ "between the two", E | FE | WB, 0x200200, 0, WB, NARROW },
	{ "behind them", E | FE | WB, 0x210000, 0, WB, NARROW },
	{ "a 2M page of it", E | FE | WB, 0x208000, 9, WC, NARROW },
	{ "the 1G page around it", E | FE | WB, 0x200000, 18, WC, NARROW },
	{ "a range that is not valid", E | FE | WB, 0x300000, 0, WB, NARROW },
};

static void test_by_hand(void)
{
	size_t i;

	for (i = 0; i < COUNT(lookups); i++) {
		uint64_t first = 0, last = UINT64_MAX, known_first = 0, known_last = UINT64_MAX;
		struct mtrr_state state;
		unsigned int types;
		int type;

		machine(&state, lookups[i].def_type, lookups[i].frame >= 0x200000);
		type = mtrr_type(&state, lookups[i].frame, lookups[i].order, &first, &last);
		check(type == lookups[i].type, "%s: frame %#" PRIx64 " order %u is %d, not %d",
		      lookups[i].why, lookups[i].frame, lookups[i].order, type, lookups[i].type);
		check(first <= lookups[i].frame &&
			      last >= lookups[i].frame + (1u << lookups[i].order) - 1,
		      "%s: not in its window", lookups[i].why);
		if (lookups[i].last)
			check(first == lookups[i].first && last == lookups[i].last,
			      "%s: window %#" PRIx64 "-%#" PRIx64, lookups[i].why, first, last);
		types = mtrr_types(&state, &MTRR_KNOWN_ALL, lookups[i].frame, lookups[i].order,
				   &known_first, &known_last);
		check(types == (type == SPLIT ? MTRR_SPLIT : 1u << type) && known_first == first &&
			      known_last == last,
		      "%s: types %#x with all known", lookups[i].why, types);
	}
}

/* A window handed in is only made smaller. */
static void test_window_stays(void)
{
	uint64_t first = 0xe0010, last = 0xe0020;
	struct mtrr_state state;

	machine(&state, E | FE | WB, true);
	mtrr_type(&state, 0xe0018, 0, &first, &last);
	check(first == 0xe0010 && last == 0xe0020, "window grew to %#" PRIx64 "-%#" PRIx64, first,
	      last);
}

#define SET(type) (1u << (type))
#define ANY	  MEMTYPES_ALL

/* What is left when registers are not known, in the same machine. */
static void test_partly_known(void)
{
	static const struct {
		const char *why;
		struct mtrr_known known;
		uint64_t def_type, frame;
		unsigned int order, types;
	} rows[] = {
		{ "no default type", { false, true, ~0ull, false }, E | FE | WB, 0xe0000, 0, ANY },
		{ "no default type, 2M",
		  { false, true, ~0ull, false },
		  E | WB,
		  0,
		  9,
		  ANY | MTRR_SPLIT },
		/* What E is is known: ranges that touch it decide where all are known. */
		{ "E, no default type", { false, true, 0xff, true }, WB, 0x80000, 0, SET(WT) },
		{ "E, not in a range", { false, true, 0xff, true }, WB, 0x100, 0, ANY },
		{ "E, fixed ranges", { false, true, 0xff, true }, FE | WB, 0xa0, 0, ANY },
		{ "MTRRs off", { true, false, 0, false }, FE | WB, 0xa0, 0, SET(UC) },
		{ "fixed ranges", { true, false, ~0ull, false }, E | FE | WB, 0xa0, 0, ANY },
		{ "fixed ranges, 2M",
		  { true, false, ~0ull, false },
		  E | FE | WB,
		  0,
		  9,
		  ANY | MTRR_SPLIT },
		{ "fixed ranges, off", { true, false, ~0ull, false }, E | WB, 0xa0, 0, SET(WB) },
		{ "fixed ranges, above",
		  { true, false, ~0ull, false },
		  E | FE | WB,
		  0x100,
		  0,
		  SET(WB) },
		{ "ranges, but fixed ones known",
		  { true, true, 0, false },
		  E | FE | WB,
		  0xa0,
		  0,
		  SET(WC) },
		{ "ranges", { true, true, 0, false }, E | FE | WB, 0x100, 0, ANY },
		{ "ranges, 2M", { true, true, 0, false }, E | FE | WB, 0x200, 9, ANY | MTRR_SPLIT },
		{ "ranges 1 and up, in range 0",
		  { true, true, 1, false },
		  E | FE | WB,
		  0xe0000,
		  0,
		  SET(UC) },
		{ "the same, 2M: UC or split",
		  { true, true, 1, false },
		  E | FE | WB,
		  0xe0000,
		  9,
		  SET(UC) | MTRR_SPLIT },
		{ "two kinds in 2M: split whatever else is there",
		  { true, true, 0x0c, false },
		  E | FE | WB,
		  0x90000,
		  9,
		  MTRR_SPLIT },
		{ "only ranges that are not there",
		  { true, true, 0xff, false },
		  E | FE | WB,
		  0x1000,
		  0,
		  SET(WB) },
		{ "ranges, 2M over the fixed ones, at any of its frames",
		  { true, true, 0, false },
		  E | FE | WB,
		  0x150,
		  9,
		  MTRR_SPLIT },
	};
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		uint64_t first = 0, last = UINT64_MAX;
		struct mtrr_state state;
		unsigned int types;

		machine(&state, rows[i].def_type, false);
		types = mtrr_types(&state, &rows[i].known, rows[i].frame, rows[i].order, &first,
				   &last);
		check(types == rows[i].types, "not known: %s: types %#x, not %#x", rows[i].why,
		      types, rows[i].types);
	}
}

static unsigned int some_type(void)
{
	static const unsigned char types[] = { UC, WC, WT, WP, WB };

	return types[below(5)];
}

/* A small machine, at times with so few address bits that frames come again and again. */
static void random_state(struct mtrr_state *state)
{
	unsigned int bits = one_in(2) ? GUEST_BITS : 26 + below(4), i, byte;

	memset(state, 0, sizeof(*state));
	state->def_type = some_type() | (one_in(8) ? 0 : E) | (one_in(2) ? FE : 0);
	for (i = 0; i < MTRR_FIXED_COUNT; i++)
		for (byte = 0; byte < 8; byte++)
			state->fixed[i] |= (uint64_t)some_type() << (8 * byte);
	state->var_count = below(9);
	for (i = 0; i < state->var_count; i++) {
		uint64_t size = UINT64_C(1) << (12 + below(15));

		state->var[i].base = (below(0x10000) << 12) | some_type();
		state->var[i].mask = -size & ((UINT64_C(1) << bits) - 1);
		if (one_in(4))
			state->var[i].mask &= ~(size << below(6));
		if (!one_in(4))
			state->var[i].mask |= MTRR_MASK_VALID;
	}
}

/* What is not known of state becomes as in other. */
static void replace_unknown(struct mtrr_state *state, const struct mtrr_known *known,
			    const struct mtrr_state *other)
{
	unsigned int i;

	if (!known->def_type)
		state->def_type = other->def_type;
	if (!known->fixed)
		memcpy(state->fixed, other->fixed, sizeof(other->fixed));
	for (i = 0; i < state->var_count; i++)
		if (!(known->var >> i & 1))
			state->var[i] = other->var[i];
}

/* The answer of mtrr_types() as a number that can be compared. */
static unsigned int answer_at(const struct mtrr_state *state, const struct mtrr_known *known,
			      uint64_t frame, unsigned int order, uint64_t *first, uint64_t *last)
{
	*first = 0;
	*last = UINT64_MAX;
	return mtrr_types(state, known, frame, order, first, last);
}

/*
 * All over its window the answer is the same, with everything known or not; and the set has the
 * true type whatever is in the registers that are not known.
 */
static void test_random(void)
{
	static const unsigned int orders[] = { 0, 0, 1, 4, 9, 18 };
	unsigned int round, i;

	for (round = 0; round < 200000; round++) {
		struct mtrr_known known = { .def_type = !one_in(8),
					    .fixed = !one_in(4),
					    .var = random_number() | random_number() };
		unsigned int order = orders[below(COUNT(orders))], types;
		uint64_t frame = below(one_in(4) ? 0x200 : 0x10000), size = UINT64_C(1) << order;
		uint64_t first, last, other_first, other_last;
		struct mtrr_state state, other;

		if (one_in(2))
			known = MTRR_KNOWN_ALL;
		random_state(&state);
		types = answer_at(&state, &known, frame, order, &first, &last);
		check_each(first <= (frame & -size) && last >= (frame | (size - 1)),
			   "frame %#" PRIx64 " order %u: outside of its window", frame, order);
		if (last > 0x3ffff)
			last = 0x3ffff;
		for (i = 0; i < 4; i++) {
			uint64_t block = i == 0	  ? first
					 : i == 1 ? last
						  : first + below(last - first + 1);

			block &= -size;
			if (block < first || block + size - 1 > last)
				continue;
			check_each(answer_at(&state, &known, block, order, &other_first,
					     &other_last) == types,
				   "frame %#" PRIx64 " order %u is %#x, but not %#" PRIx64
				   " in its window",
				   frame, order, types, block);
		}
		for (i = 0; i < 3; i++) {
			int type;

			random_state(&other);
			replace_unknown(&state, &known, &other);
			other_first = 0;
			other_last = UINT64_MAX;
			type = mtrr_type(&state, frame, order, &other_first, &other_last);
			check_each(types & (type < 0 ? MTRR_SPLIT : 1u << type),
				   "frame %#" PRIx64 " order %u: %d is not among %#x", frame, order,
				   type, types);
		}
	}
}

/* hvm_set_mtrr…: what Xen takes from a guest. The vectors have more values, for 8 ranges. */
static void test_writes(void)
{
	static const struct {
		const char *reg;
		uint64_t value;
		unsigned int phys_bits;
		int accepted;
	} rows[] = {
		{ "def_type", 0xc06, 39, 1 },
		{ "def_type", 0x006, 39, 1 },
		{ "def_type", 0xc02, 39, 0 },  /* reserved type */
		{ "def_type", 0xc07, 39, 0 },  /* UC- is none for MTRRs */
		{ "def_type", 0x1c06, 39, 0 }, /* bit 12 */
		{ "def_type", 0x106, 39, 0 },  /* bit 8 */
		{ "fixed0", 0x0605040100060504, 39, 1 },
		{ "fixed10", 0x0606060606060606, 39, 1 },
		{ "fixed3", 0x0600000000000002, 39, 0 },
		{ "fixed3", 0x0300000000000000, 39, 0 },
		{ "var0_base", 0xf0000000, 39, 1 },
		{ "var0_base", 0xf0000006, 39, 1 },
		{ "var0_base", 0xf0000001, 39, 1 },
		{ "var0_base", 0xf0000005, 39, 1 },
		{ "var0_base", 0xf0000007, 39, 0 },
		{ "var0_base", 0xf0000100, 39, 0 }, /* bits 11:8 */
		{ "var0_base", 0xf0000800, 39, 0 },
		{ "var0_base", UINT64_C(1) << 38, 39, 1 },
		{ "var0_base", UINT64_C(1) << 39, 39, 0 }, /* beyond the guest's addresses */
		{ "var0_base", UINT64_C(1) << 51, 52, 1 },
		{ "var0_base", UINT64_C(1) << 63, 64, 1 },
		{ "var7_mask", UINT64_C(0x7ff0000800), 39, 1 },
		{ "var7_mask", UINT64_C(0x7ff0000000), 39, 1 },
		{ "var7_mask", UINT64_C(0x5550000800), 39, 1 }, /* holes are allowed */
		{ "var7_mask", UINT64_C(0x7ff0000c00), 39, 0 }, /* bits 10:0 */
		{ "var7_mask", UINT64_C(0x7ff0000801), 39, 0 },
		{ "var7_mask", UINT64_C(0xfff0000800), 39, 0 },
		{ "var39_mask", 0x800, 39, 1 }, /* as many as a PVH dom0 can have */
		/* No such registers. */
		{ "var40_base", 0, 39, -1 },
		{ "var0", 0, 39, -1 },
		{ "var0_", 0, 39, -1 },
		{ "var0_base0", 0, 39, -1 },
		{ "var_base", 0, 39, -1 },
		{ "var-1_base", 0, 39, -1 },
		{ "var 1_base", 0, 39, -1 },
		{ "var4294967296_base", 0, 39, -1 },
		{ "fixed", 0, 39, -1 },
		{ "fixed11", 0, 39, -1 },
		{ "fixed1a", 0, 39, -1 },
		{ "fixed-1", 0, 39, -1 },
		{ "fixed+1", 0, 39, -1 },
		{ "fixed4294967296", 0, 39, -1 },
		{ "def_type1", 0, 39, -1 },
		{ "cap", 0, 39, -1 },
		{ "", 0, 39, -1 },
	};
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		int accepted = mtrr_write_accepted(rows[i].reg, rows[i].value, rows[i].phys_bits);

		check(accepted == rows[i].accepted, "write %s %#" PRIx64 ", %u bits: %d, not %d",
		      rows[i].reg, rows[i].value, rows[i].phys_bits, accepted, rows[i].accepted);
	}
}

static void test_range_size(void)
{
	check(mtrr_range_size(mask_of(0x1000)) == 0x1000, "4K");
	check(mtrr_range_size(mask_of(0x8000000)) == 0x8000000, "128M");
	check(mtrr_range_size(mask_of(0x200000) & ~UINT64_C(0x8000000)) == 0x200000, "with a hole");
	check(mtrr_range_size(mask_of(0x1000) & ~MTRR_MASK_VALID) == 0, "not valid");
	check(mtrr_range_size(MTRR_MASK_VALID) == 0, "no bits");
}

/* tests/vectors/README.md, "effective-type". */
static void test_effective(void)
{
	static const unsigned int pats[] = { UC, MEMTYPE_UC_MINUS, WC, WT, WP, WB };
	static const struct {
		unsigned int emt;
		int types[6];
	} rows[] = {
		{ UC, { UC, UC, WC, UC, UC, UC } },
		{ WC, { UC, WC, WC, UC, UC, WC } },
		{ WT, { UC, UC, WC, WT, WP, WT } },
		{ WP, { UC, WC, WC, WT, WP, WP } },
		{ WB, { UC, UC, WC, WT, WP, WB } },
		{ 2, { -1, -1, -1, -1, -1, -1 } }, /* misconfigurations */
		{ 3, { -1, -1, -1, -1, -1, -1 } },
		{ 7, { -1, -1, -1, -1, -1, -1 } },
	};
	unsigned int pat;
	size_t i;

	for (i = 0; i < COUNT(rows); i++)
		for (pat = 0; pat < 6; pat++) {
			int forced = rows[i].types[0] < 0 ? -1 : (int)rows[i].emt;

			check_each(memtype_effective(rows[i].emt, false, pats[pat]) ==
					   rows[i].types[pat],
				   "EPT %s, PAT %s: %d", memtype_name(rows[i].emt),
				   memtype_name(pats[pat]),
				   memtype_effective(rows[i].emt, false, pats[pat]));
			check_each(memtype_effective(rows[i].emt, true, pats[pat]) == forced,
				   "EPT %s with iPAT, PAT %s", memtype_name(rows[i].emt),
				   memtype_name(pats[pat]));
		}
	for (i = 0; i < 5; i++) {
		check(memtype_effective(rows[i].emt, false, 2) == -1 &&
			      memtype_effective(rows[i].emt, false, 3) == -1,
		      "reserved PAT types");
		check(memtype_valid(rows[i].emt), "%u is a type", rows[i].emt);
	}
	check(!memtype_valid(2) && !memtype_valid(3) && !memtype_valid(7) && !memtype_valid(8) &&
		      !memtype_valid(0x100),
	      "no other is");
}

static void test_names(void)
{
	static const char *const names[] = { "UC", "WC", "?2", "?3", "WT", "WP", "WB", "UC-" };
	unsigned int type;

	for (type = 0; type < MEMTYPE_COUNT; type++) {
		check(!strcmp(memtype_name(type), names[type]), "name of %u", type);
		check(memtype_parse(names[type]) == (type == 2 || type == 3 ? -1 : (int)type),
		      "%s is parsed", names[type]);
	}
	check(memtype_parse("wb") == WB && memtype_parse("uc-") == MEMTYPE_UC_MINUS,
	      "small letters");
	check(memtype_parse_emt("WB, WC", 2) == WB && memtype_parse_emt("UC-", 3) == -1 &&
		      memtype_parse_emt("UC------", 8) == -1,
	      "an EMT's name is part of a text");
	check(memtype_parse("") == -1 && memtype_parse("U") == -1 && memtype_parse("WB!") == -1,
	      "names are whole");
}

/* A record as Xen 4.12 and later fill it: range 0 in all places. */
static void affected(struct mtrr_state *record, uint64_t base, uint64_t mask)
{
	unsigned int i;

	memset(record, 0, sizeof(*record));
	record->cap = 0x508;
	record->def_type = E | FE | WB;
	record->var_count = 8;
	for (i = 0; i < 8; i++) {
		record->var[i].base = base;
		record->var[i].mask = mask;
	}
}

/*
 * hvmloader tiles [pci_mem_start, END) with UC ranges, each the largest power of two that its start
 * is aligned to and that fits (cacheattr.c); END is fc000000, or 4G in some releases (rules.md
 * A.5).
 */
static void test_record_tiling(void)
{
	static const struct {
		const char *why;
		uint64_t base, size; /* range 0 */
		struct {
			uint64_t base, size;
		} rest[7];
	} rows[] = {
		{ "default", 0xf0000000, 0x08000000, { { 0xf8000000, 0x04000000 } } },
		{ "default, END at 4G: one range does", 0xf0000000, 0x10000000, { { 0, 0 } } },
		{ "512M hole",
		  0xe0000000,
		  0x10000000,
		  { { 0xf0000000, 0x08000000 }, { 0xf8000000, 0x04000000 } } },
		{ "512M hole, END at 4G", 0xe0000000, 0x20000000, { { 0, 0 } } },
		{ "1G hole",
		  0xc0000000,
		  0x20000000,
		  { { 0xe0000000, 0x10000000 },
		    { 0xf0000000, 0x08000000 },
		    { 0xf8000000, 0x04000000 } } },
		{ "2G hole",
		  0x80000000,
		  0x40000000,
		  { { 0xc0000000, 0x20000000 },
		    { 0xe0000000, 0x10000000 },
		    { 0xf0000000, 0x08000000 },
		    { 0xf8000000, 0x04000000 } } },
		{ "up to END in one", 0xf8000000, 0x04000000, { { 0, 0 } } },
		/* Not hvmloader's: above 4G, low, or not UC (next test). Nothing to go on. */
		{ "above 4G", UINT64_C(0x100000000), 0x40000000, { { 0, 0 } } },
		{ "low", 0x10000000, 0x10000000, { { 0, 0 } } },
	};
	unsigned int i, n;
	size_t row;

	for (row = 0; row < COUNT(rows); row++) {
		struct mtrr_state record;
		struct mtrr_fact fact;

		affected(&record, rows[row].base | UC, mask_of(rows[row].size));
		memset(&fact, 0xff, sizeof(fact)); /* all of it is filled */
		hvmloader_from_record(&fact, &record, HOW_LOG);
		check(fact.how == HOW_LOG && fact.how_var == HOW_ASSUMED && fact.known.def_type &&
			      fact.known.fixed && fact.known.var == 1,
		      "%s: only range 0 is known, %#" PRIx64, rows[row].why, fact.known.var);
		check(fact.state.var_count == 8 && fact.state.def_type == record.def_type &&
			      fact.state.var[0].base == record.var[0].base &&
			      fact.state.var[0].mask == record.var[0].mask,
		      "%s: what is known stays", rows[row].why);
		for (i = 0; i < 7; i++) {
			uint64_t base = fact.state.var[i + 1].base,
				 mask = fact.state.var[i + 1].mask;

			check_each(base == rows[row].rest[i].base &&
					   mask == (rows[row].rest[i].size
							    ? mask_of(rows[row].rest[i].size)
							    : 0),
				   "%s: range %u is %#" PRIx64 " %#" PRIx64, rows[row].why, i + 1,
				   base, mask);
		}
		/* The ranges that were made up cover the hole to END, and no page twice. */
		for (i = 1; i < 8; i++)
			for (n = i + 1; n < 8; n++)
				check_each(!fact.state.var[i].mask ||
						   fact.state.var[i].base != fact.state.var[n].base,
					   "%s: ranges %u and %u", rows[row].why, i, n);
	}
}

static void test_record(void)
{
	struct mtrr_state record;
	struct mtrr_fact fact;
	unsigned int i;

	/* Toolstack-made PVH, or firmware that has not come to it: all invalid, genuine or not. */
	affected(&record, 0, 0);
	hvmloader_from_record(&fact, &record, HOW_MEASURED);
	check(fact.how == HOW_MEASURED && fact.how_var == HOW_ASSUMED && fact.known.var == 1,
	      "no ranges: assumed");
	for (i = 0; i < 8; i++)
		check_each(!fact.state.var[i].mask, "no ranges: range %u is made up", i);

	/* Not UC: not hvmloader's PCI hole. */
	affected(&record, 0xf0000000 | WC, mask_of(0x8000000));
	hvmloader_from_record(&fact, &record, HOW_LOG);
	check(fact.known.var == 1 && !fact.state.var[1].mask, "range 0 is WC: nothing is made up");

	/* Ranges that differ: this Xen saves each (to 4.11). */
	affected(&record, 0xf0000000, mask_of(0x8000000));
	record.var[1].base = 0xf8000000;
	record.var[1].mask = mask_of(0x4000000);
	for (i = 2; i < 8; i++)
		record.var[i].base = record.var[i].mask = 0;
	hvmloader_from_record(&fact, &record, HOW_LOG);
	check(fact.known.def_type && fact.known.fixed && (fact.known.var & 0xff) == 0xff &&
		      fact.how == HOW_LOG && fact.how_var == HOW_LOG,
	      "a genuine record is known");
	check(!memcmp(&fact.state, &record, sizeof(record)), "a genuine record is taken as it is");
	affected(&record, 0xf0000000, mask_of(0x8000000));
	record.var[7].mask = mask_of(0x4000000); /* only the last differs, and only its mask */
	hvmloader_from_record(&fact, &record, HOW_LOG);
	check(fact.how_var == HOW_LOG && fact.known.var >> 7 & 1, "the last range differs");

	affected(&record, 0xf0000000, mask_of(0x8000000));
	record.var[1].base = 0xf8000000; /* only the second */
	hvmloader_from_record(&fact, &record, HOW_LOG);
	check(fact.how_var == HOW_LOG && fact.known.var >> 1 & 1, "the second range differs");

	/* Two ranges can be repeated, too. */
	affected(&record, 0xf0000000, mask_of(0x8000000));
	record.var_count = 2;
	hvmloader_from_record(&fact, &record, HOW_LOG);
	check(fact.how_var == HOW_ASSUMED && fact.known.var == 1, "two ranges, the same");

	/* One range, or none: nothing is repeated. */
	affected(&record, 0xf0000000, mask_of(0x8000000));
	record.var_count = 1;
	hvmloader_from_record(&fact, &record, HOW_LOG);
	check(fact.how_var == HOW_LOG && fact.known.var & 1, "a single range is known");
	record.var_count = 0;
	hvmloader_from_record(&fact, &record, HOW_LOG);
	check(fact.how_var == HOW_LOG, "no range is known");

	/* Fewer places than tiles: none is written beyond. */
	affected(&record, 0x80000000, mask_of(0x40000000));
	record.var_count = 3;
	hvmloader_from_record(&fact, &record, HOW_LOG);
	check(fact.state.var[2].base == 0xe0000000 &&
		      !memcmp(&fact.state.var[3], &record.var[3], sizeof(record.var[3])),
	      "tiles end where the ranges do");
}

/* States are the same when all registers are, of which there are as many. */
static void test_same(void)
{
	struct mtrr_state a, b;

	memset(&a, 0, sizeof(a));
	a.var_count = 2;
	a.var[1].mask = mask_of(0x1000);
	b = a;
	check(mtrr_same(&a, &b), "nothing differs");
	b.var[2].base = 0x1000;
	check(mtrr_same(&a, &b), "a range that the processor does not have counts for nothing");
	b.var_count = 3;
	check(!mtrr_same(&a, &b), "the number of ranges differs");
	b = a;
	b.var[1].base = 6;
	check(!mtrr_same(&a, &b), "a range differs");
	b = a;
	b.cap = 0x508;
	check(!mtrr_same(&a, &b), "MTRRcap differs");
	b = a;
	b.def_type = 6;
	check(!mtrr_same(&a, &b), "the default type differs");
	b = a;
	b.fixed[10] = 6;
	check(!mtrr_same(&a, &b), "a fixed range differs");
}

/* Registers that cannot be are not known; Xen would accept what they become. */
static void test_doubt(void)
{
	struct mtrr_known known;
	struct mtrr_state state;
	unsigned int i, k, type, tries;
	char name[32];

	for (type = 0; type < 256; type++) {
		memset(&state, 0, sizeof(state));
		state.def_type = state.fixed[5] = state.var[0].base = type;
		state.var_count = 2;
		state.var[0].mask = mask_of(0x1000);
		known = MTRR_KNOWN_ALL;
		mtrr_doubt(&state, &known);
		check_each(known.def_type == memtype_valid(type) &&
				   known.fixed == memtype_valid(type) &&
				   (known.var & 3) == (memtype_valid(type) ? 3 : 2),
			   "type %u", type);
	}
	for (tries = 0; tries < 1000; tries++) {
		state.def_type = random_number();
		state.var_count = MTRR_VAR_MAX;
		for (i = 0; i < MTRR_FIXED_COUNT; i++)
			state.fixed[i] = random_number();
		for (i = 0; i < MTRR_VAR_MAX; i++) {
			state.var[i].base = random_number();
			state.var[i].mask = random_number() & (one_in(2) ? UINT64_MAX : ~0x7ffu);
		}
		mtrr_doubt(&state, &known);
		check_each(mtrr_write_accepted("def_type", state.def_type, 64) == 1, "default");
		for (i = 0; i < MTRR_FIXED_COUNT; i++) {
			snprintf(name, sizeof(name), "fixed%u", i);
			check_each(mtrr_write_accepted(name, state.fixed[i], 64) == 1, "%s", name);
		}
		for (i = 0; i < MTRR_VAR_MAX; i++)
			for (k = 0; k < 2; k++) {
				snprintf(name, sizeof(name), "var%u_%s", i, k ? "mask" : "base");
				check_each(mtrr_write_accepted(name,
							       k ? state.var[i].mask
								 : state.var[i].base,
							       64) == 1,
					   "%s", name);
			}
	}
}

/*
 * However many bits a mask has, the window ends where another answer begins, and there are no more
 * of them than twice the ranges and one.
 */
static void test_windows(void)
{
	static const struct {
		uint64_t base, mask;
		unsigned int windows;
	} rows[] = {
		{ 0x1000, 0xfffff000, 1 << 21 | 1 }, /* of 32-bit addresses */
		{ 0x1000, 0xffffffffff000, 3 },
		{ 0x0, 0xffffffffff000, 2 },
		{ 0xffffffffff000, 0xffffffffff000, 2 },
		{ 0x8000000000000, 0x8000000000000, 2 },
		{ 0x1000, 0xfffff7ffff000, 5 },
		{ 0x100000, 0x3ffff00000, 1 << 15 | 1 },
		{ 0x0, 0x0, 1 },
	};
	struct mtrr_state state;
	uint64_t frame, first, last;
	unsigned int i, windows;
	int type, before;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		memset(&state, 0, sizeof(state));
		state.def_type = MTRR_DEF_TYPE_E | WB;
		state.var_count = 1;
		state.var[0].base = rows[i].base;
		state.var[0].mask = rows[i].mask | MTRR_MASK_VALID;
		before = -1;
		for (windows = 0, frame = 0, last = 0; frame >> 40 == 0 && last != UINT64_MAX;
		     frame = last + 1, windows++) {
			first = 0;
			last = UINT64_MAX;
			type = mtrr_type(&state, frame, 0, &first, &last);
			check_each(first == frame && type != before, "%u: window %llx-%llx, %d", i,
				   (unsigned long long)first, (unsigned long long)last, type);
			before = type;
		}
		check(windows == rows[i].windows, "%u: %u windows", i, windows);
	}
}

/* Only the video memory is not WB. */
static void test_usual(void)
{
	uint64_t size, usual;
	unsigned int n;

	for (n = 0; n < MTRR_FIXED_COUNT; n++) {
		usual = mtrr_fixed_base(n, &size) == 0xa0000 ? 0 : UINT64_C(0x0606060606060606);
		check(mtrr_fixed_usual(n) == usual, "fixed %u", n);
	}
}

int main(void)
{
	test_usual();
	test_same();
	test_windows();
	test_doubt();
	test_by_hand();
	test_window_stays();
	test_partly_known();
	test_random();
	test_writes();
	test_range_size();
	test_effective();
	test_names();
	test_record_tiling();
	test_record();
	return test_end();
}
