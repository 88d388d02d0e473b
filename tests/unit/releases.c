/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which rule set each Xen has: every release, and what else calls itself a version. */
#include "rules/releases.h"
#include "rules/rulesets.h"
#include "test.h"

#include <string.h>

#define R(id) (1u << RULES_##id)

/* Every tag from 4.5.0 to 4.22.0: minor, first and last point release, set. */
/* clang-format off */
static const struct {
	unsigned int minor, first, last;
	uint32_t rules;
} tags[] = {
	{ 5, 0, 2, R(4_5) },	 { 5, 3, 5, R(4_5_3) },	  { 6, 0, 1, R(4_5) },	  { 6, 3, 4, R(4_5_3) },
	{ 6, 5, 6, R(4_6_5) },	 { 7, 0, 1, R(4_7) },	  { 7, 2, 6, R(4_11) },	  { 8, 0, 0, R(4_7) },
	{ 8, 1, 5, R(4_11) },	 { 9, 0, 4, R(4_11) },	  { 10, 0, 4, R(4_11) },  { 11, 0, 4, R(4_11) },
	{ 12, 0, 3, R(4_11) },	 { 12, 4, 4, R(4_14) },	  { 13, 0, 1, R(4_11) },  { 13, 2, 5, R(4_14) },
	{ 14, 0, 0, R(4_11) },	 { 14, 1, 6, R(4_14) },	  { 15, 0, 7, R(4_15) },  { 16, 0, 7, R(4_16) },
	{ 17, 0, 4, R(4_17) },	 { 17, 5, 7, R(4_19) },	  { 18, 0, 2, R(4_17) },  { 18, 3, 6, R(4_19) },
	{ 19, 0, 6, R(4_19) },	 { 20, 0, 4, R(4_19) },	  { 21, 0, 2, R(4_21) },  { 22, 0, 0, R(4_21) },
};
/* clang-format on */

static const struct {
	const char *text, *vendor;
	uint32_t rules;
	enum how how;
} versions[] = {
	/* Debian: the parenthesis of the banner tells a stable tip beyond the release. */
	{ "4.17.7", "Debian 4.17.7+13-g2445b30a44-0+deb12u1", R(4_19), HOW_LOG },
	{ "4.17.5", "Debian 4.17.5+72-g01140da4e8-1", R(4_19), HOW_LOG },
	{ "4.17.7+13-g2445b30a44", NULL, R(4_19), HOW_LOG },
	{ "4.16.7-14-gabcdef0123", NULL, R(4_16), HOW_LOG },
	/* Between 4.17.4 and 4.17.5 came the change: either may be. */
	{ "4.17.4+13-gabc", NULL, R(4_17) | R(4_19), HOW_ASSUMED },
	{ "4.17.3+13-gabc", NULL, R(4_17), HOW_LOG },
	{ "4.14.0+88-g1d1d1f53", NULL, R(4_11) | R(4_14), HOW_ASSUMED },
	/* Development versions start where the release before left off. */
	{ "4.19-unstable", NULL, R(4_17) | R(4_19), HOW_ASSUMED },
	{ "4.19.0-rc3", NULL, R(4_17) | R(4_19), HOW_ASSUMED },
	{ "4.20-rc1", NULL, R(4_19), HOW_LOG },
	{ "4.22.0-rc", NULL, R(4_21), HOW_LOG },
	{ "4.16-rc2", NULL, R(4_15) | R(4_16), HOW_ASSUMED },
	/* Vendors carry backports from their own stable branch. */
	{ "4.13.5-9.40", NULL, R(4_14), HOW_LOG },
	{ "4.13.1-9.7", NULL, R(4_11) | R(4_14), HOW_ASSUMED },
	{ "4.16.3_02-150400.4.25", NULL, R(4_16), HOW_LOG },
	{ "4.17.3-xs8", NULL, R(4_17) | R(4_19), HOW_ASSUMED },
	{ "4.17.4", "XenServer 4.17.4", R(4_17), HOW_LOG },
	/* No point release named. */
	{ "4.17", NULL, R(4_17) | R(4_19), HOW_ASSUMED },
	{ "4.15", NULL, R(4_15), HOW_LOG },
	/* Newer than the table: the newest, and it is said. */
	{ "4.23.0", NULL, R(4_21), HOW_ASSUMED },
	{ "4.23-unstable", NULL, R(4_21), HOW_ASSUMED },
	{ "5.0.0", NULL, R(4_21), HOW_ASSUMED },
	{ "4.22.5", NULL, R(4_21), HOW_LOG },
	/* Too old to show memory types. */
	{ "4.4.1", NULL, 0, HOW_LOG },
	{ "3.4.0", NULL, 0, HOW_LOG },
};

static void one(const char *text, const char *vendor, uint32_t rules, enum how how)
{
	struct xen_version version;
	enum how got_how;
	char note[160];
	uint32_t got;

	if (!check(!xen_version_parse(text, vendor, &version), "%s is a version", text))
		return;
	got = releases_rules(&version, &got_how, note, sizeof(note));
	check(got == rules, "%s: rule sets %#x, not %#x", text, got, rules);
	check(got_how == how, "%s: how %s, not %s", text, how_name(got_how), how_name(how));
	check(how != HOW_ASSUMED || note[0], "%s: what is assumed is not said", text);
}

int main(void)
{
	static const char *const garbage[] = { "",    "four",	 "4",	"4.",
					       "4.x", "99999.1", ".17", "-4.17" };
	struct xen_version version;
	unsigned int point;
	size_t i;

	for (i = 0; i < sizeof(tags) / sizeof(tags[0]); i++)
		for (point = tags[i].first; point <= tags[i].last; point++) {
			char text[32];

			snprintf(text, sizeof(text), "4.%u.%u", tags[i].minor, point);
			one(text, NULL, tags[i].rules, HOW_LOG);
		}
	for (i = 0; i < sizeof(versions) / sizeof(versions[0]); i++)
		one(versions[i].text, versions[i].vendor, versions[i].rules, versions[i].how);
	for (i = 0; i < sizeof(garbage) / sizeof(garbage[0]); i++)
		check(xen_version_parse(garbage[i], NULL, &version), "'%s' is no version",
		      garbage[i]);
	return test_end();
}
