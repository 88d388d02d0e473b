/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MODEL_REDACTTABLES_H
#define MODEL_REDACTTABLES_H

#include "model/facts.h"

#include <stdbool.h>

/*
 * Other numbers for the frames that a guest has its page tables in: 1, 2, 3 and so on, as they are
 * met, one for each frame and level. What tables map keeps its number, which entries have as well.
 */
struct table_numbers {
	struct table_number *slots; /* by hash */
	size_t size, used;
	bool full; /* some tables are referred to no more: too many */
	bool no_memory;
};

/* Of each vCPU the bits that say how it translates, its PAT, and where its tables are then. */
void redact_registers(struct table_numbers *numbers, struct facts *facts);

/* The number of the table of that level at gfn; that of the top table has the registers' own. */
uint64_t redact_table_gfn(struct table_numbers *numbers, const struct paging_registers *registers,
			  unsigned int level, uint64_t gfn);

/* A page of a guest's tables that was read for that level: what it refers to. */
void redact_table(struct table_numbers *numbers, const struct paging_registers *registers,
		  unsigned int level, uint64_t *page);
void table_numbers_clear(struct table_numbers *numbers);

#endif
