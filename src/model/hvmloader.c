/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/hvmloader.h"

#include "x86/memtype.h"

/* hvmloader cacheattr.c: [start, end) as few naturally aligned UC ranges, from range first on. */
static unsigned int tile(struct mtrr_state *state, unsigned int first, uint64_t start, uint64_t end,
			 uint64_t address_mask)
{
	while (start < end && first < state->var_count) {
		uint64_t size = start & -start;

		while (start + size > end)
			size >>= 1;
		state->var[first].base = start | MEMTYPE_UC;
		state->var[first].mask = (~(size - 1) & address_mask) | MTRR_MASK_VALID;
		start += size;
		first++;
	}
	return first;
}

#define PCI_MEM_END UINT64_C(0xfc000000) /* hvmloader's, from 4.17 and recent stable releases */
#define FOUR_GIB    UINT64_C(0x100000000)

void hvmloader_from_record(struct mtrr_fact *fact, const struct mtrr_state *record, enum how how)
{
	uint64_t size = mtrr_range_size(record->var[0].mask);
	uint64_t base = record->var[0].base & ~UINT64_C(0xfff);
	unsigned int i;

	fact->state = *record;
	fact->known = MTRR_KNOWN_ALL;
	fact->how = how;
	fact->how_var = how;
	for (i = 1; i < record->var_count; i++)
		if (record->var[i].base != record->var[0].base ||
		    record->var[i].mask != record->var[0].mask)
			return; /* they differ: this Xen saves each */
	if (record->var_count < 2)
		return;
	fact->known.var = 1;
	fact->how_var = HOW_ASSUMED;
	for (i = 1; i < fact->state.var_count; i++)
		fact->state.var[i].base = fact->state.var[i].mask = 0;
	/* Range 0 as hvmloader makes it: UC, below 4 GiB, the first tile of the PCI hole. */
	if (size && (record->var[0].base & 0xff) == MEMTYPE_UC && base >= UINT64_C(0x80000000) &&
	    base + size <= FOUR_GIB)
		tile(&fact->state, 1, base + size, base + size > PCI_MEM_END ? 0 : PCI_MEM_END,
		     (record->var[0].mask | (size - 1)) & ~UINT64_C(0xfff));
}
