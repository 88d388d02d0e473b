/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/live/xenvirtual.h"

#include "base/array.h"

#include <string.h>

#define PTE_PRESENT UINT64_C(1)
#define PTE_LARGE   (UINT64_C(1) << 7)
#define PTE_FRAME   UINT64_C(0x000ffffffffff000)

void virtual_forget(struct xen_virtual *xen)
{
	memset(xen->seen, 0, sizeof(xen->seen));
}

/* A page of Xen's memory, or NULL with *rc 0 where it may not be read. */
static const uint64_t *look(struct xen_virtual *xen, uint64_t mfn, int *rc, struct error *err)
{
	unsigned int n;

	*rc = 0;
	for (n = 0; n < ARRAY_SIZE(xen->seen); n++)
		if (mfn && xen->seen[n].mfn == mfn)
			return xen->seen[n].page;
	if (!xen->gdbsx->frames.readable(&xen->gdbsx->frames, mfn))
		return NULL;
	n = xen->next_seen++ % ARRAY_SIZE(xen->seen);
	xen->seen[n].mfn = 0;
	*rc = gdbsx_page(xen->gdbsx, mfn, xen->seen[n].page, err);
	if (*rc)
		return NULL;
	xen->seen[n].mfn = mfn;
	return xen->seen[n].page;
}

/* Where an address lies. 1, 0 if nowhere, or a negative errno value. */
static int translate(struct xen_virtual *xen, uint64_t address, uint64_t *machine,
		     struct error *err)
{
	uint64_t mfn = (xen->image + (xen->page_tables - xen->start)) / PAGE_SIZE;
	int shift, rc;

	if (address >> 47 != 0x1ffff)
		return 0;
	if (address >= xen->start && address < xen->end) {
		*machine = xen->image + (address - xen->start);
		return 1;
	}
	for (shift = 39; shift >= 12; shift -= 9) {
		const uint64_t *table = look(xen, mfn, &rc, err);
		uint64_t entry, offset = (UINT64_C(1) << shift) - 1;

		if (!table)
			return rc;
		entry = table[address >> shift & 511];
		if (!(entry & PTE_PRESENT))
			return 0;
		if (shift == 12 || (shift < 39 && entry & PTE_LARGE)) {
			*machine = (entry & PTE_FRAME & ~offset) | (address & offset);
			return 1;
		}
		mfn = (entry & PTE_FRAME) / PAGE_SIZE;
	}
	return 0;
}

int virtual_page(struct xen_virtual *xen, uint64_t address, uint64_t *page, struct error *err)
{
	const uint64_t *seen;
	uint64_t machine = 0;
	int rc = translate(xen, address, &machine, err);

	if (rc <= 0)
		return rc;
	seen = look(xen, machine / PAGE_SIZE, &rc, err);
	if (!seen)
		return rc;
	memcpy(page, seen, PAGE_SIZE);
	return 1;
}

int virtual_words(struct xen_virtual *xen, uint64_t address, uint64_t *words, unsigned int max,
		  struct error *err)
{
	uint64_t page[PAGE_ENTRIES];
	unsigned int at = address % PAGE_SIZE / 8, count = PAGE_ENTRIES - at;
	int rc = virtual_page(xen, address, page, err);

	if (rc <= 0)
		return rc;
	max = max < PAGE_ENTRIES ? max : PAGE_ENTRIES;
	count = count < max ? count : max;
	memcpy(words, page + at, count * 8);
	if (count == max)
		return count;
	rc = virtual_page(xen, address + PAGE_SIZE - address % PAGE_SIZE, page, err);
	if (rc > 0)
		memcpy(words + count, page, (max - count) * 8);
	return rc < 0 ? rc : rc ? (int)max : (int)count;
}
