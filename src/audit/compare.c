/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "audit/compare.h"

#include "rules/answers.h"
#include "rules/decide.h"
#include "x86/memtype.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name, *key;
} effects[EFFECT_COUNT] = {
	[EFFECT_SAME] = { "same effect", "same_effect" },
	[EFFECT_FASTER] = { "faster", "faster" },
	[EFFECT_SAFER] = { "safer", "safer" },
	[EFFECT_WEAKER] = { "weaker", "weaker" },
};

const char *effect_name(enum effect effect)
{
	return effects[effect].name;
}

const char *effect_key(enum effect effect)
{
	return effects[effect].key;
}

/* How much is cached: nothing, reads, reads and writes through, all. */
static int cached(int type)
{
	switch (type) {
	case MEMTYPE_WP:
		return 1;
	case MEMTYPE_WT:
		return 2;
	case MEMTYPE_WB:
		return 3;
	default:
		return 0;
	}
}

enum effect effect_between(unsigned int before, unsigned int after)
{
	enum effect worst = EFFECT_SAME, effect;
	unsigned int pat;

	for (pat = 0; pat < MEMTYPE_COUNT; pat++) {
		int was = outcome_effective(before, pat);
		int is = outcome_effective(after, pat);

		if (was < 0 || is < 0 || was == is)
			continue;
		effect = cached(is) > cached(was)   ? EFFECT_WEAKER
			 : cached(is) < cached(was) ? EFFECT_SAFER
			 : is == MEMTYPE_WC	    ? EFFECT_FASTER
						    : EFFECT_SAFER;
		if (effect > worst)
			worst = effect;
	}
	return worst;
}

unsigned int effective_types(unsigned int key)
{
	unsigned int types = 0, pat;

	for (pat = 0; pat < MEMTYPE_COUNT; pat++) {
		int type = outcome_effective(key, pat);

		if (type >= 0)
			types |= 1u << type;
	}
	return types;
}

/* What the rule sets asked about say of an entry. */
struct compared {
	struct answer answer;
	/* Of each set: with everything that is not known as usual … */
	unsigned int key[RULES_MAX];
	enum step step[RULES_MAX];
	/* … and as it is: outcomes, and the facts that key rests on, bits. */
	uint16_t possible[RULES_MAX], usual[RULES_MAX];
	uint32_t assumes[RULES_MAX];
	uint32_t open_facts; /* of two sets: on which it hangs whether they differ */
};

struct compare {
	const struct facts *facts;
	struct facts usual; /* a copy with nothing unknown in it */
	uint32_t rules;	    /* the sets asked about */
	uint32_t unknown;   /* facts, bits */
	unsigned int before, after;
	compare_emit *emit;
	void *opaque;
	struct change run; /* being built, if run.entries */
	struct compare_summary summary;
	struct answers answers; /* of struct compared */
};

static void settle(struct mtrr_fact *mtrr)
{
	if (mtrr->how == HOW_UNKNOWN)
		mtrr->state.def_type = MTRR_DEF_TYPE_E | MEMTYPE_WB;
	mtrr->known = MTRR_KNOWN_ALL;
	mtrr->how = mtrr->how_var = HOW_GIVEN;
}

/*
 * Takes for certain what is usual. Two rule sets then are compared in one and the same world; the
 * sets of what each of them might say would not tell.
 */
static int make_usual(struct facts *usual, const struct facts *facts)
{
	static const struct mtrr_fact none; /* HOW_UNKNOWN */
	int rc = facts_copy(usual, facts);
	unsigned int fact;
	size_t i;

	if (rc)
		return rc;
	for (fact = 0; fact < FACT_COUNT; fact++) {
		if (fact_info[fact].kind == KIND_BOOL)
			fact_bool(usual, fact)->how = HOW_GIVEN;
		if (fact_info[fact].kind != KIND_NUMBER)
			continue;
		if (!how_certain(fact_how(facts, fact)))
			fact_number(usual, fact)->value = fact_info[fact].usual;
		fact_number(usual, fact)->how = HOW_GIVEN;
	}
	usual->special.how = usual->how_pins = HOW_GIVEN;
	if (!how_certain(facts->mfn_valid.how)) {
		/* RAM is valid, nothing else: what these rule sets were written for. */
		ranges_clear(&usual->mfn_valid.ranges);
		rc = how_certain(facts->ram.how)
			     ? ranges_add_all(&usual->mfn_valid.ranges, &facts->ram.ranges)
			     : 0;
		usual->mfn_valid.how = HOW_GIVEN;
	}
	usual->ram.how = HOW_GIVEN;
	settle(&usual->host);
	if (usual->no_vcpu)
		usual->no_vcpu = HOW_GIVEN;
	if (!usual->vcpu_count && !usual->no_vcpu && !rc)
		rc = facts_add_vcpu(usual, &none);
	if (usual->vcpu_count > 1)
		usual->vcpu_count = 1;
	for (i = 0; i < usual->vcpu_count; i++)
		settle(&usual->vcpus[i]);
	if (rc)
		facts_clear(usual);
	return rc;
}

/* Facts that have no usual value: what is told of them is no more than a guess. */
static uint32_t unknown_facts(const struct facts *facts)
{
	uint32_t unknown = 0;
	unsigned int fact;

	for (fact = 0; fact < FACT_COUNT; fact++)
		if (fact_info[fact].flags & FACT_NO_USUAL && fact_how(facts, fact) == HOW_UNKNOWN)
			unknown |= 1u << fact;
	if (unknown & 1u << FACT_GUEST_MTRR)
		unknown |= 1u << FACT_GUEST_MTRR_VAR;
	if (unknown & 1u << FACT_HOST_MTRR)
		unknown |= 1u << FACT_HOST_MTRR_VAR;
	if (facts->ram.how != HOW_UNKNOWN) /* then what is valid is taken from it */
		unknown &= ~(1u << FACT_MFN_VALID);
	return unknown;
}

/* The question as it is put where everything is as usual. */
static struct question usual_question(const struct question *question)
{
	struct question usual = *question;

	if (usual.classes & P2M_CLASS_RAM)
		usual.classes = P2M_CLASS_RAM;
	else if (usual.classes & P2M_CLASS_GRANT_FOREIGN)
		usual.classes = P2M_CLASS_GRANT_FOREIGN;
	usual.mmio_ro = usual.mmio_ro >= MAYBE_RATHER_YES ? MAYBE_YES : MAYBE_NO;
	return usual;
}

/* The APIC access page is direct MMIO, though its frame is one of Xen's special ones. */
static bool apic_page(const struct compare *compare, const struct question *question)
{
	const struct facts *facts = compare->facts;
	uint64_t first = 0, last = UINT64_MAX;

	if (!question->apic_page || !(question->classes & P2M_CLASS_MMIO_DIRECT))
		return false;
	if (how_certain(facts->apic_access_mfn.how))
		return facts->apic_access_mfn.value == question->mfn;
	return !how_certain(facts->special.how) ||
	       ranges_overlap(&facts->special.ranges, question->mfn, question->mfn, &first,
			      &last) == OVERLAP_FULL;
}

/* Facts that the outcomes rest on which only one of the decisions has. */
static uint32_t told_apart_by(const struct decision *a, const struct decision *b)
{
	uint16_t odd = a->possible ^ b->possible;
	uint32_t facts = 0;
	unsigned int key;

	for (key = 0; key < OUTCOME_COUNT; key++)
		if (odd >> key & 1)
			facts |= a->possible >> key & 1 ? a->outcome[key].assumes
							: b->outcome[key].assumes;
	return facts;
}

/* What one set says with what is not known, and as usual in all but the type. */
struct said {
	struct decision decision, typed;
};

static void ask_set(const struct compare *compare, unsigned int id, const struct entry *entry,
		    const struct question *question, struct compared *compared, struct said *said)
{
	struct facts facts = *compare->facts, settled = compare->usual;
	struct question usual = usual_question(question);
	struct range page = { entry->mfn, entry->mfn };
	struct decision *decision = &said->decision, one;
	struct window *window = &compared->answer.window;
	unsigned int key;

	settled.rules = facts.rules = 1u << id;
	if (apic_page(compare, question)) {
		usual.classes = P2M_CLASS_MMIO_DIRECT;
		settled.apic_access_mfn.value = entry->mfn;
		settled.special.ranges.range = &page;
		settled.special.ranges.count = 1;
	}
	decide(&settled, &usual, &one);
	window_narrow(window, &one.window);
	key = decision_likeliest(&one);
	compared->key[id] = key;
	compared->step[id] = one.outcome[key].step;
	decide(&facts, question, decision);
	window_narrow(window, &decision->window);
	compared->possible[id] = decision->possible | 1u << key;
	compared->usual[id] = decision_usual(decision);
	/* Other facts may leave open what the type would decide. */
	decide(&settled, question, &said->typed);
	window_narrow(window, &said->typed.window);
	compared->assumes[id] =
		decision->possible == 1u << key ? 0 : decision->outcome[key].assumes;
}

/* Fills compared, whose window is WINDOW_ALL. */
static void ask(const struct compare *compare, const struct entry *entry, struct compared *compared)
{
	struct question question;
	struct said said[2];
	unsigned int n = 0;
	uint32_t rules;

	question_put(compare->facts, entry, &question, &compared->answer.window);
	for (rules = compare->rules; rules; rules &= rules - 1, n++)
		ask_set(compare, __builtin_ctz(rules), entry, &question, compared, &said[n & 1]);
	compared->open_facts = n != 2 ? 0
				      : told_apart_by(&said[0].decision, &said[1].decision) |
						told_apart_by(&said[0].typed, &said[1].typed);
}

static void answer_ask(void *opaque, const struct entry *entry, unsigned int classes,
		       struct answer *answer)
{
	(void)classes;
	ask(opaque, entry, (struct compared *)answer);
}

static const struct compared *compared_of(struct compare *compare, const struct entry *entry)
{
	return (const struct compared *)answers_find(&compare->answers, entry, 0);
}

static struct compare *new_state(const struct facts *facts, uint32_t rules)
{
	struct compare *compare = calloc(1, sizeof(*compare));

	if (!compare)
		return NULL;
	compare->facts = facts;
	compare->rules = rules;
	compare->unknown = unknown_facts(facts);
	if (make_usual(&compare->usual, facts)) {
		free(compare);
		return NULL;
	}
	if (answers_init(&compare->answers, sizeof(struct compared), answer_ask, compare)) {
		compare_free(compare);
		return NULL;
	}
	return compare;
}

struct compare *compare_new(const struct facts *facts, unsigned int before, unsigned int after,
			    compare_emit *emit, void *opaque)
{
	struct compare *compare = new_state(facts, 1u << before | 1u << after);

	if (!compare)
		return NULL;
	compare->before = before;
	compare->after = after;
	compare->emit = emit;
	compare->opaque = opaque;
	return compare;
}

void compare_free(struct compare *compare)
{
	if (!compare)
		return;
	answers_clear(&compare->answers);
	facts_clear(&compare->usual);
	free(compare);
}

/*
 * They differ where everything is as usual; but not where one of them rests on what has no usual
 * value, and they may be alike.
 */
static bool differ(const struct compare *compare, const struct compared *compared, unsigned int a,
		   unsigned int b)
{
	return compared->key[a] != compared->key[b] &&
	       !((compared->assumes[a] | compared->assumes[b]) & compare->unknown &&
		 compared->usual[a] & compared->usual[b]);
}

/*
 * holds is narrowed to where entries have the same effect. Where one of the two splits a superpage,
 * its pieces are compared: each is decided anew, or keeps what the whole page has.
 */
static enum effect effect_on(struct compare *compare, const struct entry *entry,
			     unsigned int before, unsigned int after, struct window *holds)
{
	struct entry piece = *entry;
	enum effect worst = EFFECT_SAME;
	uint64_t end = entry_last(entry) + 1, size, left;

	if (before != OUTCOME_SPLIT && after != OUTCOME_SPLIT)
		return effect_between(before, after);
	if (!entry->order)
		return EFFECT_SAME;
	piece.order -= 9;
	size = entry_pages(piece.order);
	while (piece.gfn < end) {
		struct compared compared = { .answer.window = WINDOW_ALL };
		const struct window *window = &compared.answer.window;
		enum effect effect;

		ask(compare, &piece, &compared);
		window_narrow(holds, window);
		effect = effect_on(compare, &piece,
				   before == OUTCOME_SPLIT ? compared.key[compare->before] : before,
				   after == OUTCOME_SPLIT ? compared.key[compare->after] : after,
				   holds);
		if (effect > worst)
			worst = effect;
		/* As far as the answer holds. */
		left = window->gfn_last - piece.gfn;
		if (window->mfn_last - piece.mfn < left)
			left = window->mfn_last - piece.mfn;
		left = left < size ? size : (left + 1) & ~(size - 1);
		if (left > end - piece.gfn)
			break;
		piece.gfn += left;
		piece.mfn += left;
	}
	return worst;
}

static void count_entries(struct change_count *counter, const struct entry *entry, uint64_t count)
{
	counter->entries += count;
	counter->pages += count << entry->order;
}

/* How many of count entries that differ by advancing frames lie in the window? At least 1. */
static uint64_t within(const struct window *window, const struct entry *entry, uint64_t count)
{
	count = entry_most(count, entry->gfn, window->gfn_last, entry->order);
	return entry_most(count, entry->mfn, window->mfn_last, entry->order);
}

static void flush(struct compare *compare)
{
	if (compare->run.entries)
		compare->emit(compare->opaque, &compare->run);
	compare->run.entries = 0;
}

/* Adds count entries that change alike, or fewer: as many as have the same effect. */
static uint64_t add(struct compare *compare, const struct entry *entry,
		    const struct compared *compared, uint64_t count)
{
	struct window window = compared->answer.window;
	struct change change = {
		.first = *entry,
		.before = compared->key[compare->before],
		.after = compared->key[compare->after],
		.step_before = compared->step[compare->before],
		.step_after = compared->step[compare->after],
		.possible_before = compared->possible[compare->before],
		.possible_after = compared->possible[compare->after],
		.assumes = compared->assumes[compare->before] | compared->assumes[compare->after],
	}, *run = &compare->run;

	change.effect = effect_on(compare, entry, change.before, change.after, &window);
	count = within(&window, entry, count);
	count_entries(&compare->summary.by_effect[change.effect], entry, count);
	change.entries = count;
	change.gfn_last = entry->gfn + (count << entry->order) - 1;
	if (run->entries && entry->gfn == run->gfn_last + 1 && entry->order == run->first.order &&
	    entry->rights == run->first.rights && entry->type == run->first.type &&
	    change.before == run->before && change.after == run->after &&
	    change.step_before == run->step_before && change.step_after == run->step_after &&
	    change.possible_before == run->possible_before &&
	    change.possible_after == run->possible_after && change.assumes == run->assumes &&
	    change.effect == run->effect) {
		run->gfn_last = change.gfn_last;
		run->entries += count;
		return count;
	}
	flush(compare);
	*run = change;
	return count;
}

/*
 * The facts on which it hangs whether two sets differ that are not said to: also those on which
 * they decide apart as usual, where each may have all outcomes that the other may have.
 */
static uint32_t open_facts(const struct compare *compare, const struct compared *compared)
{
	uint32_t facts = compared->open_facts;

	if (compared->key[compare->before] != compared->key[compare->after])
		facts |= compared->assumes[compare->before] | compared->assumes[compare->after];
	return facts;
}

static bool decided(const struct entry *entry)
{
	return !entry->pod && entry->rights;
}

void compare_run(struct compare *compare, const struct entry *first, uint64_t count)
{
	struct entry entry = *first;
	uint64_t n;

	if (!decided(first))
		return;
	for (; count; count -= n) {
		const struct compared *compared = compared_of(compare, &entry);

		n = within(&compared->answer.window, &entry, count);
		if (differ(compare, compared, compare->before, compare->after)) {
			n = add(compare, &entry, compared, n);
		} else if (open_facts(compare, compared)) {
			count_entries(&compare->summary.open, &entry, n);
			compare->summary.open_facts |= open_facts(compare, compared);
		}
		count_entries(&compare->summary.all, &entry, n);
		entry_advance(&entry, n);
	}
}

void compare_entries(struct compare *compare, const struct entry *entries, size_t n)
{
	const struct entry *entry;

	for (entry = entries; entry < entries + n; entry++)
		compare_run(compare, entry, 1);
}

const struct compare_summary *compare_finish(struct compare *compare)
{
	flush(compare);
	return &compare->summary;
}

int compare_matrix_run(struct compare **state, const struct facts *facts, const struct entry *first,
		       uint64_t count, struct compare_matrix *matrix)
{
	struct entry entry = *first;
	unsigned int a, b;
	uint64_t n;

	if (!*state)
		*state = new_state(facts, (1u << ruleset_count()) - 1);
	if (!*state)
		return -ENOMEM;
	if (!decided(first))
		return 0;
	for (; count; count -= n) {
		const struct compared *compared = compared_of(*state, &entry);

		n = within(&compared->answer.window, &entry, count);
		matrix->entries += n;
		for (a = 0; a < ruleset_count(); a++)
			for (b = 0; b < ruleset_count(); b++)
				matrix->differ[a][b] += differ(*state, compared, a, b) ? n : 0;
		entry_advance(&entry, n);
	}
	return 0;
}

int compare_matrix_entries(struct compare **state, const struct facts *facts,
			   const struct entry *entries, size_t n, struct compare_matrix *matrix)
{
	const struct entry *entry;
	int rc = 0;

	for (entry = entries; entry < entries + n && !rc; entry++)
		rc = compare_matrix_run(state, facts, entry, 1, matrix);
	return rc;
}
