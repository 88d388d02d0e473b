/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_STRUCTS_DWARF_H
#define SOURCE_STRUCTS_DWARF_H

#ifdef HAVE_DW

#include "source/structs/layout.h"

#include <elfutils/libdw.h>

/*
 * Where members are, by a file's DWARF; those that it does not have are left as not known. The file
 * may be damaged or hostile: nothing in it can make this endless, since patience is how many of its
 * entries are looked at. Returns 0, -EINVAL where that was not enough, or -ENOMEM.
 */
int dwarf_layout(Dwarf *dwarf, uint64_t patience, struct layout *layout);

#endif

#endif
