/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_TABLES_PAGES_H
#define SOURCE_TABLES_PAGES_H

/* Pages of a machine's memory by their frame: what a walk of page tables reads. */

#include <stdint.h>

#define PAGE_SIZE    4096u
#define PAGE_ENTRIES 512u

struct pages;

/* What can be said of all entries of a table, without looking at it again. */
struct table_sum {
	uint64_t any, all; /* bits that an entry has, and that all have */
	uint64_t last;	   /* the last entry */
};

struct pages_ops {
	/* See pages_get(). */
	const uint64_t *(*get)(struct pages *pages, uint64_t mfn, unsigned int slot);
	/* See pages_number(). */
	uint64_t (*number)(const struct pages *pages, uint64_t mfn);
	/* See pages_sum(). NULL: it is made each time. */
	const struct table_sum *(*sum)(const struct pages *pages, uint64_t number);
};

/* Who has them embeds this. */
struct pages {
	const struct pages_ops *ops;
	uint64_t limit;	      /* numbers are below */
	uint64_t frame_limit; /* frames are below */
	const char *absent;   /* why there is no page, of a table: "the image does not have" */
};

#define PAGES_SLOTS 8

/*
 * The page at that frame, or NULL if there is none. It stays valid until the same slot is used
 * again: a walk gives each level its own.
 */
static inline const uint64_t *pages_get(struct pages *pages, uint64_t mfn, unsigned int slot)
{
	return pages->ops->get(pages, mfn, slot);
}

/* A number for the page at a frame that pages_get() has, below limit. */
static inline uint64_t pages_number(const struct pages *pages, uint64_t mfn)
{
	return pages->ops->number(pages, mfn);
}

static inline void table_sum(const uint64_t *table, struct table_sum *sum)
{
	uint64_t any = 0, all = UINT64_MAX;
	unsigned int i;

	for (i = 0; i < PAGE_ENTRIES; i++) {
		any |= table[i];
		all &= table[i];
	}
	*sum = (struct table_sum){ any, all, table[PAGE_ENTRIES - 1] };
}

/* The sum of a 4K table that a walk is in, of that number; own is room for it. */
static inline const struct table_sum *pages_sum(const struct pages *pages, uint64_t number,
						const uint64_t *table, struct table_sum *own)
{
	if (pages->ops->sum)
		return pages->ops->sum(pages, number);
	table_sum(table, own);
	return own;
}

#endif
