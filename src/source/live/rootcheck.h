/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_LIVE_ROOTCHECK_H
#define SOURCE_LIVE_ROOTCHECK_H

#include "source/live/gdbsx.h"

/* What the first tables below a root say of it. */
struct root_check {
	unsigned long right, wrong; /* entries of ordinary RAM: their frame is Xen's for that gfn */
	bool tables;		    /* every table is where one can be */
};

/*
 * Reads a few tables of each level below an EPTP, and holds entries of ordinary RAM against Xen's
 * own table of frames: a frame that an EPT maps at a gfn is that gfn there. Returns 0 or a negative
 * errno value.
 */
int root_look(struct gdbsx *gdbsx, uint64_t eptp, struct root_check *check, struct error *err);

/* Is it the root of an EPT that maps RAM? Entries that just change may be wrong. */
bool root_proven(const struct root_check *check);

/*
 * The same for the root of a domain with so many pages: one without RAM has nothing that can be
 * held against anything, and then nothing is wrong.
 */
bool root_fits(const struct root_check *check, uint64_t pages);

#endif
