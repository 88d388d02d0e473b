/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rules/path.h"

static unsigned int population(uint32_t set)
{
	return __builtin_popcount(set);
}

/* Of several ways to one outcome, the one that needs least is reported. */
static bool needs_less(const struct path *path, const struct outcome *outcome)
{
	unsigned int unusual = population(path->unusual), before = population(outcome->unusual);

	return unusual < before ||
	       (unusual == before && population(path->assumes) < population(outcome->assumes));
}

void path_record(const struct path *path, unsigned int key)
{
	struct outcome *outcome = &path->decision->outcome[key];

	if (decision_allows(path->decision, key) && !needs_less(path, outcome))
		return;
	path->decision->possible |= 1u << key;
	outcome->step = path->step;
	outcome->assumes = path->assumes;
	outcome->unusual = path->unusual;
	outcome->guest = path->guest;
	outcome->host = path->host;
}

void path_record_if(const struct path *path, unsigned int key, enum fact fact, bool unusual)
{
	struct path branch = *path;

	path_assume(&branch, fact, unusual);
	path_record(&branch, key);
}

void path_assume(struct path *path, enum fact fact, bool unusual)
{
	path->assumes |= 1u << fact;
	if (unusual)
		path->unusual |= 1u << fact;
}

enum step_result path_decided(const struct path *path, unsigned int emt, unsigned int ipat)
{
	path_record(path, OUTCOME_KEY(emt, ipat));
	return STEP_DECIDED;
}

enum step_result path_split(const struct path *path)
{
	path_record(path, OUTCOME_SPLIT);
	return STEP_DECIDED;
}

uint64_t path_last_frame(uint64_t frame, unsigned int order)
{
	uint64_t last = frame + (entry_pages(order) - 1);

	return last < frame ? UINT64_MAX : last;
}

enum overlap path_consult(const struct path *path, const struct ranges *ranges, uint64_t last)
{
	return ranges_overlap(ranges, path->question->mfn, last, &path->decision->window.mfn_first,
			      &path->decision->window.mfn_last);
}

enum overlap path_consult_first(const struct path *path, const struct ranges *ranges)
{
	struct window seen = WINDOW_ALL;
	enum overlap overlap = ranges_overlap(ranges, path->question->mfn, path->question->mfn,
					      &seen.mfn_first, &seen.mfn_last);

	/* The answer holds for all blocks that begin in the same stretch. */
	seen.mfn_last = path_last_frame(seen.mfn_last, path->question->order);
	window_narrow(&path->decision->window, &seen);
	return overlap;
}

enum overlap path_in_ram(const struct path *path)
{
	if (!how_certain(path->facts->ram.how))
		return OVERLAP_PARTIAL;
	return path_consult(path, &path->facts->ram.ranges,
			    path_last_frame(path->question->mfn, path->question->order));
}
