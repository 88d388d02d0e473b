/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What one rule set would decide otherwise than another for the same entries. */
#ifndef AUDIT_COMPARE_H
#define AUDIT_COMPARE_H

#include "rules/decide.h"

#include <stddef.h>

/* What a changed outcome means to a guest, over all PAT types. The worst one counts. */
enum effect {
	EFFECT_SAME,   /* each PAT type gives what it gave before */
	EFFECT_FASTER, /* WC where it was UC */
	EFFECT_SAFER,  /* less can be cached, or combined */
	EFFECT_WEAKER, /* more can be cached */
	EFFECT_COUNT,
};

/* "same effect", and as key in JSON "same_effect". */
const char *effect_name(enum effect effect);
const char *effect_key(enum effect effect);

/* Between two OUTCOME_KEYs that are not splits. */
enum effect effect_between(unsigned int before, unsigned int after);

/* Types that a guest can reach through an OUTCOME_KEY, bits 1 << enum memtype. None for a split. */
unsigned int effective_types(unsigned int key);

/* Neighbouring entries whose outcome changes in one way. */
struct change {
	struct entry first;
	uint64_t gfn_last, entries;
	unsigned int before, after; /* OUTCOME_KEYs, with everything that is not known as usual */
	enum step step_before, step_after;
	uint16_t possible_before, possible_after; /* whatever is not known, bits 1 << OUTCOME_KEY */
	uint32_t assumes; /* facts not certain that either rests on, bits 1 << enum fact */
	enum effect effect;
};

struct change_count {
	uint64_t entries, pages;
};

struct compare_summary {
	struct change_count all, by_effect[EFFECT_COUNT];
	struct change_count open; /* not among those: it hangs on facts whether they differ */
	uint32_t open_facts;	  /* bits 1 << enum fact */
};

/* Called for each run of changed entries, in gfn order. */
typedef void compare_emit(void *opaque, const struct change *change);

struct compare;

/*
 * What rule set after would decide otherwise than rule set before, in one p2m. What facts do not
 * tell is taken as usual for both. NULL if out of memory.
 */
struct compare *compare_new(const struct facts *facts, unsigned int before, unsigned int after,
			    compare_emit *emit, void *opaque);
/* Entries in ascending gfn order. PoD and entries that are not present have no outcome. */
void compare_entries(struct compare *compare, const struct entry *entries, size_t count);
/* The same for count entries from this one on that differ only by advancing gfn and mfn. */
void compare_run(struct compare *compare, const struct entry *first, uint64_t count);
/* Emits what is held back and returns the totals, valid until compare_free(). */
const struct compare_summary *compare_finish(struct compare *compare);
void compare_free(struct compare *compare);

/* The same for all pairs of sets at once: entries that differ, by [before][after]. */
struct compare_matrix {
	uint64_t entries, differ[RULES_MAX][RULES_MAX];
};

/* Adds the entries of one p2m to matrix. state keeps answers between calls; free it with
 * compare_free(). Returns 0 or -ENOMEM. */
int compare_matrix_entries(struct compare **state, const struct facts *facts,
			   const struct entry *entries, size_t count,
			   struct compare_matrix *matrix);
/* The same for count entries that differ by advancing gfn and mfn only. */
int compare_matrix_run(struct compare **state, const struct facts *facts, const struct entry *first,
		       uint64_t count, struct compare_matrix *matrix);

#endif
