/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MODEL_TURNS_H
#define MODEL_TURNS_H

/* How often MTRRs give the entries of one run another type. */

#include "model/entry.h"
#include "model/facts.h"

/*
 * Of count entries that differ by advancing gfn and mfn only, of which this is the first: how often
 * the type by the guest's MTRRs or by the host's is another one than that of the entry before. A
 * range whose mask has gaps can do so at every other entry. Counts no further than to most.
 */
uint64_t turns_of_run(const struct facts *facts, const struct entry *first, uint64_t count,
		      uint64_t most);

#endif
