/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_LIVE_STRUCTS_H
#define SOURCE_LIVE_STRUCTS_H

/*
 * The root of a domain's EPT in Xen's own structures. Xen's symbol table tells where its list of
 * domains is; where members lie in a structure depends on how that Xen was built and is not known.
 * So a structure is known by what must be in it, and nothing is believed that fits only once.
 */

#include "source/live/rootcheck.h"

struct structs {
	struct gdbsx *gdbsx;
	uint64_t image, start, end; /* Xen's image: address of its first byte, virtual ones */
	uint64_t domain_list, page_tables; /* symbols, virtual */
	struct {
		uint64_t mfn, page[PAGE_ENTRIES];
	} seen[16]; /* pages read lately; mfn 0: none */
	unsigned int next_seen;
	uint64_t *domains; /* virtual addresses of the struct domain of each domain of the host */
	const struct xen_domain *all;
	size_t count;
};

/*
 * Finds Xen's list of domains, which must be that of all. Returns 1; 0 if this Xen does not tell
 * where it is, or nothing fits; or a negative errno value.
 */
int structs_open(struct structs *structs, struct gdbsx *gdbsx, const struct xen_domain *all,
		 size_t count, struct error *err);
void structs_close(struct structs *structs);

/*
 * The EPTP of a domain's host p2m: it must be in a structure that refers back to the domain and has
 * the same root twice, be proven (root_proven()), and be the only one. Returns 1, 0 if there is no
 * such one, or a negative errno value.
 */
int structs_eptp(struct structs *structs, int domid, uint64_t *eptp, struct error *err);

#endif
