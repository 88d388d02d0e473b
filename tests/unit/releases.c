/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which rule set each Xen has: every release, and what else calls itself a version. */
#include "rules/releases.h"
#include "rules/rulesets.h"
#include "rules/vendors.h"
#include "test.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define R(id)	     (1u << RULES_##id)

#define OLDEST_MINOR 5
#define NEWEST_MINOR 22
#define POINTS	     10 /* no branch had more of them */

/* Every tag from 4.5.0 to 4.22.0 (rules.md A.2): minor, first and last point release, set. */
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

static const struct {
	const char *text, *vendor;
	uint32_t rules;
	enum how how;
} versions[] = {
	/* Debian: the parenthesis of the banner tells a stable tip beyond the release. */
	{ "4.17.7", "Debian 4.17.7+13-g2445b30a44-0+deb12u1", R(4_19), HOW_LOG },
	{ "4.17.5", "Debian 4.17.5+72-g01140da4e8-1", R(4_19), HOW_LOG },
	{ "4.17.4", "Debian 4.17.4+76-ge75a0e1b6b-1", R(4_17) | R(4_19), HOW_ASSUMED },
	{ "4.17.4", "Debian 4.17.4-1", R(4_17), HOW_LOG },
	{ "4.17.7+13-g2445b30a44", NULL, R(4_19), HOW_LOG },
	{ "4.16.7-14-gabcdef0123", NULL, R(4_16), HOW_LOG },
	/* Between 4.17.4 and 4.17.5 came the change: either may be. */
	{ "4.17.4+13-gabc", NULL, R(4_17) | R(4_19), HOW_ASSUMED },
	{ "4.17.3+13-gabc", NULL, R(4_17), HOW_LOG },
	{ "4.18.2+1-gabc", NULL, R(4_17) | R(4_19), HOW_ASSUMED },
	{ "4.14.0+88-g1d1d1f53", NULL, R(4_11) | R(4_14), HOW_ASSUMED },
	{ "4.12.3+9-gabc", NULL, R(4_11) | R(4_14), HOW_ASSUMED },
	{ "4.7.1+9-gabc", NULL, R(4_7) | R(4_11), HOW_ASSUMED },
	{ "4.5.0-1", NULL, R(4_5) | R(4_5_3), HOW_ASSUMED }, /* nothing older has types */
	{ "4.5.2+9-gabc", NULL, R(4_5) | R(4_5_3), HOW_ASSUMED },
	/* There is no 4.6.2: the release behind 4.6.1 is 4.6.3. */
	{ "4.6.1+9-gabc", NULL, R(4_5) | R(4_5_3), HOW_ASSUMED },
	{ "4.22.0+40-gabc", NULL, R(4_21), HOW_LOG },
	/*
	 * Xen's own name of a stable tip is that of the next release and "-pre", as in the banners
	 * "4.17.2-pre (Debian 4.17.1+2-gb773c48e36-1)", "4.11.2-pre (Debian 4.11.1+92-g6c33308a8d-2)".
	 */
	{ "4.17.2-pre", "Debian 4.17.1+2-gb773c48e36-1", R(4_17), HOW_LOG },
	{ "4.17.5-pre", NULL, R(4_17) | R(4_19), HOW_ASSUMED },
	{ "4.17.5-pre", "Debian 4.17.4+76-ge75a0e1b6b-1", R(4_17) | R(4_19), HOW_ASSUMED },
	{ "4.14.1-pre", "Debian 4.14.0+88-g1d1d1f5391-2", R(4_11) | R(4_14), HOW_ASSUMED },
	{ "4.11.2-pre", "Debian 4.11.1+92-g6c33308a8d-2", R(4_11), HOW_LOG },
	{ "4.17.8-pre", "Debian 4.17.7+13-g2445b30a44-0+deb12u1", R(4_19), HOW_LOG },
	/* A candidate of a point release lies between the same two. */
	{ "4.7.2-rc1", NULL, R(4_7) | R(4_11), HOW_ASSUMED },
	{ "4.5.3-rc1", NULL, R(4_5) | R(4_5_3), HOW_ASSUMED },
	/* Development versions start where the release before left off. */
	{ "4.19-unstable", NULL, R(4_17) | R(4_19), HOW_ASSUMED },
	{ "4.19.0-rc3", NULL, R(4_17) | R(4_19), HOW_ASSUMED },
	{ "4.19-rc", NULL, R(4_17) | R(4_19), HOW_ASSUMED },
	{ "4.20-rc1", NULL, R(4_19), HOW_LOG },
	{ "4.20-unstable", NULL, R(4_19), HOW_LOG },
	{ "4.21-unstable", NULL, R(4_19) | R(4_21), HOW_ASSUMED },
	{ "4.22.0-rc", NULL, R(4_21), HOW_LOG },
	{ "4.16-rc2", NULL, R(4_15) | R(4_16), HOW_ASSUMED },
	{ "4.15-unstable", NULL, R(4_11) | R(4_14) | R(4_15), HOW_ASSUMED },
	{ "4.6-unstable", NULL, R(4_5), HOW_LOG },
	/* Only the sets that Xen went through then: not those of later point releases. */
	{ "4.13.0-rc", NULL, R(4_11), HOW_LOG },
	{ "4.18-unstable", NULL, R(4_17), HOW_LOG },
	{ "4.7-unstable", NULL, R(4_5) | R(4_5_3) | R(4_7), HOW_ASSUMED },
	{ "4.5.0-rc4", NULL, R(4_5), HOW_LOG },
	/* Vendors carry backports from their own stable branch. */
	{ "4.13.5-9.40", NULL, R(4_14) | R(XCP_NG_8_2), HOW_ASSUMED },
	{ "4.13.4-9.23", NULL, R(4_14) | R(XCP_NG_8_2) | R(XENSERVER_7_1), HOW_ASSUMED },
	{ "4.13.4-9.24", NULL, R(4_14) | R(XCP_NG_8_2), HOW_ASSUMED },
	{ "4.11.1-7.11", NULL, R(4_11) | R(XENSERVER_7_1), HOW_ASSUMED },
	{ "4.7.5-5.9", NULL, R(4_11) | R(XENSERVER_7_1), HOW_ASSUMED },
	{ "4.17.6-2", NULL, R(4_19) | R(XENSERVER_8), HOW_ASSUMED },
	{ "4.17.5-13.3", NULL, R(4_19), HOW_ASSUMED },
	{ "4.17.5-14", NULL, R(4_19) | R(XENSERVER_8), HOW_ASSUMED },
	/* The first and the last release of each of them, and one beside. */
	{ "4.7.0-5.1", NULL, R(4_7) | R(4_11) | R(XENSERVER_7_1), HOW_ASSUMED },
	{ "4.7.6-6.9", NULL, R(4_11) | R(XENSERVER_7_1), HOW_ASSUMED },
	{ "4.13.0-8.4", NULL, R(4_11) | R(4_14) | R(XENSERVER_7_1), HOW_ASSUMED },
	{ "4.13.2-9.12", NULL, R(4_14) | R(XCP_NG_8_2) | R(XENSERVER_7_1), HOW_ASSUMED },
	{ "4.13.3-9.24", NULL, R(4_11) | R(4_14) | R(4_15) | R(XCP_NG_8_2), HOW_ASSUMED },
	{ "4.13.4-8.25", NULL, R(4_14) | R(XCP_NG_8_2) | R(XENSERVER_7_1), HOW_ASSUMED },
	{ "4.13.5-1", NULL, R(4_14) | R(XCP_NG_8_2), HOW_ASSUMED },
	{ "4.17.2-1", NULL, R(4_16) | R(4_17) | R(4_19), HOW_ASSUMED },
	{ "4.17.3-4", NULL, R(4_17) | R(4_19), HOW_ASSUMED },
	{ "4.17.7-1", NULL, R(4_19) | R(XENSERVER_8), HOW_ASSUMED },
	{ "4.17.0", "XenServer 4.17.0", R(4_17) | R(4_19) | R(XENSERVER_8), HOW_ASSUMED },
	{ "4.17.7", "XenServer 4.17.7", R(4_19) | R(XENSERVER_8), HOW_ASSUMED },
	{ "4.11.amazon", NULL, R(4_7) | R(4_11) | R(4_14) | R(XENSERVER_7_1), HOW_ASSUMED },
	{ "4.17.20230426_02", NULL, R(4_16) | R(4_17) | R(4_19), HOW_ASSUMED },
	{ "4.8.5-15.fc25", NULL, R(4_7) | R(4_11) | R(4_14) | R(XENSERVER_7_1), HOW_ASSUMED },
	{ "4.6.1", NULL, R(4_5) | R(4_5_3), HOW_ASSUMED },
	{ "4.13.1-9.7", NULL, R(4_11) | R(4_14) | R(XENSERVER_7_1), HOW_ASSUMED },
	{ "4.16.3_02-150400.4.25", NULL, R(4_15) | R(4_16) | R(4_17), HOW_ASSUMED },
	{ "4.17.3-xenserver", NULL, R(4_16) | R(4_17) | R(4_19), HOW_ASSUMED },
	{ "4.17.5-3", NULL, R(4_19), HOW_ASSUMED },
	{ "4.12.1-1.el7", NULL, R(4_7) | R(4_11) | R(4_14) | R(XENSERVER_7_1), HOW_ASSUMED },
	{ "4.18.0_04-1", NULL, R(4_16) | R(4_17) | R(4_19), HOW_ASSUMED },
	{ "4.17.4", "XenServer 4.17.4", R(4_17) | R(4_19) | R(XENSERVER_8), HOW_ASSUMED },
	{ "4.17.5", "mockbuild@[unknown]", R(4_19), HOW_ASSUMED }, /* no version in it */
	{ "4.12.0", "@", R(4_11), HOW_LOG },
	/* No point release named. */
	{ "4.17", NULL, R(4_17) | R(4_19), HOW_ASSUMED },
	{ "4.15", NULL, R(4_15), HOW_LOG },
	{ "4.6", NULL, R(4_5) | R(4_5_3) | R(4_6_5), HOW_ASSUMED },
	/* Newer than the table: the newest, and it is said. */
	{ "4.17.8", NULL, R(4_19), HOW_ASSUMED }, /* not released when this was written */
	{ "4.20.5", NULL, R(4_19), HOW_ASSUMED },
	{ "4.23.0", NULL, R(4_21), HOW_ASSUMED },
	{ "4.23-unstable", NULL, R(4_21), HOW_ASSUMED },
	{ "5.0", NULL, R(4_21), HOW_ASSUMED },
	{ "5.0.0", NULL, R(4_21), HOW_ASSUMED },
	{ "4.22.5", NULL, R(4_21), HOW_ASSUMED },
	/* Too old to show memory types. */
	{ "4.4.1", NULL, 0, HOW_LOG },
	{ "4.4-unstable", NULL, 0, HOW_LOG },
	{ "3.4.0", NULL, 0, HOW_LOG },
};

/* What is read, whichever rules follow. */
static const struct {
	const char *text;
	unsigned int major, minor;
	int point;
	bool pre_release, after_release, vendor;
} fields[] = {
	{ "4.17.7", 4, 17, 7, false, false, false },
	{ "4.17.7 (Debian", 4, 17, 7, false, false, false },
	{ "4.17", 4, 17, -1, false, false, false },
	{ "4.17.0", 4, 17, 0, false, false, false },
	{ "4.17-unstable", 4, 17, -1, true, false, false },
	{ "4.17.0-rc4", 4, 17, 0, true, false, false },
	{ "4.17.7+13-g2445b30a44", 4, 17, 7, false, true, false },
	{ "4.17.7+13", 4, 17, 7, false, false, true },
	{ "4.17.7+13-gz", 4, 17, 7, false, false, true },
	{ "4.999.0", 4, 999, 0, false, false, false },
	{ "4.13.5-9.40", 4, 13, 5, false, false, true },
	{ "4.16.3_02-150400", 4, 16, 3, false, false, true },
	/* a stable branch on its way, and what only begins like its name */
	{ "4.17.3-pre", 4, 17, 2, false, true, false },
	{ "4.17.3-rc2", 4, 17, 2, false, true, false },
	{ "4.17.3-prod", 4, 17, 3, false, false, true },
	{ "4.17.3-rd1", 4, 17, 3, false, false, true },
	{ "4.17.0-pre", 4, 17, 0, true, false, false },
	{ "4.17-pre", 4, 17, -1, true, false, false },
	{ "4.17-prod", 4, 17, -1, false, false, true },
	{ "4.17-unstabler", 4, 17, -1, true, false, false },
	{ "4.17-unstack", 4, 17, -1, false, false, true },
	{ "4.17.0-rc", 4, 17, 0, true, false, false },
	{ "4.17.4.0-rc1", 4, 17, 4, true, false, false },
};
/* clang-format on */

static void test_rules(const char *text, const char *vendor, uint32_t rules, enum how how)
{
	struct xen_version version;
	enum how got_how;
	char note[160] = "?";
	uint32_t got;

	if (!check(!xen_version_parse(text, vendor, &version), "%s is a version", text))
		return;
	got = releases_rules(&version, &got_how, note, sizeof(note));
	check(got == rules, "%s (%s): rule sets %#x, not %#x", text, vendor ? vendor : "", got,
	      rules);
	check(got_how == how, "%s (%s): how %s, not %s", text, vendor ? vendor : "",
	      how_name(got_how), how_name(how));
	check((how != HOW_ASSUMED && rules) || note[0], "%s: what is assumed is not said", text);
	check(!version.after_release || how == HOW_ASSUMED || !note[0], "%s: nothing to say: %s",
	      text, note);
	check(strlen(note) < sizeof(note) - 1, "%s: the note fits", text);
}

/* Whose build it is, and its numbers where these can be compared. */
static void test_vendors(void)
{
	static const struct {
		const char *suffix, *builder;
		enum vendor_banner banner;
		uint32_t build;
	} banners[] = {
		{ "", NULL, VENDOR_NONE, 0 },
		{ "", "me@here", VENDOR_NONE, 0 },
		{ " (", "XenServer 4.17", VENDOR_XENSERVER, 0 },
		{ ")", "XCP-ng 4.13", VENDOR_XENSERVER, 0 },
		{ "", "mockbuild@x", VENDOR_RPM, 0 },
		{ "", "abuild@x", VENDOR_OTHER, 0 },
		{ "x", "XenServer 4.17", VENDOR_OTHER, 0 },
		{ "-9.49", NULL, VENDOR_NUMBERED, VENDOR_BUILD(9, 49) },
		{ "-9.49 (", NULL, VENDOR_NUMBERED, VENDOR_BUILD(9, 49) },
		{ "-9.49)", NULL, VENDOR_NUMBERED, VENDOR_BUILD(9, 49) },
		{ "-2", NULL, VENDOR_NUMBERED, VENDOR_BUILD(2, 0) },
		{ "-1.2.3", NULL, VENDOR_NUMBERED, VENDOR_BUILD(1, 2) },
		{ "-4095.65535", NULL, VENDOR_NUMBERED, VENDOR_BUILD(4095, 65535) },
		{ "-4096", NULL, VENDOR_NUMBERED, UINT32_MAX },
		{ "-1.65536", NULL, VENDOR_NUMBERED, UINT32_MAX },
		{ "-9.49x", NULL, VENDOR_OTHER, 0 },
		{ "-9.", NULL, VENDOR_OTHER, 0 },
		{ "-", NULL, VENDOR_OTHER, 0 },
		{ "-x", NULL, VENDOR_OTHER, 0 },
		{ "_9", NULL, VENDOR_OTHER, 0 },
	};
	size_t i;

	for (i = 0; i < COUNT(banners); i++) {
		uint32_t build = 0x55;
		enum vendor_banner banner =
			vendor_of_banner(banners[i].suffix, banners[i].builder, &build);

		check(banner == banners[i].banner &&
			      (banner == VENDOR_OTHER || build == banners[i].build),
		      "'%s' (%s): %d, build %#x", banners[i].suffix,
		      banners[i].builder ? banners[i].builder : "", banner, build);
	}
}

/* Which builds are known. */
static void test_found(void)
{
	/* The first and the last point release of each branch's builds, and those beside. */
	static const struct {
		const char *text, *vendor;
		bool found;
	} found[] = {
		{ "4.7.0-1", NULL, true },
		{ "4.7.6-1", NULL, true },
		{ "4.7.7-1", NULL, false },
		{ "4.11.0-1", NULL, false },
		{ "4.11.1-1", NULL, true },
		{ "4.11.2-1", NULL, false },
		{ "4.13.0-1", NULL, true },
		{ "4.13.1-1", NULL, true },
		{ "4.13.2-9.23", NULL, true },
		{ "4.13.2-9.24", NULL, false },
		{ "4.13.3-9.23", NULL, true },
		{ "4.13.3-9.24", NULL, false },
		{ "4.13.4-9.23", NULL, true },
		{ "4.13.4-9.24", NULL, true },
		{ "4.13.5-1", NULL, true },
		{ "4.13.6-1", NULL, false },
		{ "4.17.2-1", NULL, false },
		{ "4.17.3-1", NULL, true },
		{ "4.17.5-13.9", NULL, true },
		{ "4.17.5-14", NULL, true },
		{ "4.17.7-1", NULL, true },
		{ "4.17.8-1", NULL, false },
		{ "4.17.0", "XenServer x", true },
		{ "4.17.7", "XenServer x", true },
		{ "4.17.8", "XenServer x", false },
		{ "4.6.0", "mockbuild@x", false },
		{ "4.6.1", "mockbuild@x", true },
		{ "4.6.2", "mockbuild@x", false },
		{ "4.6.1", NULL, true },
		{ "5.7.0-1", NULL, false },
	};
	size_t i;

	for (i = 0; i < COUNT(found); i++) {
		struct xen_version version;

		check(!xen_version_parse(found[i].text, found[i].vendor, &version) &&
			      !vendor_find(&version) == !found[i].found,
		      "%s (%s) is %sknown", found[i].text, found[i].vendor ? found[i].vendor : "",
		      found[i].found ? "not " : "");
	}
}

/* Where bits of an entry are: of newer Xens as in the newest that is known. */
static void test_layout(void)
{
	static const char *const none[] = { "", "x", "4", "4.1.6", "3.4.2" };
	static const struct {
		const char *text;
		unsigned int minor;
		bool reversed;
	} some[] = {
		{ "4.2.0", 2, false },	  { "4.5", 5, true },
		{ "4.6.0", 6, true },	  { "4.6-rc1", 6, true },
		{ "4.6.1", 6, true },	  { "4.6.3", 6, false },
		{ "4.6", 6, false },	  { "4.17-unstable", 17, false },
		{ "4.22.0", 22, false },  { "5.0", EPT_NEWEST, false },
		{ "4.6.1-rc1", 6, true }, { "4.6.3-rc2", 6, false },
	};
	struct ept_layout layout = { 0, 0, false };
	size_t i;

	for (i = 0; i < COUNT(none); i++)
		check(!releases_layout(none[i], &layout), "'%s' has a layout", none[i]);
	for (i = 0; i < COUNT(some); i++)
		check(releases_layout(some[i].text, &layout) && layout.minor == some[i].minor &&
			      layout.access_low == (some[i].minor < 20 ? 58 : 59) &&
			      layout.access_reversed == some[i].reversed,
		      "%s: as in 4.%u, reversed %d", some[i].text, layout.minor,
		      layout.access_reversed);
}

/* In words, as the tags above have them. */
static void test_words(void)
{
	static const struct {
		enum ruleset_id id;
		const char *words;
	} sets[] = {
		{ RULES_4_5, "4.5.0-4.5.2, 4.6.0, 4.6.1" },
		{ RULES_4_5_3, "4.5.3-4.5.5, 4.6.3, 4.6.4" },
		{ RULES_4_6_5, "4.6.5, 4.6.6" },
		{ RULES_4_7, "4.7.0, 4.7.1, 4.8.0" },
		{ RULES_4_11,
		  "4.7.2-4.7.6, 4.8.1-4.8.5, 4.9-4.11, 4.12.0-4.12.3, 4.13.0, 4.13.1, 4.14.0" },
		{ RULES_4_14, "4.12.4, 4.13.2-4.13.5, 4.14.1-4.14.6" },
		{ RULES_4_15, "4.15.0-4.15.7" },
		{ RULES_4_16, "4.16.0-4.16.7" },
		{ RULES_4_17, "4.17.0-4.17.4, 4.18.0-4.18.2" },
		{ RULES_4_19, "4.17.5-4.17.7, 4.18.3-4.18.6, 4.19, 4.20" },
		{ RULES_4_21, "4.21.0 and later" },
		{ RULES_V1_2024_06, "none: proposed in June 2024" },
		{ RULES_RAM_WB_2024_06, "none: discussed in June 2024" },
		{ RULES_XENSERVER_8, "none: builds of XenServer 8, XCP-ng 8.3" },
	};
	char text[128];
	size_t i;

	for (i = 0; i < COUNT(sets); i++) {
		releases_of_set(sets[i].id, text, sizeof(text));
		check(!strcmp(text, sets[i].words), "%s: %s", sets[i].words, text);
	}
	for (i = 0; i <= RULES_NEWEST; i++)
		check(strlen(releases_of_set(i, text, sizeof(text))) < sizeof(text) - 1,
		      "%s is whole", text);
	/* Of several sets, in ascending order. */
	releases_of_sets(RULES_RELEASED & ((1u << RULES_4_14) - 1), text, sizeof(text));
	check(!strcmp(text, "4.5-4.11, 4.12.0-4.12.3, 4.13.0, 4.13.1, 4.14.0"), "%s", text);
	releases_of_sets(1u << RULES_4_19 | 1u << RULES_4_21, text, sizeof(text));
	check(!strcmp(text, "4.17.5-4.17.7, 4.18.3-4.18.6, 4.19.0 and later"), "%s", text);
}

/* The set of a release by the tags above, or -1: none of that number. */
static int tagged(unsigned int minor, unsigned int point)
{
	size_t i;

	for (i = 0; i < COUNT(tags); i++)
		if (tags[i].minor == minor && point >= tags[i].first && point <= tags[i].last)
			return __builtin_ctz(tags[i].rules);
	return -1;
}

static void test_newest(void)
{
	unsigned int minor, point;

	check(xen_newest_minor == NEWEST_MINOR, "4.%u is the newest", xen_newest_minor);
	for (minor = OLDEST_MINOR; minor <= NEWEST_MINOR; minor++) {
		for (point = 0; tagged(minor, point) >= 0 || tagged(minor, point + 1) >= 0;)
			point++;
		check(xen_newest_point[minor] == point - 1, "4.%u.%u is the newest", minor,
		      xen_newest_point[minor]);
	}
}

/* Does 4.minor.point have one of sets? */
static bool has_one(uint32_t sets, unsigned int minor, unsigned int point)
{
	return tagged(minor, point) >= 0 && sets >> tagged(minor, point) & 1;
}

/* The first release of 4.minor that has one of sets, or has not, or -1. */
static int first_with(uint32_t sets, unsigned int minor, unsigned int from, bool with)
{
	for (; from < POINTS; from++)
		if (tagged(minor, from) >= 0 && has_one(sets, minor, from) == with)
			return from;
	return -1;
}

/*
 * Release by release from the first branch that has set id back to where one of sets is in no
 * release of a branch, then forth to where none is any more.
 */
static void test_span(uint32_t sets, unsigned int id)
{
	unsigned int first = OLDEST_MINOR, minor, others = 0;
	struct release last = { 0, 0 };
	struct release_span span;
	int in, out;

	while (first_with(1u << id, first, 0, true) < 0)
		first++;
	while (first > OLDEST_MINOR && first_with(sets, first - 1, 0, true) >= 0)
		first--;
	releases_span(sets, id, &span);
	check_each(span.first.minor == first &&
			   (int)span.first.point == first_with(sets, first, 0, true),
		   "%#x around %u: from 4.%u.%u", sets, id, span.first.minor, span.first.point);
	for (minor = first; minor <= NEWEST_MINOR; minor++) {
		unsigned int point;

		in = first_with(sets, minor, 0, true);
		out = first_with(sets, minor, in < 0 ? 0 : in, false);
		if (in < 0 && others)
			break;
		for (point = 0; !others && in >= 0 && point < POINTS; point++)
			if ((out < 0 || point < (unsigned int)out) && has_one(sets, minor, point))
				last = (struct release){ minor, point };
		if (out >= 0) {
			check_each(others < span.others && span.other[others].minor == minor &&
					   (int)span.other[others].point == out,
				   "%#x around %u: 4.%u.%d has another", sets, id, minor, out);
			others++;
		}
		if (in < 0)
			break;
	}
	check_each(span.ends == (others > 0) && span.others == others,
		   "%#x around %u: %u others, not %u", sets, id, span.others, others);
	check_each(span.last.minor == last.minor && span.last.point == last.point,
		   "%#x around %u: to 4.%u.%u, not 4.%u.%u", sets, id, span.last.minor,
		   span.last.point, last.minor, last.point);
}

static void test_spans(void)
{
	uint32_t sets;
	unsigned int id;

	for (sets = 1; sets < 1u << (RULES_NEWEST + 1); sets++)
		for (id = 0; id <= RULES_NEWEST; id++)
			if (sets >> id & 1)
				test_span(sets, id);
}

int main(void)
{
	static const char *const garbage[] = {
		"",
		"four",
		"4",
		"4.",
		"4.x",
		".17",
		"-4.17",
		"99999.1",
		"4.99999",
		"4.1000",
		" 4.7",
		"4 .17.1",
		"+4.17",
		"0x4.17.",
		"4,17",
		"Xen",
		"99999999999999999999.1",
	};
	struct xen_version version;
	unsigned int point;
	char note[160];
	struct error err;
	uint32_t rules = 0;
	enum how how;
	size_t i;

	for (i = 0; i < COUNT(tags); i++)
		for (point = tags[i].first; point <= tags[i].last; point++) {
			char text[32];

			snprintf(text, sizeof(text), "4.%u.%u", tags[i].minor, point);
			if (tags[i].minor == 6 && point == 1) /* also Qubes OS, see above */
				continue;
			test_rules(text, NULL, tags[i].rules, HOW_LOG);
		}
	for (i = 0; i < COUNT(versions); i++)
		test_rules(versions[i].text, versions[i].vendor, versions[i].rules,
			   versions[i].how);
	for (i = 0; i < COUNT(fields); i++)
		check(!xen_version_parse(fields[i].text, NULL, &version) &&
			      version.major == fields[i].major &&
			      version.minor == fields[i].minor &&
			      version.point == fields[i].point &&
			      version.pre_release == fields[i].pre_release &&
			      version.after_release == fields[i].after_release &&
			      !version.vendor == !fields[i].vendor,
		      "%s: %u.%u.%d, pre-release %d, after %d, vendor %d", fields[i].text,
		      version.major, version.minor, version.point, version.pre_release,
		      version.after_release, version.vendor);
	for (i = 0; i < COUNT(garbage); i++)
		check(xen_version_parse(garbage[i], NULL, &version), "'%s' is no version",
		      garbage[i]);

	xen_version_parse("4.17.4+13-gabc", NULL, &version);
	releases_rules(&version, &how, note, sizeof(note));
	check(!!strstr(note, "4.17.4 and 4.17.5"), "which releases it lies between: %s", note);

	/* The release behind 4.6.1 is 4.6.3. */
	xen_version_parse("4.6.1+9-gabc", NULL, &version);
	releases_rules(&version, &how, note, sizeof(note));
	check(!!strstr(note, "4.6.1 and 4.6.3"), "which releases these are: %s", note);

	/* Who names a version knows that it is Xen's own. */
	check(!releases_parse("4.6.1", &rules, &how, note, sizeof(note), &err) && rules == R(4_5) &&
		      how == HOW_LOG,
	      "4.6.1 by the user: %#x, %s", rules, how_name(how));

	check(!xen_version_parse("4.12.0", NULL, &version), "4.12.0");
	check(xen_at_least(&version, 4, 12) && xen_at_least(&version, 4, 5) &&
		      xen_at_least(&version, 3, 99) && !xen_at_least(&version, 4, 13) &&
		      !xen_at_least(&version, 5, 0),
	      "order of versions");
	test_vendors();
	test_found();
	test_layout();
	test_words();
	test_newest();
	test_spans();
	return test_end();
}
