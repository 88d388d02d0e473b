/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_LIVE_XENMEMORY_H
#define SOURCE_LIVE_XENMEMORY_H

/*
 * What Xen tells of the machine's memory, and the call that reads it, in plain types. Nothing here
 * decides whether a frame may be read: that is gdbsx.c.
 */

#include "source/live/xen.h"

/* One more than the last frame that Xen knows of. */
int xen_end_of_memory(struct xen *xen, uint64_t *end);

/* The highest gfn that the domain has. */
int xen_last_gfn(struct xen *xen, int domid, uint64_t *gfn);

/* Is the frame a page of that domain's, which must be a PV one? 1, 0, or a negative errno. */
int xen_owns(struct xen *xen, int domid, uint64_t mfn);

/* Memory that hypercalls may write: pages of 4 KiB. NULL: there is none. */
void *xen_buffer(struct xen *xen, unsigned int pages);
void xen_buffer_free(struct xen *xen, void *buffer, unsigned int pages);

/*
 * Can this Xen be asked for gdbsx? 4.14 to 4.16 that were built without it can panic: do_domctl()
 * passes no domain then, and iommu_do_domctl() looks into it (seen on Debian's 4.14.6). 4.13 and
 * older always have it; 4.17 and later say that they do not.
 */
bool xen_gdbsx_harmless(struct xen *xen);

/*
 * XEN_DOMCTL_gdbsx_guestmemio, never to write: reads size bytes at a virtual address of a PV
 * domain, found through the two last levels of page tables, of which the frame root is the first.
 * Returns 0; -EIO if not all came; -ENOSYS or -EOPNOTSUPP where Xen has no gdbsx. Size 0: only
 * whether it would be done.
 */
int xen_gdbsx_read(struct xen *xen, int domid, uint64_t root, uint64_t address, void *buffer,
		   uint32_t size);

/*
 * Xen's table from frames to whose they are there (M2P), in parts of M2P_PART entries. frames[i]
 * becomes the first frame of the part i itself. Where the machine has no memory, that of the part
 * before is told again.
 */
#define M2P_PART (256u << 10)
int xen_m2p_parts(struct xen *xen, unsigned int count, uint64_t *frames);

/* Maps one part to be read, or NULL. */
const uint64_t *xen_m2p_map(struct xen *xen, uint64_t frame);
void xen_m2p_unmap(struct xen *xen, const uint64_t *part);

/* Where Xen itself lies: addresses, inclusive. */
int xen_place(struct xen *xen, uint64_t *first, uint64_t *last);

/*
 * Symbols of Xen's own table, which is sorted by address, from the nth on: max at most, which is
 * not above SYMBOLS_MAX. Returns how many, 0 behind the last, or a negative errno.
 */
#define SYMBOLS_MAX 64
struct xen_symbol {
	char name[64]; /* "" if it is longer */
	uint64_t address;
};
int xen_symbols(struct xen *xen, uint32_t n, unsigned int max, struct xen_symbol *symbols);

#endif
