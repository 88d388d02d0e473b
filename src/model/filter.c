/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/filter.h"

static bool overlaps(const struct ranges *set, uint64_t frame, unsigned int order)
{
	uint64_t first = 0, last = UINT64_MAX;

	return !set->count || ranges_overlap(set, frame, frame + entry_pages(order) - 1, &first,
					     &last) != OVERLAP_NONE;
}

bool filter_wants(const struct filter *filter, const struct entry *entry)
{
	return (filter->type < 0 || entry->type == filter->type) &&
	       (filter->emt < 0 || (!entry->pod && entry->emt == filter->emt)) &&
	       (filter->ipat < 0 ||
		(!entry->pod && !entry->ipat_hidden && entry->ipat == filter->ipat)) &&
	       (filter->order < 0 || entry->order == filter->order) &&
	       (!filter->pending || entry->pending) &&
	       overlaps(filter->gfns, entry->gfn, entry->order) &&
	       (!filter->mfns.count ||
		(!entry->pod && overlaps(&filter->mfns, entry->mfn, entry->order)));
}

/* How many of count neighbours that begin at frame lie to the set as the first does? */
static uint64_t alike(const struct ranges *set, uint64_t frame, unsigned int order, uint64_t count)
{
	uint64_t first = 0, last = UINT64_MAX;

	if (!set->count)
		return count;
	ranges_overlap(set, frame, frame + entry_pages(order) - 1, &first, &last);
	return entry_most(count, frame, last, order);
}

void filter_run(const struct filter *filter, const struct entry *first, uint64_t count,
		filter_take *take, void *opaque)
{
	struct entry entry = *first, from = *first;
	uint64_t held = 0, n;

	for (; count; count -= n) {
		n = alike(filter->gfns, entry.gfn, entry.order, count);
		if (!entry.pod)
			n = alike(&filter->mfns, entry.mfn, entry.order, n);
		if (filter_wants(filter, &entry)) {
			if (!held)
				from = entry;
			held += n;
		} else if (held) {
			take(opaque, &from, held);
			held = 0;
		}
		entry_advance(&entry, n);
	}
	if (held)
		take(opaque, &from, held);
}
