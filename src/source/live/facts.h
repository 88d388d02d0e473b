/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_LIVE_FACTS_H
#define SOURCE_LIVE_FACTS_H

#include "source/live/live.h"

/* What Xen is, and so which rule sets it may have. */
void live_version(struct live *live);

/*
 * Puts together what was measured of a domain, what key q said, and what Xen printed at boot. scan
 * is of live->dumps, or of live->before where there is no key q.
 */
int live_target(struct live *live, const struct scan *scan, struct target *target,
		struct error *err);

/* Asks for the p2m types that its entries leave open. */
int live_types(struct live *live, struct target *target, struct error *err);

#endif
