/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_LIVE_MEASURE_H
#define SOURCE_LIVE_MEASURE_H

#include "model/facts.h"
#include "source/live/xen.h"

/* What Xen says of the machine. */
struct machine {
	struct ranges ram;
	bool has_ram;
	struct mtrr_fact host; /* variable ranges; the rest as is usual */
	struct ranges io_apics;
	struct ranges readonly; /* frames that can be read-only besides */
	bool all_readonly;	/* and no other */
	struct devices devices;
};

/* Never fails: what cannot be had is not known. -ENOMEM only. */
int measure_machine(struct xen *xen, struct machine *machine);
void machine_clear(struct machine *machine);

/* The host's variable ranges only. */
void measure_host_mtrr(struct xen *xen, const struct ranges *ram, struct mtrr_fact *host);

/*
 * The MTRRs of a domain's vCPUs: each that none in facts equals is added. So it can be called again
 * later, for what changed meanwhile.
 */
int measure_guest_mtrr(struct xen *xen, const struct xen_domain *domain, struct facts *facts);

/* Does it use the IOMMU? */
void measure_iommu(struct xen *xen, const struct xen_domain *domain, struct facts *facts);

/*
 * How its vCPUs translate now, looked at so many times: each way that differs is added. Returns 0,
 * or a negative errno value where not even one could be read.
 */
int measure_registers(struct xen *xen, const struct xen_domain *domain, unsigned int samples,
		      struct facts *facts);

/* How much RAM it has, but for what is kept for populate on demand. */
void measure_pages(struct xen *xen, const struct xen_domain *domain, struct facts *facts);

#endif
