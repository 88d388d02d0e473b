/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/structs/frametable.h"

#include <errno.h>

/* asm/config.h, of a Xen without CONFIG_BIGMEM: the 128 GiB below the direct map. */
#define TABLE_START UINT64_C(0xffff82e000000000)
#define TABLE_END   UINT64_C(0xffff830000000000)
#define ENTRY_BYTES 32 /* of such a Xen */

#define LARGE_PAGE    (UINT64_C(1) << 21)
#define PAGE_LIST_END UINT64_C(0xffffffff)
#define PAGES_MOST    (1u << 24)

/* _PGC_xen_heap, and _PGC_extra, which moved as other flags went away (4384d96c1c of 4.18). */
#define FLAG(n)	     (UINT64_C(1) << (64 - (n)))
#define XEN_HEAP     FLAG(2)
#define EXTRA_4_14_0 FLAG(10)
#define EXTRA_4_14_1 FLAG(7)
#define EXTRA_4_18   FLAG(3)

static uint64_t extra_flag(const struct xen_version *xen)
{
	if (!xen || !xen_at_least(xen, 4, 14))
		return 0;
	if (xen_at_least(xen, 4, 18))
		return EXTRA_4_18;
	return xen->minor == 14 && xen->point <= 0 ? EXTRA_4_14_0 : EXTRA_4_14_1;
}

static bool variable(struct xmem *mem, const struct syms *syms, const char *name, unsigned int size,
		     uint64_t *value)
{
	uint64_t address;

	return syms_find(syms, name, &address, NULL) && xmem_number(mem, address, size, value);
}

void frametable_open(struct frametable *table, struct xmem *mem, const struct syms *syms,
		     const struct layout *layout, const struct xen_version *xen)
{
	uint64_t hole = 0;

	table->start = TABLE_START;
	table->entry = layout->guessed ? ENTRY_BYTES : layout->size[STRUCT_PAGE];
	table->bottom = UINT64_MAX;
	table->xen_heap = XEN_HEAP;
	table->extra = extra_flag(xen);
	/* Without compression there are no masks, or they are as if there were none. */
	if (variable(mem, syms, "pfn_pdx_bottom_mask", 8, &table->bottom) &&
	    (!variable(mem, syms, "pfn_top_mask", 8, &table->top) ||
	     !variable(mem, syms, "pfn_pdx_hole_shift", 4, &hole) || hole > 40))
		return;
	table->hole = hole;
	table->known = variable(mem, syms, "max_page", 8, &table->max_page) && table->max_page &&
		       table->max_page <= UINT64_C(1) << 40 && table->entry == ENTRY_BYTES;
}

static uint64_t to_frame(const struct frametable *table, uint64_t pdx)
{
	return (pdx & table->bottom) | (pdx << table->hole & table->top);
}

static uint64_t to_pdx(const struct frametable *table, uint64_t mfn)
{
	return (mfn & table->bottom) | (mfn & table->top) >> table->hole;
}

int frametable_valid(const struct frametable *table, struct xmem *mem, const struct syms *syms,
		     struct ranges *ranges)
{
	const uint64_t group = LARGE_PAGE / ENTRY_BYTES;
	uint64_t address, size, i, word = 0;

	if (!table->known || !syms_find(syms, "pdx_group_valid", &address, &size) ||
	    size != (TABLE_END - TABLE_START) / ENTRY_BYTES / group / 8)
		return 1;
	for (i = 0; i < size * 8; i++) {
		uint64_t first = to_frame(table, i * group), last = first + group - 1;

		if (!(i % 64) && !xmem_number(mem, address + i / 8, 8, &word))
			return 1;
		if (!word)
			i |= 63;
		else if (word >> (i % 64) & 1 && first < table->max_page &&
			 ranges_add(ranges, first,
				    last < table->max_page ? last : table->max_page - 1))
			return -ENOMEM;
	}
	return 0;
}

/* The frame that an entry of the table is of, or UINT64_MAX. */
static uint64_t frame_at(const struct frametable *table, uint64_t address)
{
	uint64_t mfn;

	if (address < table->start || address >= TABLE_END ||
	    (address - table->start) % table->entry)
		return UINT64_MAX;
	mfn = to_frame(table, (address - table->start) / table->entry);
	return mfn < table->max_page ? mfn : UINT64_MAX;
}

int pagelist_read(const struct frametable *table, struct xmem *mem, const struct layout *layout,
		  uint64_t head, uint64_t flag, struct ranges *frames)
{
	uint64_t ends[2], at, before = PAGE_LIST_END, flags, next, prev; /* head: next, tail */
	unsigned int count;

	if (!table->known || !flag || !layout_has(layout, PAGE_COUNT_INFO, PAGE_PREV) ||
	    layout->member[PAGE_NEXT].size != 4 || !xmem_pointer(head) ||
	    !xmem_read(mem, head, ends, sizeof(ends)))
		return 1;
	if (!ends[0])
		return ends[1] ? 1 : 0;
	for (at = ends[0], count = 0; count < PAGES_MOST; count++) {
		uint64_t mfn = frame_at(table, at);

		if (mfn == UINT64_MAX || !xmem_member(mem, layout, PAGE_COUNT_INFO, at, &flags) ||
		    !xmem_member(mem, layout, PAGE_NEXT, at, &next) ||
		    !xmem_member(mem, layout, PAGE_PREV, at, &prev) || prev != before ||
		    !(flags & flag))
			return 1;
		if (ranges_add(frames, mfn, mfn))
			return -ENOMEM;
		if (at == ends[1])
			return 0;
		before = to_pdx(table, mfn);
		at = table->start + next * table->entry;
	}
	return 1;
}

int frametable_special(const struct frametable *table, struct xmem *mem,
		       const struct layout *layout, uint64_t mfn)
{
	uint64_t flags, at = table->start + to_pdx(table, mfn) * table->entry;

	if (!table->known || !table->extra || mfn >= table->max_page || at >= TABLE_END ||
	    !xmem_member(mem, layout, PAGE_COUNT_INFO, at, &flags))
		return -1;
	return !!(flags & (table->xen_heap | table->extra));
}
