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

/* With one PAT entry. */
static enum severity severity_at(int is, int should)
{
	if (memtype_cacheable(is) && !memtype_cacheable(should))
		return SEVERITY_DANGER;
	if ((memtype_cacheable(should) && !memtype_cacheable(is)) ||
	    (should == MEMTYPE_WC && is == MEMTYPE_UC))
		return SEVERITY_SLOW;
	return SEVERITY_DIFFERS;
}

enum severity severity_shown(unsigned int actual, unsigned int expected, int *shown_by)
{
	/* The types that guests use most are the best examples. */
	static const enum memtype order[] = {
		MEMTYPE_WB, MEMTYPE_WC, MEMTYPE_UC, MEMTYPE_UC_MINUS, MEMTYPE_WT, MEMTYPE_WP,
	};
	enum severity worst = SEVERITY_DIFFERS;
	unsigned int i;

	*shown_by = -1;
	if (expected == OUTCOME_SPLIT)
		return worst;
	for (i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		int is = outcome_effective(actual, order[i]);
		int should = outcome_effective(expected, order[i]);
		enum severity severity;

		if (is < 0 || should < 0 || is == should)
			continue;
		severity = severity_at(is, should);
		if (*shown_by >= 0 && severity <= worst)
			continue;
		worst = severity;
		*shown_by = order[i];
	}
	return worst;
}

enum severity severity_between(unsigned int actual, unsigned int expected)
{
	int shown_by;

	return severity_shown(actual, expected, &shown_by);
}

/* severity_between(), which has few arguments, made once for each: findings can be millions. */
static enum severity between(unsigned int actual, unsigned int expected)
{
	static unsigned char made[OUTCOME_COUNT][OUTCOME_COUNT];
	unsigned char *severity = &made[actual][expected];

	if (!*severity)
		*severity = severity_between(actual, expected) + 1;
	return *severity - 1;
}

enum severity severity_of(unsigned int actual, const struct decision *decision,
			  enum severity of_split)
{
	enum severity least = SEVERITY_COUNT;
	unsigned int key;
	bool usual;

	for (usual = true; least == SEVERITY_COUNT; usual = false) {
		for (key = 0; key < OUTCOME_COUNT; key++) {
			enum severity severity;

			if (!decision_allows(decision, key) ||
			    (usual && decision->outcome[key].unusual))
				continue;
			severity = key == OUTCOME_SPLIT ? of_split : between(actual, key);
			if (severity < least)
				least = severity;
		}
		if (!usual)
			break;
	}
	return least == SEVERITY_COUNT ? SEVERITY_DIFFERS : least;
}
