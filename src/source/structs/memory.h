/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_STRUCTS_MEMORY_H
#define SOURCE_STRUCTS_MEMORY_H

/* Xen's own memory by virtual addresses, as its page tables have it. */

#include "source/structs/layout.h"
#include "source/tables/pages.h"

#include <stddef.h>

#define XMEM_CACHE 256

struct xmem {
	struct pages *pages; /* the machine's, which has no others than RAM */
	uint64_t start, end; /* virtual addresses of Xen's image, end exclusive */
	uint64_t image;	     /* machine address of start */
	uint64_t root;	     /* frame of its page tables of the highest level */
	struct {
		uint64_t page, mfn; /* a virtual page, and where it is; page 0: none */
	} cache[XMEM_CACHE];
};

/* Slots of pages that nothing else uses that reads structures between steps of a walk. */
#define XMEM_SLOT_TABLE 6
#define XMEM_SLOT_DATA	7

/* What was read before may have changed: page tables are looked at again. */
void xmem_forget(struct xmem *mem);

/*
 * Copies size bytes at a virtual address of Xen's. False where not all of them are there, or the
 * address is none that Xen has data at.
 */
bool xmem_read(struct xmem *mem, uint64_t address, void *buffer, size_t size);

/* A number of 1, 2, 4 or 8 bytes. */
bool xmem_number(struct xmem *mem, uint64_t address, unsigned int size, uint64_t *value);

/* The number in a member of the structure at object. False, too, where the layout has none. */
bool xmem_member(struct xmem *mem, const struct layout *layout, enum member member, uint64_t object,
		 uint64_t *value);

/* The address of a member, or 0 where the layout has none. */
uint64_t xmem_place(const struct layout *layout, enum member member, uint64_t object);

/* Can it be the address of a structure: in Xen's part of the address space, and aligned? */
bool xmem_pointer(uint64_t address);

#endif
