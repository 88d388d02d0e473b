/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MODEL_RANGES_H
#define MODEL_RANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A set of 64-bit numbers (frames, mostly) as sorted, disjoint, non-adjacent inclusive ranges. */
struct ranges {
	struct range {
		uint64_t first, last;
	} * range;
	size_t count, allocated;
	size_t waiting; /* behind the others in range[]: added, but not yet put in order */
};

enum overlap { OVERLAP_NONE, OVERLAP_PARTIAL, OVERLAP_FULL };

/*
 * Adds [first, last], in whatever order they come in a time that grows with the logarithm of their
 * number. Returns 0 or -ENOMEM; -EINVAL if last < first. Who adds out of order and then looks into
 * range[] calls ranges_settle() between; the functions here do so themselves.
 */
int ranges_add(struct ranges *ranges, uint64_t first, uint64_t last);

/* Takes [first, last] away. Returns 0 or -ENOMEM; -EINVAL if last < first. */
int ranges_remove(struct ranges *ranges, uint64_t first, uint64_t last);

/* Puts range[] in order. The set stays the same, so it may be one that is only read. */
void ranges_settle(const struct ranges *ranges);

/* Adds all of other, and puts both in order. Returns 0 or -ENOMEM. */
int ranges_add_all(struct ranges *ranges, const struct ranges *other);

void ranges_clear(struct ranges *ranges);

/*
 * Is value in the set? Narrows [*from, *to] to the stretch around value, inside or outside of the
 * set, in which the answer is the same.
 */
bool ranges_contain(const struct ranges *ranges, uint64_t value, uint64_t *from, uint64_t *to);

/*
 * How [first, last] lies to the set. For NONE and FULL, [*from, *to] is narrowed to the stretch any
 * block of which has the same answer; for PARTIAL to [first, last].
 */
enum overlap ranges_overlap(const struct ranges *ranges, uint64_t first, uint64_t last,
			    uint64_t *from, uint64_t *to);

/* How many members of the set lie in [first, last]. */
uint64_t ranges_count(const struct ranges *ranges, uint64_t first, uint64_t last);

#endif
