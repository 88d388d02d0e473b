/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rules/releases.h"

#include "base/text.h"
#include "rules/history.h"
#include "rules/rulesets.h"
#include "rules/vendors.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
	const char *p = number(text, &version->major), *behind;
	unsigned int point;
	size_t length;

	memset(&version->minor, 0, sizeof(*version) - offsetof(struct xen_version, minor));
	version->point = -1;
	if (!p || *p != '.')
		return -EINVAL;
	p = number(p + 1, &version->minor);
	if (!p)
		return -EINVAL;
	behind = *p == '.' ? number(p + 1, &point) : NULL;
	if (behind) {
		p = behind;
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
	} else {
		version->vendor = vendor_of_banner(p, vendor, &version->build);
	}
	return 0;
}

bool xen_at_least(const struct xen_version *version, unsigned int major, unsigned int minor)
{
	return version->major > major || (version->major == major && version->minor >= minor);
}

#define FIRST_MINOR 5

/* The first release of 4.minor from that point on: there is no 4.6.2. */
static unsigned int release_from(unsigned int minor, unsigned int point)
{
	return minor == 6 && point == 2 ? 3 : point;
}

static bool released(unsigned int minor, unsigned int point)
{
	return point <= xen_newest_point[minor] && release_from(minor, point) == point;
}

/* The set of a point release: the newest for which it has all commits, back to the oldest set. */
static unsigned int set_of(unsigned int minor, unsigned int point)
{
	unsigned int id = RULES_NEWEST;

	point = release_from(minor, point);
	for (;; id--) {
		const struct xen_commit *commit;
		int ancestor = id;

		while ((ancestor = ruleset_parent(ancestor, &commit)) >= 0)
			if (!commit_in(commit, minor, point))
				break;
		if (ancestor < 0)
			return id;
	}
}

/* Sets of all point releases of a minor release from point on. */
static uint32_t sets_from(unsigned int minor, unsigned int point)
{
	uint32_t rules = 1u << set_of(minor, point);

	for (; point <= xen_newest_point[minor]; point++)
		rules |= 1u << set_of(minor, point);
	return rules;
}

/* The sets that one change makes of this one, or of which one made it, vendors' too. */
static uint32_t neighbours(unsigned int of)
{
	uint32_t found = 0;
	unsigned int id;

	for (id = 0; id < RULES_COUNT; id++) {
		if (!((RULES_RELEASED | RULES_VENDORS) >> id & 1))
			continue;
		if (rulesets[id].from == (int)of)
			found |= 1u << id;
		if (id == of && rulesets[id].from >= 0)
			found |= 1u << rulesets[id].from;
	}
	return found;
}

/* Builds of vendors: what they are known to have, else what is next to the release's own set. */
static uint32_t rules_of_vendor(const struct xen_version *version, char *note, size_t size)
{
	const struct vendor_build *build = vendor_find(version);
	unsigned int point = version->point < 0 ? 0 : version->point;
	uint32_t rules = version->vendor ? sets_from(version->minor, point)
					 : 1u << set_of(version->minor, point);

	if (build) {
		snprintf(note, size, "perhaps a build of %s, which %s (--rules chooses a rule set)",
			 build->product, build->sets ? "carries backports" : "may carry backports");
		return rules | build->sets;
	}
	snprintf(note, size, "vendor build: it may carry backports (--rules chooses a rule set)");
	/* Fedora's and those of Qubes OS have Xen's own decision. */
	return version->vendor == VENDOR_RPM ? rules
					     : rules | neighbours(set_of(version->minor, point));
}

/* Sets that Xen went through between 4.minor's branch of the release before and its own. */
static uint32_t rules_of_pre_release(unsigned int minor)
{
	unsigned int before = set_of(minor > FIRST_MINOR ? minor - 1 : minor, 0);
	const struct xen_commit *commit;
	int id = set_of(minor, 0);
	uint32_t rules = 1u << id;

	while (id >= 0 && (unsigned int)id != before) {
		id = ruleset_parent(id, &commit);
		rules |= id < 0 ? 0 : 1u << id;
	}
	return rules;
}

uint32_t releases_rules(const struct xen_version *version, enum how *how, char *note, size_t size)
{
	int point = version->point < 0 ? 0 : version->point;
	uint32_t rules;

	*how = HOW_LOG;
	*note = '\0';
	if (!xen_at_least(version, 4, FIRST_MINOR)) {
		snprintf(note, size, "Xen before 4.5 does not show memory types in key D");
		return 0;
	}
	if (version->major > 4 || version->minor > xen_newest_minor) {
		*how = HOW_ASSUMED;
		snprintf(note, size, "newer than any Xen known here: rules of %s assumed",
			 rulesets[RULES_NEWEST].name);
		return 1u << RULES_NEWEST;
	}
	rules = 1u << set_of(version->minor, point);
	if (version->pre_release) {
		rules = rules_of_pre_release(version->minor);
		if (rules & (rules - 1))
			snprintf(note, size,
				 "pre-release of 4.%u: rules of the release before also possible",
				 version->minor);
	} else if (version->vendor ||
		   (!version->by_user && !version->after_release && vendor_find(version))) {
		*how = HOW_ASSUMED;
		rules = rules_of_vendor(version, note, size);
	} else if (version->after_release) {
		unsigned int next = release_from(version->minor, point + 1);

		rules |= 1u << set_of(version->minor, next);
		if (rules & (rules - 1))
			snprintf(note, size,
				 "somewhere between 4.%u.%d and 4.%u.%u, which decide differently",
				 version->minor, point, version->minor, next);
	} else if (point > xen_newest_point[version->minor]) {
		*how = HOW_ASSUMED;
		snprintf(note, size, "newer than any 4.%u known here: rules of 4.%u.%u assumed",
			 version->minor, version->minor, xen_newest_point[version->minor]);
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
	version.by_user = true;
	*rules = releases_rules(&version, how, note, size);
	return 0;
}

static const char *month_name(const char *date)
{
	static const char *const months[] = { "January",   "February", "March",	   "April",
					      "May",	   "June",     "July",	   "August",
					      "September", "October",  "November", "December" };
	unsigned int month = atoi(date + 5);

	return months[(month - 1) % 12];
}

/* "none: proposed in June 2024". */
static void no_release(const struct message *message, char *text, size_t size)
{
	if (!message)
		snprintf(text, size, "none: yours");
	else
		snprintf(text, size, "none: %s in %s %.4s",
			 strncmp(message->subject, "Re: ", 4) ? "proposed" : "discussed",
			 month_name(message->date), message->date);
}

static bool has_one(uint32_t sets, unsigned int minor, unsigned int point)
{
	return released(minor, point) && sets >> set_of(minor, point) & 1;
}

/*
 * Point releases of 4.minor with one of the sets, from *point on: "4.17.5-4.17.7". False if no more
 * are.
 */
static bool stretch_of_points(uint32_t sets, unsigned int minor, unsigned int *point, char *text,
			      size_t size)
{
	unsigned int newest = xen_newest_point[minor], first, last;

	while (*point <= newest && !has_one(sets, minor, *point))
		++*point;
	if (*point > newest)
		return false;
	first = last = *point;
	while (has_one(sets, minor, last + 1))
		last++;
	*point = last + 1;
	text_append(text, size, "%s4.%u.%u", *text ? ", " : "", minor, first);
	if (last > first)
		text_append(text, size, "%s4.%u.%u", last > first + 1 ? "-" : ", ", minor, last);
	return true;
}

/* Does any point release of 4.minor have one of the sets, and does any have another? */
static bool has_any(uint32_t sets, unsigned int minor)
{
	return minor <= xen_newest_minor && sets_from(minor, 0) & sets;
}

static bool has_whole(uint32_t sets, unsigned int minor)
{
	return minor <= xen_newest_minor && !(sets_from(minor, 0) & ~sets);
}

const char *releases_of_set(unsigned int id, char *text, size_t size)
{
	*text = '\0';
	if (id <= RULES_NEWEST)
		return releases_of_sets(1u << id, text, size);
	if (ruleset(id)->vendors)
		snprintf(text, size, "none: builds of %s", ruleset(id)->vendors);
	else
		no_release(ruleset_message(id), text, size);
	return text;
}

const char *releases_of_sets(uint32_t sets, char *text, size_t size)
{
	unsigned int minor, last, point;

	*text = '\0';
	for (minor = FIRST_MINOR; minor <= xen_newest_minor; minor = last + 1) {
		const char *comma = *text ? ", " : "";

		for (last = minor; has_whole(sets, last) && has_whole(sets, last + 1); last++)
			;
		if (last == xen_newest_minor && sets >> RULES_NEWEST & 1)
			text_append(text, size, "%s4.%u.0 and later", comma, minor);
		else if (!has_whole(sets, minor) || (!*text && !has_any(sets, minor + 1)))
			for (point = 0; stretch_of_points(sets, minor, &point, text, size);)
				;
		else if (last > minor)
			text_append(text, size, "%s4.%u%s4.%u", comma, minor,
				    last > minor + 1 ? "-" : ", ", last);
		else
			text_append(text, size, "%s4.%u", comma, minor);
	}
	return text;
}

bool releases_layout(const char *version, struct ept_layout *layout)
{
	struct xen_version xen;

	if (xen_version_parse(version, NULL, &xen) || !xen_at_least(&xen, 4, 2))
		return false;
	*layout = ept_layout_for(xen.major > 4 ? EPT_NEWEST : xen.minor,
				 xen.pre_release && xen.point < 0 ? 0 : xen.point);
	return true;
}

/* First release of 4.minor from a point on that has one of sets, or has none; -1: no such. */
static int first_in(uint32_t sets, unsigned int minor, unsigned int point, bool has)
{
	for (; point <= xen_newest_point[minor]; point++)
		if (released(minor, point) && (sets >> set_of(minor, point) & 1) == has)
			return point;
	return -1;
}

static unsigned int last_before(unsigned int minor, unsigned int point)
{
	while (point && !released(minor, --point))
		;
	return point;
}

/* Where the span of sets around set id begins. */
static struct release span_first(uint32_t sets, unsigned int id)
{
	unsigned int minor = FIRST_MINOR;

	while (minor < xen_newest_minor && first_in(1u << id, minor, 0, true) < 0)
		minor++;
	while (minor > FIRST_MINOR && first_in(sets, minor - 1, 0, true) >= 0)
		minor--;
	return (struct release){ minor, first_in(sets, minor, 0, true) };
}

void releases_span(uint32_t sets, unsigned int id, struct release_span *span)
{
	unsigned int minor;

	memset(span, 0, sizeof(*span));
	span->first = span->last = span_first(sets, id);
	for (minor = span->first.minor; minor <= xen_newest_minor; minor++) {
		int in = first_in(sets, minor, 0, true);
		int out = first_in(sets, minor, in < 0 ? 0 : in, false);

		if (in < 0 && span->ends)
			break;
		if (out < 0) {
			if (!span->ends)
				span->last = (struct release){ minor, xen_newest_point[minor] };
			continue;
		}
		if (!span->ends && in >= 0)
			span->last = (struct release){ minor, last_before(minor, out) };
		span->ends = true;
		if (span->others < RELEASE_BRANCHES)
			span->other[span->others++] = (struct release){ minor, out };
		if (in < 0)
			break;
	}
}

const char *release_name(struct release release, char *text, size_t size)
{
	if (release.point)
		snprintf(text, size, "4.%u.%u", release.minor, release.point);
	else
		snprintf(text, size, "4.%u", release.minor);
	return text;
}
