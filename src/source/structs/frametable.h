/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_STRUCTS_FRAMETABLE_H
#define SOURCE_STRUCTS_FRAMETABLE_H

/* Xen's table of frames (struct page_info), and the index into it (pdx.c). */

#include "model/ranges.h"
#include "rules/releases.h"
#include "source/structs/memory.h"
#include "source/structs/syms.h"

struct frametable {
	bool known;
	uint64_t start;
	uint32_t entry;		  /* bytes of one */
	uint64_t max_page;	  /* frames are below */
	uint64_t bottom, top;	  /* masks of the bits of a frame below and above the hole */
	unsigned int hole;	  /* bits of it */
	uint64_t xen_heap, extra; /* bits of count_info */
};

/*
 * Looks at the variables that tell of it. The place of a flag depends on which Xen it is; NULL:
 * that is not known.
 */
void frametable_open(struct frametable *table, struct xmem *mem, const struct syms *syms,
		     const struct layout *layout, const struct xen_version *xen);

/* Frames for which mfn_valid() holds, added to ranges. Returns 0, 1 if that is not known, or
 * -ENOMEM. */
int frametable_valid(const struct frametable *table, struct xmem *mem, const struct syms *syms,
		     struct ranges *ranges);

/*
 * The frames in a list of pages whose head is at that address, of which all must be flagged so.
 * Returns as list_follow() does.
 */
int pagelist_read(const struct frametable *table, struct xmem *mem, const struct layout *layout,
		  uint64_t head, uint64_t flag, struct ranges *frames);

/* Is a frame of RAM special? 1, 0, or -1 where its entry cannot be read. */
int frametable_special(const struct frametable *table, struct xmem *mem,
		       const struct layout *layout, uint64_t mfn);

#endif
