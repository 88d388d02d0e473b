/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef X86_PAGING_H
#define X86_PAGING_H

#include <stdbool.h>
#include <stdint.h>

/*
 * A guest's own page tables (SDM vol. 3, "Paging"): which frame and which PAT entry each linear
 * address has. Rights, accessed and dirty bits and NX are not looked at.
 */

/* The registers that say how a vCPU translates. */
struct paging_registers {
	uint64_t cr0, cr3, cr4, efer, pat;
};

enum paging_mode { PAGING_OFF, PAGING_32BIT, PAGING_PAE, PAGING_4LEVEL, PAGING_5LEVEL };

enum paging_mode paging_mode(const struct paging_registers *registers);

/* "off", "32-bit", "PAE", "4-level", "5-level" */
const char *paging_mode_name(enum paging_mode mode);

/* How many levels their tables have; 0 where paging is off. */
unsigned int paging_levels(const struct paging_registers *registers);

/* The address of the top table, of which PAE has several in a page. */
uint64_t paging_top(const struct paging_registers *registers);

/* Keeps of all control registers only what says how addresses are translated, and CR0.CD. */
void paging_keep_mode(struct paging_registers *registers);

/* Do both use the same tables in the same way? Their PAT may differ. */
bool paging_same_space(const struct paging_registers *a, const struct paging_registers *b);

/* Is CR0.CD set? Then nothing is cached, whatever else is said. */
bool paging_cache_disabled(const struct paging_registers *registers);

#define PAGING_NO_PAT 8 /* paging is off: no PAT entry is chosen */

/* enum memtype of a PAT entry, 0 to 7; WB for PAGING_NO_PAT (SDM, "EPT and Memory Typing"). */
unsigned int paging_pat_type(const struct paging_registers *registers, unsigned int entry);

/* Pages that follow each other in linear and in guest-physical addresses, of one kind. */
struct mapping {
	uint64_t gva; /* of the first byte */
	uint64_t gfn;
	uint64_t pages; /* of 4K each */
	uint8_t order;	/* of the guest's pages: 0, 9, 10, 18; 20 where paging is off */
	uint8_t pat;	/* entry, 0 to 7 or PAGING_NO_PAT */
};

/* The last byte. */
static inline uint64_t mapping_last(const struct mapping *mapping)
{
	return mapping->gva + ((mapping->pages << 12) - 1);
}

/* What keeps a walk from seeing part of the address space. */
enum paging_gap {
	PAGING_UNREADABLE, /* the table at gfn cannot be read */
	PAGING_RESERVED,   /* a reserved bit is set: the guest gets a page fault there */
	PAGING_LIMIT,	   /* too many entries: everything from there on */
};

struct paging_reader {
	/* The 4 KiB of a guest's page, aligned to 8, valid until the next call for that level, or
	 * NULL. */
	const void *(*page)(void *opaque, uint64_t gfn, unsigned int level);
	/* Pages that will be asked for, before the first of them is; or NULL. */
	void (*ahead)(void *opaque, const uint64_t *gfns, unsigned int count, unsigned int level);
	/* gvas first to last (inclusive) are not seen; gfn is that of the table, or the frame. */
	void (*gap)(void *opaque, enum paging_gap gap, uint64_t first, uint64_t last, uint64_t gfn);
	void *opaque;
};

#define PAGING_LEVELS	     5
#define PAGING_LIMIT_DEFAULT (UINT64_C(1) << 26)

/*
 * A walk of all that one set of registers maps, in ascending order of addresses as unsigned
 * numbers. What it takes depends on limit only, the number of table entries that it looks at:
 * tables may refer to each other in any way.
 */
struct paging_walk {
	const struct paging_reader *reader;
	enum paging_mode mode;
	unsigned int levels, level; /* of the table being read; above levels: the end */
	const void *table[PAGING_LEVELS + 1];
	unsigned int index[PAGING_LEVELS + 1], entries[PAGING_LEVELS + 1];
	uint64_t gva[PAGING_LEVELS + 1]; /* of the first entry of this level's table */
	uint64_t limit, looked_at;	 /* entries */
	uint64_t tables;
	uint64_t gaps;
	bool large; /* 32-bit: CR4.PSE */
	bool limited;
	struct mapping run; /* being built, if it has pages */
};

void paging_begin(struct paging_walk *walk, const struct paging_registers *registers,
		  const struct paging_reader *reader, uint64_t limit);

/*
 * Makes a page of tables, read for that level, refer to other frames: number() says to which, 0 for
 * none. What it maps, and what is no entry of the table, stays; of a top table of PAE all else
 * goes.
 */
void paging_renumber(const struct paging_registers *registers, unsigned int level, void *page,
		     uint64_t (*number)(void *opaque, uint64_t gfn, unsigned int level),
		     void *opaque);

/* Up to max mappings; 0 at the end. */
unsigned int paging_read(struct paging_walk *walk, struct mapping *mappings, unsigned int max);

#endif
