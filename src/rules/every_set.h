/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What each rule set says of one entry, side by side. */
#ifndef RULES_EVERY_SET_H
#define RULES_EVERY_SET_H

#include "rules/decide.h"
#include "rules/history.h"

/* By number of the rule set. */
struct every_set {
	struct decision decision[RULES_MAX];
	unsigned int key[RULES_MAX]; /* the likeliest OUTCOME_KEY */
	enum step step[RULES_MAX];   /* and who decided so */
};

/* facts->rules is not looked at. */
void every_set_ask(const struct facts *facts, const struct question *question,
		   struct every_set *every);

/* Do two sets give the same usual outcomes, by the same step? */
bool every_set_same(const struct every_set *every, unsigned int a, unsigned int b);

/*
 * In the line of sets that Xen went through: the commit from which on id's answer was given, and
 * the one that ended it; NULL where it was so already in the oldest set, or still is.
 */
const struct xen_commit *every_set_since(const struct every_set *every, unsigned int id);
const struct xen_commit *every_set_until(const struct every_set *every, unsigned int id);

#endif
