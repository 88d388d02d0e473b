/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MODEL_PDX_H
#define MODEL_PDX_H

/* Which frames Xen's page index (pdx.c) covers. */

#include "model/facts.h"

/*
 * The frames for which mfn_valid() holds, from the memory map: whole groups of 256 MiB. Sets
 * facts->mfn_valid, derived; does nothing if the map is not certain. Returns 0 or -ENOMEM.
 */
int pdx_mfn_valid(struct facts *facts);

#endif
