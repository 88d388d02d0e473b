/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_LIVE_LEFTOVER_H
#define SOURCE_LIVE_LEFTOVER_H

#include "source/live/xen.h"

#include <sys/types.h>

/*
 * While domains are paused, a file says which. If this program and its guardian are killed in the
 * same instant nobody lets them run, and the next run finds the file. It is locked for as long as
 * one of the two lives.
 */

/*
 * Writes the file. Returns a descriptor, to be kept by whoever may have to let the domains run, or
 * a negative errno value.
 */
int leftover_begin(struct xen *xen, const struct xen_domain *domains, size_t count,
		   struct error *err);

/* The guardian's process id, for whom it may concern. */
void leftover_guardian(int record, pid_t guardian);

/* All of them run again: the file goes. record -1: there is none. */
void leftover_done(int record);

/*
 * Did an earlier run leave domains paused, as far as all, the domains there are, tells? Returns
 * whether, with what helps in err. Forgets what is over. For who has the lock (lock.h).
 */
bool leftover_find(struct xen *xen, const struct xen_domain *all, size_t count, struct error *err);

#endif
