/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_LIVE_GDBSX_H
#define SOURCE_LIVE_GDBSX_H

/*
 * Reads frames of the machine while it runs, through XEN_DOMCTL_gdbsx_guestmemio. Xen's debugging
 * support reads memory of a PV domain through page tables of which the caller names the root. Where
 * the domain is dom0 itself and the table one page of our own, that page chooses which frames are
 * read. Xen verifies little of it, so all is verified here before each call; see gdbsx.c.
 */

#include "source/live/keptpages.h"
#include "source/live/ownpage.h"
#include "source/tables/copy.h"

struct gdbsx {
	struct frames frames; /* for copy_tables() */
	struct xen *xen;
	int domid; /* this one */
	struct ranges ram;
	uint64_t end; /* one more than the last frame */
	struct m2p m2p;
	struct own_page table;
	uint64_t (*buffer)[PAGE_ENTRIES];
	bool broken; /* something was not as it must be: nothing is asked any more */
	unsigned long calls, pages;
	struct kept_pages *kept; /* gets all that is read; or NULL */
};

/* Would gdbsx_open() find what it needs, as far as that can be told? Nothing is read. */
bool gdbsx_possible(struct xen *xen, const struct xen_domain *own);

/*
 * Makes ready, and reads its own table through itself. ram: what the machine's memory map calls
 * usable. own: the domain in which this runs. Returns 0 or a negative errno value with the reason
 * why not; gdbsx_close() then, too.
 */
int gdbsx_open(struct gdbsx *gdbsx, struct xen *xen, const struct xen_domain *own,
	       const struct ranges *ram, struct error *err);
void gdbsx_close(struct gdbsx *gdbsx);

/* One page. */
int gdbsx_page(struct gdbsx *gdbsx, uint64_t mfn, uint64_t *page, struct error *err);

#endif
