/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_STRUCTS_MTRRS_H
#define SOURCE_STRUCTS_MTRRS_H

#include "model/facts.h"
#include "source/structs/memory.h"

/*
 * The registers in the struct mtrr_state at that address, the host's or a vCPU's. False where they
 * cannot be read, or hold what Xen lets nobody write.
 */
bool mtrr_state_read(struct xmem *mem, const struct layout *layout, uint64_t address,
		     struct mtrr_fact *fact);

#endif
