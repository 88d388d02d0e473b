/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_STRUCTS_CHOOSE_H
#define SOURCE_STRUCTS_CHOOSE_H

#include "source/source.h"
#include "source/structs/xendata.h"

#define PLACE_UNKNOWN UINT64_MAX

/*
 * Opens the xen-syms that the options name, which must be of the Xen in this memory, or the first
 * of those that lie where distributions put them which is. text: the machine address of Xen's
 * _start, or PLACE_UNKNOWN. Returns 1 and fills data; 0 where none is named and none fits; or
 * a negative errno value.
 */
int choose_syms(const struct source_options *options, struct pages *pages, uint64_t text,
		struct xendata *data, struct error *err);

#endif
