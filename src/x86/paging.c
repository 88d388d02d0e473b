/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "x86/paging.h"

#include "x86/memtype.h"

#include <stddef.h>
#include <string.h>

#define CR0_CD	 (UINT64_C(1) << 30)
#define CR0_PG	 (UINT64_C(1) << 31)
#define CR4_PSE	 (UINT64_C(1) << 4)
#define CR4_PAE	 (UINT64_C(1) << 5)
#define CR4_LA57 (UINT64_C(1) << 12)
#define EFER_LMA (UINT64_C(1) << 10)

#define PRESENT	  UINT64_C(1)
#define PWT_PCD	  UINT64_C(0x18)
#define LARGE	  UINT64_C(0x80)   /* above the 4K level; there it is the PAT bit */
#define LARGE_PAT UINT64_C(0x1000) /* of a large page */
#define ADDRESS	  UINT64_C(0x000ffffffffff000)

enum paging_mode paging_mode(const struct paging_registers *registers)
{
	if (!(registers->cr0 & CR0_PG))
		return PAGING_OFF;
	if (!(registers->cr4 & CR4_PAE))
		return PAGING_32BIT;
	if (!(registers->efer & EFER_LMA))
		return PAGING_PAE;
	return registers->cr4 & CR4_LA57 ? PAGING_5LEVEL : PAGING_4LEVEL;
}

const char *paging_mode_name(enum paging_mode mode)
{
	static const char *const names[] = {
		[PAGING_OFF] = "off",	     [PAGING_32BIT] = "32-bit",	  [PAGING_PAE] = "PAE",
		[PAGING_4LEVEL] = "4-level", [PAGING_5LEVEL] = "5-level",
	};

	return names[mode];
}

unsigned int paging_levels(const struct paging_registers *registers)
{
	static const unsigned char levels[] = {
		[PAGING_OFF] = 0,    [PAGING_32BIT] = 2,  [PAGING_PAE] = 3,
		[PAGING_4LEVEL] = 4, [PAGING_5LEVEL] = 5,
	};

	return levels[paging_mode(registers)];
}

void paging_keep_mode(struct paging_registers *registers)
{
	registers->cr0 &= CR0_PG | CR0_CD;
	registers->cr4 &= CR4_PSE | CR4_PAE | CR4_LA57;
	registers->efer &= EFER_LMA;
}

/* Of CR3: not the flags, and not the PCID. */
uint64_t paging_top(const struct paging_registers *registers)
{
	switch (paging_mode(registers)) {
	case PAGING_OFF:
		return 0;
	case PAGING_32BIT:
		return registers->cr3 & UINT64_C(0xfffff000);
	case PAGING_PAE:
		return registers->cr3 & UINT64_C(0xffffffe0);
	default:
		return registers->cr3 & ADDRESS;
	}
}

bool paging_same_space(const struct paging_registers *a, const struct paging_registers *b)
{
	return paging_mode(a) == paging_mode(b) && paging_top(a) == paging_top(b) &&
	       (paging_mode(a) != PAGING_32BIT || !((a->cr4 ^ b->cr4) & CR4_PSE));
}

bool paging_cache_disabled(const struct paging_registers *registers)
{
	return registers->cr0 & CR0_CD;
}

unsigned int paging_pat_type(const struct paging_registers *registers, unsigned int entry)
{
	return entry == PAGING_NO_PAT ? MEMTYPE_WB : registers->pat >> (8 * (entry & 7)) & 7;
}

static unsigned int order_of(const struct paging_walk *walk, unsigned int level)
{
	return (level - 1) * (walk->mode == PAGING_32BIT ? 10 : 9);
}

/* With the bits above those that are translated made equal to the highest of these. */
static uint64_t canonical(const struct paging_walk *walk, uint64_t gva)
{
	unsigned int shift = walk->mode == PAGING_4LEVEL ? 16 : walk->mode == PAGING_5LEVEL ? 7 : 0;

	return (uint64_t)((int64_t)(gva << shift) >> shift);
}

static void tell_gap(struct paging_walk *walk, enum paging_gap gap, uint64_t first, uint64_t last,
		     uint64_t gfn)
{
	walk->gaps++;
	if (walk->reader->gap)
		walk->reader->gap(walk->reader->opaque, gap, canonical(walk, first),
				  canonical(walk, last), gfn);
}

static uint64_t entry_at(const struct paging_walk *walk, unsigned int level, unsigned int index)
{
	if (walk->mode == PAGING_32BIT)
		return ((const uint32_t *)walk->table[level])[index];
	return ((const uint64_t *)walk->table[level])[index];
}

static bool is_large(const struct paging_walk *walk, unsigned int level, uint64_t entry)
{
	if (!(entry & LARGE) || level == 1)
		return false;
	if (walk->mode == PAGING_32BIT)
		return walk->large;
	return level == 2 || (level == 3 && walk->mode != PAGING_PAE);
}

/* Bits of an entry above the 4K level that must be 0: those of a large page below its address. */
static bool reserved(const struct paging_walk *walk, unsigned int level, uint64_t entry)
{
	if (walk->mode == PAGING_32BIT)
		return is_large(walk, level, entry) && entry >> 21 & 1;
	if (is_large(walk, level, entry))
		return entry & ADDRESS & ~LARGE_PAT &
		       ((UINT64_C(0x1000) << order_of(walk, level)) - 1);
	return entry & LARGE && (level > 3 || walk->mode == PAGING_PAE);
}

/* How many entries a table has. */
static unsigned int entries_of(const struct paging_walk *walk, unsigned int level)
{
	if (walk->mode == PAGING_PAE && level == walk->levels)
		return 4;
	return walk->mode == PAGING_32BIT ? 1024 : 512;
}

static uint64_t large_frame(const struct paging_walk *walk, unsigned int level, uint64_t entry)
{
	if (walk->mode == PAGING_32BIT) /* bits 20:13 are 39:32 of the address (PSE-36) */
		return (entry >> 22 << 10) | (entry >> 13 & 0xff) << 20;
	return (entry & ADDRESS) >> 12 & ~((UINT64_C(1) << order_of(walk, level)) - 1);
}

/* Where entry index of the table being read translates; last byte with the next index minus 1. */
static uint64_t gva_at(const struct paging_walk *walk, unsigned int index)
{
	return walk->gva[walk->level] + ((uint64_t)index << (12 + order_of(walk, walk->level)));
}

/* Pages that the tables to be entered are in, for a reader that fetches many at once. */
static void look_ahead(struct paging_walk *walk, unsigned int level)
{
	uint64_t gfns[1024];
	unsigned int count = 0, i;

	if (!walk->reader->ahead || level == 1)
		return;
	for (i = 0; i < walk->entries[level]; i++) {
		uint64_t entry = entry_at(walk, level, walk->index[level] + i);

		if (entry & PRESENT && !is_large(walk, level, entry) &&
		    !reserved(walk, level, entry))
			gfns[count++] = (entry & ADDRESS) >> 12;
	}
	if (count)
		walk->reader->ahead(walk->reader->opaque, gfns, count, level - 1);
}

/* Goes into a table, if it can be read; else past the entry that refers to it. */
static void enter(struct paging_walk *walk, unsigned int level, uint64_t gva, uint64_t gfn,
		  unsigned int first, unsigned int entries)
{
	uint64_t end = gva + ((uint64_t)entries << (12 + order_of(walk, level))) - 1;
	const void *table = NULL;

	if (walk->limit - walk->looked_at < entries) {
		uint64_t last = walk->mode == PAGING_5LEVEL   ? (UINT64_C(1) << 57) - 1
				: walk->mode == PAGING_4LEVEL ? (UINT64_C(1) << 48) - 1
							      : UINT32_MAX;

		walk->limited = true;
		walk->level = walk->levels + 1;
		tell_gap(walk, PAGING_LIMIT, gva, last, gfn);
		return;
	}
	walk->looked_at += entries;
	table = walk->reader->page(walk->reader->opaque, gfn, level);
	if (!table) {
		tell_gap(walk, PAGING_UNREADABLE, gva, end, gfn);
		walk->level = level + 1;
		if (level < walk->levels)
			walk->index[level + 1]++;
		return;
	}
	walk->tables++;
	walk->level = level;
	walk->table[level] = table;
	walk->gva[level] = gva - ((uint64_t)first << (12 + order_of(walk, level)));
	walk->index[level] = first;
	walk->entries[level] = entries;
	look_ahead(walk, level);
	walk->entries[level] += first;
}

void paging_begin(struct paging_walk *walk, const struct paging_registers *registers,
		  const struct paging_reader *reader, uint64_t limit)
{
	uint64_t root = paging_top(registers);

	memset(walk, 0, sizeof(*walk));
	walk->reader = reader;
	walk->mode = paging_mode(registers);
	walk->limit = limit;
	walk->large = registers->cr4 & CR4_PSE;
	walk->levels = paging_levels(registers);
	if (walk->mode == PAGING_OFF) { /* addresses are of 32 bits */
		walk->level = 1;
		walk->run = (struct mapping){ .pages = UINT64_C(1) << 20,
					      .order = 20,
					      .pat = PAGING_NO_PAT };
		return;
	}
	enter(walk, walk->levels, 0, root >> 12, walk->mode == PAGING_PAE ? (root & 0xfff) / 8 : 0,
	      entries_of(walk, walk->levels));
}

void paging_renumber(const struct paging_registers *registers, unsigned int level, void *page,
		     uint64_t (*number)(void *opaque, uint64_t gfn, unsigned int level),
		     void *opaque)
{
	/* Only what says how entries are to be understood. */
	struct paging_walk walk = {
		.mode = paging_mode(registers),
		.levels = paging_levels(registers),
		.large = registers->cr4 & CR4_PSE,
	};
	bool wide = walk.mode != PAGING_32BIT;
	unsigned int count = wide ? 512 : 1024, first = 0, end = count, i;

	walk.table[level] = page;
	if (walk.mode == PAGING_PAE && level == walk.levels) {
		first = (paging_top(registers) & 0xfff) / 8;
		end = first + 4;
	}
	for (i = 0; i < count && level > 1; i++) {
		uint64_t entry = entry_at(&walk, level, i), other;

		if (i < first || i >= end) {
			entry = 0;
		} else if (entry & PRESENT && !is_large(&walk, level, entry) &&
			   !reserved(&walk, level, entry)) {
			other = number(opaque, (entry & ADDRESS) >> 12, level - 1) << 12;
			entry = other ? other | (entry & ~ADDRESS) : 0;
		}
		if (wide)
			((uint64_t *)page)[i] = entry;
		else
			((uint32_t *)page)[i] = entry;
	}
}

/* Adds pages to the run being built, or gives that out and begins another. Returns mappings out. */
static unsigned int add(struct paging_walk *walk, const struct mapping *next, struct mapping *out)
{
	struct mapping *run = &walk->run;

	if (run->pages && next->gva == run->gva + (run->pages << 12) &&
	    next->gfn == run->gfn + run->pages && next->order == run->order &&
	    next->pat == run->pat) {
		run->pages += next->pages;
		return 0;
	}
	if (!run->pages) {
		*run = *next;
		return 0;
	}
	*out = *run;
	*run = *next;
	return 1;
}

/* What an entry of a 4K table has to say: P, PWT, PCD, PAT, and the address. */
#define LEAF_BITS (ADDRESS | PRESENT | PWT_PCD | LARGE)

static unsigned int pat_of(uint64_t entry, uint64_t pat_bit)
{
	return (entry & PWT_PCD) >> 3 | (entry & pat_bit ? 4 : 0);
}

/* The 4K pages of a table, which are nearly all of a walk: stretches are found without building
 * each page's mapping. */
static unsigned int leaves(struct paging_walk *walk, struct mapping *out, unsigned int max)
{
	unsigned int index = walk->index[1], end = walk->entries[1], count = 0;

	while (index < end && count < max) {
		uint64_t entry = entry_at(walk, 1, index) & LEAF_BITS;
		unsigned int first = index++;
		struct mapping next;

		if (!(entry & PRESENT))
			continue;
		next.gva = canonical(walk, gva_at(walk, first));
		next.gfn = (entry & ADDRESS) >> 12;
		next.order = 0;
		next.pat = pat_of(entry, LARGE);
		for (entry += 0x1000; index < end; index++, entry += 0x1000)
			if ((entry_at(walk, 1, index) & LEAF_BITS) != entry)
				break;
		next.pages = index - first;
		count += add(walk, &next, out + count);
	}
	walk->index[1] = index;
	return count;
}

/* One entry above the 4K level. Returns mappings out: 0 or 1. */
static unsigned int upper(struct paging_walk *walk, struct mapping *out)
{
	unsigned int level = walk->level, index = walk->index[level];
	uint64_t entry = entry_at(walk, level, index), gva = gva_at(walk, index);
	struct mapping next;

	if (!(entry & PRESENT)) {
		walk->index[level]++;
		return 0;
	}
	if (reserved(walk, level, entry)) {
		walk->index[level]++;
		tell_gap(walk, PAGING_RESERVED, gva, gva_at(walk, index + 1) - 1,
			 (entry & ADDRESS) >> 12);
		return 0;
	}
	if (!is_large(walk, level, entry)) {
		enter(walk, level - 1, gva, (entry & ADDRESS) >> 12, 0,
		      entries_of(walk, level - 1));
		return 0;
	}
	walk->index[level]++;
	next.gva = canonical(walk, gva);
	next.gfn = large_frame(walk, level, entry);
	next.order = order_of(walk, level);
	next.pages = UINT64_C(1) << next.order;
	next.pat = pat_of(entry, LARGE_PAT);
	return add(walk, &next, out);
}

unsigned int paging_read(struct paging_walk *walk, struct mapping *mappings, unsigned int max)
{
	unsigned int count = 0;

	while (count < max && walk->level <= walk->levels) {
		if (walk->index[walk->level] == walk->entries[walk->level]) {
			walk->level++;
			if (walk->level <= walk->levels)
				walk->index[walk->level]++;
		} else if (walk->level == 1) {
			count += leaves(walk, mappings + count, max - count);
		} else {
			count += upper(walk, mappings + count);
		}
	}
	if (count < max && walk->run.pages) {
		mappings[count++] = walk->run;
		walk->run.pages = 0;
	}
	return count;
}
