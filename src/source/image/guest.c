/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/image/guest.h"

#include "x86/ept.h"

#include <stddef.h>

#define SLOT 0 /* for the tables of the EPT, each read once */

bool guest_translate(struct phys *phys, uint64_t eptp, uint64_t gfn, uint64_t *mfn)
{
	unsigned int level = eptp_levels(eptp) == 5 ? 5 : 4;
	uint64_t frame = ept_mfn(eptp);

	if (gfn >> (9 * level))
		return false;
	for (;; level--) {
		unsigned int order = 9 * (level - 1);
		const uint64_t *table =
			frame < phys_frame_limit(phys) ? phys_page(phys, frame, SLOT) : NULL;
		uint64_t entry;

		if (!table)
			return false;
		entry = table[gfn >> order & (PAGE_ENTRIES - 1)];
		if (!ept_present(entry))
			return false;
		frame = ept_mfn(entry);
		if (level > 1 && (level > 3 || !ept_superpage(entry)))
			continue;
		*mfn = (frame & ~((UINT64_C(1) << order) - 1)) |
		       (gfn & ((UINT64_C(1) << order) - 1));
		return true;
	}
}

const void *guest_page(struct phys *phys, uint64_t eptp, uint64_t gfn, unsigned int slot)
{
	uint64_t mfn;

	if (!guest_translate(phys, eptp, gfn, &mfn) || mfn >= phys_frame_limit(phys))
		return NULL;
	return phys_page(phys, mfn, slot);
}
