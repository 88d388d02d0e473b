/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Pages of a running guest's own page tables: fetched in batches, each once. */
#ifndef SOURCE_LIVE_GUESTPAGES_H
#define SOURCE_LIVE_GUESTPAGES_H

#include "source/live/xen.h"
#include "x86/paging.h"

/* Pages that are remembered, 32 MiB: of a guest with more tables some are fetched again. */
#define GUEST_PAGES 8192

struct guest_pages {
	struct xen *xen;
	int domid;
	struct guest_page {
		uint64_t gfn;
		bool there; /* else it could not be fetched */
		void *copy;
	} * pages;
	unsigned int count;
	uint16_t *index; /* by hash of gfn: number of a page + 1, or 0 */
	uint64_t level[PAGING_LEVELS + 1][512];
};

/* Forgets all that was fetched before: another walk begins. Returns 0 or -ENOMEM. */
int guest_pages_begin(struct guest_pages *pages, struct xen *xen, int domid);
void guest_pages_end(struct guest_pages *pages);

/* See struct paging_reader. Only RAM that is there is to be asked for. */
const void *guest_pages_get(struct guest_pages *pages, uint64_t gfn, unsigned int level);
void guest_pages_ahead(struct guest_pages *pages, const uint64_t *gfns, unsigned int count);

#endif
