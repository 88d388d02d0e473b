/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef AUDIT_COMPARE_H
#define AUDIT_COMPARE_H

#include "rules/decide.h"

#include <stddef.h>

/* What a change of outcome does to the guest, by effective types over all PAT values. */
enum effect {
	EFFECT_SAME,   /* no PAT makes a difference */
	EFFECT_FASTER, /* somewhere write-combining instead of UC, nothing more is cached */
	EFFECT_SAFER,  /* less cacheable than before */
	EFFECT_WEAKER, /* more cacheable than before */
	EFFECT_COUNT,
};

const char *effect_name(enum effect effect);

/* From one OUTCOME_KEY to another. */
enum effect effect_of(unsigned int before, unsigned int after);

/* Neighbouring entries that the second rule set decides otherwise than the first, in the same way.
 */
struct change {
	struct entry first;
	uint64_t gfn_last, entries;
	struct decision before, after;
	enum effect effect;
};

typedef void compare_emit(void *opaque, const struct change *change);

struct comparison {
	uint64_t entries, differing;
	uint64_t bytes[EFFECT_COUNT]; /* of what differs, by effect */
};

struct compare;

/* Compares rule sets before and after on one p2m. NULL if out of memory. */
struct compare *compare_new(const struct facts *facts, enum ruleset_id before,
			    enum ruleset_id after, compare_emit *emit, void *opaque);
void compare_entries(struct compare *compare, const struct entry *entries, size_t count);

/* Emits the last change and returns the totals, valid until compare_free(). */
const struct comparison *compare_finish(struct compare *compare);
void compare_free(struct compare *compare);

#endif
