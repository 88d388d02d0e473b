/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rule sets of the user's: lines that are none, and why, and how many there can be. */
#include "base/array.h"
#include "rules/rulesets.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int load(const char *text, struct error *err)
{
	char path[64];
	const char *folder = getenv("TMPDIR");
	FILE *file;
	int rc;

	snprintf(path, sizeof(path), "%.32s/rules.XXXXXX", folder && *folder ? folder : "/tmp");
	file = fdopen(mkstemp(path), "w");
	if (!file)
		abort();
	fputs(text, file);
	fclose(file);
	rc = ruleset_load(path, err);
	unlink(path);
	return rc;
}

static void test_wrong(void)
{
	static const char *const lines[][2] = {
		{ "a NO_IO_WB MTRR_MERGE", "line 1: NAME: STEP STEP ... is expected" },
		{ ": MTRR_MERGE", "line 1: a name has" },
		{ "a b: MTRR_MERGE", "line 1: a name has" },
		{ "a/b: MTRR_MERGE", "line 1: a name has" },
		{ "thirty-two-letters-are-too-many-: MTRR_MERGE", "line 1: a name has" },
		{ "4.19: MTRR_MERGE", "line 1: 4.19: there is a rule set of that name" },
		{ "a: MTRR_MERGE NO_STEP", "line 1: NO_STEP: no such step" },
		{ "a: \033", "line 1: ?: no such step" },
		{ "a:", "line 1: a: " },
		{ "a: MTRR_MERGE MTRR_MERGE MTRR_MERGE MTRR_MERGE MTRR_MERGE MTRR_MERGE MTRR_MERGE "
		  "MTRR_MERGE MTRR_MERGE MTRR_MERGE MTRR_MERGE MTRR_MERGE MTRR_MERGE MTRR_MERGE "
		  "MTRR_MERGE MTRR_MERGE MTRR_MERGE MTRR_MERGE MTRR_MERGE MTRR_MERGE MTRR_MERGE",
		  "line 1: MTRR_MERGE: too many steps" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(lines); i++) {
		struct error err = { "" };

		check(load(lines[i][0], &err) && strstr(err.text, lines[i][1]), "'%s': %s",
		      lines[i][0], err.text);
	}
	check(ruleset_count() == RULES_COUNT, "%u sets", ruleset_count());
}

static void test_many(void)
{
	struct error err = { "" };
	char line[64];
	unsigned int i;

	check(!load("thirty-one-letters-are-the-most: NO_IO_WB MTRR_MERGE\n", &err), "%s",
	      err.text);
	check(ruleset_parse("thirty-one-letters-are-the-most") == RULES_COUNT, "the longest name");
	for (i = RULES_COUNT + 1; i < RULES_MAX; i++) {
		snprintf(line, sizeof(line), "set%u: MTRR_MERGE", i);
		check_each(!load(line, &err) && ruleset_count() == i + 1, "%s: %s", line, err.text);
	}
	check(load("more: MTRR_MERGE", &err) && strstr(err.text, "too many rule sets"), "%s",
	      err.text);
	check(ruleset_count() == RULES_MAX, "%u sets", ruleset_count());
}

int main(void)
{
	test_wrong();
	test_many();
	return test_end();
}
