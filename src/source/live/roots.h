/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_LIVE_ROOTS_H
#define SOURCE_LIVE_ROOTS_H

#include "source/live/gdbsx.h"
#include "source/live/live.h"

/*
 * Finds the root of each target's EPT: that of --eptp; or in Xen's own structures; or as debug key
 * v prints it. Several --eptp of one domain make a target of each. Every root is held against Xen's
 * table of frames; what does not fit is refused. Returns 0 or a negative errno value.
 */
int roots_find(struct live *live, struct gdbsx *gdbsx, const struct source_options *options,
	       struct error *err);

#endif
