/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "audit/severity.h"

#include "x86/memtype.h"

#include <string.h>

static const char *const names[SEVERITY_COUNT] = {
	[SEVERITY_DIFFERS] = "differs",
	[SEVERITY_SLOW] = "slow",
	[SEVERITY_DANGER] = "danger",
};

const char *severity_name(enum severity severity)
{
	return names[severity];
}

int severity_parse(const char *name)
{
	int i;

	for (i = 0; i < SEVERITY_COUNT; i++)
		if (!strcmp(name, names[i]))
			return i;
	return -1;
}

static bool cacheable(int type)
{
	return type == MEMTYPE_WT || type == MEMTYPE_WP || type == MEMTYPE_WB;
}

enum severity severity_between(unsigned int actual, unsigned int expected)
{
	enum severity worst = SEVERITY_DIFFERS;
	unsigned int pat;

	if ((actual & 7) == (expected & 7) || expected == OUTCOME_SPLIT)
		return SEVERITY_DIFFERS;
	for (pat = 0; pat < MEMTYPE_COUNT; pat++) {
		int is = memtype_effective(actual & 7, actual >> 3, pat);
		int should = memtype_effective(expected & 7, expected >> 3, pat);

		if (is < 0 || should < 0)
			continue;
		if (cacheable(is) && !cacheable(should))
			return SEVERITY_DANGER;
		if ((cacheable(should) && !cacheable(is)) ||
		    (should == MEMTYPE_WC && is == MEMTYPE_UC))
			worst = SEVERITY_SLOW;
	}
	return worst;
}

enum severity severity_of(unsigned int actual, const struct decision *decision)
{
	enum severity least = SEVERITY_COUNT;
	unsigned int key;
	bool usual;

	for (usual = true; least == SEVERITY_COUNT; usual = false) {
		for (key = 0; key < OUTCOME_COUNT; key++) {
			enum severity severity;

			if (!(decision->possible >> key & 1) ||
			    (usual && decision->outcome[key].unusual))
				continue;
			severity = severity_between(actual, key);
			if (severity < least)
				least = severity;
		}
		if (!usual)
			break;
	}
	return least == SEVERITY_COUNT ? SEVERITY_DIFFERS : least;
}
