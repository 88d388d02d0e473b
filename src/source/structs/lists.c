/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/structs/lists.h"

#define MEMBERS_MOST (1u << 20)

int list_follow(struct xmem *mem, uint64_t head, list_visit *visit, void *opaque)
{
	uint64_t link[2], at = head, before; /* next, prev */
	unsigned int count;
	int rc = 0;

	if (!xmem_pointer(head) || !xmem_read(mem, head, link, sizeof(link)))
		return 1;
	for (count = 0; count < MEMBERS_MOST && !rc; count++) {
		before = at;
		at = link[0];
		if (!xmem_pointer(at) || !xmem_read(mem, at, link, sizeof(link)) ||
		    link[1] != before)
			return 1;
		if (at == head)
			return 0;
		rc = visit(opaque, at);
	}
	return rc ? rc : 1;
}

struct set_reader {
	struct xmem *mem;
	const struct layout *layout;
	struct ranges *ranges;
	uint64_t last; /* of the range before */
	bool any;
};

/* Ranges are in ascending order. */
static int add_range(void *opaque, uint64_t address)
{
	struct set_reader *reader = opaque;
	uint64_t range = address - reader->layout->member[RANGE_LIST].offset, first, last;

	if (!xmem_member(reader->mem, reader->layout, RANGE_FIRST, range, &first) ||
	    !xmem_member(reader->mem, reader->layout, RANGE_LAST, range, &last) || last < first ||
	    (reader->any && first <= reader->last))
		return 1;
	reader->last = last;
	reader->any = true;
	return ranges_add(reader->ranges, first, last);
}

int rangeset_read(struct xmem *mem, const struct layout *layout, uint64_t rangeset,
		  struct ranges *ranges)
{
	struct set_reader reader = { .mem = mem, .layout = layout, .ranges = ranges };

	if (!layout_has(layout, RANGESET_LIST, RANGE_LAST))
		return 1;
	return list_follow(mem, xmem_place(layout, RANGESET_LIST, rangeset), add_range, &reader);
}
