/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rules/outcome.h"

uint16_t decision_usual(const struct decision *decision)
{
	uint16_t usual = 0;
	unsigned int key;

	for (key = 0; key < OUTCOME_COUNT; key++)
		if (decision_allows(decision, key) && !decision->outcome[key].unusual)
			usual |= 1u << key;
	return usual ? usual : decision->possible;
}

unsigned int decision_likeliest(const struct decision *decision)
{
	return __builtin_ctz(decision_usual(decision));
}

unsigned int decision_order(const struct decision *decision, unsigned int keys[OUTCOME_COUNT])
{
	unsigned int count = 0, key, usual;

	for (usual = 0; usual < 2; usual++)
		for (key = 0; key < OUTCOME_COUNT; key++)
			if (decision_allows(decision, key) &&
			    !decision->outcome[key].unusual == !usual)
				keys[count++] = key;
	return count;
}
