/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef X86_EPT_H
#define X86_EPT_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Fields of an EPT entry that are where they are in every Xen: those of the architecture (SDM vol.
 * 3, "The Extended Page Table Mechanism") and the p2m type, which Xen keeps in ignored bits.
 */

/* Any of r, w, x. */
static inline bool ept_present(uint64_t entry)
{
	return entry & 7;
}

static inline unsigned int ept_emt(uint64_t entry)
{
	return entry >> 3 & 7;
}

static inline bool ept_ipat(uint64_t entry)
{
	return entry >> 6 & 1;
}

/* Maps a page, where that is above the 4K level. */
static inline bool ept_superpage(uint64_t entry)
{
	return entry >> 7 & 1;
}

static inline uint64_t ept_mfn(uint64_t entry)
{
	return entry >> 12 & ((UINT64_C(1) << 40) - 1);
}

/* sa_p2mt, an enum p2m_type */
static inline unsigned int ept_type(uint64_t entry)
{
	return entry >> 52 & 63;
}

#endif
