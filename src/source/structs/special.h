/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_STRUCTS_SPECIAL_H
#define SOURCE_STRUCTS_SPECIAL_H

#include "source/structs/xendata.h"

/*
 * Special pages that all domains have, by Xen's lists of them, into data->host. Returns 0, 1 where
 * some list is not as it must be, or -ENOMEM.
 */
int special_listed(struct xendata *data);

/*
 * Those that a domain maps, but may be in nobody's list: of another domain, or of Xen itself. Each
 * is looked up in Xen's table of frames; then facts say that there are no others. tables has the
 * EPT of that pointer. Returns 0 or -ENOMEM.
 */
int special_mapped(struct xendata *data, struct pages *tables, uint64_t eptp, struct facts *facts);

#endif
