/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The interpreter: runs the steps of rule sets over one question. */
#include "rules/decide.h"

#include "rules/path.h"

#include <string.h>

static enum step_result take(struct path *path, enum step step)
{
	path->step = step;
	return step_info[step].take(path);
}

void decide(const struct facts *facts, const struct question *question, struct decision *decision)
{
	unsigned int class, rules;
	const enum step *step;

	memset(decision, 0, sizeof(*decision));
	decision->window = WINDOW_ALL;
	for (rules = 0; rules < ruleset_count(); rules++) {
		if (!(facts->rules >> rules & 1))
			continue;
		for (class = P2M_CLASS_RAM; class <= P2M_CLASS_GRANT_FOREIGN; class <<= 1) {
			struct path path = {
				.facts = facts,
				.question = question,
				.decision = decision,
				.class = class,
				.set = ruleset(rules),
			};

			if (!(question->classes & class))
				continue;
			if (question->classes & (question->classes - 1))
				path.assumes |= 1u << FACT_P2M_TYPE;
			if (facts->rules & (facts->rules - 1))
				path.assumes |= 1u << FACT_RULES;
			for (step = ruleset(rules)->steps; *step != STEP_END; step++)
				if (take(&path, *step) == STEP_DECIDED)
					break;
		}
	}
}

/*
 * What the step of that number gives for one class, for which one before it may have decided: then
 * it is not asked.
 */
static enum step_result take_nth(struct path *path, const enum step *steps, unsigned int n,
				 struct step_answer *answer)
{
	enum step_result result;
	unsigned int before;

	for (before = 0; before < n; before++)
		if (take(path, steps[before]) == STEP_DECIDED)
			return STEP_DECIDED;
	answer->reached = true;
	path->decision->possible = 0; /* whatever the steps before may have given */
	result = take(path, steps[n]);
	answer->outcomes |= path->decision->possible;
	return result;
}

unsigned int decide_steps(const struct facts *facts, const struct question *question,
			  enum ruleset_id rules, struct step_answer answers[RULESET_STEPS])
{
	struct decision decision = { .window = WINDOW_ALL };
	const enum step *steps = ruleset(rules)->steps;
	unsigned int count, class;

	for (count = 0; steps[count] != STEP_END; count++) {
		struct step_answer *answer = &answers[count];
		bool all_decided = true;

		*answer = (struct step_answer){ .step = steps[count] };
		for (class = P2M_CLASS_RAM; class <= P2M_CLASS_GRANT_FOREIGN; class <<= 1) {
			struct path path = {
				.facts = facts,
				.question = question,
				.decision = &decision,
				.class = class,
				.set = ruleset(rules),
			};

			if (question->classes & class)
				all_decided &=
					take_nth(&path, steps, count, answer) == STEP_DECIDED;
		}
		answer->decided = answer->reached && all_decided;
	}
	return count;
}
