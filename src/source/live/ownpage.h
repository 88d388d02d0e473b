/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_LIVE_OWNPAGE_H
#define SOURCE_LIVE_OWNPAGE_H

/* One page of our own whose machine frame is known for certain. */

#include "source/live/m2p.h"

struct own_page {
	volatile uint64_t *page; /* all zeros; NULL: there is none */
	uint64_t mfn;
};

/*
 * Makes it: kernel memory, which does not move, of the PV domain domid, in which this runs. Refused
 * unless exactly one frame can be it. Returns 0 or a negative errno value.
 */
int own_page_make(struct own_page *own, struct xen *xen, int domid, struct m2p *m2p,
		  const struct ranges *ram, struct error *err);
void own_page_free(struct own_page *own);

#endif
