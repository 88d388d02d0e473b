/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef AUDIT_FIT_H
#define AUDIT_FIT_H

#include "audit/judge.h"
#include "rules/rulesets.h"

/* How well a rule set explains entries: by those that it cannot. */
struct fit {
	enum ruleset_id id;
	uint64_t contradictions; /* entries */
	struct entry example;	 /* of one, if there is any */
	int example_domid;
	/* Of the p2m at hand. */
	struct judge *judge;
	struct facts facts; /* shares what it points to */
	int domid;
};

/* The sets that may have made entries: not proposals. Returns their number. */
size_t fit_candidates(struct fit fits[RULES_MAX]);

/* Before the entries of each p2m. Returns 0 or -ENOMEM; fit_end() frees in any case. */
int fit_begin(struct fit *fits, size_t count, const struct facts *facts, int domid);
void fit_entries(struct fit *fits, size_t count, const struct entry *entries, size_t entry_count);
void fit_end(struct fit *fits, size_t count);

/* The fewest contradictions that any has. */
uint64_t fit_least(const struct fit *fits, size_t count);

#endif
