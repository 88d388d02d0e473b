/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_STRUCTS_DWARF_H
#define SOURCE_STRUCTS_DWARF_H

#ifdef HAVE_DW

#include "source/structs/layout.h"

#include <elfutils/libdw.h>

/*
 * Where members are, by a file's DWARF; those that it does not have are left as not known. The file
 * may be damaged or hostile: nothing in it can make this endless. Returns 0, -EINVAL where it is
 * found to be so, or -ENOMEM.
 */
int dwarf_layout(Dwarf *dwarf, struct layout *layout);

#endif

#endif
