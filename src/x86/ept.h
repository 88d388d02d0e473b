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

/* Bits of an address that a processor with so many physical-address bits reserves: 51 and below. */
static inline uint64_t ept_beyond(unsigned int phys_bits)
{
	return phys_bits < 52 ? (UINT64_C(1) << 52) - (UINT64_C(1) << phys_bits) : 0;
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

/* Where a Xen keeps its own bits of an entry, and how it numbers accesses. */
struct ept_layout {
	unsigned char minor;	  /* of Xen 4.minor; the newest known for all that is newer */
	unsigned char access_low; /* lowest of the four bits of the p2m access */
	bool access_reversed; /* 4.5.*, 4.6.0 and 4.6.1 count the first eight from the other end */
};

#define EPT_NEWEST 255 /* for minor */

/* The layout of Xen 4.minor.point, 4.2 or later; point -1 is the last of them. */
struct ept_layout ept_layout_for(unsigned int minor, int point);

/* p2m_access_t */
static inline unsigned int ept_access(uint64_t entry, const struct ept_layout *layout)
{
	return entry >> layout->access_low & 15;
}

/* Xen's name of an access without "p2m_access_", or "unused". */
const char *p2m_access_name(unsigned int access, const struct ept_layout *layout);

/* What the value of a field is. */
enum ept_kind {
	EPT_FLAG,
	EPT_NUMBER,
	EPT_MEMTYPE,
	EPT_P2M_TYPE,
	EPT_P2M_ACCESS,
	EPT_NOTHING, /* reserved, or for software that does not use it */
};

/* Bits high to low of an entry. */
struct ept_field {
	const char *name; /* as in Xen's ept_entry_t */
	unsigned char high, low;
	unsigned char since, until; /* minors of the Xen that has it so, inclusive */
	enum ept_kind kind;
	bool software;	     /* Xen's own: means nothing where another made the entry */
	const char *meaning; /* as in the SDM */
	const char *table;   /* the same in an entry that refers to a table, if it differs */
};

/* The nth field of a layout, from the lowest bit up, or NULL. Together they are all 64 bits. */
const struct ept_field *ept_field(unsigned int n, const struct ept_layout *layout);
uint64_t ept_field_value(const struct ept_field *field, uint64_t entry);

/*
 * The rule by which a present entry at that level (1: 4K) is an EPT misconfiguration, or NULL. Xen
 * breaks two on purpose: an EMT of 7, at any level, makes the processor ask again, and mem_access
 * w and wx are write without read.
 */
const char *ept_misconfiguration(uint64_t entry, unsigned int level, unsigned int phys_bits);

/* Bits 2:0 are 100b: the same where the processor does not support execute-only translations. */
static inline bool ept_execute_only(uint64_t entry)
{
	return (entry & 7) == 4;
}

/* What is reserved in an EPT pointer, or not supported by any processor, or NULL. */
const char *eptp_invalid(uint64_t eptp, unsigned int phys_bits);

/* Address of the root table that an EPT pointer has. */
static inline uint64_t eptp_root(uint64_t eptp)
{
	return eptp & UINT64_C(0xffffffffff000);
}

/* Levels of the tables that an EPT pointer has. */
static inline unsigned int eptp_levels(uint64_t eptp)
{
	return (eptp >> 3 & 7) + 1;
}

#endif
