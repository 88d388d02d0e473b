/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Has the domain to do with devices? Without, Xen takes all its RAM for WB. */
#ifndef RULES_IO_H
#define RULES_IO_H

#include "rules/path.h"

enum io { IO_NONE, IO_ANY, IO_UNKNOWN };

/*
 * By an IOMMU and cache_flush_permitted(), that is I/O capabilities. IO_UNKNOWN also makes two
 * paths out of one: the domain has neither of them, or at least one.
 */
enum io io_ask(const struct path *path, struct path *none, struct path *any);

/*
 * May the domain control caches, as proposed in May 2025? It may if it was created for that, or if
 * it has an IOMMU and the host's IOMMUs cannot all force snooping. Answers and paths as io_ask().
 */
enum io io_ask_control(const struct path *path, struct path *none, struct path *any);

#endif
