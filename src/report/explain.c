/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * explain as text, in the order in which one asks: what the entry is, what it should be, why, since
 * when, what the guest gets; then the steps behind that, and every other rule set.
 */
#include "report/explain.h"

#include "base/screen.h"
#include "base/text.h"
#include "model/domid.h"
#include "report/cause.h"
#include "report/document.h"
#include "report/factwords.h"
#include "report/historywrite.h"
#include "report/words.h"
#include "rules/bugadvice.h"
#include "rules/every_set.h"
#include "rules/releases.h"
#include "x86/memtype.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void paragraph(unsigned int indent, const char *words)
{
	screen_text(stdout, 0, indent, words);
}

/* "  rule       …", folded; nothing where there are no words. */
static void line(const char *label, const char *words)
{
	if (*words)
		screen_text(stdout, printf("  %-10s ", label), 13, words);
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
			snprintf(item, sizeof(item), "%s %s", fact_info[fact].label, value);
		else
			snprintf(item, sizeof(item), "%s %s (%s)", fact_info[fact].label, value,
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
	char rest[RULESET_STEPS * 24] = "";
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
	for (first = true; i < count; i++, first = false)
		text_append(rest, sizeof(rest), "%s %s", first ? "not asked:" : ",",
			    step_info[answers[i].step].name);
	screen_text(stdout, printf("  "), 4, rest);
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
	if (explanation->source && decided)
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
	uint32_t sets = 0;
	unsigned int id;

	for (id = 0; id <= RULES_NEWEST; id++)
		sets |= (uint32_t)has_step(id, step) << id;
	releases_of_sets(sets, text, size);
	if (!sets)
		snprintf(text, size, "none");
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

	some_outcomes(decision_usual(&every->decision[id]), outcomes, sizeof(outcomes));
	snprintf(text, sizeof(text), "The rules say %s here", outcomes);
	if (!began && !ended)
		text_append(text, sizeof(text), " in every release that is known here");
	if (began)
		append_commit("since", began, text, sizeof(text));
	if (began && ended)
		text_append(text, sizeof(text), ";");
	if (ended)
		append_commit("until", ended, text, sizeof(text));
	text_append(text, sizeof(text), ".");
	line("since", text);
}

static void print_origin(const struct every_set *every, unsigned int id)
{
	enum step step = every->step[id];
	struct step_past past[STEP_PAST_MAX];
	unsigned int count = step_past(id, step, past), i;
	char text[1024], words[512];

	snprintf(text, sizeof(text), "%s decides: %s.", step_info[step].name,
		 step_info[step].reason);
	paragraph(2, text);
	for (i = 0; i < count; i++)
		screen_print(stdout, printf("  %-8s ", step_deed_name(past[i].deed)), 11,
			     "Xen commit %s", words_commit(past[i].commit, words, sizeof(words)));
	releases_in_words(step, words, sizeof(words));
	screen_print(stdout, printf("  "), 4, "Releases with that step: %s.", words);
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
	if (strlen(names) > 28) {
		screen_text(stdout, printf("  "), 2, names);
		printf("  %-28s", "");
	} else {
		printf("  %-28s", names);
	}
	printf(" %-11s %s", words_expected(&run, outcome, sizeof(outcome)),
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
	const struct entry *entry = &explanation->run.first;
	const struct device_range *device;
	char size[32], text[256] = "", types[64], name[DEVICE_NAME_SIZE];

	if (explanation->source && explanation->domid == DOMID_UNNAMED)
		text_append(text, sizeof(text), "A domain that is not named, ");
	else if (explanation->source)
		text_append(text, sizeof(text), "Domain %d%s%s%s, ", explanation->domid,
			    explanation->name ? " (" : "",
			    explanation->name ? explanation->name : "",
			    explanation->name ? ")" : "");
	text_append(text, sizeof(text),
		    "gfn 0x%" PRIx64 ": order %u, gfns 0x%" PRIx64 "-0x%" PRIx64, explanation->gfn,
		    entry->order, entry->gfn, entry_last(entry));
	text_append(text, sizeof(text), " (%s)",
		    text_size(entry_pages(entry->order) << 12, size, sizeof(size)));
	if (!entry->pod)
		text_append(text, sizeof(text), ", mfn 0x%" PRIx64, entry->mfn);
	fputs(screen_paint(PAINT_BOLD), stdout);
	paragraph(2, text);
	fputs(screen_paint(PAINT_NONE), stdout);
	device = entry->pod ? NULL : devices_at(&explanation->facts->devices, entry->mfn);
	if (device)
		line("device", device_name(device, name, sizeof(name)));
	line("p2m type", words_fact_at(explanation->facts, FACT_P2M_TYPE,
				       &explanation->run.question, types, sizeof(types)));
}

static enum paint paint_of(const struct run *run)
{
	return run->verdict != VERDICT_MISMATCH	   ? PAINT_GREEN
	       : run->severity == SEVERITY_DIFFERS ? PAINT_AMBER
						   : PAINT_RED;
}

/* The verdict, and of a finding what made it, what follows, and what to do. */
static void print_verdict(const struct explanation *explanation)
{
	const struct run *run = &explanation->run;
	const struct bug_advice *advice = run->bug ? bug_advice(run->bug->id) : NULL;
	bool finding = run->verdict == VERDICT_MISMATCH;
	char text[768], sentence[512], cause[1024];

	words_sentence(run, sentence, sizeof(sentence));
	if (finding)
		snprintf(text, sizeof(text), "%s (%s%s%s)", verdict_name(run->verdict),
			 severity_name(run->severity), run->bug ? ", " : "",
			 run->bug ? run->bug->id : "");
	else
		snprintf(text, sizeof(text), "%s: %s", verdict_name(run->verdict), sentence);
	fputs(screen_paint(paint_of(run)), stdout);
	line("verdict", text);
	fputs(screen_paint(PAINT_NONE), stdout);
	if (run->first.pod)
		return;
	line("rule", words_rule(run, text, sizeof(text)));
	words_cause(explanation->facts, run, text, sizeof(text));
	if (finding && run->bug) {
		snprintf(cause, sizeof(cause), "%s. %s", run->bug->text, text);
		line("cause", cause);
	} else {
		line("cause", text);
	}
	line("effect", words_effect(run, text, sizeof(text)));
	if (finding && advice)
		line("do", advice->now);
}

/* What the entry is, and what it should be. */
static void print_entry(const struct explanation *explanation)
{
	const struct run *run = &explanation->run;
	char text[96];
	size_t length;

	words_attributes(&run->first, text, sizeof(text));
	length = strlen(text);
	if (length && text[length - 1] == ' ')
		text[length - 1] = '\0';
	line("is", text);
	line("should be", words_expected(run, text, sizeof(text)));
	print_verdict(explanation);
}

/* Of an entry that is of no domain: what the rules say. */
static void print_rule(const struct decision *decision)
{
	struct run run = { .verdict = VERDICT_OK_IF, .decision = *decision };
	unsigned int key = decision_likeliest(decision);
	char text[512];

	run.first.emt = outcome_emt(key);
	run.first.ipat = outcome_ipat(key);
	line("should be", words_expected(&run, text, sizeof(text)));
	line("rule", words_rule(&run, text, sizeof(text)));
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
	decide(facts, &explanation->run.question, &decision);
	if (explanation->source)
		print_entry(explanation);
	else
		print_rule(&decision);
	if (*explanation->rules_note)
		line("note", explanation->rules_note);
	if (explanation->incomplete)
		line("incomplete", explanation->incomplete);
	if (explanation->run.first.pod)
		return;
	sets = different(&every, facts->rules);
	for (left = sets; left; left &= left - 1)
		print_change(&every, __builtin_ctz(left));
	putchar('\n');
	print_effective_table(explanation, &decision);
	putchar('\n');
	for (left = sets; left; left &= left - 1)
		print_steps(explanation, __builtin_ctz(left));
	putchar('\n');
	if (!(sets & (sets - 1))) {
		print_origin(&every, __builtin_ctz(sets));
		putchar('\n');
	}
	print_others(&every);
}
