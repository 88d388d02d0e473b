/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_LIVE_XENVIRTUAL_H
#define SOURCE_LIVE_XENVIRTUAL_H

/* Xen's own memory by its virtual addresses, by Xen's own page tables, as far as it is RAM. */

#include "source/live/gdbsx.h"

struct xen_virtual {
	struct gdbsx *gdbsx;
	uint64_t image, start, end; /* Xen's image: address of its first byte; virtual ones */
	uint64_t page_tables;	    /* virtual, within the image */
	struct {
		uint64_t mfn, page[PAGE_ENTRIES];
	} seen[16]; /* pages read lately; mfn 0: none */
	unsigned int next_seen;
};

/* Is it one of Xen's addresses, and of a 64-bit word? */
static inline bool virtual_pointer(uint64_t word)
{
	return word >> 47 == 0x1ffff && word % 8 == 0; /* the upper half */
}

/* What was read is no longer what is there. */
void virtual_forget(struct xen_virtual *xen);

/* Copies the page that an address is in. 1, 0 if there is none, or a negative errno value. */
int virtual_page(struct xen_virtual *xen, uint64_t address, uint64_t *page, struct error *err);

/*
 * Copies words from an address on, max at most, and PAGE_ENTRIES. Returns how many there are up to
 * the first page that is none, or a negative errno value.
 */
int virtual_words(struct xen_virtual *xen, uint64_t address, uint64_t *words, unsigned int max,
		  struct error *err);

#endif
