/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/limitswrite.h"

#include "base/text.h"
#include "report/historywrite.h"
#include "rules/releases.h"
#include "x86/memtype.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define RANGES_TOLD 4

static void add_ranges(const struct limit *limit, char *text, size_t size)
{
	unsigned int told = limit->ranges < RANGES_TOLD ? limit->ranges : RANGES_TOLD, i;
	char frames[64], device[DEVICE_NAME_SIZE];

	for (i = 0; i < told; i++)
		text_append(text, size, "%s%s", i ? ", " : "",
			    text_frames(limit->range[i].first, limit->range[i].last, frames,
					sizeof(frames)));
	if (limit->ranges + limit->more_ranges > told)
		text_append(text, size, " and %" PRIu64 " more",
			    limit->ranges - told + limit->more_ranges);
	text_append(text, size, ", %s", text_size(limit->pages << 12, frames, sizeof(frames)));
	if (limit->device)
		text_append(text, size, ", %s", device_name(limit->device, device, sizeof(device)));
}

/* What the guest misses most. */
static const char *missed(const struct limit *limit)
{
	if (!limit->mmio)
		return memtype_cacheable(outcome_emt(limit->key)) ? "have write-back there"
								  : "have it cached";
	return limit->lost >> MEMTYPE_UC & 1 ? "have it uncached" : "have write-combining there";
}

/* Registers that nobody wants combined: the platform's own, and what Xen keeps read-only. */
static bool wants_no_combining(const struct limit *limit)
{
	const struct device_range *device = limit->device;

	return limit->step == RO_MMIO ||
	       (device && !*device->which && !*device->kind && strncmp(device->part, "BAR", 3) &&
		outcome_emt(limit->key) == MEMTYPE_UC);
}

/* "4.17.5 and 4.18.3" */
static void add_others(const struct release_span *span, char *text, size_t size)
{
	char release[16];
	unsigned int i;

	for (i = 0; i < span->others; i++)
		text_append(text, size, "%s%s",
			    !i			   ? ""
			    : i + 1 < span->others ? ", "
						   : " and ",
			    release_name(span->other[i], release, sizeof(release)));
}

static void add_rules(const struct limit *limit, char *text, size_t size)
{
	const struct ruleset *set = ruleset(limit->set);
	struct release_span span;
	char release[16];

	if (limit->set > RULES_NEWEST) {
		text_append(text, size, "Rule set %s, of no release", set->name);
		return;
	}
	releases_span(limit->sets, limit->set, &span);
	text_append(text, size, "Rules of %s", release_name(span.first, release, sizeof(release)));
	if (!span.ends) {
		text_append(text, size, " and later");
		return;
	}
	text_append(text, size, " to %s; from ", release_name(span.last, release, sizeof(release)));
	add_others(&span, text, size);
	text_append(text, size, " on it can");
}

const char *words_limit(const struct limit *limit, char *text, size_t size)
{
	const struct xen_commit *commit = limit->until ? limit->until : limit->since;

	*text = '\0';
	text_append(text, size, "%s %s %s: ", limit->mmio ? "Direct MMIO" : "Memory",
		    outcome_ipat(limit->key) ? "forced" : "that the host's MTRRs make",
		    memtype_name(outcome_emt(limit->key)));
	add_ranges(limit, text, size);
	text_append(text, size, ". The guest cannot %s%s. ", missed(limit),
		    wants_no_combining(limit) ? ", and has no use for it: these are registers"
					      : "");
	add_rules(limit, text, size);
	text_append(text, size, ". Step %s", step_info[limit->step].name);
	if (commit)
		text_append(text, size, ", commit %s", commit->id);
	text_append(text, size, ".");
	return text;
}

static void limit_write(struct jsonwrite *json, const struct limit *limit)
{
	unsigned int i;
	char text[512], releases[128], device[DEVICE_NAME_SIZE];
	struct release_span span;

	json_open(json, NULL, '{');
	json_open(json, "gfn", '[');
	for (i = 0; i < limit->ranges; i++)
		json_hex_pair(json, NULL, limit->range[i].first, limit->range[i].last);
	json_close(json, ']');
	json_number(json, "more_ranges", limit->more_ranges);
	json_number(json, "entries", limit->entries);
	json_number(json, "pages", limit->pages);
	json_string(json, "memory", limit->mmio ? "mmio_direct" : NULL);
	json_string(json, "emt", memtype_name(outcome_emt(limit->key)));
	json_bool(json, "ipat", outcome_ipat(limit->key));
	json_open(json, "lost", '[');
	for (i = 0; i < MEMTYPE_COUNT; i++)
		if (limit->lost >> i & 1)
			json_string(json, NULL, memtype_name(i));
	json_close(json, ']');
	json_string(json, "step", step_info[limit->step].name);
	json_string(json, "reason", step_info[limit->step].reason);
	json_string(json, "rules", ruleset(limit->set)->name);
	json_string(json, "releases", releases_of_set(limit->set, releases, sizeof(releases)));
	commit_write(json, "since", limit->since);
	commit_write(json, "until", limit->until);
	json_open(json, "different_from", '[');
	if (limit->set <= RULES_NEWEST) {
		releases_span(limit->sets, limit->set, &span);
		for (i = 0; i < span.others; i++)
			json_string(json, NULL,
				    release_name(span.other[i], releases, sizeof(releases)));
	}
	json_close(json, ']');
	if (limit->device)
		json_string(json, "device", device_name(limit->device, device, sizeof(device)));
	json_string(json, "text", words_limit(limit, text, sizeof(text)));
	json_close(json, '}');
}

void limits_write(struct jsonwrite *json, const char *key, const struct limits *limits)
{
	unsigned int i;

	json_open(json, key, '[');
	for (i = 0; i < limits->count; i++)
		limit_write(json, &limits->list[i]);
	json_close(json, ']');
}
