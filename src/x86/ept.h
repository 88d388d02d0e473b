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

/* Where Xen keeps its own bits of an entry. */
enum ept_layout {
	EPT_LAYOUT_4_5,	 /* 4.5, 4.6.0, 4.6.1: access numbered the other way round */
	EPT_LAYOUT_4_6,	 /* 4.6.3 to 4.19: access in 61:58 */
	EPT_LAYOUT_4_20, /* 4.20 on (ff10aa9d8f90): pw is 58, access in 62:59 */
};

#define EPT_4_5	 (1u << EPT_LAYOUT_4_5)
#define EPT_4_6	 (1u << EPT_LAYOUT_4_6)
#define EPT_4_20 (1u << EPT_LAYOUT_4_20)
#define EPT_ALL	 (EPT_4_5 | EPT_4_6 | EPT_4_20)

/* The layout of Xen 4.minor.point. */
enum ept_layout ept_layout_of(unsigned int minor, int point);

enum { EPT_AT_LEAF = 1, EPT_AT_TABLE = 2 };

/* A field of an entry: bits high to low. */
struct ept_field {
	const char *name, *meaning;
	unsigned char high, low;
	unsigned char where;   /* EPT_AT_… */
	unsigned char layouts; /* bits 1 << enum ept_layout */
};

/* The nth field of a layout, from the lowest bit up, or NULL. */
const struct ept_field *ept_field(unsigned int n, enum ept_layout layout);
uint64_t ept_field_value(const struct ept_field *field, uint64_t entry);

/* Xen's name of an access without "p2m_access_", or "unused". */
const char *ept_access_name(unsigned int access, enum ept_layout layout);

/*
 * What makes an entry at that level (1: 4K) an EPT misconfiguration, or NULL. Xen makes some on
 * purpose: EMT 7 to be asked again, write without read under mem_access w and wx.
 */
const char *ept_misconfiguration(uint64_t entry, unsigned int level, unsigned int phys_bits);

#endif
