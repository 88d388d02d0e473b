/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rules/history.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* Which tags have a commit, or its cherry-pick on a stable branch, was looked up in xen.git. */
/* clang-format off */
static const struct xen_commit commits[] = {
	{ "7728324966f9", "2008-07-07", "3.3.0", "",
	  "Xen chooses memory types for EPT entries at all" },
	{ "7b97780b624a", "2009-01-23", "3.4.0", "",
	  "without IOMMU everything is WB, iPAT; with one direct MMIO is UC" },
	{ "3089a6d82bdf", "2014-03-10", "4.5.0", "4.2.5, 4.3.3, 4.4.1",
	  "it depends on the domain's devices and capabilities; the APIC access page is WB" },
	{ "b99113b9d5fa", "2014-03-10", "4.5.0", "4.2.5, 4.3.3, 4.4.1",
	  "guest and host types merge by a table, not by their numbers" },
	{ "1f8b57779785", "2014-03-28", "4.5.0", "4.2.5, 4.3.3, 4.4.1",
	  "the APIC access page ignores the guest's PAT" },
	{ "4d66f069d6ab", "2014-04-10", "4.5.0", "",
	  "a pinned type ignores the guest's PAT, UC- is UC, partly pinned superpages are split" },
	{ "3d90d6e69fe2", "2014-04-10", "4.5.0", "",
	  "superpages whose pieces have different types are split" },
	{ "126018f2acd5", "2014-05-02", "4.5.0", "",
	  "a superpage around the APIC access page is split" },
	{ "c5004d346933", "2014-05-02", "4.5.0", "",
	  "an IOMMU counts for the domains that use it only" },
	{ "c61a6f74f80e", "2016-02-17", "4.7.0", "4.5.3, 4.6.3",
	  "read-only MMIO and invalid frames are UC, iPAT (XSA-154)" },
	{ "0acc7010ac22", "2016-03-04", "4.7.0", "",
	  "direct MMIO is decided before pins and capabilities are looked at" },
	{ "30921dc2df36", "2017-02-07", "4.9.0", "4.6.5, 4.7.2, 4.8.1",
	  "direct MMIO is decided before mfn_valid() is asked" },
	{ "91d4eca7add6", "2018-10-05", "4.12.0", "",
	  "an IOMMU counts for the domains that have page tables in it" },
	{ "f89f555827a6", "2019-09-25", "4.13.0", "",
	  "an IOMMU counts for the domains that were created for it, with a device or not" },
	{ "ca24b2ffdbd9", "2020-07-31", "4.15.0", "4.12.4, 4.13.2, 4.14.1",
	  "Xen's special pages are WB, iPAT" },
	{ "81fd0d3ca4b2", "2020-07-31", "4.15.0", "",
	  "direct MMIO is decided after mfn_valid(), which so decides for MMIO above RAM; the APIC "
	  "access page is no exception but a special page" },
	{ "8af4b47f061e", "2021-06-17", "4.16.0", "", "granted and foreign pages are WB, iPAT" },
	{ "60d1adfa1879", "2022-06-30", "4.17.0", "",
	  "superpages of nothing but special pages are not split" },
	{ "5540b94e8191", "2024-06-13", "4.19.0", "4.17.5, 4.18.3",
	  "only frames that are mfn_valid() are looked up as special pages" },
	{ "4fdd8d75566f", "2024-06-13", "4.19.0", "4.17.5, 4.18.3",
	  "mfn_valid() is not asked any more: direct MMIO above RAM is UC without iPAT again" },
	{ "8333e358e4cd", "2025-05-20", "4.21.0", "",
	  "an assigned PCI device counts as an I/O capability" },
};

static const struct {
	int from;
	const char *commit;
} made[RULES_COUNT] = {
	[RULES_4_5] = { -1, NULL },
	[RULES_4_5_3] = { RULES_4_5, "c61a6f74f80e" },
	[RULES_4_6_5] = { RULES_4_5_3, "30921dc2df36" },
	[RULES_4_7] = { RULES_4_5_3, "0acc7010ac22" },
	[RULES_4_11] = { RULES_4_7, "30921dc2df36" },
	[RULES_4_14] = { RULES_4_11, "ca24b2ffdbd9" },
	[RULES_4_15] = { RULES_4_14, "81fd0d3ca4b2" },
	[RULES_4_16] = { RULES_4_15, "8af4b47f061e" },
	[RULES_4_17] = { RULES_4_16, "60d1adfa1879" },
	[RULES_4_19] = { RULES_4_17, "4fdd8d75566f" },
	[RULES_4_21] = { RULES_4_19, "8333e358e4cd" },
	[RULES_V1_2024_06] = { RULES_4_17, NULL },
	[RULES_INVALID_MFN_2024_06] = { RULES_4_17, NULL },
	[RULES_MMIO_GUEST_MTRR_2024_06] = { RULES_4_19, NULL },
	[RULES_MMIO_GUEST_WC_2024_06] = { RULES_4_19, NULL },
	[RULES_RAM_WB_2024_06] = { RULES_4_19, NULL },
};

#define SET(id)	   (1u << RULES_##id)
#define FROM(id)   (~(SET(id) - 1) & RULES_RELEASED) /* that set and the released ones behind it */
#define AFTER_4_14 FROM(4_15)

/* Oldest first for each step. sets: where it stands as that commit left it, 0 for everywhere. */
static const struct {
	enum step step;
	enum step_deed deed;
	const char *commit;
	uint32_t sets;
} deeds[] = {
	{ RO_MMIO, STEP_MADE, "c61a6f74f80e", 0 },
	{ RO_MMIO, STEP_MOVED, "30921dc2df36", SET(4_6_5) | FROM(4_11) },
	{ INVALID_UC_PLAIN, STEP_MADE, "7728324966f9", 0 },
	{ INVALID_UC, STEP_MADE, "7728324966f9", 0 },
	{ INVALID_UC, STEP_CHANGED, "c61a6f74f80e", 0 },
	{ INVALID_UC, STEP_MOVED, "30921dc2df36", SET(4_6_5) | FROM(4_11) },
	{ INVALID_UC, STEP_MOVED, "81fd0d3ca4b2", AFTER_4_14 },
	{ NO_IO_WB_ANY, STEP_MADE, "7b97780b624a", 0 },
	{ NO_IO_WB_ANY, STEP_CHANGED, "3089a6d82bdf", 0 },
	{ NO_IO_WB_ANY, STEP_CHANGED, "c5004d346933", 0 },
	/* On 4.6 it was the backport of 30921dc2df36 that did what 0acc7010ac22 did for 4.7. */
	{ NO_IO_WB_ANY, STEP_MOVED, "30921dc2df36", SET(4_6_5) },
	{ NO_IO_WB_ANY, STEP_MOVED, "0acc7010ac22", FROM(4_7) },
	/* Set 4.11 is from 4.7.2 to 4.14.0: some of its releases have these two, some have not. */
	{ NO_IO_WB_ANY, STEP_CHANGED, "91d4eca7add6", SET(4_14) },
	{ NO_IO_WB, STEP_MADE, "7b97780b624a", 0 },
	{ NO_IO_WB, STEP_CHANGED, "3089a6d82bdf", 0 },
	{ NO_IO_WB, STEP_CHANGED, "c5004d346933", 0 },
	{ NO_IO_WB, STEP_CHANGED, "91d4eca7add6", 0 },
	{ NO_IO_WB, STEP_CHANGED, "f89f555827a6", 0 },
	{ NO_IO_WB, STEP_CHANGED, "81fd0d3ca4b2", 0 },
	{ NO_IO_WB, STEP_CHANGED, "8333e358e4cd", FROM(4_21) },
	{ SPECIAL_SPLIT, STEP_MADE, "ca24b2ffdbd9", 0 },
	{ SPECIAL_WB_ALL, STEP_MADE, "ca24b2ffdbd9", 0 },
	{ SPECIAL_WB_ALL, STEP_CHANGED, "60d1adfa1879", 0 },
	{ SPECIAL_WB, STEP_MADE, "ca24b2ffdbd9", 0 },
	{ SPECIAL_WB, STEP_CHANGED, "60d1adfa1879", 0 },
	{ SPECIAL_WB, STEP_CHANGED, "5540b94e8191", 0 },
	{ MMIO_UC_APIC_WB, STEP_MADE, "7b97780b624a", 0 },
	{ MMIO_UC_APIC_WB, STEP_CHANGED, "3089a6d82bdf", 0 },
	{ MMIO_UC_APIC_WB, STEP_CHANGED, "1f8b57779785", 0 },
	{ MMIO_UC_APIC_WB, STEP_CHANGED, "126018f2acd5", 0 },
	{ MMIO_UC_APIC_WB, STEP_MOVED, "0acc7010ac22", FROM(4_7) },
	{ MMIO_UC_APIC_WB, STEP_MOVED, "30921dc2df36", SET(4_6_5) | FROM(4_11) },
	{ MMIO_UC, STEP_MADE, "7b97780b624a", 0 },
	{ MMIO_UC, STEP_CHANGED, "81fd0d3ca4b2", 0 },
	{ GRANT_FOREIGN_WB, STEP_MADE, "8af4b47f061e", 0 },
	{ PINNED, STEP_MADE, "7728324966f9", 0 },
	{ PINNED, STEP_CHANGED, "4d66f069d6ab", 0 },
	{ PINNED, STEP_MOVED, "0acc7010ac22", FROM(4_7) },
	{ MTRR_MERGE, STEP_MADE, "7728324966f9", 0 },
	{ MTRR_MERGE, STEP_CHANGED, "b99113b9d5fa", 0 },
	{ MTRR_MERGE, STEP_CHANGED, "3d90d6e69fe2", 0 },
};

#define PATCH "[PATCH] x86/EPT: relax iPAT for \"invalid\" MFNs"

static const struct message messages[RULES_COUNT] = {
	[RULES_V1_2024_06] = { "Jan Beulich", "2024-06-10", PATCH,
			       "56063a8f-f569-4130-ac25-f0f064e288a1@suse.com" },
	[RULES_INVALID_MFN_2024_06] = { "Jan Beulich", "2024-06-11", "Re: " PATCH,
					"b076dc8d-701e-4a9f-a147-c54673959009@suse.com" },
	[RULES_MMIO_GUEST_MTRR_2024_06] = { "Roger Pau Monné", "2024-06-11", "Re: " PATCH,
					    "Zmf_k2meED8iG3H5@macbook" },
	[RULES_MMIO_GUEST_WC_2024_06] = { "Jan Beulich", "2024-06-11", "Re: " PATCH,
					  "f171c98a-c78d-41c8-88d8-7d631b80333b@suse.com" },
	[RULES_RAM_WB_2024_06] = { "Roger Pau Monné", "2024-06-11", "Re: " PATCH,
				   "ZmgwKmcLDJDhIsl7@macbook" },
};
/* clang-format on */

const struct xen_commit *commit_find(const char *id)
{
	size_t i;

	for (i = 0; id && i < sizeof(commits) / sizeof(commits[0]); i++)
		if (!strcmp(id, commits[i].id))
			return &commits[i];
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
	*commit = id < RULES_COUNT ? commit_find(made[id].commit) : NULL;
	return id < RULES_COUNT ? made[id].from : -1;
}

const char *step_deed_name(enum step_deed deed)
{
	static const char *const names[] = {
		[STEP_MADE] = "made", [STEP_CHANGED] = "changed", [STEP_MOVED] = "moved"
	};

	return names[deed];
}

unsigned int step_past(unsigned int id, enum step step, struct step_past past[STEP_PAST_MAX])
{
	/* A proposal stands on the release that it would have changed. */
	uint32_t set = id <= RULES_NEWEST ? 1u << id : id < RULES_COUNT ? 1u << made[id].from : 0;
	unsigned int count = 0;
	size_t i;

	for (i = 0; i < sizeof(deeds) / sizeof(deeds[0]); i++) {
		if (deeds[i].step != step || (deeds[i].sets && !(deeds[i].sets & set)))
			continue;
		past[count].deed = deeds[i].deed;
		past[count++].commit = commit_find(deeds[i].commit);
	}
	return count;
}

const struct xen_commit *step_commit(enum step step)
{
	const struct xen_commit *commit = NULL;
	size_t i;

	for (i = 0; i < sizeof(deeds) / sizeof(deeds[0]); i++)
		if (deeds[i].step == step && deeds[i].deed != STEP_MOVED && !deeds[i].sets)
			commit = commit_find(deeds[i].commit);
	return commit;
}

const struct message *ruleset_message(unsigned int id)
{
	return id < RULES_COUNT && messages[id].id ? &messages[id] : NULL;
}
