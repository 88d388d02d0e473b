/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/ranges.h"

#include "base/array.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Index of the first range in order whose last is at or above value. */
static size_t find(const struct ranges *ranges, uint64_t value)
{
	return ARRAY_FIRST_FROM(ranges->range, 0, ranges->count, last, value);
}

/* Room for one more behind all that there are. Returns 0 or -ENOMEM. */
static int make_room(struct ranges *ranges)
{
	size_t allocated = ranges->allocated ? ranges->allocated * 2 : 8;
	struct range *grown;

	if (ranges->count + ranges->waiting < ranges->allocated)
		return 0;
	grown = realloc(ranges->range, allocated * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	ranges->range = grown;
	ranges->allocated = allocated;
	return 0;
}

static int ascending(const void *a, const void *b)
{
	const struct range *x = a, *y = b;

	return (x->first > y->first) - (x->first < y->first);
}

void ranges_settle(const struct ranges *set)
{
	struct ranges *ranges = (struct ranges *)set; /* the set itself stays what it is */
	size_t count = ranges->count + ranges->waiting, kept = 0, i;

	if (!ranges->waiting)
		return;
	qsort(ranges->range, count, sizeof(*ranges->range), ascending);
	for (i = 0; i < count; i++) {
		struct range next = ranges->range[i], *last = ranges->range + kept - 1;

		if (kept && (last->last == UINT64_MAX || next.first <= last->last + 1)) {
			if (next.last > last->last)
				last->last = next.last;
		} else {
			ranges->range[kept++] = next;
		}
	}
	ranges->count = kept;
	ranges->waiting = 0;
}

/* Moving many ranges for each that comes would take time by the square of their number. */
#define MOVED_AT_ONCE 1024

/* Puts a range behind the others, out of order, until somebody looks. */
static int add_waiting(struct ranges *ranges, uint64_t first, uint64_t last)
{
	if (make_room(ranges))
		return -ENOMEM;
	ranges->range[ranges->count + ranges->waiting++] = (struct range){ first, last };
	/* Many may be the same: they are not all kept. */
	if (ranges->waiting > ranges->count)
		ranges_settle(ranges);
	return 0;
}

int ranges_add(struct ranges *ranges, uint64_t first, uint64_t last)
{
	size_t begin, end;

	if (last < first)
		return -EINVAL;
	/* Everything that overlaps or is adjacent is absorbed. */
	begin = find(ranges, first ? first - 1 : 0);
	if (begin < ranges->count && ranges->range[begin].first <= first &&
	    ranges->range[begin].last >= last)
		return 0;
	if (ranges->waiting || ranges->count - begin > MOVED_AT_ONCE)
		return add_waiting(ranges, first, last);
	for (end = begin; end < ranges->count; end++) {
		if (last != UINT64_MAX && ranges->range[end].first > last + 1)
			break;
		if (ranges->range[end].first < first)
			first = ranges->range[end].first;
		if (ranges->range[end].last > last)
			last = ranges->range[end].last;
	}
	if (begin == end) {
		if (make_room(ranges))
			return -ENOMEM;
		memmove(ranges->range + begin + 1, ranges->range + begin,
			(ranges->count - begin) * sizeof(*ranges->range));
		ranges->count++;
	} else {
		memmove(ranges->range + begin + 1, ranges->range + end,
			(ranges->count - end) * sizeof(*ranges->range));
		ranges->count -= end - begin - 1;
	}
	ranges->range[begin].first = first;
	ranges->range[begin].last = last;
	return 0;
}

int ranges_remove(struct ranges *ranges, uint64_t first, uint64_t last)
{
	struct range *range, left, right;
	size_t begin, end;
	int rc = 0;

	if (last < first)
		return -EINVAL;
	ranges_settle(ranges);
	begin = find(ranges, first);
	for (end = begin; end < ranges->count && ranges->range[end].first <= last; end++)
		;
	if (begin == end)
		return 0;
	range = ranges->range;
	left = (struct range){ range[begin].first, first - 1 };
	right = (struct range){ last + 1, range[end - 1].last };
	memmove(range + begin, range + end, (ranges->count - end) * sizeof(*range));
	ranges->count -= end - begin;
	if (left.first < first)
		rc = ranges_add(ranges, left.first, left.last);
	if (!rc && right.last > last)
		rc = ranges_add(ranges, right.first, right.last);
	return rc;
}

int ranges_add_all(struct ranges *ranges, const struct ranges *other)
{
	size_t i;
	int rc = 0;

	ranges_settle(other);
	for (i = 0; i < other->count && !rc; i++)
		rc = ranges_add(ranges, other->range[i].first, other->range[i].last);
	ranges_settle(ranges);
	return rc;
}

void ranges_clear(struct ranges *ranges)
{
	free(ranges->range);
	memset(ranges, 0, sizeof(*ranges));
}

static void narrow(uint64_t *from, uint64_t *to, uint64_t first, uint64_t last)
{
	if (first > *from)
		*from = first;
	if (last < *to)
		*to = last;
}

bool ranges_contain(const struct ranges *ranges, uint64_t value, uint64_t *from, uint64_t *to)
{
	return ranges_overlap(ranges, value, value, from, to) == OVERLAP_FULL;
}

enum overlap ranges_overlap(const struct ranges *ranges, uint64_t first, uint64_t last,
			    uint64_t *from, uint64_t *to)
{
	size_t i;

	ranges_settle(ranges);
	i = find(ranges, first);

	if (i == ranges->count || ranges->range[i].first > last) {
		narrow(from, to, i ? ranges->range[i - 1].last + 1 : 0,
		       i < ranges->count ? ranges->range[i].first - 1 : UINT64_MAX);
		return OVERLAP_NONE;
	}
	if (ranges->range[i].first <= first && ranges->range[i].last >= last) {
		narrow(from, to, ranges->range[i].first, ranges->range[i].last);
		return OVERLAP_FULL;
	}
	narrow(from, to, first, last);
	return OVERLAP_PARTIAL;
}

uint64_t ranges_count(const struct ranges *ranges, uint64_t first, uint64_t last)
{
	uint64_t count = 0;
	size_t i;

	ranges_settle(ranges);
	for (i = find(ranges, first); i < ranges->count && ranges->range[i].first <= last; i++) {
		uint64_t a = ranges->range[i].first > first ? ranges->range[i].first : first;
		uint64_t b = ranges->range[i].last < last ? ranges->range[i].last : last;

		count += b - a + 1;
	}
	return count;
}
