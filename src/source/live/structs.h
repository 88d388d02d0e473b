/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_LIVE_STRUCTS_H
#define SOURCE_LIVE_STRUCTS_H

/*
 * The root of a domain's EPT in Xen's own structures. Xen's symbol table tells where its list of
 * domains is; where members lie in a structure depends on how that Xen was built and is not known.
 * So a structure is known by what must be in it, and nothing is believed that fits only once.
 */

#include "source/live/places.h"
#include "source/live/rootcheck.h"
#include "source/live/xenvirtual.h"

struct structs {
	struct xen_virtual xen;
	struct places places;
	bool learned;		/* something of them that no earlier run left */
	uint64_t *domains;	/* virtual addresses of the struct domain of each domain */
	struct xen_domain *all; /* of the host, in Xen's order */
	size_t count;
};

/*
 * Finds Xen's list of domains, which must be that which Xen tells: while domains come and go it may
 * take several tries. Returns 1; 0 if this Xen does not tell where it is, or nothing fits; or a
 * negative errno value. structs_close() in any case.
 */
int structs_open(struct structs *structs, struct gdbsx *gdbsx, struct error *err);

/* Leaves what was learned for later runs. */
void structs_close(struct structs *structs);

/*
 * The EPTP of a domain's host p2m: it must be in a structure that refers back to this domain and to
 * no other one, has the same root twice, be proven (root_proven()), and be the only one. Where
 * those of other domains are known to be it is looked for first; there one without RAM can have it,
 * too (root_fits()). Returns 1, 0 if there is no such one, or a negative errno value.
 */
int structs_eptp(struct structs *structs, const struct xen_domain *domain, uint64_t *eptp,
		 struct error *err);

#endif
