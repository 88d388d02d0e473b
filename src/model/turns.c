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

/*
 * How often the type by the guest's MTRRs or by the host's is another one than that of the entry
 * before; counted no further than to most.
 */
static uint64_t of_run(const struct facts *facts, const struct entry *first, uint64_t count,
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

/* Of shorter runs there are as many turns as what is read of them bears. */
#define RUN_LONG   4096
#define TURNS_FREE 256

bool turns_bearable(uint64_t *turns, const struct facts *facts, const struct entry *first,
		    uint64_t count)
{
	uint64_t more;

	if (count > RUN_LONG) {
		more = of_run(facts, first, count, TURNS_FREE + TURNS_MOST);
		*turns += more > TURNS_FREE ? more - TURNS_FREE : 0;
	}
	return *turns < TURNS_MOST;
}
