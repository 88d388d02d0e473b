/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "audit/compare.h"

#include "rules/types.h"
#include "x86/memtype.h"

#include <stdlib.h>
#include <string.h>

static const char *const names[EFFECT_COUNT] = {
	[EFFECT_SAME] = "same effect",
	[EFFECT_FASTER] = "faster",
	[EFFECT_SAFER] = "safer",
	[EFFECT_WEAKER] = "weaker",
};

const char *effect_name(enum effect effect)
{
	return names[effect];
}

enum effect effect_of(unsigned int before, unsigned int after)
{
	enum effect effect = EFFECT_SAME;
	unsigned int pat;

	if (before == OUTCOME_SPLIT || after == OUTCOME_SPLIT)
		return EFFECT_SAME; /* the pieces are decided for themselves */
	for (pat = 0; pat < MEMTYPE_COUNT; pat++) {
		int was = memtype_effective(before & 7, before >> 3, pat);
		int is = memtype_effective(after & 7, after >> 3, pat);

		if (was < 0 || is < 0 || was == is)
			continue;
		if (memtype_cacheable(is) && !memtype_cacheable(was))
			return EFFECT_WEAKER;
		if (memtype_cacheable(was) && !memtype_cacheable(is))
			effect = EFFECT_SAFER;
		else if (is == MEMTYPE_WC && was == MEMTYPE_UC && effect == EFFECT_SAME)
			effect = EFFECT_FASTER;
		else if (is == MEMTYPE_UC && was == MEMTYPE_WC)
			effect = EFFECT_SAFER;
	}
	return effect;
}

struct compare {
	const struct facts *facts;
	enum ruleset_id rules[2];
	compare_emit *emit;
	void *opaque;
	struct comparison totals;
	struct change change; /* being built, if change.entries */
	/* The last answer, its window, and the kind of entry that it is for. */
	struct window window;
	struct decision decisions[2];
	struct entry asked;
};

struct compare *compare_new(const struct facts *facts, enum ruleset_id before,
			    enum ruleset_id after, compare_emit *emit, void *opaque)
{
	struct compare *compare = calloc(1, sizeof(*compare));

	if (!compare)
		return NULL;
	compare->facts = facts;
	compare->rules[0] = before;
	compare->rules[1] = after;
	compare->emit = emit;
	compare->opaque = opaque;
	compare->window.gfn_first = 1; /* empty */
	return compare;
}

void compare_free(struct compare *compare)
{
	free(compare);
}

static void ask(struct compare *compare, const struct entry *entry)
{
	struct facts facts = *compare->facts; /* shares what it points to */
	struct question question;
	unsigned int i;

	compare->window = WINDOW_ALL;
	compare->asked = *entry;
	types_question(&facts, entry, &question, &compare->window);
	for (i = 0; i < 2; i++) {
		facts.rules = 1u << compare->rules[i];
		decide(&facts, &question, &compare->decisions[i]);
		window_narrow(&compare->window, &compare->decisions[i].window);
	}
}

static bool known(const struct compare *compare, const struct entry *entry)
{
	const struct window *window = &compare->window;
	uint64_t size = entry_pages(entry->order);

	return entry->order == compare->asked.order && entry->rights == compare->asked.rights &&
	       entry->type == compare->asked.type && entry->gfn >= window->gfn_first &&
	       entry->gfn + size - 1 <= window->gfn_last && entry->mfn >= window->mfn_first &&
	       entry->mfn + size - 1 <= window->mfn_last;
}

static void flush_change(struct compare *compare)
{
	if (compare->change.entries)
		compare->emit(compare->opaque, &compare->change);
	compare->change.entries = 0;
}

static void add_change(struct compare *compare, const struct entry *entry)
{
	struct change *change = &compare->change;
	const struct decision *decisions = compare->decisions;
	uint64_t size = entry_pages(entry->order);

	if (change->entries && entry->gfn == change->gfn_last + 1 &&
	    entry->order == change->first.order &&
	    decision_usual(&change->before) == decision_usual(&decisions[0]) &&
	    decision_usual(&change->after) == decision_usual(&decisions[1])) {
		change->entries++;
		change->gfn_last += size;
		return;
	}
	flush_change(compare);
	change->first = *entry;
	change->gfn_last = entry->gfn + size - 1;
	change->entries = 1;
	change->before = decisions[0];
	change->after = decisions[1];
	change->effect =
		effect_of(decision_likeliest(&decisions[0]), decision_likeliest(&decisions[1]));
}

void compare_entries(struct compare *compare, const struct entry *entries, size_t count)
{
	const struct entry *entry;

	for (entry = entries; entry < entries + count; entry++) {
		compare->totals.entries++;
		if (entry->pod || !entry->rights)
			continue; /* Xen asks no rule */
		if (!known(compare, entry))
			ask(compare, entry);
		if (decision_usual(&compare->decisions[0]) ==
		    decision_usual(&compare->decisions[1]))
			continue;
		add_change(compare, entry);
		compare->totals.differing++;
		compare->totals.bytes[compare->change.effect] += entry_pages(entry->order) << 12;
	}
}

const struct comparison *compare_finish(struct compare *compare)
{
	flush_change(compare);
	return &compare->totals;
}
