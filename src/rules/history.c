/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rules/history.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

const struct xen_commit *commit_find(const char *id)
{
	size_t i;

	for (i = 0; id && i < xen_commit_count; i++)
		if (!strcmp(id, xen_commits[i].id))
			return &xen_commits[i];
	return NULL;
}

bool commit_in(const struct xen_commit *commit, unsigned int minor, unsigned int point)
{
	unsigned int major, first_minor, first_point;
	const char *p = commit->backports;

	if (sscanf(commit->first, "%u.%u", &major, &first_minor) == 2 &&
	    (major < 4 || first_minor <= minor))
		return true;
	for (; p && *p; p = strchr(p, ' '), p = p ? p + 1 : NULL)
		if (sscanf(p, "4.%u.%u", &first_minor, &first_point) == 2 && first_minor == minor)
			return point >= first_point;
	return false;
}

int ruleset_parent(unsigned int id, const struct xen_commit **commit)
{
	*commit = commit_find(ruleset(id)->commit);
	return ruleset(id)->from;
}

const char *step_deed_name(enum step_deed deed)
{
	static const char *const names[] = {
		[STEP_MADE] = "made", [STEP_CHANGED] = "changed", [STEP_MOVED] = "moved"
	};

	return names[deed];
}

/* The released set on which a set stands: others on the one that they change, or would have. */
static uint32_t released_set(unsigned int id)
{
	int released = id <= RULES_NEWEST ? (int)id : ruleset(id)->from;

	return released < 0 ? 0 : 1u << released;
}

unsigned int step_past(unsigned int id, enum step step, struct step_past past[STEP_PAST_MAX])
{
	uint32_t set = released_set(id);
	unsigned int count = 0, i;

	for (i = 0; i < STEP_PAST_MAX && step_info[step].past[i].commit; i++) {
		uint32_t sets = step_info[step].past[i].sets;

		if (sets && !(sets & set))
			continue;
		past[count].deed = step_info[step].past[i].deed;
		past[count++].commit = commit_find(step_info[step].past[i].commit);
	}
	return count;
}

const struct xen_commit *step_commit(enum step step)
{
	const char *id = NULL;
	unsigned int i;

	for (i = 0; i < STEP_PAST_MAX && step_info[step].past[i].commit; i++)
		if (step_info[step].past[i].deed != STEP_MOVED && !step_info[step].past[i].sets)
			id = step_info[step].past[i].commit;
	return commit_find(id);
}

const struct message *ruleset_message(unsigned int id)
{
	return ruleset(id)->message.id ? &ruleset(id)->message : NULL;
}
