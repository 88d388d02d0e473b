/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_LIVE_M2P_H
#define SOURCE_LIVE_M2P_H

/*
 * Which frame of its domain a machine frame is, by Xen's own table (M2P). A part of it is mapped
 * when it is asked for, to be read only.
 */

#include "model/ranges.h"
#include "source/live/xenmemory.h"

#include <sys/types.h>

struct m2p {
	struct xen *xen;
	uint64_t *frames; /* of the parts themselves */
	const uint64_t **parts;
	unsigned int count;
};

/* end: one more than the last frame of the machine. Returns 0 or a negative errno value. */
int m2p_open(struct m2p *m2p, struct xen *xen, uint64_t end, struct error *err);
void m2p_close(struct m2p *m2p);

/* Where that frame is in its domain; UINT64_MAX if that cannot be told. */
uint64_t m2p_get(struct m2p *m2p, uint64_t mfn);

/*
 * All frames of ram that are frame pfn of their domain, the first max of them into mfns. Returns
 * how many there are, or -EIO if not all of the table can be seen. Parts that were mapped only for
 * that are unmapped.
 */
ssize_t m2p_find(struct m2p *m2p, const struct ranges *ram, uint64_t pfn, uint64_t *mfns,
		 size_t max);

#endif
