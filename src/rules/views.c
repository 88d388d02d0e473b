/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rules/views.h"

#include <stddef.h>

void views_ask(const struct facts *facts, const struct question *question, struct views *views)
{
	struct facts one = *facts; /* shares what it points to */
	unsigned int id;

	for (id = 0; id < ruleset_count(); id++) {
		struct decision *decision = &views->decision[id];

		one.rules = 1u << id;
		decide(&one, question, decision);
		views->key[id] = decision_likeliest(decision);
		views->step[id] = decision->outcome[views->key[id]].step;
	}
}

static bool same_outcomes(const struct views *views, unsigned int a, unsigned int b)
{
	return decision_usual(&views->decision[a]) == decision_usual(&views->decision[b]);
}

bool views_same(const struct views *views, unsigned int a, unsigned int b)
{
	return views->step[a] == views->step[b] && same_outcomes(views, a, b);
}

const struct xen_commit *views_since(const struct views *views, unsigned int id)
{
	const struct xen_commit *commit;
	int from = ruleset_parent(id, &commit);

	while (from >= 0 && same_outcomes(views, from, id)) {
		id = from;
		from = ruleset_parent(id, &commit);
	}
	return commit;
}

const struct xen_commit *views_until(const struct views *views, unsigned int id)
{
	unsigned int last = id, next;

	/* Sets are in the order of releases; a later one may be of another branch. */
	for (next = id + 1; next <= RULES_NEWEST; next++) {
		const struct xen_commit *commit;

		if (ruleset_parent(next, &commit) != (int)last)
			continue;
		if (!same_outcomes(views, next, id))
			return commit;
		last = next;
	}
	return NULL;
}
