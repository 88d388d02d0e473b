/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_LIVE_PLACES_H
#define SOURCE_LIVE_PLACES_H

/*
 * Where Xen has its list of domains, and their EPTs: how that Xen was built tells it, so that it is
 * the same from Xen's boot to its end, and one run leaves it for the next.
 */

#include "source/live/xen.h"

/* What leads from struct domain to an EPTP: numbers of 64-bit words. */
struct p2m_place {
	unsigned int p2m;		 /* of struct domain, its host p2m; 0: not known */
	unsigned int domain, root, eptp; /* of struct p2m_domain; root without lower bits */
};

struct places {
	uint64_t start, domain_list, page_tables; /* symbols: virtual addresses */
	struct p2m_place p2m;
};

/*
 * Takes the symbols from Xen's own table, which can be thousands of them. Returns 1, or 0 if it
 * does not tell them.
 */
int places_from_symbols(struct xen *xen, struct places *places);

/*
 * What an earlier run left, as long as this Xen runs. It is a guess as any other: who uses it
 * checks what is there. Returns 1, or 0 if there is none.
 */
int places_recall(struct xen *xen, struct places *places);

/* Leaves it for later runs. Where that fails there is none. */
void places_remember(struct xen *xen, const struct places *places);

#endif
