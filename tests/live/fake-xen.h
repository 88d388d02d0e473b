/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef LIVE_FAKE_XEN_H
#define LIVE_FAKE_XEN_H

/* Reads a script; preloaded, the one that $FAKE_XEN names is read at the start. Once in a process.
 */
void fake_xen_load(const char *path);

#endif
