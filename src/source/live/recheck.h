/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_LIVE_RECHECK_H
#define SOURCE_LIVE_RECHECK_H

#include "source/live/live.h"

/*
 * Judges all entries; if some are not as they should be, has Xen print them a second time. Those
 * that are others then changed while they were looked at: they go into dropped. MTRRs that a vCPU
 * has changed meanwhile count as possible, too.
 */
int look_again(struct live *live, const struct source_options *options, struct error *err);

#endif
