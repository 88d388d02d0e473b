/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_STRUCTS_RING_H
#define SOURCE_STRUCTS_RING_H

#include "source/structs/xendata.h"

struct scan;

/*
 * Reads what Xen's console ring holds as a log, from its oldest byte on, also what was cleared.
 * Fills scan, all zero before. Returns 1, 0 where there is no text, or a negative errno value.
 */
int ring_scan(struct xendata *data, struct scan *scan, struct error *err);

#endif
