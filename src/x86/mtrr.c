/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "x86/mtrr.h"

#include "x86/memtype.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define FRAME_SHIFT 12

static void narrow(uint64_t *first, uint64_t *last, uint64_t from, uint64_t to)
{
	if (from > *first)
		*first = from;
	if (to < *last)
		*last = to;
}

/*
 * SDM vol. 3, table "Address Mapping for Fixed-Range MTRRs": 8 x 64K, 16 x 16K, 64 x 4K, of which
 * the first is the index-th.
 */
static const struct {
	uint64_t base;
	unsigned int shift, index;
} fixed_ranges[] = { { 0, 16, 0 }, { 0x80000, 14, 8 }, { 0xc0000, 12, 24 } };

unsigned int mtrr_fixed_index(uint64_t address, uint64_t *size)
{
	unsigned int i = (address >= fixed_ranges[1].base) + (address >= fixed_ranges[2].base);

	*size = UINT64_C(1) << fixed_ranges[i].shift;
	return fixed_ranges[i].index + ((address - fixed_ranges[i].base) >> fixed_ranges[i].shift);
}

uint64_t mtrr_fixed_base(unsigned int n, uint64_t *size)
{
	unsigned int i = (n * 8 >= fixed_ranges[1].index) + (n * 8 >= fixed_ranges[2].index);

	*size = UINT64_C(1) << fixed_ranges[i].shift;
	return fixed_ranges[i].base +
	       ((uint64_t)(n * 8 - fixed_ranges[i].index) << fixed_ranges[i].shift);
}

static int fixed_type(const struct mtrr_state *state, uint64_t frame, unsigned int order,
		      uint64_t *first, uint64_t *last)
{
	uint64_t size, frames;
	unsigned int index = mtrr_fixed_index(frame << FRAME_SHIFT, &size);

	frames = size >> FRAME_SHIFT;
	if (UINT64_C(1) << order > frames) {
		narrow(first, last, frame, frame | ((UINT64_C(1) << order) - 1));
		return -1;
	}
	narrow(first, last, frame & -frames, frame | (frames - 1));
	return state->fixed[index / 8] >> (index % 8 * 8) & 0xff;
}

/* Bits 0 to n. */
static uint64_t up_to(unsigned int n)
{
	return ~UINT64_C(0) >> (63 - n);
}

/* The lowest bit above from that is not among compared, and is (or is not) set in address; or 64.
 */
static unsigned int free_bit(uint64_t address, uint64_t compared, bool set, unsigned int from)
{
	uint64_t bits = ~compared & (set ? address : ~address) & ~up_to(from);

	return bits ? (unsigned int)__builtin_ctzll(bits) : 64;
}

/*
 * Narrows the window around address, whose compared bits are not those of start, to what lies
 * between the last address below it and the first above it that have these.
 */
static void narrow_between(uint64_t start, uint64_t compared, uint64_t address, uint64_t *first,
			   uint64_t *last)
{
	unsigned int differs = 63 - __builtin_clzll((address ^ start) & compared);
	bool below = address >> differs & 1; /* those with the same bits above this one are */
	unsigned int down = below ? differs : free_bit(address, compared, true, differs);
	unsigned int up = below ? free_bit(address, compared, false, differs) : differs;
	uint64_t from = 0, to = UINT64_MAX;

	/* All below the bit as in start; what is free is 1 in the last address, 0 in the first. */
	if (down < 64)
		from = (address & ~up_to(down)) |
		       ((start | ~compared) & (up_to(down) ^ (UINT64_C(1) << down)));
	if (up < 64)
		to = (address & ~up_to(up)) | UINT64_C(1) << up | (start & (up_to(up) >> 1));
	narrow(first, last, down < 64 ? (from >> FRAME_SHIFT) + 1 : 0,
	       up < 64 ? (to >> FRAME_SHIFT) - 1 : UINT64_MAX >> FRAME_SHIFT);
}

/*
 * Does the block at address (whose bits below mask are clear) touch the range? Narrows the window
 * to where the answer stays the same.
 */
static bool range_touches(uint64_t base, uint64_t range_mask, uint64_t mask, uint64_t address,
			  uint64_t *first, uint64_t *last)
{
	uint64_t compared = range_mask & mask & ~((UINT64_C(1) << FRAME_SHIFT) - 1), low;

	if (!compared)
		return true;
	low = compared & -compared;
	if ((address ^ base) & compared) {
		narrow_between(base & compared, compared, address, first, last);
		return false;
	}
	narrow(first, last, (address & -low) >> FRAME_SHIFT, (address | (low - 1)) >> FRAME_SHIFT);
	return true;
}

/* Variable ranges touched by one block. */
struct touched {
	unsigned int types; /* bits 1 << type */
	unsigned int last;  /* type of the one with the highest index */
};

static struct touched touched_ranges(const struct mtrr_state *state, uint64_t known, uint64_t frame,
				     unsigned int order, uint64_t *first, uint64_t *last)
{
	uint64_t mask = ~UINT64_C(0) << (FRAME_SHIFT + order);
	struct touched touched = { 0, 0 };
	unsigned int i;

	for (i = 0; i < state->var_count; i++) {
		if (!(known >> i & 1) || !(state->var[i].mask & MTRR_MASK_VALID))
			continue;
		if (range_touches(state->var[i].base, state->var[i].mask, mask,
				  frame << FRAME_SHIFT & mask, first, last)) {
			touched.last = state->var[i].base & 0xff & (MEMTYPE_COUNT - 1);
			touched.types |= 1u << touched.last;
		}
	}
	return touched;
}

/* SDM vol. 3, "MTRR Precedences", as Xen implements them. */
static int combine(struct touched touched, unsigned int order)
{
	if (!(touched.types & (touched.types - 1)))
		return touched.last;
	if (order)
		return -1;
	if (touched.types & 1u << MEMTYPE_UC)
		return MEMTYPE_UC;
	if (touched.types == (1u << MEMTYPE_WT | 1u << MEMTYPE_WB))
		return MEMTYPE_WT;
	return touched.last;
}

int mtrr_type(const struct mtrr_state *state, uint64_t frame, unsigned int order, uint64_t *first,
	      uint64_t *last)
{
	struct touched touched;

	if (!(state->def_type & MTRR_DEF_TYPE_E))
		return MEMTYPE_UC;
	frame &= ~UINT64_C(0) << order;
	if (state->def_type & MTRR_DEF_TYPE_FE) {
		if (frame < 0x100)
			return fixed_type(state, frame, order, first, last);
		narrow(first, last, 0x100, UINT64_MAX);
	}
	touched = touched_ranges(state, ~UINT64_C(0), frame, order, first, last);
	return touched.types ? combine(touched, order) : (int)(state->def_type & 0xff);
}

/* Anything, because a register that decides is not known. */
static unsigned int any_type(unsigned int order)
{
	return MEMTYPES_ALL | (order ? MTRR_SPLIT : 0);
}

unsigned int mtrr_types(const struct mtrr_state *state, const struct mtrr_known *known,
			uint64_t frame, unsigned int order, uint64_t *first, uint64_t *last)
{
	uint64_t all =
		state->var_count >= 64 ? ~UINT64_C(0) : (UINT64_C(1) << state->var_count) - 1;
	bool unknown_ranges = !known->var || (known->var & all) != all, fixed_count;
	struct touched touched;
	int type;

	if (!known->def_type && !known->enabled)
		return any_type(order);
	if (known->def_type && !(state->def_type & MTRR_DEF_TYPE_E))
		return 1u << MEMTYPE_UC;
	frame &= ~UINT64_C(0) << order;
	fixed_count = !known->def_type || state->def_type & MTRR_DEF_TYPE_FE;
	if (fixed_count && frame < 0x100 && (!known->fixed || !known->def_type)) {
		narrow(first, last, 0, 0xff | ((UINT64_C(1) << order) - 1));
		return any_type(order);
	}
	if (known->def_type && ((fixed_count && frame < 0x100) || !unknown_ranges)) {
		type = mtrr_type(state, frame, order, first, last);
		return type < 0 ? MTRR_SPLIT : 1u << (type & (MEMTYPE_COUNT - 1));
	}
	if (fixed_count)
		narrow(first, last, 0x100, UINT64_MAX);
	touched = touched_ranges(state, known->var, frame, order, first, last);
	/* Where all ranges are known, the default type counts only beside them. */
	if (!unknown_ranges && touched.types) {
		type = combine(touched, order);
		return type < 0 ? MTRR_SPLIT : 1u << type;
	}
	/* UC wins over whatever else may touch the page; a superpage is split instead. */
	if (touched.types & 1u << MEMTYPE_UC && !order)
		return 1u << MEMTYPE_UC;
	if (touched.types & (touched.types - 1) && order)
		return MTRR_SPLIT;
	if (touched.types && order)
		return touched.types | MTRR_SPLIT;
	return any_type(order);
}

/* No reserved bits, and a type that there is. */
static bool def_type_possible(uint64_t value)
{
	return !(value & ~UINT64_C(0xcff)) && memtype_valid(value & 0xff);
}

static bool base_possible(uint64_t value)
{
	return !(value & 0xf00) && memtype_valid(value & 0xff);
}

static bool mask_possible(uint64_t value)
{
	return !(value & 0x7ff);
}

int mtrr_write_accepted(const char *reg, uint64_t value, unsigned int phys_bits)
{
	uint64_t beyond = phys_bits < 64 ? ~UINT64_C(0) << phys_bits : 0;
	unsigned long n;
	unsigned int i;
	char *end;

	if (!strcmp(reg, "def_type"))
		return def_type_possible(value);
	if (!strncmp(reg, "fixed", 5)) {
		n = strtoul(reg + 5, &end, 10);
		if (!isdigit((unsigned char)reg[5]) || *end || n >= MTRR_FIXED_COUNT)
			return -1;
		for (i = 0; i < 8; i++)
			if (!memtype_valid(value >> (i * 8) & 0xff))
				return 0;
		return 1;
	}
	if (strncmp(reg, "var", 3))
		return -1;
	n = strtoul(reg + 3, &end, 10);
	if (!isdigit((unsigned char)reg[3]) || n >= MTRR_VAR_MAX)
		return -1;
	if (!strcmp(end, "_base"))
		return !(value & beyond) && base_possible(value);
	if (!strcmp(end, "_mask"))
		return !(value & beyond) && mask_possible(value);
	return -1;
}

/* What pair n holds; an impossible one that is not in use says nothing, and is made 0. */
static bool pair_possible(struct mtrr_state *state, unsigned int n)
{
	if (base_possible(state->var[n].base) && mask_possible(state->var[n].mask))
		return true;
	if (state->var[n].mask & MTRR_MASK_VALID)
		return false;
	state->var[n].base = state->var[n].mask = 0;
	return true;
}

uint64_t mtrr_fixed_usual(unsigned int n)
{
	return n == 2 ? 0 : UINT64_C(0x0606060606060606);
}

void mtrr_doubt(struct mtrr_state *state, struct mtrr_known *known)
{
	unsigned int i, shift;

	if (!def_type_possible(state->def_type)) {
		state->def_type = MTRR_DEF_TYPE_E | MTRR_DEF_TYPE_FE | MEMTYPE_WB;
		known->def_type = false;
	}
	for (i = 0; i < MTRR_FIXED_COUNT * 8; i++) {
		shift = i % 8 * 8;
		if (memtype_valid(state->fixed[i / 8] >> shift & 0xff))
			continue;
		state->fixed[i / 8] &= ~(UINT64_C(0xff) << shift);
		state->fixed[i / 8] |= mtrr_fixed_usual(i / 8) & UINT64_C(0xff) << shift;
		known->fixed = false;
	}
	for (i = 0; i < state->var_count; i++) {
		if (pair_possible(state, i))
			continue;
		state->var[i].base = state->var[i].mask = 0;
		known->var &= ~(UINT64_C(1) << i);
	}
}

uint64_t mtrr_range_size(uint64_t mask)
{
	uint64_t bits = mask & ~UINT64_C(0xfff);

	if (!(mask & MTRR_MASK_VALID) || !bits)
		return 0;
	return bits & -bits;
}

bool mtrr_same(const struct mtrr_state *a, const struct mtrr_state *b)
{
	return a->cap == b->cap && a->def_type == b->def_type && a->var_count == b->var_count &&
	       !memcmp(a->fixed, b->fixed, sizeof(a->fixed)) &&
	       !memcmp(a->var, b->var, a->var_count * sizeof(a->var[0]));
}
