/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "machine/machine.h"

static uint64_t state;

void random_seed(uint64_t seed)
{
	state = seed;
}

/* splitmix64 */
uint64_t random_next(void)
{
	uint64_t z = state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

uint64_t random_below(uint64_t n)
{
	return random_next() % n;
}

bool chance(unsigned int n)
{
	return !random_below(n);
}

void set_add(struct set *set, uint64_t first, uint64_t last)
{
	if (set->count < SETS_MAX && first <= last) {
		set->at[set->count].first = first;
		set->at[set->count++].last = last;
	}
}

uint64_t set_count(const struct set *set, uint64_t first, uint64_t last)
{
	uint64_t count = 0;
	unsigned int i;

	for (i = 0; i < set->count; i++) {
		uint64_t a = set->at[i].first > first ? set->at[i].first : first;
		uint64_t b = set->at[i].last < last ? set->at[i].last : last;

		if (a <= b)
			count += b - a + 1;
	}
	return count;
}

bool set_has(const struct set *set, uint64_t n)
{
	return set_count(set, n, n);
}
