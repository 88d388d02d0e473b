/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/redacttables.h"

#include <stdlib.h>
#include <string.h>

#define MOST (1u << 20) /* what 32-bit paging can refer to */

struct table_number {
	uint64_t place; /* address and level of a table; 0: free */
	uint64_t number;
};

static struct table_number *slot(const struct table_numbers *numbers, uint64_t place)
{
	size_t at = place * UINT64_C(0x9e3779b97f4a7c15) >> 20 & (numbers->size - 1);

	while (numbers->slots[at].place && numbers->slots[at].place != place)
		at = (at + 1) & (numbers->size - 1);
	return &numbers->slots[at];
}

static bool grow(struct table_numbers *numbers)
{
	struct table_numbers old = *numbers;
	size_t i;

	numbers->size = old.size ? 2 * old.size : 256;
	numbers->slots = calloc(numbers->size, sizeof(*numbers->slots));
	if (!numbers->slots) {
		*numbers = old;
		return false;
	}
	for (i = 0; i < old.size; i++)
		if (old.slots[i].place)
			*slot(numbers, old.slots[i].place) = old.slots[i];
	free(old.slots);
	return true;
}

/* Of the table of that level at an address, whose low bits count for the top table of PAE only; 0
 * where there is none left. */
static uint64_t number_of(struct table_numbers *numbers, uint64_t address, unsigned int level)
{
	uint64_t place = address | level;
	struct table_number *found;

	if (numbers->used == MOST - 1) {
		numbers->full = true;
		return 0;
	}
	if (numbers->used * 2 >= numbers->size && !grow(numbers)) {
		numbers->no_memory = true;
		return 0;
	}
	found = slot(numbers, place);
	if (!found->place) {
		found->place = place;
		found->number = ++numbers->used;
	}
	return found->number;
}

static uint64_t number_of_gfn(void *opaque, uint64_t gfn, unsigned int level)
{
	return number_of(opaque, gfn << 12, level);
}

void redact_registers(struct table_numbers *numbers, struct facts *facts)
{
	size_t i;

	for (i = 0; i < facts->register_count; i++) {
		struct paging_registers *registers = &facts->registers[i].registers;
		uint64_t top = paging_top(registers);
		unsigned int levels = paging_levels(registers);

		paging_keep_mode(registers);
		registers->cr3 = 0;
		if (levels)
			registers->cr3 = number_of(numbers, top, levels) << 12 | (top & 0xfff);
	}
}

uint64_t redact_table_gfn(struct table_numbers *numbers, const struct paging_registers *registers,
			  unsigned int level, uint64_t gfn)
{
	uint64_t top = paging_top(registers);

	if (level == paging_levels(registers) && gfn == top >> 12)
		return number_of(numbers, top, level);
	return number_of(numbers, gfn << 12, level);
}

void redact_table(struct table_numbers *numbers, const struct paging_registers *registers,
		  unsigned int level, uint64_t *page)
{
	paging_renumber(registers, level, page, number_of_gfn, numbers);
}

void table_numbers_clear(struct table_numbers *numbers)
{
	free(numbers->slots);
	memset(numbers, 0, sizeof(*numbers));
}
