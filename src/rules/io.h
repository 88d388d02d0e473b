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

#endif
