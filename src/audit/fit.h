/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which rule set explains the entries best. */
#ifndef AUDIT_FIT_H
#define AUDIT_FIT_H

#include "rules/decide.h"

#include <stddef.h>

#define FIT_RUNS 4 /* told for each group */

struct fit_run {
	int domid;
	uint64_t first, last; /* gfns */
};

/* Entries that the same rule sets cannot explain, or only by an unusual fact. */
struct fit_group {
	uint32_t contradicts, unusual; /* bits 1 << rule set */
	uint64_t entries;
	struct fit_run runs[FIT_RUNS]; /* where they are: the first of run_count */
	size_t run_count;
	uint64_t next;	/* gfn behind the one added last */
	int last_domid; /* and its domain */
	int domid;	/* of the first of them */
	struct entry first;
	uint8_t expected[RULES_MAX]; /* for it, the likeliest OUTCOME_KEY of each set */
	uint8_t step[RULES_MAX];     /* enum step that decided so */
};

/* How well every rule set explains the entries of some p2ms. */
struct fit {
	uint64_t entries; /* that were judged: not pending, not PoD, present */
	struct fit_group *groups;
	size_t group_count;
	int rc; /* -ENOMEM: the rest means nothing */
};

void fit_clear(struct fit *fit);

/* Sets that may have made entries: no proposals, bits. */
uint32_t fit_candidates(void);

struct fit_reader;

/* One p2m. facts->rules is not looked at. NULL if out of memory. */
struct fit_reader *fit_begin(struct fit *fit, const struct facts *facts, int domid);
/* Entries in ascending gfn order. */
void fit_entries(struct fit_reader *reader, const struct entry *entries, size_t count);
/* The same for count entries from this one on that differ only by advancing gfn and mfn. */
void fit_run(struct fit_reader *reader, const struct entry *first, uint64_t count);
void fit_end(struct fit_reader *reader);

/* Entries that a set contradicts, and that it explains by an unusual fact only. */
uint64_t fit_contradicted(const struct fit *fit, unsigned int set);
uint64_t fit_unusual(const struct fit *fit, unsigned int set);

/* Of these sets, bits, those with the fewest contradictions, and of them the fewest unusual. */
uint32_t fit_best(const struct fit *fit, uint32_t sets);

/* Do its entries speak against set, and not against best? */
bool fit_tells(const struct fit_group *group, unsigned int set, unsigned int best);

/*
 * The largest group that speaks against set and not against best, or NULL if nothing tells them
 * apart so; *entries is the number of all.
 */
const struct fit_group *fit_against(const struct fit *fit, unsigned int set, unsigned int best,
				    uint64_t *entries);

#endif
