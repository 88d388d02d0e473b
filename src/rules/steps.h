/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The steps of rule sets: what each asks and answers, why, by which facts and commits. */
#ifndef RULES_STEPS_H
#define RULES_STEPS_H

#include "rules/rulesets.h"

#include <stdint.h>

struct path;

/* Either the step has noted all outcomes of the path, or the next step is to be asked. */
enum step_result { STEP_PASS, STEP_DECIDED };

/* What a commit did to a step, as it stands in one rule set. */
enum step_deed {
	STEP_MADE,
	STEP_CHANGED,
	STEP_MOVED, /* among the others; it may have been them that moved */
};

#define STEP_PAST_MAX 8

struct step_info {
	const char *name;
	const char *reason; /* why the outcome is what it is, completes "… because " */
	uint32_t facts;	    /* that it looks at, bits 1 << enum fact */
	enum step_result (*take)(struct path *path);
	/* Its commits, oldest first. sets: where it stands as that commit left it, 0: everywhere.
	 */
	struct {
		enum step_deed deed;
		const char *commit;
		uint32_t sets;
	} past[STEP_PAST_MAX];
};

extern const struct step_info step_info[STEP_COUNT];

#endif
