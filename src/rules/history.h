/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef RULES_HISTORY_H
#define RULES_HISTORY_H

#include "rules/rulesets.h"

#include <stdbool.h>

/* A commit of xen.git that changed what epte_get_entry_emt() says. */
struct xen_commit {
	const char *id;	       /* 12 digits */
	const char *date;      /* of the commit, 2024-06-13 */
	const char *first;     /* first release of the branch that it was made on: "4.19.0" */
	const char *backports; /* first ones of older branches that have it: "4.17.5, 4.18.3" */
	const char *what;      /* what it changed, one clause */
};

/* The commit of that id, or NULL. */
const struct xen_commit *commit_find(const char *id);

/* Does release 4.minor.point have it? */
bool commit_in(const struct xen_commit *commit, unsigned int minor, unsigned int point);

/*
 * The set that this one was made from, or -1 for the oldest and for the user's own. *commit is the
 * change between the two, NULL where there is none in Xen.
 */
int ruleset_parent(unsigned int id, const struct xen_commit **commit);

/* What a commit did to a step, as it stands in one rule set. */
enum step_deed {
	STEP_MADE,
	STEP_CHANGED,
	STEP_MOVED, /* among the others; it may have been them that moved */
};

const char *step_deed_name(enum step_deed deed); /* "made" … */

struct step_past {
	const struct xen_commit *commit;
	enum step_deed deed;
};

#define STEP_PAST_MAX 8

/* A step's commits up to how it stands in a rule set, oldest first. Returns their number. */
unsigned int step_past(unsigned int id, enum step step, struct step_past past[STEP_PAST_MAX]);

/*
 * The commit that gave the step the form that it has, wherever it stands, or NULL for a step that
 * no Xen has.
 */
const struct xen_commit *step_commit(enum step step);

/* Where a proposal comes from, on xen-devel. */
struct message {
	const char *author, *date, *subject;
	const char *id; /* Message-ID, without brackets */
};

/* NULL for sets that are no proposals. */
const struct message *ruleset_message(unsigned int id);

#endif
