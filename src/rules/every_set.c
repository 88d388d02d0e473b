/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rules/every_set.h"

#include <stddef.h>

void every_set_ask(const struct facts *facts, const struct question *question,
		   struct every_set *every)
{
	struct facts one = *facts; /* shares what it points to */
	unsigned int id;

	for (id = 0; id < ruleset_count(); id++) {
		struct decision *decision = &every->decision[id];

		one.rules = 1u << id;
		decide(&one, question, decision);
		every->key[id] = decision_likeliest(decision);
		every->step[id] = decision->outcome[every->key[id]].step;
	}
}

static bool same_outcomes(const struct every_set *every, unsigned int a, unsigned int b)
{
	return decision_usual(&every->decision[a]) == decision_usual(&every->decision[b]);
}

bool every_set_same(const struct every_set *every, unsigned int a, unsigned int b)
{
	return every->step[a] == every->step[b] && same_outcomes(every, a, b);
}

const struct xen_commit *every_set_since(const struct every_set *every, unsigned int id)
{
	const struct xen_commit *commit;
	int from = ruleset_parent(id, &commit);

	while (from >= 0 && same_outcomes(every, from, id)) {
		id = from;
		from = ruleset_parent(id, &commit);
	}
	return commit;
}

const struct xen_commit *every_set_until(const struct every_set *every, unsigned int id)
{
	unsigned int last = id, next;

	/* Sets are in the order of releases; a later one may be of another branch. */
	for (next = id + 1; next <= RULES_NEWEST; next++) {
		const struct xen_commit *commit;

		if (ruleset_parent(next, &commit) != (int)last)
			continue;
		if (!same_outcomes(every, next, id))
			return commit;
		last = next;
	}
	return NULL;
}
