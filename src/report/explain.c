/* SPDX-License-Identifier: GPL-2.0-or-later */
/* explain as text: to be read on one screen of forty lines of a hundred columns. */
#include "report/explain.h"

#include "base/text.h"
#include "report/cause.h"
#include "report/document.h"
#include "report/factwords.h"
#include "report/historywrite.h"
#include "report/words.h"
#include "rules/every_set.h"
#include "rules/releases.h"
#include "x86/memtype.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* A paragraph, folded to the width of a screen; its other lines are indented. */
static void paragraph(unsigned int indent, const char *words)
{
	struct fold fold = { .stream = stdout, .indent = indent };

	while (*words) {
		size_t length = strcspn(words, " ");

		fold_put(&fold, words, length);
		words += length;
		words += strspn(words, " ");
	}
	putchar('\n');
}

/* At most four of them. */
static void some_outcomes(uint16_t outcomes, char *text, size_t size)
{
	if (__builtin_popcount(outcomes) > 4)
		snprintf(text, size, "any of %d", __builtin_popcount(outcomes));
	else
		words_outcomes(outcomes, text, size);
}

static void print_facts(const struct explanation *explanation, enum step step)
{
	struct fold fold = { .stream = stdout, .indent = 42, .column = 42 };
	unsigned int fact;

	for (fact = 0; fact < FACT_COUNT; fact++) {
		char value[128], item[192];
		enum how how = fact_how(explanation->facts, fact);

		if (!(step_info[step].facts >> fact & 1))
			continue;
		words_fact_at(explanation->facts, fact, &explanation->run.question, value,
			      sizeof(value));
		if (how == HOW_UNKNOWN)
			snprintf(item, sizeof(item), "%s %s", fact_info[fact].name, value);
		else
			snprintf(item, sizeof(item), "%s %s (%s)", fact_info[fact].name, value,
				 how_name(how));
		if (fold.any)
			fold_mark(&fold, ',');
		else
			putchar(' ');
		fold_put(&fold, item, strlen(item));
	}
}

static void print_steps(const struct explanation *explanation, unsigned int id)
{
	struct step_answer answers[RULESET_STEPS];
	unsigned int count = decide_steps(explanation->facts, &explanation->run.question, id,
					  answers),
		     i;
	bool first;

	printf("Steps of rule set %s (%s):\n", ruleset(id)->name,
	       how_name(explanation->facts->how_rules));
	for (i = 0; i < count && answers[i].reached; i++) {
		char outcomes[64];

		some_outcomes(answers[i].outcomes, outcomes, sizeof(outcomes));
		printf("  %-18s %-9s %-9s", step_info[answers[i].step].name,
		       words_answer(&answers[i]), outcomes);
		print_facts(explanation, answers[i].step);
		putchar('\n');
	}
	if (i == count)
		return;
	printf("  not asked:");
	for (first = true; i < count; i++, first = false)
		printf("%s %s", first ? "" : ",", step_info[answers[i].step].name);
	putchar('\n');
}

/* "UC  UC  WC …" in columns, without blanks at the end. */
static void print_effective(const char *name, unsigned int key)
{
	char outcome[8];
	size_t i;

	printf("  %-5s  %-24s", name, words_outcome(key, true, outcome, sizeof(outcome)));
	for (i = 0; i < MEMTYPE_PATS; i++) {
		int type = outcome_effective(key, memtype_pats[i]);

		printf(i + 1 < MEMTYPE_PATS ? " %-4s" : " %s", type < 0 ? "-" : memtype_name(type));
	}
	putchar('\n');
}

#define MOST_TOLD 3

static void print_effective_table(const struct explanation *explanation,
				  const struct decision *decision)
{
	const struct run *run = &explanation->run;
	bool decided = run->verdict != VERDICT_PENDING && run->verdict != VERDICT_SKIPPED;
	unsigned int keys[OUTCOME_COUNT], count = decision_order(decision, keys), i;

	printf("Type that a guest gets by its PAT");
	for (i = 0; i < MEMTYPE_PATS; i++)
		printf(i + 1 < MEMTYPE_PATS ? " %-4s" : " %s", memtype_name(memtype_pats[i]));
	putchar('\n');
	if (explanation->domid >= 0 && decided)
		print_effective("entry", entry_key(&run->first));
	/* The usual outcomes, where they say something. */
	for (i = 0; i < count && (!i || !decision->outcome[keys[i]].unusual); i++)
		;
	if (i > MOST_TOLD) {
		puts("  rule   not known: see above");
		return;
	}
	for (count = i, i = 0; i < count; i++)
		print_effective(i ? " or" : "rule", keys[i]);
}

static bool has_step(unsigned int id, enum step step)
{
	const enum step *has;

	for (has = ruleset(id)->steps; *has != STEP_END; has++)
		if (*has == step)
			return true;
	return false;
}

/* "4.5.3-4.5.5, 4.6.3, …", or "4.15.0 and later" where it never went away. */
static void releases_in_words(enum step step, char *text, size_t size)
{
	unsigned int id, first = RULES_NEWEST + 1, missing = 0;
	char releases[128];

	for (id = 0; id <= RULES_NEWEST; id++) {
		if (has_step(id, step) && first > RULES_NEWEST)
			first = id;
		missing += first <= RULES_NEWEST && !has_step(id, step);
	}
	if (first > RULES_NEWEST) {
		snprintf(text, size, "none");
		return;
	}
	releases_of_set(first, releases, sizeof(releases));
	if (!missing) {
		snprintf(text, size, "%.*s and later", (int)strcspn(releases, "-, "), releases);
		return;
	}
	snprintf(text, size, "%s", releases);
	for (id = first + 1; id <= RULES_NEWEST; id++)
		if (has_step(id, step))
			text_append(text, size, ", %s",
				    releases_of_set(id, releases, sizeof(releases)));
}

/* " since 4fdd8d75566f (4.19.0, 4.17.5, 4.18.3): …". */
static void append_commit(const char *word, const struct xen_commit *commit, char *text,
			  size_t size)
{
	text_append(text, size, " %s %s (%s%s%s): %s", word, commit->id, commit->first,
		    *commit->backports ? ", " : "", commit->backports, commit->what);
}

/* When Xen began to decide so for this entry, and when it ended. */
static void print_change(const struct every_set *every, unsigned int id)
{
	const struct xen_commit *began = every_set_since(every, id),
				*ended = every_set_until(every, id);
	char text[1024], outcomes[64];

	if (!began && !ended)
		return;
	some_outcomes(decision_usual(&every->decision[id]), outcomes, sizeof(outcomes));
	snprintf(text, sizeof(text), "This entry is %s", outcomes);
	if (began)
		append_commit("since", began, text, sizeof(text));
	if (began && ended)
		text_append(text, sizeof(text), ";");
	if (ended)
		append_commit("until", ended, text, sizeof(text));
	text_append(text, sizeof(text), ".");
	paragraph(2, text);
}

static void print_origin(const struct every_set *every, unsigned int id, bool briefly)
{
	enum step step = every->step[id];
	struct step_past past[STEP_PAST_MAX];
	unsigned int count = step_past(id, step, past), i;
	char text[1024], words[512];

	printf("%s decides: %s.\n", step_info[step].name, step_info[step].reason);
	for (i = 0; i < count && !briefly; i++)
		printf("  %-8s Xen commit %s\n", step_deed_name(past[i].deed),
		       words_commit(past[i].commit, words, sizeof(words)));
	print_change(every, id);
	if (briefly)
		return;
	releases_in_words(step, words, sizeof(words));
	snprintf(text, sizeof(text), "Releases with that step: %s.", words);
	paragraph(2, text);
}

/* Sets that say what id says: releases side by side; of the others, wherever they stand. */
static uint32_t alike(const struct every_set *every, unsigned int id)
{
	unsigned int last = id > RULES_NEWEST ? ruleset_count() - 1 : RULES_NEWEST;
	uint32_t sets = 0;
	unsigned int other;

	for (other = id; other <= last; other++) {
		if (every_set_same(every, id, other))
			sets |= 1u << other;
		else if (id <= RULES_NEWEST)
			break;
	}
	return sets;
}

static void print_row(const struct every_set *every, unsigned int id, uint32_t sets)
{
	const struct run run = { .verdict = VERDICT_OK, .decision = every->decision[id] };
	const struct xen_commit *commit;
	int from = ruleset_parent(id, &commit);
	char names[RULES_MAX * 33] = "", outcome[40];

	for (; sets; sets &= sets - 1)
		text_append(names, sizeof(names), "%s%s", *names ? ", " : "",
			    ruleset(__builtin_ctz(sets))->name);
	if (strlen(names) > 38) {
		printf("  ");
		paragraph(2, names);
		printf("  %-38s", "");
	} else {
		printf("  %-38s", names);
	}
	printf(" %-12s %s", words_expected(&run, outcome, sizeof(outcome)),
	       step_info[every->step[id]].name);
	if (commit && !every_set_same(every, from, id))
		printf("%*s since %s", 17 - (int)strlen(step_info[every->step[id]].name), "",
		       commit->id);
	putchar('\n');
}

static void print_others(const struct every_set *every)
{
	uint32_t told = 0;
	unsigned int id;

	printf("By every rule set:\n");
	for (id = 0; id < ruleset_count(); id++) {
		uint32_t sets = alike(every, id);

		if (told >> id & 1)
			continue;
		print_row(every, id, sets);
		told |= sets;
	}
}

static void print_head(const struct explanation *explanation)
{
	const struct run *run = &explanation->run;
	const struct entry *entry = &run->first;
	char text[768], attributes[16], types[64];

	if (explanation->domid >= 0)
		printf("Domain %d%s%s%s, ", explanation->domid, explanation->name ? " (" : "",
		       explanation->name ? explanation->name : "", explanation->name ? ")" : "");
	printf("gfn 0x%" PRIx64 ": order %u, gfns 0x%" PRIx64 "-0x%" PRIx64, explanation->gfn,
	       entry->order, entry->gfn, entry_last(entry));
	if (!entry->pod)
		printf(", mfn 0x%" PRIx64, entry->mfn);
	if (explanation->domid >= 0) {
		words_attributes(entry, attributes, sizeof(attributes));
		attributes[strlen(attributes) - (attributes[strlen(attributes) - 1] == ' ')] = '\0';
		printf(", %s", attributes);
	}
	printf("\np2m type: %s\n", words_fact_at(explanation->facts, FACT_P2M_TYPE, &run->question,
						 types, sizeof(types)));
	if (explanation->domid < 0)
		return;
	snprintf(text, sizeof(text), "%s", verdict_name(run->verdict));
	if (run->verdict == VERDICT_MISMATCH)
		text_append(text, sizeof(text), " (%s%s%s)", severity_name(run->severity),
			    run->bug ? ", " : "", run->bug ? run->bug->id : "");
	text_append(text, sizeof(text), ": ");
	words_sentence(run, text + strlen(text), sizeof(text) - strlen(text));
	paragraph(0, text);
	words_cause(explanation->facts, run, text, sizeof(text));
	if (*text)
		paragraph(0, text);
}

/* Of the sets that the Xen may have, those that decide otherwise than one before. */
static uint32_t different(const struct every_set *every, uint32_t rules)
{
	uint32_t sets = 0, left, before;

	for (left = rules; left; left &= left - 1) {
		for (before = sets; before; before &= before - 1)
			if (every_set_same(every, __builtin_ctz(before), __builtin_ctz(left)))
				break;
		if (!before)
			sets |= left & -left;
	}
	return sets;
}

void explain_text(const struct explanation *explanation)
{
	static struct every_set every;
	const struct facts *facts = explanation->facts;
	struct decision decision;
	uint32_t sets, left;

	every_set_ask(facts, &explanation->run.question, &every);
	print_head(explanation);
	if (*explanation->rules_note)
		printf("note: %s\n", explanation->rules_note);
	if (explanation->incomplete)
		printf("incomplete: %s\n", explanation->incomplete);
	if (explanation->run.first.pod)
		return;
	sets = different(&every, facts->rules);
	putchar('\n');
	for (left = sets; left; left &= left - 1)
		print_steps(explanation, __builtin_ctz(left));
	decide(facts, &explanation->run.question, &decision);
	putchar('\n');
	print_effective_table(explanation, &decision);
	putchar('\n');
	for (left = sets; left; left &= left - 1)
		print_origin(&every, __builtin_ctz(left), sets & (sets - 1));
	putchar('\n');
	print_others(&every);
}
