/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "audit/fit.h"

#include "audit/inherit.h"
#include "base/array.h"
#include "rules/answers.h"
#include "rules/decide.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What every set leaves possible for an entry. */
struct fitted {
	struct answer answer;
	unsigned int classes; /* types that they may have */
	uint16_t possible[RULES_MAX], usual[RULES_MAX];
	uint8_t step[RULES_MAX]; /* of the likeliest outcome */
};

struct fit_reader {
	struct fit *fit;
	struct facts facts; /* shares what it points to */
	int domid;
	struct entry before, entry, after; /* a split superpage shows by its neighbours */
	bool any_before, any, any_after;
	struct answers answers; /* of struct fitted */
};

void fit_clear(struct fit *fit)
{
	free(fit->groups);
	memset(fit, 0, sizeof(*fit));
}

uint32_t fit_candidates(void)
{
	/* Sets of the user's may be a vendor's. */
	uint32_t all = (1u << ruleset_count()) - 1, built_in = (1u << RULES_COUNT) - 1;

	return RULES_RELEASED | (all & ~built_in);
}

/* Outcomes that need no unusual fact; none where all do. */
static uint16_t usual_of(const struct decision *decision)
{
	uint16_t usual = decision_usual(decision);

	return decision->outcome[__builtin_ctz(usual)].unusual ? 0 : usual;
}

static void answer_ask(void *opaque, const struct entry *entry, unsigned int classes,
		       struct answer *answer)
{
	struct fit_reader *reader = opaque;
	struct fitted *fitted = (struct fitted *)answer;
	struct question question;
	unsigned int id;

	(void)classes;
	question_put(&reader->facts, entry, &question, &answer->window);
	fitted->classes = question.classes;
	for (id = 0; id < ruleset_count(); id++) {
		struct decision decision;
		uint16_t told;

		reader->facts.rules = 1u << id;
		decide(&reader->facts, &question, &decision);
		window_narrow(&answer->window, &decision.window);
		fitted->possible[id] = decision.possible;
		fitted->usual[id] = usual_of(&decision);
		told = fitted->usual[id] ? fitted->usual[id] : decision.possible;
		fitted->step[id] = decision.outcome[__builtin_ctz(told)].step;
	}
}

struct fit_reader *fit_begin(struct fit *fit, const struct facts *facts, int domid)
{
	struct fit_reader *reader = calloc(1, sizeof(*reader));

	if (!reader || answers_init(&reader->answers, sizeof(struct fitted), answer_ask, reader)) {
		free(reader);
		return NULL;
	}
	reader->fit = fit;
	reader->facts = *facts;
	reader->domid = domid;
	return reader;
}

/* Of the sets, those by which the superpage that the entry was split from had what it holds. */
static uint32_t inherited(struct fit_reader *reader, const struct entry *entry,
			  const struct fitted *fitted, uint32_t sets)
{
	uint32_t explained = 0;

	for (; sets; sets &= sets - 1) {
		struct decision decision;
		struct entry parent;
		unsigned int order;

		reader->facts.rules = sets & -sets;
		order = entry_inherits(&reader->facts, entry, fitted->classes, &parent, &decision);
		if (order &&
		    ((reader->any_before && entry_siblings(&reader->before, entry, order)) ||
		     (reader->any_after && entry_siblings(entry, &reader->after, order))))
			explained |= reader->facts.rules;
	}
	return explained;
}

static void add_to_group(struct fit_group *group, const struct entry *entry, uint64_t count,
			 int domid)
{
	uint64_t last = entry->gfn + (count << entry->order) - 1;
	bool starts = !group->entries || group->next != entry->gfn || group->last_domid != domid;

	group->entries += count;
	group->run_count += starts;
	if (group->run_count <= FIT_RUNS) {
		struct fit_run *run = &group->runs[group->run_count - 1];

		if (starts)
			run->first = entry->gfn;
		run->last = last;
		run->domid = domid;
	}
	group->next = last + 1;
	group->last_domid = domid;
}

/* Adds count entries like reader->entry. */
static void add(struct fit_reader *reader, const struct fitted *fitted, uint64_t count,
		uint32_t contradicts, uint32_t unusual)
{
	const struct entry *entry = &reader->entry;
	struct fit *fit = reader->fit;
	struct fit_group group = { .contradicts = contradicts, .unusual = unusual };
	unsigned int id;
	size_t i;

	for (i = 0; i < fit->group_count; i++)
		if (fit->groups[i].contradicts == contradicts &&
		    fit->groups[i].unusual == unusual) {
			add_to_group(&fit->groups[i], entry, count, reader->domid);
			return;
		}
	group.domid = reader->domid;
	group.first = *entry;
	for (id = 0; id < ruleset_count(); id++) {
		uint16_t told = fitted->usual[id] ? fitted->usual[id] : fitted->possible[id];

		group.expected[id] = __builtin_ctz(told);
		group.step[id] = fitted->step[id];
	}
	add_to_group(&group, entry, count, reader->domid);
	if (array_append(&fit->groups, &fit->group_count, sizeof(group), &group))
		fit->rc = -ENOMEM;
}

static bool judged(const struct entry *entry)
{
	return !entry->pod && entry->rights && !entry->pending;
}

/*
 * Judges reader->entry and those behind it that differ by advancing frames, count in all, or fewer:
 * as many as are judged alike. Returns how many.
 */
static uint64_t judge_some(struct fit_reader *reader, uint64_t count)
{
	const struct entry *entry = &reader->entry;
	const struct fitted *fitted;
	uint32_t contradicts = 0, unusual = 0, sets;
	unsigned int key = entry_key(entry), id;

	if (!reader->any || !judged(entry))
		return count;
	fitted = (const struct fitted *)answers_find(&reader->answers, entry, 0);
	count = entry_most(count, entry->gfn, fitted->answer.window.gfn_last, entry->order);
	count = entry_most(count, entry->mfn, fitted->answer.window.mfn_last, entry->order);
	for (id = 0; id < ruleset_count(); id++) {
		if (!(fitted->possible[id] >> key & 1))
			contradicts |= 1u << id;
		else if (!(fitted->usual[id] >> key & 1))
			unusual |= 1u << id;
	}
	for (sets = count > 1 ? contradicts : 0; sets; sets &= sets - 1) {
		reader->facts.rules = sets & -sets;
		count = entry_inherits_alike(&reader->facts, entry, fitted->classes, count);
	}
	reader->fit->entries += count;
	contradicts &= ~inherited(reader, entry, fitted, contradicts);
	if (contradicts | unusual)
		add(reader, fitted, count, contradicts, unusual);
	return count;
}

static void shift(struct fit_reader *reader)
{
	reader->before = reader->entry;
	reader->any_before = reader->any;
	reader->entry = reader->after;
	reader->any = reader->any_after;
}

static void take(struct fit_reader *reader, const struct entry *entry)
{
	reader->after = *entry;
	reader->any_after = true;
	judge_some(reader, 1);
	shift(reader);
}

void fit_entries(struct fit_reader *reader, const struct entry *entries, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		take(reader, &entries[i]);
}

void fit_run(struct fit_reader *reader, const struct entry *first, uint64_t count)
{
	struct entry entry = *first;
	uint64_t n;

	/* The first two and the last two have others beside them than neighbours of the run. */
	for (; count; count--) {
		take(reader, &entry);
		entry_advance(&entry, 1);
		if (count <= 4 || reader->entry.gfn == first->gfn)
			continue;
		/* reader->entry is the second, or what is behind those that were judged alike. */
		reader->after = entry;
		n = judge_some(reader, count - 3);
		entry_advance(&reader->before, n);
		entry_advance(&reader->entry, n);
		entry_advance(&entry, n);
		count -= n;
	}
}

void fit_end(struct fit_reader *reader)
{
	reader->any_after = false;
	judge_some(reader, 1);
	answers_clear(&reader->answers);
	free(reader);
}

uint64_t fit_contradicted(const struct fit *fit, unsigned int set)
{
	uint64_t entries = 0;
	size_t i;

	for (i = 0; i < fit->group_count; i++)
		if (fit->groups[i].contradicts >> set & 1)
			entries += fit->groups[i].entries;
	return entries;
}

uint64_t fit_unusual(const struct fit *fit, unsigned int set)
{
	uint64_t entries = 0;
	size_t i;

	for (i = 0; i < fit->group_count; i++)
		if (fit->groups[i].unusual >> set & 1)
			entries += fit->groups[i].entries;
	return entries;
}

uint32_t fit_best(const struct fit *fit, uint32_t sets)
{
	uint64_t least = UINT64_MAX, least_unusual = UINT64_MAX;
	uint32_t best = 0;
	unsigned int id;

	for (id = 0; id < ruleset_count(); id++) {
		uint64_t contradicted = fit_contradicted(fit, id), unusual = fit_unusual(fit, id);

		if (!(sets >> id & 1))
			continue;
		if (contradicted > least || (contradicted == least && unusual > least_unusual))
			continue;
		if (contradicted < least || unusual < least_unusual)
			best = 0;
		least = contradicted;
		least_unusual = unusual;
		best |= 1u << id;
	}
	return best;
}

bool fit_tells(const struct fit_group *group, unsigned int set, unsigned int best)
{
	if (group->contradicts >> set & 1)
		return !(group->contradicts >> best & 1);
	return group->unusual >> set & 1 && !((group->contradicts | group->unusual) >> best & 1);
}

const struct fit_group *fit_against(const struct fit *fit, unsigned int set, unsigned int best,
				    uint64_t *entries)
{
	const struct fit_group *largest = NULL;
	size_t i;

	*entries = 0;
	for (i = 0; i < fit->group_count; i++) {
		const struct fit_group *group = &fit->groups[i];

		if (!fit_tells(group, set, best))
			continue;
		*entries += group->entries;
		if (!largest || group->entries > largest->entries)
			largest = group;
	}
	return largest;
}
