/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MODEL_TURNS_H
#define MODEL_TURNS_H

/* How often MTRRs give the entries of one run another type. */

#include "model/entry.h"
#include "model/facts.h"

#define TURNS_MOST 65536

/*
 * Adds to *turns, which begins as 0, how often the type by the guest's or the host's MTRRs changes
 * from one entry to the next, among count entries that differ by advancing gfn and mfn only, of
 * which this is the first. Not counted are the few that ranges without gaps make of each run, and
 * runs so short that what was read of them bears it. Returns whether TURNS_MOST are not reached:
 * whoever judges the run would otherwise work by what is claimed, and not by what was read.
 */
bool turns_bearable(uint64_t *turns, const struct facts *facts, const struct entry *first,
		    uint64_t count);

#endif
