/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_LIVE_XEN_H
#define SOURCE_LIVE_XEN_H

#include "base/error.h"
#include "model/ranges.h"
#include "x86/mtrr.h"
#include "x86/paging.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The running Xen: what is asked of it, in plain types. None of these calls allocates or unshares
 * memory, or can crash a domain. Unless they say otherwise, they return 0 or a negative errno.
 */
struct xen;

int xen_open(struct xen **xen, struct error *err);
void xen_close(struct xen *xen); /* NULL: nothing */

/* Says why Xen did not do what was asked ("list domains"), and what helps. Returns rc. */
int xen_error(int rc, const char *what, struct error *err);

/* Hypercalls made so far. */
unsigned long xen_calls(const struct xen *xen);

struct xen_domain {
	int domid;
	unsigned char handle[16]; /* another domain with the same id has another */
	bool hvm, hap, dying, paused;
	uint64_t pages;
	unsigned int vcpus; /* one more than the highest id */
};

/* All domains in ascending order, to be freed. */
int xen_domains(struct xen *xen, struct xen_domain **domains, size_t *count);

/* Did xenstored not answer in time? Then names of domains are not known. */
bool xen_store_silent(const struct xen *xen);

/* Was there no memory for something that xenstored told? */
bool xen_store_no_memory(const struct xen *xen);

/* Its name as the toolstack calls it, made safe for a terminal; "" if it has none. */
void xen_domain_name(struct xen *xen, int domid, char *name, size_t size);

/* The caller's own domain. */
int xen_own_domid(struct xen *xen);

int xen_version(struct xen *xen, char *text, size_t size); /* "4.17.7" */
int xen_command_line(struct xen *xen, char *text, size_t size);

/* Debug key; Xen has done what it does when this returns. */
int xen_key(struct xen *xen, char key);

/*
 * Up to *size bytes of the console ring from *index on, or without incremental from its oldest
 * byte. *size becomes what came, *index the position behind it.
 */
int xen_read_ring(struct xen *xen, char *buffer, unsigned int *size, bool incremental,
		  uint32_t *index);

/* Has another domain its id now? Not if that cannot be told. */
bool xen_rebuilt(struct xen *xen, const struct xen_domain *domain);

int xen_pause(struct xen *xen, int domid);
int xen_unpause(struct xen *xen, int domid);

/* Does the domain use the IOMMU? 1, 0, or a negative errno where that cannot be told. */
int xen_iommu(struct xen *xen, int domid);

/* One vCPU's MTRRs as the HVM context has them; -ENOENT if there is no such vCPU. */
int xen_guest_mtrr(struct xen *xen, int domid, unsigned int vcpu, struct mtrr_state *state);

/* The same vCPU's control registers and PAT, as the guest sees them. Same errors. */
int xen_guest_registers(struct xen *xen, int domid, unsigned int vcpu,
			struct paging_registers *registers);

/*
 * Copies of a guest's pages, mapped read-only for as long as that takes; rcs[i] is 0 or a negative
 * errno. They must be RAM that is there: others Xen would populate, or page in.
 */
#define XEN_PAGES_MAX 64
int xen_guest_pages(struct xen *xen, int domid, const uint64_t *gfns, unsigned int count,
		    void *const *pages, int *rcs);

/* One of the host's variable ranges, frames 0: disabled. -EINVAL behind the last. */
int xen_host_range(struct xen *xen, unsigned int reg, uint64_t *mfn, uint64_t *frames,
		   unsigned int *type);

/* Frames that the machine's memory map calls usable, below the end of what Xen uses. */
int xen_memory_map(struct xen *xen, struct ranges *ram);

/* Pages kept for populate on demand. */
int xen_pod_cache(struct xen *xen, int domid, uint64_t *pages);

/* Pages that are yet to be populated on demand. */
int xen_pod_entries(struct xen *xen, int domid, uint64_t *pages);

/*
 * HVMOP_get_mem_type of count gfns, XEN_TYPES_MAX at most: the p2m types each answer leaves, bits 1
 * << enum p2m_type, 0 where there was none.
 */
#define XEN_TYPES_MAX 64
int xen_types(struct xen *xen, int domid, const uint64_t *gfns, uint32_t *types,
	      unsigned int count);

/* Does mem_access leave the gfn all rights? 1 or 0; -ENODEV if nobody monitors the domain. */
int xen_access_full(struct xen *xen, int domid, uint64_t gfn);

#endif
