/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The commits that are named for rule sets and their steps are in the releases that have the sets,
 * and a commit that made a set out of another is in no release that has the other.
 */
#include "rules/history.h"
#include "rules/releases.h"
#include "test.h"

#include <string.h>

#define NEWEST_MINOR 22
#define POINTS	     8 /* no branch had more of them */

/* The set of a release, or -1 where there is none of that number. */
static int set_of(unsigned int minor, unsigned int point)
{
	struct error err;
	uint32_t rules = 0;
	enum how how;
	char text[32], note[160];

	if (minor == 6 && point == 2)
		return -1; /* was not released */
	snprintf(text, sizeof(text), "4.%u.%u", minor, point);
	if (releases_parse(text, &rules, &how, note, sizeof(note), &err))
		return -1;
	check_each(rules && !(rules & (rules - 1)), "%s has one rule set", text);
	return __builtin_ctz(rules);
}

static void in_release(unsigned int minor, unsigned int point)
{
	const struct xen_commit *commit;
	int id = set_of(minor, point), parent;
	const enum step *step;

	if (id < 0)
		return;
	parent = ruleset_parent(id, &commit);
	check(!commit == (parent < 0), "%s is made of another by a commit", ruleset(id)->name);
	if (commit)
		check_each(commit_in(commit, minor, point), "4.%u.%u has %s that made %s", minor,
			   point, commit->id, ruleset(id)->name);
	for (step = ruleset(id)->steps; *step != STEP_END; step++) {
		struct step_past past[STEP_PAST_MAX];
		unsigned int count = step_past(id, *step, past), i;

		check_each(count && past[0].deed == STEP_MADE, "%s of %s has a beginning",
			   step_info[*step].name, ruleset(id)->name);
		for (i = 0; i < count; i++) {
			check_each(past[i].commit && commit_in(past[i].commit, minor, point),
				   "4.%u.%u has the commit %u of %s", minor, point, i,
				   step_info[*step].name);
			check_each(!i || (past[i].deed != STEP_MADE &&
					  strcmp(past[i - 1].commit->date, past[i].commit->date) <=
						  0),
				   "%s of %s: in order", step_info[*step].name, ruleset(id)->name);
		}
	}
}

/* What made the sets behind the one of this release is not in it. */
static void not_in_release(unsigned int minor, unsigned int point)
{
	int id = set_of(minor, point);
	unsigned int other;

	for (other = 0; id >= 0 && other <= RULES_NEWEST; other++) {
		const struct xen_commit *commit;

		if (ruleset_parent(other, &commit) == id)
			check_each(!commit_in(commit, minor, point),
				   "4.%u.%u lacks %s that made %s", minor, point, commit->id,
				   ruleset(other)->name);
	}
}

/* Looked up in xen.git: what the last commit did to a step, in a set. */
static const struct {
	enum ruleset_id id;
	enum step step;
	const char *commits; /* and what they did, by its first letter */
} known[] = {
	{ RULES_4_5, PINNED, "m7728324966f9 c4d66f069d6ab" },
	{ RULES_4_6_5, PINNED, "m7728324966f9 c4d66f069d6ab" },
	{ RULES_4_7, PINNED, "m7728324966f9 c4d66f069d6ab m0acc7010ac22" },
	{ RULES_4_19, PINNED, "m7728324966f9 c4d66f069d6ab m0acc7010ac22" },
	{ RULES_4_5, NO_IO_WB_ANY, "m7b97780b624a c3089a6d82bdf cc5004d346933" },
	{ RULES_4_6_5, NO_IO_WB_ANY, "m7b97780b624a c3089a6d82bdf cc5004d346933 m30921dc2df36" },
	{ RULES_4_11, NO_IO_WB_ANY, "m7b97780b624a c3089a6d82bdf cc5004d346933 m0acc7010ac22" },
	{ RULES_4_14, NO_IO_WB_ANY,
	  "m7b97780b624a c3089a6d82bdf cc5004d346933 m0acc7010ac22 c91d4eca7add6" },
	{ RULES_4_17, NO_IO_WB,
	  "m7b97780b624a c3089a6d82bdf cc5004d346933 c91d4eca7add6 cf89f555827a6 c81fd0d3ca4b2" },
	{ RULES_4_21, NO_IO_WB,
	  "m7b97780b624a c3089a6d82bdf cc5004d346933 c91d4eca7add6 cf89f555827a6 c81fd0d3ca4b2 "
	  "c8333e358e4cd" },
	{ RULES_4_5, MMIO_UC_APIC_WB, "m7b97780b624a c3089a6d82bdf c1f8b57779785 c126018f2acd5" },
	{ RULES_4_7, MMIO_UC_APIC_WB,
	  "m7b97780b624a c3089a6d82bdf c1f8b57779785 c126018f2acd5 m0acc7010ac22" },
	{ RULES_4_17, MMIO_UC, "m7b97780b624a c81fd0d3ca4b2" },
	{ RULES_4_17, INVALID_UC, "m7728324966f9 cc61a6f74f80e m30921dc2df36 m81fd0d3ca4b2" },
	{ RULES_4_7, INVALID_UC, "m7728324966f9 cc61a6f74f80e" },
	{ RULES_4_19, SPECIAL_WB, "mca24b2ffdbd9 c60d1adfa1879 c5540b94e8191" },
	{ RULES_4_19, MTRR_MERGE, "m7728324966f9 cb99113b9d5fa c3d90d6e69fe2" },
	/* Proposals stand on what they would have changed; their own steps are in no Xen. */
	{ RULES_V1_2024_06, PINNED, "m7728324966f9 c4d66f069d6ab m0acc7010ac22" },
	{ RULES_V1_2024_06, INVALID_UC_V1, "" },
	{ RULES_RAM_WB_2024_06, RAM_WB_GUEST_MTRR, "" },
};

static void look_up(void)
{
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct step_past past[STEP_PAST_MAX];
		unsigned int count = step_past(known[i].id, known[i].step, past), n;
		char text[128] = "";

		for (n = 0; n < count; n++)
			snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%c%s",
				 n ? " " : "", *step_deed_name(past[n].deed), past[n].commit->id);
		check(!strcmp(text, known[i].commits), "%s, %s: %s", ruleset(known[i].id)->name,
		      step_info[known[i].step].name, text);
	}
	check(!strcmp(step_commit(PINNED)->id, "4d66f069d6ab"), "the form of PINNED");
	check(!strcmp(step_commit(INVALID_UC)->id, "c61a6f74f80e"), "the form of INVALID_UC");
	check(!commit_find("0123456789ab") && !commit_find(NULL), "no such commit");
	check(!step_commit(INVALID_UC_V1), "no Xen has INVALID_UC_V1");
}

int main(void)
{
	unsigned int minor, point, id;

	for (minor = 5; minor <= NEWEST_MINOR; minor++)
		for (point = 0; point < POINTS; point++) {
			in_release(minor, point);
			not_in_release(minor, point);
		}
	for (id = 0; id < RULES_COUNT; id++)
		check(!ruleset_message(id) == (id <= RULES_NEWEST || ruleset(id)->vendors),
		      "%s: a message, a release or a vendor", ruleset(id)->name);
	look_up();
	return test_end();
}
