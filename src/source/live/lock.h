/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_LIVE_LOCK_H
#define SOURCE_LIVE_LOCK_H

#include "base/error.h"

/*
 * One of us at a time: two dumps would overwrite each other in the console ring. Returns a
 * descriptor, whose closing ends it, or a negative errno value.
 */
int lock_take(struct error *err);

#endif
