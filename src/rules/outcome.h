/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What rules can say of an entry: single outcomes, and the set of those that the facts leave. */
#ifndef RULES_OUTCOME_H
#define RULES_OUTCOME_H

#include "model/entry.h"
#include "model/window.h"
#include "rules/rulesets.h"
#include "x86/memtype.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * An outcome as a number below OUTCOME_COUNT, its key: EMT and iPAT. Sets of outcomes are bits,
 * 1 << key. A split has EMT 7 without iPAT, which is what Xen stores for it.
 */
#define OUTCOME_KEY(emt, ipat) ((emt) | (ipat) << 3)
#define OUTCOME_SPLIT	       OUTCOME_KEY(7, 0)
#define OUTCOME_COUNT	       16

static inline unsigned int outcome_emt(unsigned int key)
{
	return key & 7;
}

static inline bool outcome_ipat(unsigned int key)
{
	return key >> 3;
}

/* The key of what an entry holds. */
static inline unsigned int entry_key(const struct entry *entry)
{
	return OUTCOME_KEY(entry->emt, (unsigned int)entry->ipat);
}

/* The type that a guest gets with a PAT type, or -1 where that is no type or the outcome a split.
 */
static inline int outcome_effective(unsigned int key, unsigned int pat)
{
	return memtype_effective(outcome_emt(key), outcome_ipat(key), pat);
}

/* How an outcome comes about. */
struct outcome {
	enum step step;		  /* who decided */
	uint32_t assumes;	  /* facts it rests on that are not certain, bits 1 << fact */
	uint32_t unusual;	  /* those of them that would have to differ from the usual */
	unsigned int guest, host; /* MTRR_MERGE: one pair of types that gives it */
};

/* Does the one come about as the other does? */
static inline bool outcome_same(const struct outcome *a, const struct outcome *b)
{
	return a->step == b->step && a->assumes == b->assumes && a->unusual == b->unusual &&
	       (a->step != MTRR_MERGE || (a->guest == b->guest && a->host == b->host));
}

/* Every outcome that the facts leave possible, and where the answer holds. */
struct decision {
	uint16_t possible; /* bits 1 << key */
	struct outcome outcome[OUTCOME_COUNT];
	/* The same answer holds for every entry of the same order and classes within. */
	struct window window;
};

static inline bool decision_allows(const struct decision *decision, unsigned int key)
{
	return decision->possible >> key & 1;
}

/*
 * The outcomes that stay if every fact is as usual; all of them where none does. Bits as possible.
 */
uint16_t decision_usual(const struct decision *decision);

/* The first of these: what is told where one is to be told. */
unsigned int decision_likeliest(const struct decision *decision);

/* A decision's outcomes, likeliest first: usual ones before the others. Returns their number. */
unsigned int decision_order(const struct decision *decision, unsigned int keys[OUTCOME_COUNT]);

#endif
