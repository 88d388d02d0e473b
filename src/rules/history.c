/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rules/history.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

const struct xen_commit *commit_find(const char *id)
{
	size_t i;

	for (i = 0; id && i < xen_commit_count; i++)
		if (!strcmp(id, xen_commits[i].id))
			return &xen_commits[i];
	return NULL;
}

/* "4.17.5" as numbers: returns how many there are, at most 3. */
static unsigned int numbers(const char *text, unsigned int number[3])
{
	unsigned int count = 0;
	char *end;

	while (count < 3 && *text >= '0' && *text <= '9') {
		number[count++] = strtoul(text, &end, 10);
		text = *end == '.' ? end + 1 : end;
	}
	return count;
}

bool commit_in(const struct xen_commit *commit, unsigned int minor, unsigned int point)
{
	const char *p = commit->backports;
	unsigned int since[3];

	if (numbers(commit->first, since) >= 2 && (since[0] < 4 || since[1] <= minor))
		return true;
	for (; p && *p; p = strchr(p, ' '), p = p ? p + 1 : NULL)
		if (numbers(p, since) == 3 && since[0] == 4 && since[1] == minor)
			return point >= since[2];
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
