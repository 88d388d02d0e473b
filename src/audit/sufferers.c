/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "audit/sufferers.h"

#include "base/array.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

bool held_add(struct held_findings *held, const struct run *run)
{
	struct held one = { .run = *run };

	return held->count < FINDINGS_HELD &&
	       !array_append(&held->list, &held->count, sizeof(one), &one);
}

int held_frames(const struct held_findings *held, struct ranges *gfns)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < held->count && !rc; i++)
		rc = ranges_add(gfns, held->list[i].run.first.gfn, held->list[i].run.gfn_last);
	return rc;
}

/* Does it get another type than the rule's likeliest outcome would give it? */
static bool suffers(const struct run *run, const struct effective_run *mapping)
{
	unsigned int key = decision_likeliest(&run->decision);

	if (key == OUTCOME_SPLIT)
		return mapping->became == BECAME_WEAKER || mapping->became == BECAME_STRONGER;
	return mapping->effective >= 0 &&
	       outcome_effective(key, mapping->asked) != mapping->effective;
}

/* The part of a mapping that is of one finding. */
static int note(struct held *held, const struct effective_run *mapping)
{
	struct effective_run part = *mapping;
	uint64_t first = mapping->mapping.gfn, last = first + mapping->mapping.pages - 1;

	if (last < held->run.first.gfn || first > held->run.gfn_last ||
	    !suffers(&held->run, mapping))
		return 0;
	if (held->sufferers.count == SUFFERERS_EACH) {
		held->sufferers.more++;
		return 0;
	}
	first = first < held->run.first.gfn ? held->run.first.gfn : first;
	last = last > held->run.gfn_last ? held->run.gfn_last : last;
	part.mapping.gva += (first - part.mapping.gfn) << 12;
	part.mapping.gfn = first;
	part.mapping.pages = last - first + 1;
	return array_append(&held->sufferers.list, &held->sufferers.count, sizeof(part), &part);
}

int held_mapping(struct held_findings *held, const struct effective_run *mapping)
{
	uint64_t last = mapping->mapping.gfn + mapping->mapping.pages - 1;
	size_t low =
		ARRAY_FIRST_FROM(held->list, 0, held->count, run.gfn_last, mapping->mapping.gfn);
	int rc = 0;

	for (; low < held->count && held->list[low].run.first.gfn <= last && !rc; low++)
		rc = note(&held->list[low], mapping);
	return rc;
}

void held_clear(struct held_findings *held)
{
	size_t i;

	for (i = 0; i < held->count; i++)
		free(held->list[i].sufferers.list);
	free(held->list);
	memset(held, 0, sizeof(*held));
}
