/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_LIVE_KEYV_H
#define SOURCE_LIVE_KEYV_H

#include "source/live/live.h"

/*
 * The EPTPs of live->targets as Xen's debug key v prints them, into eptps, 0 where it does not:
 * no vCPU was ever started, its vCPUs have different ones, or the line was overwritten in the ring.
 * Returns 0 or a negative errno value.
 */
int keyv_eptps(struct live *live, uint64_t *eptps, struct error *err);

#endif
