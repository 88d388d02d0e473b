/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef RULES_LAYOUT_H
#define RULES_LAYOUT_H

#include "x86/ept.h"

/* Where the Xen of that version keeps its bits of an entry. False if it is none from 4.2 on. */
bool layout_of_version(const char *version, struct ept_layout *layout);

#endif
