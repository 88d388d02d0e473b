/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef X86_MEMTYPE_H
#define X86_MEMTYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Memory types as encoded in MTRRs, PAT and EPT entries (SDM vol. 3, table "Memory Types and Their
 * Encoding"). 2 and 3 are reserved everywhere; 7 is UC- in a PAT and reserved elsewhere. */
enum memtype {
	MEMTYPE_UC = 0,
	MEMTYPE_WC = 1,
	MEMTYPE_WT = 4,
	MEMTYPE_WP = 5,
	MEMTYPE_WB = 6,
	MEMTYPE_UC_MINUS = 7,
	MEMTYPE_COUNT = 8,
};

/* The five types that an MTRR or an EPT entry can have, as bits 1 << type. */
#define MEMTYPES_ALL                                                                 \
	(1u << MEMTYPE_UC | 1u << MEMTYPE_WC | 1u << MEMTYPE_WT | 1u << MEMTYPE_WP | \
	 1u << MEMTYPE_WB)

/* The six that a PAT entry can hold, in the order of tables: from UC to WB. */
#define MEMTYPE_PATS 6
extern const uint8_t memtype_pats[MEMTYPE_PATS];

/* "UC" … "WB", "UC-", or "?2"/"?3" for the reserved ones; type is 0 to 7. */
const char *memtype_name(unsigned int type);

/* The type of that name ("UC", "UC-", … in any case), or -1; also for NULL. */
int memtype_parse(const char *name);

/* memtype_parse() of length characters, for what an EMT can be: not UC-. */
int memtype_parse_emt(const char *name, size_t length);

/* True for a value that an MTRR, and so EPT.EMT, may hold. */
bool memtype_valid(unsigned int type);

/* Does the type keep data in caches (WT, WP, WB)? type may be -1. */
bool memtype_cacheable(int type);

/*
 * The type of an access through an EPT entry with CR0.CD = 0: emt if ipat, otherwise emt combined
 * with the guest's PAT type (SDM vol. 3, "Effective Page-Level Memory Types for Pentium III and
 * More Recent Processor Families", EPT type in place of the MTRR type). -1 for a reserved type.
 */
int memtype_effective(unsigned int emt, bool ipat, unsigned int pat);

#endif
