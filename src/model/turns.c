/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/turns.h"

/* Of the frames first to last, both included, in blocks of 2^order. */
static uint64_t turns_of(const struct mtrr_fact *mtrrs, uint64_t first, uint64_t last,
			 unsigned int order, uint64_t most)
{
	uint64_t turns, from, to;

	for (turns = 0; turns < most; turns++) {
		from = 0;
		to = UINT64_MAX;
		mtrr_types(&mtrrs->state, &mtrrs->known, first, order, &from, &to);
		to |= entry_pages(order) - 1;
		if (to >= last)
			break;
		first = to + 1;
	}
	return turns;
}

uint64_t turns_of_run(const struct facts *facts, const struct entry *first, uint64_t count,
		      uint64_t most)
{
	uint64_t more = (count << first->order) - 1, turns = 0;
	size_t i;

	for (i = 0; i < facts->vcpu_count && turns < most; i++)
		if (!i || !mtrr_same(&facts->vcpus[i].state, &facts->vcpus[i - 1].state))
			turns += turns_of(&facts->vcpus[i], first->gfn, first->gfn + more,
					  first->order, most - turns);
	if (!first->pod && turns < most)
		turns += turns_of(&facts->host, first->mfn, first->mfn + more, first->order,
				  most - turns);
	return turns;
}
