/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rules/releases.h"

#include "rules/rulesets.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* From which point release of 4.minor on a set holds, until the next line. Found at the tags. */
/* clang-format off */
static const struct {
	unsigned int minor;
	int point;
	enum ruleset_id rules;
} releases[] = {
	{ 5, 0, RULES_4_5 },	{ 5, 3, RULES_4_5_3 },
	/* There is no 4.6.2, but tips behind 4.6.1. */
	{ 6, 0, RULES_4_5 },	{ 6, 2, RULES_4_5_3 },	{ 6, 5, RULES_4_6_5 },
	{ 7, 0, RULES_4_7 },	{ 7, 2, RULES_4_11 },
	{ 8, 0, RULES_4_7 },	{ 8, 1, RULES_4_11 },
	{ 9, 0, RULES_4_11 },
	{ 10, 0, RULES_4_11 },
	{ 11, 0, RULES_4_11 },
	{ 12, 0, RULES_4_11 },	{ 12, 4, RULES_4_14 },
	{ 13, 0, RULES_4_11 },	{ 13, 2, RULES_4_14 },
	{ 14, 0, RULES_4_11 },	{ 14, 1, RULES_4_14 },
	{ 15, 0, RULES_4_15 },
	{ 16, 0, RULES_4_16 },
	{ 17, 0, RULES_4_17 },	{ 17, 5, RULES_4_19 },
	{ 18, 0, RULES_4_17 },	{ 18, 3, RULES_4_19 },
	{ 19, 0, RULES_4_19 },
	{ 20, 0, RULES_4_19 },
	{ 21, 0, RULES_4_21 },
	{ 22, 0, RULES_4_21 },
};
/* clang-format on */

#define NEWEST_MINOR 22
#define COUNT	     (sizeof(releases) / sizeof(releases[0]))

static const char *number(const char *text, unsigned int *value)
{
	char *end;
	unsigned long n;

	if (!isdigit((unsigned char)*text))
		return NULL;
	n = strtoul(text, &end, 10);
	if (n > 999)
		return NULL;
	*value = n;
	return end;
}

/* "+13-g2445b30a44", "+72-g…": so many commits after the release, as git describe counts. */
static bool describes_tip(const char *text)
{
	unsigned int commits;
	const char *rest = *text == '+' || *text == '-' ? number(text + 1, &commits) : NULL;

	return rest && !strncmp(rest, "-g", 2) && isxdigit((unsigned char)rest[2]);
}

int xen_version_parse(const char *text, const char *vendor, struct xen_version *version)
{
	const char *p = number(text, &version->major);
	unsigned int point;
	size_t length;

	memset(&version->minor, 0, sizeof(*version) - offsetof(struct xen_version, minor));
	version->point = -1;
	if (!p || *p != '.')
		return -EINVAL;
	p = number(p + 1, &version->minor);
	if (!p)
		return -EINVAL;
	if (*p == '.' && number(p + 1, &point)) {
		p = number(p + 1, &point);
		version->point = point;
	}
	length = p - text;
	if (vendor) {
		/* The packager's own version says more than what Xen was built to print. */
		const char *again = strstr(vendor, " ");

		again = again ? again + 1 : vendor;
		if (!strncmp(again, text, length) && describes_tip(again + length))
			version->after_release = true;
	}
	if (version->point > 0 && (!strncmp(p, "-pre", 4) || !strncmp(p, "-rc", 3))) {
		/* Xen's name for a stable branch on the way to that point release. */
		version->point--;
		version->after_release = true;
	} else if (!strncmp(p, "-rc", 3) || !strncmp(p, "-unstable", 9) ||
		   !strncmp(p, ".0-rc", 5) || !strncmp(p, "-pre", 4)) {
		version->pre_release = true;
	} else if (describes_tip(p)) {
		version->after_release = true;
	} else if (*p && *p != ' ' && *p != ')') {
		version->vendor = true;
	}
	return 0;
}

bool xen_at_least(const struct xen_version *version, unsigned int major, unsigned int minor)
{
	return version->major > major || (version->major == major && version->minor >= minor);
}

/* The set of a point release, -1 if the table does not go so far back. */
static int set_of(unsigned int minor, int point)
{
	int found = -1;
	size_t i;

	for (i = 0; i < COUNT; i++)
		if (releases[i].minor == minor && releases[i].point <= point)
			found = releases[i].rules;
	return found;
}

/* Sets of all point releases of a minor release from point on. */
static uint32_t sets_from(unsigned int minor, int point)
{
	uint32_t rules = 0;
	size_t i;

	if (set_of(minor, point) >= 0)
		rules |= 1u << set_of(minor, point);
	for (i = 0; i < COUNT; i++)
		if (releases[i].minor == minor && releases[i].point > point)
			rules |= 1u << releases[i].rules;
	return rules;
}

uint32_t releases_rules(const struct xen_version *version, enum how *how, char *note, size_t size)
{
	int point = version->point < 0 ? 0 : version->point;
	uint32_t rules;

	*how = HOW_LOG;
	*note = '\0';
	if (!xen_at_least(version, 4, 5)) {
		snprintf(note, size, "Xen before 4.5 does not show memory types in key D");
		return 0;
	}
	if (version->major > 4 || version->minor > NEWEST_MINOR) {
		*how = HOW_ASSUMED;
		snprintf(note, size, "newer than any Xen known here: rules of %s assumed",
			 rulesets[RULES_NEWEST].name);
		return 1u << RULES_NEWEST;
	}
	rules = 1u << set_of(version->minor, point);
	if (version->pre_release) {
		/* Development starts where the release before left off. */
		if (version->minor > 5)
			rules |= sets_from(version->minor - 1, 0);
		snprintf(note, size,
			 "pre-release of 4.%u: rules of the release before also possible",
			 version->minor);
	} else if (version->vendor) {
		rules |= sets_from(version->minor, point);
		snprintf(note, size,
			 "vendor build: it may carry backports (--rules chooses a rule set)");
	} else if (version->after_release) {
		rules |= 1u << set_of(version->minor, point + 1);
		if (rules & (rules - 1))
			snprintf(note, size,
				 "somewhere between 4.%u.%d and 4.%u.%d, which decide differently",
				 version->minor, point, version->minor, point + 1);
	} else if (version->point < 0) {
		rules |= sets_from(version->minor, 0);
		snprintf(note, size, "the version names no point release of 4.%u", version->minor);
	}
	if (rules & (rules - 1))
		*how = HOW_ASSUMED;
	return rules;
}

int releases_parse(const char *text, uint32_t *rules, enum how *how, char *note, size_t size,
		   struct error *err)
{
	struct xen_version version;

	if (xen_version_parse(text, NULL, &version))
		return error_set(err, -EINVAL, "'%s' is no Xen version; 4.17.5 is one", text);
	*rules = releases_rules(&version, how, note, size);
	return 0;
}
