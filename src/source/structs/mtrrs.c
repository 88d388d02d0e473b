/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/structs/mtrrs.h"

#include "x86/memtype.h"

#include <string.h>

#define TYPE	 0xff /* of a base register */
#define CAP_VCNT 0xff

static bool valid_fixed(const uint8_t *types)
{
	unsigned int i;

	for (i = 0; i < MTRR_FIXED_COUNT * 8; i++)
		if (!memtype_valid(types[i]))
			return false;
	return true;
}

static bool read_pairs(struct xmem *mem, const struct layout *layout, uint64_t array,
		       struct mtrr_state *state)
{
	unsigned int i;

	for (i = 0; i < state->var_count; i++) {
		uint64_t pair = array + i * layout->size[STRUCT_MTRR_RANGE];

		if (!xmem_member(mem, layout, MTRR_BASE, pair, &state->var[i].base) ||
		    !xmem_member(mem, layout, MTRR_MASK, pair, &state->var[i].mask))
			return false;
		if (state->var[i].mask & MTRR_MASK_VALID &&
		    !memtype_valid(state->var[i].base & TYPE))
			return false;
	}
	return true;
}

bool mtrr_state_read(struct xmem *mem, const struct layout *layout, uint64_t address,
		     struct mtrr_fact *fact)
{
	struct mtrr_state *state = &fact->state;
	uint64_t array, enabled, fixed_enabled, type;
	uint8_t fixed[MTRR_FIXED_COUNT * 8];

	memset(fact, 0, sizeof(*fact));
	if (!layout_has(layout, MTRR_VAR, MTRR_MASK) ||
	    layout->member[MTRR_FIXED].size != sizeof(fixed) || !layout->size[STRUCT_MTRR_RANGE] ||
	    layout->member[MTRR_ENABLED].size != 1)
		return false;
	if (!xmem_member(mem, layout, MTRR_VAR, address, &array) ||
	    !xmem_member(mem, layout, MTRR_ENABLED, address, &enabled) ||
	    !xmem_member(mem, layout, MTRR_FIXED_ENABLED, address, &fixed_enabled) ||
	    !xmem_member(mem, layout, MTRR_DEFAULT, address, &type) ||
	    !xmem_member(mem, layout, MTRR_CAP, address, &state->cap) ||
	    !xmem_read(mem, xmem_place(layout, MTRR_FIXED, address), fixed, sizeof(fixed)))
		return false;
	state->var_count = state->cap & CAP_VCNT;
	if (enabled > 1 || fixed_enabled > 1 || !memtype_valid(type) ||
	    state->var_count > MTRR_VAR_MAX || !valid_fixed(fixed))
		return false;
	state->def_type =
		type | (enabled ? MTRR_DEF_TYPE_E : 0) | (fixed_enabled ? MTRR_DEF_TYPE_FE : 0);
	memcpy(state->fixed, fixed, sizeof(fixed)); /* the lowest address in the lowest byte */
	if (state->var_count && (!xmem_pointer(array) || !read_pairs(mem, layout, array, state)))
		return false;
	fact->known = MTRR_KNOWN_ALL;
	fact->how = fact->how_var = HOW_MEASURED;
	return true;
}
