/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_LIVE_PAUSE_H
#define SOURCE_LIVE_PAUSE_H

#include "source/live/xen.h"

#include <signal.h>
#include <sys/types.h>

/*
 * Domains held still. A process of its own, the guardian, pauses them and lets them go as soon as
 * the pipe to it is closed, which the kernel does however this process ends. If it is the guardian
 * that is killed, or that is stopped and so answers nothing, pause_end() does its work; if both are
 * killed, a file tells the next run (leftover.h).
 */
struct pause {
	pid_t guardian; /* 0: nothing is paused */
	int hold, told; /* pipes: closing the first lets go; the second says what happened */
	int record;	/* see leftover.h */
	bool silent;	/* the guardian is stopped, or takes too long */
	struct xen_domain *held; /* domains that are paused */
	size_t count;
	void (*stop[3])(int); /* what stop signals did before: who is stopped lets nothing go */
};

/* Pauses all of the domains or none. Returns 0 or a negative errno value. */
int pause_begin(struct pause *pause, struct xen *xen, const struct xen_domain *domains,
		size_t count, struct error *err);

/*
 * Lets them run, and returns when they do: 0, also where nothing was paused, or a negative errno
 * value with the domains that stay paused in the message; -ECANCELED if they ran before.
 */
int pause_end(struct pause *pause, struct xen *xen, struct error *err);

#endif
