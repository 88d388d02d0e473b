/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_LIVE_RECHECK_H
#define SOURCE_LIVE_RECHECK_H

/* A second look at entries that look wrong, which may have been changing at the first. */

#include "source/live/live.h"

/*
 * Has Xen print all entries a second time, unless nothing is suspect. suspect has one set of gfns
 * for each of live->targets. Those of entries that are others now go into the target's dropped.
 * MTRRs that a vCPU changed meanwhile count as possible, too. Returns 0 or a negative errno value.
 */
int recheck(struct live *live, const struct ranges *suspect, size_t count, struct error *err);

/* MTRRs, by themselves: host is what the host's are now. Returns 0 or -ENOMEM. */
int recheck_facts(struct live *live, struct target *target, const struct mtrr_fact *host,
		  struct error *err);

#endif
