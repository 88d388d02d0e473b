/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How rule sets and their steps came to be: commits, and which releases have them. */
#ifndef RULES_HISTORY_H
#define RULES_HISTORY_H

#include "rules/rulesets.h"
#include "rules/steps.h"

#include <stdbool.h>

/* The commit of that id, or NULL (also for NULL). */
const struct xen_commit *commit_find(const char *id);

/* Does release 4.minor.point have it? */
bool commit_in(const struct xen_commit *commit, unsigned int minor, unsigned int point);

/*
 * The set that this one was made from, or -1 for the oldest and for the user's own. *commit is the
 * change between the two, NULL where there is none in Xen.
 */
int ruleset_parent(unsigned int id, const struct xen_commit **commit);

const char *step_deed_name(enum step_deed deed); /* "made" … */

struct step_past {
	const struct xen_commit *commit;
	enum step_deed deed;
};

/* A step's commits up to how it stands in a rule set, oldest first. Returns their number. */
unsigned int step_past(unsigned int id, enum step step, struct step_past past[STEP_PAST_MAX]);

/*
 * The commit that gave the step the form that it has, wherever it stands, or NULL for a step that
 * no Xen has.
 */
const struct xen_commit *step_commit(enum step step);

/* The message that proposed a set, or NULL for sets that are no proposals. */
const struct message *ruleset_message(unsigned int id);

#endif
