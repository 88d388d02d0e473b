/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_LIVE_KEPTBOOT_H
#define SOURCE_LIVE_KEPTBOOT_H

#include "source/live/ring.h"

/*
 * What Xen printed while it booted tells of the machine what no call does, and each run overwrites
 * some of the console ring. So who still finds it keeps it in a file for those that come later.
 */

/* Keeps what before, the ring's content, has of the boot. Where that fails there is no file. */
void keptboot_save(struct xen *xen, const struct transcript *before);

/*
 * Puts it in front of what before has, and scans that again, if there is a file of this boot.
 * Returns 0 or a negative errno value.
 */
int keptboot_load(struct xen *xen, struct transcript *before, struct error *err);

#endif
