/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/text/mtrrs.h"

#include "source/text/mtrrline.h"

#include <string.h>

#define FIXED_END 0x100000 /* of the fixed ranges */

static int fixed(const struct mtrr_line *line, struct mtrrs *mtrrs)
{
	uint64_t address, size;

	/* Of the ranges that are missing nothing is known. */
	if (line->base != mtrrs->fixed_next)
		return 0;
	for (address = line->base; address <= line->last; address += size) {
		unsigned int index = mtrr_fixed_index(address, &size);
		unsigned int shift = index % 8 * 8;

		mtrrs->state.fixed[index / 8] &= ~(UINT64_C(0xff) << shift);
		mtrrs->state.fixed[index / 8] |= (uint64_t)line->type << shift;
	}
	mtrrs->fixed_next = address;
	mtrrs->has_fixed = address == FIXED_END;
	return 1;
}

static int variable(const struct mtrr_line *line, struct mtrrs *mtrrs)
{
	struct mtrr_state *state = &mtrrs->state;

	if (line->index >= MTRR_VAR_MAX || line->index != state->var_count)
		return 0;
	if (line->kind == MTRR_LINE_VARIABLE) {
		if (line->digits >= 8 && line->digits <= 13)
			mtrrs->mask_digits = line->digits;
		state->var[line->index].base = line->base | line->type;
		state->var[line->index].mask = line->mask | MTRR_MASK_VALID;
	}
	state->var_count++;
	mtrrs->has_var = true;
	return 1;
}

static void forget_variable(struct mtrrs *mtrrs)
{
	memset(mtrrs->state.var, 0, sizeof(mtrrs->state.var));
	mtrrs->state.var_count = 0;
	mtrrs->has_var = false;
}

void mtrrs_interrupted(struct mtrrs *mtrrs)
{
	if (mtrrs->rows == MTRR_ROWS_VAR)
		forget_variable(mtrrs);
	mtrrs->rows = MTRR_ROWS_NONE;
}

/*
 * Is it, or was it, a row? Each range has one, in use or not, so one that is not the next or is
 * torn shows that others are missing.
 */
static bool out_of_place(const char *text, const struct mtrr_line *line)
{
	const char *row = text + strspn(text, " \t");

	return line->kind == MTRR_LINE_FIXED || (*row >= '0' && *row <= '9') ||
	       (!*row && row > text);
}

/* A heading, or the one line of the default type. */
static int heading(const struct mtrr_line *line, struct mtrrs *mtrrs)
{
	struct mtrr_state *state = &mtrrs->state;

	switch (line->kind) {
	case MTRR_LINE_DEFAULT:
		memset(state, 0, sizeof(*state));
		/* Fixed ranges that are not known stand for their bit, too. */
		state->def_type = line->type | MTRR_DEF_TYPE_FE;
		mtrrs->has_default = true;
		mtrrs->has_enabled = mtrrs->has_fixed = mtrrs->has_var = false;
		mtrrs->rows = MTRR_ROWS_NONE;
		return 1;
	case MTRR_LINE_FIXED_ON:
		mtrrs->rows = MTRR_ROWS_FIXED;
		mtrrs->fixed_next = 0;
		mtrrs->has_fixed = !line->on; /* not used, so nothing is unknown */
		state->def_type |= MTRR_DEF_TYPE_FE;
		if (!line->on)
			state->def_type &= ~MTRR_DEF_TYPE_FE;
		return 1;
	case MTRR_LINE_VARIABLE_ON:
		mtrrs->rows = MTRR_ROWS_VAR;
		mtrrs->has_enabled = true;
		forget_variable(mtrrs);
		state->def_type &= ~MTRR_DEF_TYPE_E;
		if (line->on)
			state->def_type |= MTRR_DEF_TYPE_E;
		return 1;
	default:
		return 0;
	}
}

int mtrrs_line(const char *text, struct mtrrs *mtrrs)
{
	struct mtrr_line line = mtrr_line_parse(text);
	enum mtrr_rows rows = mtrrs->rows;
	int used = 0;

	if (heading(&line, mtrrs))
		return 1;
	if (line.kind == MTRR_LINE_FIXED && rows == MTRR_ROWS_FIXED)
		used = fixed(&line, mtrrs);
	if ((line.kind == MTRR_LINE_VARIABLE || line.kind == MTRR_LINE_NOT_IN_USE) &&
	    rows == MTRR_ROWS_VAR)
		used = variable(&line, mtrrs);
	if (!used && rows == MTRR_ROWS_VAR && out_of_place(text, &line))
		mtrrs_interrupted(mtrrs);
	mtrrs->rows = used ? rows : MTRR_ROWS_NONE;
	return used;
}

#define ADDRESS_BITS 52 /* at most: how many a guest has /proc/mtrr does not show */

int mtrrs_proc_line(const char *text, struct mtrrs *mtrrs)
{
	struct mtrr_line line = mtrr_line_parse(text);
	struct mtrr_state *state = &mtrrs->state;
	uint64_t size = line.last - line.base + 1;

	if (line.kind != MTRR_LINE_PROC || line.index >= MTRR_VAR_MAX || size & (size - 1) ||
	    line.base & (size - 1) || line.last >> ADDRESS_BITS)
		return 0;
	/* The indices ascend: else it is the file once more, or another's. */
	if (mtrrs->rows != MTRR_ROWS_VAR || line.index < state->var_count) {
		memset(state->var, 0, sizeof(state->var));
		mtrrs->rows = MTRR_ROWS_VAR;
	}
	state->var[line.index].base = line.base | line.type;
	state->var[line.index].mask = ((UINT64_C(1) << ADDRESS_BITS) - size) | MTRR_MASK_VALID;
	state->var_count = line.index + 1;
	state->def_type |= MTRR_DEF_TYPE_E; /* else there is no such file */
	mtrrs->has_enabled = mtrrs->has_var = true;
	return 1;
}
