/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_STRUCTS_LISTS_H
#define SOURCE_STRUCTS_LISTS_H

/*
 * Lists of Xen's. They may be damaged, or change while they are read: each member must lead back to
 * the one before, so that none is without end, and what does not is no list.
 */

#include "model/ranges.h"
#include "source/structs/memory.h"

/* Called for each member, at address. Returns 0 to go on, 1 where it is not as it must be, or
 * -ENOMEM. */
typedef int list_visit(void *opaque, uint64_t address);

/*
 * Follows a list whose struct list_head is at head. Returns 0 if it was whole, 1 if not, or
 * -ENOMEM.
 */
int list_follow(struct xmem *mem, uint64_t head, list_visit *visit, void *opaque);

/*
 * The ranges in the struct rangeset at that address, inclusive, added to ranges. Returns as
 * list_follow() does.
 */
int rangeset_read(struct xmem *mem, const struct layout *layout, uint64_t rangeset,
		  struct ranges *ranges);

#endif
