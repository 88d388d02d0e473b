/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MODEL_HVMLOADER_H
#define MODEL_HVMLOADER_H

/* The MTRRs that hvmloader sets up in a guest, for the registers that Xen does not show. */

#include "model/facts.h"

/*
 * A guest's MTRRs as the HVM context record shows them. From Xen 4.12 (343eb57023c7) to master the
 * record repeats variable range 0 in all places: then ranges 1 and up are not known, and hold what
 * hvmloader or the toolstack usually sets up. Fills fact; how is that of the record itself.
 */
void hvmloader_from_record(struct mtrr_fact *fact, const struct mtrr_state *record, enum how how);

#endif
