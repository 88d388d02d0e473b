/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "audit/judge.h"

#include "rules/types.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name, *key;
} verdicts[VERDICT_COUNT] = {
	[VERDICT_OK] = { "ok", "ok" },
	[VERDICT_OK_IF] = { "ok-if", "ok_if" },
	[VERDICT_INHERITED] = { "inherited", "inherited" },
	[VERDICT_PENDING] = { "pending", "pending" },
	[VERDICT_SKIPPED] = { "skipped", "skipped" },
	[VERDICT_MISMATCH] = { "mismatch", "mismatch" },
};

const char *verdict_name(enum verdict verdict)
{
	return verdicts[verdict].name;
}

const char *verdict_key(enum verdict verdict)
{
	return verdicts[verdict].key;
}

unsigned int entry_key(const struct entry *entry)
{
	return OUTCOME_KEY(entry->emt, (unsigned int)entry->ipat);
}

uint32_t run_unusual(const struct run *run)
{
	return run->verdict == VERDICT_OK_IF ? run->decision.outcome[entry_key(&run->first)].unusual
					     : 0;
}

/* An answered question, good for all entries of one kind within its window. */
struct answer {
	struct window window; /* narrowed to where the question is the same, too */
	struct question question;
	struct decision decision;
};

/* Kinds of entries: order 0, 9, 18 and rights; what else the question depends on is in the window,
 * or, where the source knows it, the type. */
#define KINDS	(3 * 8)
#define ANSWERS 4 /* windows remembered for each kind: scattered frames alternate between a few */

uint64_t summary_accepted(const struct summary *summary)
{
	uint64_t accepted = 0;
	unsigned int i;

	for (i = 0; i < SEVERITY_COUNT; i++)
		accepted += summary->accepted[i];
	return accepted;
}

/* What was decided last of a superpage that entries can be pieces of. */
struct parent_answer {
	struct window window;
	unsigned int classes; /* 0: nothing was yet */
	uint8_t rights, type;
	struct decision decision;
};

struct judge {
	const struct facts *facts;
	bool all_runs, follow_frames;
	judge_emit *emit;
	void *opaque;
	struct summary summary;
	uint32_t assumed_facts; /* of the ok-if entries not yet added to the summary */
	uint64_t assumed_count;
	struct run run;	     /* being built, if run.entries */
	struct entry before; /* the entry seen last */
	bool any_before;
	/* An entry that could be a child of a split superpage, if the next one is its sibling. */
	struct entry held;
	struct answer held_answer;
	bool holding;
	struct {
		struct answer *answer[ANSWERS]; /* most recently used first */
		uint8_t type;			/* of all answers here */
	} kind[KINDS];
	struct answer answers[KINDS][ANSWERS];
	struct parent_answer parent[2]; /* order 9, 18 */
};

struct judge *judge_new(const struct facts *facts, bool all_runs, judge_emit *emit, void *opaque)
{
	struct judge *judge = calloc(1, sizeof(*judge));
	unsigned int kind, i;

	assert(facts->rules); /* else nothing would be as it should be */
	if (!judge)
		return NULL;
	judge->facts = facts;
	judge->all_runs = all_runs;
	judge->emit = emit;
	judge->opaque = opaque;
	for (kind = 0; kind < KINDS; kind++)
		for (i = 0; i < ANSWERS; i++) {
			judge->kind[kind].answer[i] = &judge->answers[kind][i];
			judge->answers[kind][i].window.gfn_first = 1; /* empty: last is 0 */
		}
	return judge;
}

void judge_follow_frames(struct judge *judge)
{
	judge->follow_frames = true;
}

void judge_free(struct judge *judge)
{
	free(judge);
}

static inline bool within(const struct window *window, const struct entry *entry, uint64_t size)
{
	return entry->gfn >= window->gfn_first && entry->gfn + size - 1 <= window->gfn_last &&
	       entry->mfn >= window->mfn_first && entry->mfn + size - 1 <= window->mfn_last;
}

static void ask(const struct judge *judge, const struct entry *entry, struct answer *answer)
{
	answer->window = WINDOW_ALL;
	types_question(judge->facts, entry, &answer->question, &answer->window);
	decide(judge->facts, &answer->question, &answer->decision);
	window_narrow(&answer->window, &answer->decision.window);
}

static const struct answer *slow_answer(struct judge *judge, const struct entry *entry,
					unsigned int kind, uint64_t size)
{
	struct answer **list = judge->kind[kind].answer, *found;
	unsigned int i;

	if (judge->kind[kind].type != entry->type) {
		judge->kind[kind].type = entry->type;
		for (i = 0; i < ANSWERS; i++) {
			list[i]->window.gfn_first = 1;
			list[i]->window.gfn_last = 0;
		}
	}
	for (i = 0; i < ANSWERS - 1; i++)
		if (within(&list[i]->window, entry, size))
			break;
	found = list[i];
	memmove(list + 1, list, i * sizeof(*list));
	list[0] = found;
	if (!within(&found->window, entry, size))
		ask(judge, entry, found);
	return found;
}

static inline const struct answer *answer_for(struct judge *judge, const struct entry *entry)
{
	unsigned int kind = (entry->order == 0 ? 0 : entry->order == 9 ? 8 : 16) | entry->rights;
	const struct answer *recent = judge->kind[kind].answer[0];
	uint64_t size = entry_pages(entry->order);

	if (within(&recent->window, entry, size) && judge->kind[kind].type == entry->type)
		return recent;
	return slow_answer(judge, entry, kind, size);
}

static void flush_run(struct judge *judge)
{
	if (judge->run.entries)
		judge->emit(judge->opaque, &judge->run);
	judge->run.entries = 0;
}

static bool continues(const struct run *run, const struct entry *entry, enum verdict verdict,
		      const struct decision *decision)
{
	const struct entry *first = &run->first;

	return run->entries && entry->gfn == run->gfn_last + 1 && entry->order == first->order &&
	       entry->rights == first->rights && entry->emt == first->emt &&
	       entry->ipat == first->ipat && entry->pending == first->pending &&
	       entry->ipat_hidden == first->ipat_hidden && entry->pod == first->pod &&
	       entry->type == first->type && verdict == run->verdict &&
	       (!decision || decision->possible == run->decision.possible);
}

static void add_to_run(struct judge *judge, const struct entry *entry, enum verdict verdict,
		       const struct answer *answer, const struct bug *bug, enum severity severity)
{
	struct run *run = &judge->run;
	bool follows = entry->mfn == run->first.mfn + (entry->gfn - run->first.gfn);
	uint64_t size = entry_pages(entry->order);

	if (continues(run, entry, verdict, answer ? &answer->decision : NULL) && bug == run->bug &&
	    (follows || !judge->follow_frames)) {
		run->mfn_contiguous &= follows;
		run->entries++;
		run->gfn_last += size;
		return;
	}
	flush_run(judge);
	run->first = *entry;
	run->gfn_last = entry->gfn + size - 1;
	run->entries = 1;
	run->mfn_contiguous = true;
	run->verdict = verdict;
	run->bug = bug;
	if (answer) {
		run->decision = answer->decision;
		run->question = answer->question;
		run->severity = severity;
	}
}

static void flush_assumed(struct judge *judge)
{
	unsigned int fact;

	for (fact = 0; fact < FACT_COUNT; fact++)
		if (judge->assumed_facts >> fact & 1)
			judge->summary.assumed[fact] += judge->assumed_count;
	judge->assumed_count = 0;
}

/* Counts what an ok-if entry rests on; neighbours mostly rest on the same. */
static inline void count_assumed(struct judge *judge, const struct outcome *outcome)
{
	if (outcome->assumes != judge->assumed_facts) {
		flush_assumed(judge);
		judge->assumed_facts = outcome->assumes;
	}
	judge->assumed_count++;
}

/* Counts an entry that is not plainly ok, and puts it into a run where one is wanted. */
static void conclude(struct judge *judge, const struct entry *entry, enum verdict verdict,
		     const struct answer *answer)
{
	struct summary *summary = &judge->summary;
	const struct bug *bug = NULL;
	enum severity severity = SEVERITY_DIFFERS;
	bool notable = judge->all_runs;

	summary->verdict[verdict]++;
	if (verdict == VERDICT_OK_IF) {
		const struct outcome *outcome = &answer->decision.outcome[entry_key(entry)];

		count_assumed(judge, outcome);
		if (outcome->unusual) {
			summary->unusual++;
			notable = true;
		}
	} else if (verdict == VERDICT_MISMATCH) {
		bug = bug_find(judge->facts, entry, &answer->question, &answer->decision);
		severity = severity_of(entry_key(entry), &answer->decision);
		summary->severity[severity]++;
		notable = true;
	}
	if (notable)
		add_to_run(judge, entry, verdict, answer, bug, severity);
}

bool entry_siblings(const struct entry *a, const struct entry *b, unsigned int order)
{
	return a->order == b->order && b->gfn == a->gfn + entry_pages(a->order) &&
	       b->mfn == a->mfn + entry_pages(a->order) && a->gfn >> order == b->gfn >> order;
}

/* The superpage of that order that the entry can be a piece of; false if none. */
static bool parent_of(const struct entry *entry, unsigned int order, struct entry *parent)
{
	uint64_t offset = entry->gfn & (entry_pages(order) - 1);

	*parent = *entry;
	parent->gfn -= offset;
	parent->mfn -= offset;
	parent->order = order;
	return entry->mfn >= offset && !(parent->mfn & (entry_pages(order) - 1));
}

/* A piece keeps the type of the superpage, so that has the classes that the piece may have. */
static void ask_parent(const struct facts *facts, const struct entry *parent, unsigned int classes,
		       struct window *window, struct decision *decision)
{
	struct question question;

	*window = WINDOW_ALL;
	types_question(facts, parent, &question, window);
	question.classes = classes;
	decide(facts, &question, decision);
	window_narrow(window, &decision->window);
}

unsigned int entry_inherits(const struct facts *facts, const struct entry *entry,
			    unsigned int classes, struct entry *parent, struct decision *decision)
{
	struct window window;
	unsigned int order;

	for (order = entry->order + 9; order <= 18; order += 9) {
		if (!parent_of(entry, order, parent))
			continue;
		ask_parent(facts, parent, classes, &window, decision);
		if (decision->possible >> entry_key(entry) & 1)
			return order;
	}
	return 0;
}

uint64_t entry_inherits_alike(const struct facts *facts, const struct entry *entry,
			      unsigned int classes, uint64_t count)
{
	struct decision decision;
	struct entry parent;
	struct window window;
	unsigned int order;

	for (order = entry->order + 9; order <= 18; order += 9) {
		uint64_t inside = entry_pages(order) - 1, last;

		if (!parent_of(entry, order, &parent)) /* nor of the others */
			continue;
		ask_parent(facts, &parent, classes, &window, &decision);
		/* Superpages that lie in the window as a whole. */
		last = window.gfn_last == UINT64_MAX ? UINT64_MAX
						     : ((window.gfn_last + 1) & ~inside) - 1;
		count = entry_most(count, entry->gfn, last, entry->order);
		last = window.mfn_last == UINT64_MAX ? UINT64_MAX
						     : ((window.mfn_last + 1) & ~inside) - 1;
		count = entry_most(count, entry->mfn, last, entry->order);
	}
	return count;
}

/* The same, deciding once for all pieces of the like. */
static unsigned int parent_explains(struct judge *judge, const struct entry *entry,
				    const struct answer *answer)
{
	unsigned int order, classes = answer->question.classes;
	struct entry parent;

	for (order = entry->order + 9; order <= 18; order += 9) {
		struct parent_answer *last = &judge->parent[order / 9 - 1];

		if (!parent_of(entry, order, &parent))
			continue;
		if (last->classes != classes || last->rights != parent.rights ||
		    last->type != parent.type ||
		    !within(&last->window, &parent, entry_pages(order))) {
			last->classes = classes;
			last->rights = parent.rights;
			last->type = parent.type;
			ask_parent(judge->facts, &parent, classes, &last->window, &last->decision);
		}
		if (last->decision.possible >> entry_key(entry) & 1)
			return order;
	}
	return 0;
}

static void judge_odd(struct judge *judge, const struct entry *entry, const struct answer *answer)
{
	unsigned int key = entry_key(entry), parent;

	if (answer->decision.possible >> key & 1) {
		conclude(judge, entry, VERDICT_OK_IF, answer);
		return;
	}
	parent = parent_explains(judge, entry, answer);
	if (!parent) {
		conclude(judge, entry, VERDICT_MISMATCH, answer);
	} else if (judge->any_before && entry_siblings(&judge->before, entry, parent)) {
		conclude(judge, entry, VERDICT_INHERITED, answer);
	} else {
		judge->held = *entry;
		judge->held_answer = *answer;
		judge->holding = true;
	}
}

/* Settles the held entry, now that the one behind it (or the end) is known. */
static void release_held(struct judge *judge, const struct entry *next)
{
	unsigned int parent = parent_explains(judge, &judge->held, &judge->held_answer);
	bool sibling = next && entry_siblings(&judge->held, next, parent);

	judge->holding = false;
	conclude(judge, &judge->held, sibling ? VERDICT_INHERITED : VERDICT_MISMATCH,
		 &judge->held_answer);
}

void judge_entries(struct judge *judge, const struct entry *entries, size_t count)
{
	struct summary *summary = &judge->summary;
	const struct entry *entry, *end = entries + count;
	uint64_t pages = 0, ok = 0, ok_if = 0;

	for (entry = entries; entry < end; entry++) {
		pages += entry_pages(entry->order);
		if (judge->holding)
			release_held(judge, entry);
		if (entry->pod || !entry->rights) {
			conclude(judge, entry, VERDICT_SKIPPED, NULL);
		} else if (entry->pending) {
			conclude(judge, entry, VERDICT_PENDING, NULL);
		} else {
			const struct answer *answer = answer_for(judge, entry);
			unsigned int key = entry_key(entry);

			if (answer->decision.possible == 1u << key) {
				ok++;
				if (judge->all_runs)
					add_to_run(judge, entry, VERDICT_OK, answer, NULL,
						   SEVERITY_DIFFERS);
			} else if (answer->decision.possible >> key & 1 && !judge->all_runs &&
				   !answer->decision.outcome[key].unusual) {
				ok_if++;
				count_assumed(judge, &answer->decision.outcome[key]);
			} else {
				if (entry > entries) {
					judge->before = entry[-1];
					judge->any_before = true;
				}
				judge_odd(judge, entry, answer);
			}
		}
	}
	if (count) {
		judge->before = end[-1];
		judge->any_before = true;
	}
	summary->entries += count;
	summary->pages += pages;
	summary->verdict[VERDICT_OK] += ok;
	summary->verdict[VERDICT_OK_IF] += ok_if;
}

/*
 * Of count entries that differ by advancing frames, with others before and behind them: how many
 * have the verdict of the first, and which, by which answer (NULL where the rules are not asked)?
 */
static uint64_t alike(struct judge *judge, const struct entry *entry, uint64_t count,
		      enum verdict *verdict, const struct answer **answer)
{
	unsigned int key = entry_key(entry);

	*answer = NULL;
	*verdict = entry->pod || !entry->rights ? VERDICT_SKIPPED : VERDICT_PENDING;
	if (*verdict == VERDICT_SKIPPED || entry->pending)
		return count;
	*answer = answer_for(judge, entry);
	count = entry_most(count, entry->gfn, (*answer)->window.gfn_last, entry->order);
	count = entry_most(count, entry->mfn, (*answer)->window.mfn_last, entry->order);
	if ((*answer)->decision.possible >> key & 1) {
		*verdict = (*answer)->decision.possible == 1u << key ? VERDICT_OK : VERDICT_OK_IF;
		return count;
	}
	/* One behind the first of a run has another piece of its superpage before or behind it. */
	*verdict = parent_explains(judge, entry, *answer) ? VERDICT_INHERITED : VERDICT_MISMATCH;
	return entry_inherits_alike(judge->facts, entry, (*answer)->question.classes, count);
}

/* Counts entries of one verdict, the first being this. */
static void conclude_all(struct judge *judge, const struct entry *entry, uint64_t count,
			 enum verdict verdict, const struct answer *answer)
{
	struct summary *summary = &judge->summary;
	uint64_t others = count - 1;
	const struct outcome *outcome;

	summary->entries += count;
	summary->pages += count << entry->order;
	summary->verdict[verdict] += others;
	if (verdict == VERDICT_OK) {
		summary->verdict[verdict]++;
		if (judge->all_runs)
			add_to_run(judge, entry, verdict, answer, NULL, SEVERITY_DIFFERS);
	} else {
		conclude(judge, entry, verdict, answer);
	}
	if (verdict == VERDICT_OK_IF) {
		outcome = &answer->decision.outcome[entry_key(entry)];
		judge->assumed_count += others;
		summary->unusual += outcome->unusual ? others : 0;
	} else if (verdict == VERDICT_MISMATCH) {
		summary->severity[severity_of(entry_key(entry), &answer->decision)] += others;
	}
	if (judge->run.entries &&
	    judge->run.gfn_last == entry->gfn + entry_pages(entry->order) - 1) {
		judge->run.mfn_contiguous &= !entry->pod || !others;
		judge->run.entries += others;
		judge->run.gfn_last += others << entry->order;
	}
}

void judge_run(struct judge *judge, const struct entry *first, uint64_t count)
{
	struct entry entry = *first;

	if (!count)
		return;
	judge_entries(judge, &entry, 1); /* what was before it, counts, too */
	entry_advance(&entry, 1);
	count--;
	while (count > 1) {
		const struct answer *answer;
		enum verdict verdict;
		uint64_t n;

		if (judge->holding)
			release_held(judge, &entry);
		n = alike(judge, &entry, count - 1, &verdict, &answer);
		conclude_all(judge, &entry, n, verdict, answer);
		judge->before = entry;
		entry_advance(&judge->before, n - 1);
		judge->any_before = true;
		entry_advance(&entry, n);
		count -= n;
	}
	if (count)
		judge_entries(judge, &entry, 1);
}

/* The answer that the entry judged last had, if it still is the most recent of its kind. */
static const struct answer *last_answer(const struct judge *judge)
{
	const struct entry *last = &judge->before;
	const struct answer *answer;
	unsigned int kind;

	if (judge->all_runs || judge->holding || !judge->any_before || last->pod || last->pending ||
	    !last->rights)
		return NULL;
	kind = (last->order == 0 ? 0 : last->order == 9 ? 8 : 16) | last->rights;
	answer = judge->kind[kind].answer[0];
	return within(&answer->window, last, entry_pages(last->order)) &&
			       judge->kind[kind].type == last->type
		       ? answer
		       : NULL;
}

bool judge_repeatable(const struct judge *judge, struct entry *like, struct window *window)
{
	const struct answer *answer = last_answer(judge);
	unsigned int key = entry_key(&judge->before);

	if (!answer || !(answer->decision.possible >> key & 1) ||
	    answer->decision.outcome[key].unusual)
		return false;
	*like = judge->before;
	*window = answer->window;
	return true;
}

void judge_repeat(struct judge *judge, const struct entry *last, uint64_t count)
{
	const struct answer *answer = last_answer(judge);
	unsigned int key = entry_key(last);
	struct summary *summary = &judge->summary;

	summary->entries += count;
	summary->pages += count * entry_pages(last->order);
	if (answer->decision.possible == 1u << key) {
		summary->verdict[VERDICT_OK] += count;
	} else {
		summary->verdict[VERDICT_OK_IF] += count;
		count_assumed(judge, &answer->decision.outcome[key]);
		judge->assumed_count += count - 1;
	}
	judge->before = *last;
}

const struct summary *judge_finish(struct judge *judge)
{
	if (judge->holding)
		release_held(judge, NULL);
	flush_run(judge);
	flush_assumed(judge);
	return &judge->summary;
}
