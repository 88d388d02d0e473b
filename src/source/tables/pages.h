/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_TABLES_PAGES_H
#define SOURCE_TABLES_PAGES_H

/* Pages of a machine's memory by their frame: what a walk of page tables reads. */

#include <stdint.h>

#define PAGE_SIZE    4096u
#define PAGE_ENTRIES 512u

struct pages;

struct pages_ops {
	/* See pages_get(). */
	const uint64_t *(*get)(struct pages *pages, uint64_t mfn, unsigned int slot);
	/* See pages_number(). */
	uint64_t (*number)(const struct pages *pages, uint64_t mfn);
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

#endif
