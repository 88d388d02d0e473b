/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rule sets by number and by name, those of the user's among them. */
#include "rules/rulesets.h"

#include "base/lines.h"
#include "base/text.h"
#include "rules/steps.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct ruleset users[RULES_MAX - RULES_COUNT];
static char user_names[RULES_MAX - RULES_COUNT][32];
static unsigned int user_count;

const struct ruleset *ruleset(unsigned int id)
{
	return id < RULES_COUNT ? &rulesets[id] : &users[id - RULES_COUNT];
}

unsigned int ruleset_count(void)
{
	return RULES_COUNT + user_count;
}

int ruleset_parse(const char *name)
{
	unsigned int id;

	for (id = 0; id < ruleset_count(); id++)
		if (!strcmp(name, ruleset(id)->name))
			return id;
	return -1;
}

const char *ruleset_wrong(const struct ruleset *set)
{
	unsigned int i, k;

	for (i = 0; set->steps[i] != STEP_END; i++)
		for (k = 0; k < i; k++)
			if (set->steps[k] == set->steps[i])
				return "has a step twice";
	if (!i || (set->steps[i - 1] != MTRR_MERGE && set->steps[i - 1] != RAM_WB_GUEST_MTRR))
		return "must end with MTRR_MERGE or RAM_WB_GUEST_MTRR, which always decide";
	for (k = 0; k + 1 < i; k++)
		if (set->steps[k] == MTRR_MERGE || set->steps[k] == RAM_WB_GUEST_MTRR)
			return "has steps behind one that always decides";
	return NULL;
}

static enum step step_parse(const char *name)
{
	unsigned int step;

	for (step = STEP_END + 1; step < STEP_COUNT; step++)
		if (!strcmp(name, step_info[step].name))
			return step;
	return STEP_END;
}

/* Why a line cannot be taken, or NULL. what: the word that is in the way. */
static const char *parse_line(char *text, const char **what)
{
	static const char blanks[] = " \t";
	struct ruleset set = { .from = -1, .origin = "--rules-file" };
	char *rest, *word, *colon = strchr(text, ':');
	unsigned int count = 0;

	*what = "";
	if (!colon)
		return "NAME: STEP STEP ... is expected";
	*colon = '\0';
	word = strtok_r(text, blanks, &rest);
	if (!word || strtok_r(NULL, blanks, &rest) || !text_is_word(word) ||
	    strlen(word) >= sizeof(user_names[0]))
		return "a name has letters, digits and _.+-, 31 of them at most";
	*what = word;
	if (ruleset_parse(word) >= 0)
		return "there is a rule set of that name";
	set.name = word;
	for (word = strtok_r(colon + 1, blanks, &rest); word;
	     word = strtok_r(NULL, blanks, &rest)) {
		enum step step = step_parse(word);

		text_sanitize(word);
		*what = word;
		if (step == STEP_END)
			return "no such step; 'rules show 4.19' and 'rules list' have some";
		if (count == RULESET_STEPS - 1)
			return "too many steps";
		set.steps[count++] = step;
	}
	*what = set.name;
	if (ruleset_wrong(&set))
		return ruleset_wrong(&set);
	if (user_count == RULES_MAX - RULES_COUNT)
		return "too many rule sets";
	snprintf(user_names[user_count], sizeof(user_names[0]), "%s", set.name);
	set.name = user_names[user_count];
	users[user_count++] = set;
	return NULL;
}

static int take_line(void *opaque, char *text, unsigned int number, struct error *err)
{
	const char *what, *wrong = parse_line(text, &what);

	(void)opaque;
	(void)number;
	return wrong ? error_set(err, -EINVAL, "%s%s%s", what, *what ? ": " : "", wrong) : 0;
}

int ruleset_load(const char *path, struct error *err)
{
	return lines_read(path, "rule sets from", take_line, NULL, err);
}
