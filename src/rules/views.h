/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef RULES_VIEWS_H
#define RULES_VIEWS_H

#include "rules/decide.h"
#include "rules/history.h"

/* What each rule set says of one entry. */
struct views {
	struct decision decision[RULES_MAX];
	unsigned int key[RULES_MAX]; /* the likeliest OUTCOME_KEY */
	enum step step[RULES_MAX];   /* and who decided so */
};

/* facts->rules is not looked at. */
void views_ask(const struct facts *facts, const struct question *question, struct views *views);

/* Do two sets give the same usual outcomes, by the same step? */
bool views_same(const struct views *views, unsigned int a, unsigned int b);

/*
 * In the line of sets that Xen went through: the commit from which on id's answer was given, and
 * the one that ended it; NULL where it was so already in the oldest set, or still is.
 */
const struct xen_commit *views_since(const struct views *views, unsigned int id);
const struct xen_commit *views_until(const struct views *views, unsigned int id);

#endif
