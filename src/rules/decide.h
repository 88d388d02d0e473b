/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What rule sets say of one entry, by facts that may be unknown. */
#ifndef RULES_DECIDE_H
#define RULES_DECIDE_H

#include "model/facts.h"
#include "rules/outcome.h"
#include "rules/question.h"
#include "rules/steps.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Runs the rule sets in facts->rules over the question. With all facts certain and one rule set
 * exactly one outcome is possible.
 */
void decide(const struct facts *facts, const struct question *question, struct decision *decision);

/* How one step answered. */
struct step_answer {
	enum step step;
	bool reached;	   /* no step before it had decided for every type possible */
	bool decided;	   /* it does, whatever is not known; else it passes, or may do either */
	uint16_t outcomes; /* what it can give, bits 1 << OUTCOME_KEY */
};

/* The steps of one rule set in order, each with its answer. Returns their number. */
unsigned int decide_steps(const struct facts *facts, const struct question *question,
			  enum ruleset_id rules, struct step_answer answers[RULESET_STEPS]);

#endif
