/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_LIVE_NEEDQ_H
#define SOURCE_LIVE_NEEDQ_H

#include "source/live/preflight.h"

/*
 * Does what key q tells make a difference to an entry of the target's copy, from gfn first to last
 * (inclusive)? *needs becomes true then. Returns 0 or -ENOMEM.
 */
int needq_target(const struct target *target, uint64_t first, uint64_t last, bool *needs,
		 struct error *err);

#endif
