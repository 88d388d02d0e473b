/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/structs/memory.h"

#include <string.h>

#define PTE_PRESENT UINT64_C(1)
#define PTE_LARGE   (UINT64_C(1) << 7)
#define PTE_FRAME   UINT64_C(0x000ffffffffff000)

/* HYPERVISOR_VIRT_START to the end of the direct map, which may go on to the last slot but one. */
#define FIRST UINT64_C(0xffff800000000000)
#define LAST  UINT64_C(0xffffff7fffffffff)

void xmem_forget(struct xmem *mem)
{
	memset(mem->cache, 0, sizeof(mem->cache));
}

bool xmem_pointer(uint64_t address)
{
	return address >= FIRST && address <= LAST && !(address & 7);
}

static bool walk(struct xmem *mem, uint64_t address, uint64_t *mfn)
{
	uint64_t frame = mem->root;
	int shift;

	for (shift = 39;; shift -= 9) {
		const uint64_t *table = pages_get(mem->pages, frame, XMEM_SLOT_TABLE);
		uint64_t entry, inside = (UINT64_C(1) << shift) - 1;

		if (!table)
			return false;
		entry = table[address >> shift & (PAGE_ENTRIES - 1)];
		if (!(entry & PTE_PRESENT))
			return false;
		if (shift == 12 || (shift < 39 && entry & PTE_LARGE)) {
			*mfn = ((entry & PTE_FRAME & ~inside) | (address & inside)) / PAGE_SIZE;
			return true;
		}
		frame = (entry & PTE_FRAME) / PAGE_SIZE;
	}
}

/* The frame that a virtual page is in. */
static bool translate(struct xmem *mem, uint64_t address, uint64_t *mfn)
{
	uint64_t page = address / PAGE_SIZE;
	unsigned int place = page % XMEM_CACHE;

	if (address >= mem->start && address < mem->end) {
		*mfn = (mem->image + (address - mem->start)) / PAGE_SIZE;
		return true;
	}
	if (address < FIRST || address > LAST)
		return false;
	if (mem->cache[place].page == page) {
		*mfn = mem->cache[place].mfn;
		return true;
	}
	if (!walk(mem, address, mfn))
		return false;
	mem->cache[place].page = page;
	mem->cache[place].mfn = *mfn;
	return true;
}

bool xmem_read(struct xmem *mem, uint64_t address, void *buffer, size_t size)
{
	uint8_t *to = buffer;

	if (address > UINT64_MAX - size)
		return false;
	while (size) {
		size_t at = address % PAGE_SIZE;
		size_t n = PAGE_SIZE - at < size ? PAGE_SIZE - at : size;
		const uint64_t *page;
		uint64_t mfn;

		if (!translate(mem, address, &mfn))
			return false;
		page = pages_get(mem->pages, mfn, XMEM_SLOT_DATA);
		if (!page)
			return false;
		memcpy(to, (const uint8_t *)page + at, n);
		to += n;
		address += n;
		size -= n;
	}
	return true;
}

bool xmem_number(struct xmem *mem, uint64_t address, unsigned int size, uint64_t *value)
{
	uint8_t bytes[8];
	unsigned int i;

	if (size > 8 || !xmem_read(mem, address, bytes, size))
		return false;
	for (*value = 0, i = size; i > 0; i--)
		*value = *value << 8 | bytes[i - 1];
	return true;
}

uint64_t xmem_place(const struct layout *layout, enum member member, uint64_t object)
{
	const struct member_place *place = &layout->member[member];

	return place->known && object <= UINT64_MAX - place->offset ? object + place->offset : 0;
}

bool xmem_member(struct xmem *mem, const struct layout *layout, enum member member, uint64_t object,
		 uint64_t *value)
{
	uint64_t address = xmem_place(layout, member, object);

	return address && xmem_number(mem, address, layout->member[member].size, value);
}
