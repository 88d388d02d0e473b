/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "audit/judge.h"

#include "audit/inherit.h"
#include "rules/answers.h"

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

uint32_t run_unusual(const struct run *run)
{
	return run->verdict == VERDICT_OK_IF ? run->decision.outcome[entry_key(&run->first)].unusual
					     : 0;
}

/* What the rules say of an entry, and what they were asked. */
struct judged {
	struct answer answer;
	struct question question;
	struct decision decision;
	const struct device_range *device; /* see struct run */
	uint16_t limits;		   /* limits_of() it */
};

uint64_t summary_accepted(const struct summary *summary)
{
	uint64_t accepted = 0;
	unsigned int i;

	for (i = 0; i < SEVERITY_COUNT; i++)
		accepted += summary->accepted[i];
	return accepted;
}

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
	struct judged held_judged;
	bool holding;
	struct entry piece; /* the last that was one */
	bool any_piece;
	struct answers answers; /* of struct judged, for entries */
	struct answers parents; /* and for superpages that entries can be pieces of */
	struct limits limits;
};

/* Where entries can be a device's, the first frame tells which; so far the answer holds. */
static void ask_device(const struct facts *facts, const struct entry *entry, struct judged *judged)
{
	struct window same = WINDOW_ALL;

	judged->device = NULL;
	if (!(judged->question.classes & P2M_CLASS_MMIO_DIRECT))
		return;
	judged->device =
		devices_around(&facts->devices, entry->mfn, &same.mfn_first, &same.mfn_last);
	same.mfn_last |= entry_pages(entry->order) - 1; /* an entry may reach beyond */
	window_narrow(&judged->answer.window, &same);
}

/* classes: those of a piece, which keeps the type of its superpage; 0: whatever the entry tells. */
static void ask(const struct facts *facts, const struct entry *entry, unsigned int classes,
		struct judged *judged)
{
	question_put(facts, entry, &judged->question, &judged->answer.window);
	if (classes)
		judged->question.classes = classes;
	decide(facts, &judged->question, &judged->decision);
	window_narrow(&judged->answer.window, &judged->decision.window);
	ask_device(facts, entry, judged);
	judged->limits = limits_of(&judged->question, &judged->decision);
}

static void answer_ask(void *opaque, const struct entry *entry, unsigned int classes,
		       struct answer *answer)
{
	const struct judge *judge = opaque;

	ask(judge->facts, entry, classes, (struct judged *)answer);
}

static inline const struct judged *judged_of(struct judge *judge, const struct entry *entry)
{
	return (const struct judged *)answers_find(&judge->answers, entry, 0);
}

struct judge *judge_new(const struct facts *facts, bool all_runs, judge_emit *emit, void *opaque)
{
	struct judge *judge = calloc(1, sizeof(*judge));

	assert(facts->rules); /* else nothing would be as it should be */
	if (!judge)
		return NULL;
	judge->facts = facts;
	judge->all_runs = all_runs;
	judge->emit = emit;
	judge->opaque = opaque;
	judge->summary.limits = &judge->limits;
	if (!answers_init(&judge->answers, sizeof(struct judged), answer_ask, judge) &&
	    !answers_init(&judge->parents, sizeof(struct judged), answer_ask, judge))
		return judge;
	judge_free(judge);
	return NULL;
}

void judge_follow_frames(struct judge *judge)
{
	judge->follow_frames = true;
}

void judge_free(struct judge *judge)
{
	if (!judge)
		return;
	answers_clear(&judge->answers);
	answers_clear(&judge->parents);
	free(judge);
}

static void flush_run(struct judge *judge)
{
	if (judge->run.entries)
		judge->emit(judge->opaque, &judge->run);
	judge->run.entries = 0;
}

/* What is told of a mismatch besides. */
struct finding {
	const struct bug *bug;
	enum severity severity;
	struct split_pieces pieces;
};

/* Do both have the same outcomes, which come about in the same way? */
static bool decided_alike(const struct decision *a, const struct decision *b)
{
	unsigned int left, key;

	if (a->possible != b->possible)
		return false;
	for (left = a->possible; left; left &= left - 1) {
		key = __builtin_ctz(left);
		if (!outcome_same(&a->outcome[key], &b->outcome[key]))
			return false;
	}
	return true;
}

/* Does an entry with its verdict go on with the run? Its frames may lie anywhere. */
static bool continues(const struct run *run, const struct entry *entry, enum verdict verdict,
		      const struct judged *judged, const struct finding *finding)
{
	return run->entries && entry->gfn == run->gfn_last + 1 && entry_alike(entry, &run->first) &&
	       verdict == run->verdict &&
	       (!judged || (judged->device == run->device &&
			    decided_alike(&judged->decision, &run->decision))) &&
	       (!finding || (finding->bug == run->bug && finding->severity == run->severity &&
			     finding->pieces.outcomes == run->pieces.outcomes));
}

/* finding: of a mismatch, else NULL. */
static void add_to_run(struct judge *judge, const struct entry *entry, enum verdict verdict,
		       const struct judged *judged, const struct finding *finding)
{
	struct run *run = &judge->run;
	bool follows = entry->mfn == run->first.mfn + (entry->gfn - run->first.gfn);

	if (continues(run, entry, verdict, judged, finding) && (follows || !judge->follow_frames)) {
		run->mfn_contiguous &= follows;
		run->entries++;
		run->gfn_last = entry_last(entry);
		return;
	}
	flush_run(judge);
	run->first = *entry;
	run->gfn_last = entry_last(entry);
	run->entries = 1;
	run->mfn_contiguous = true;
	run->verdict = verdict;
	run->bug = NULL;
	run->device = judged ? judged->device : NULL;
	if (judged) {
		run->decision = judged->decision;
		run->question = judged->question;
	}
	if (finding) {
		run->bug = finding->bug;
		run->severity = finding->severity;
		run->pieces = finding->pieces;
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

static void find(const struct judge *judge, const struct entry *entry, const struct judged *judged,
		 struct finding *finding)
{
	memset(finding, 0, sizeof(*finding));
	finding->bug = bug_find(judge->facts, entry, &judged->question, &judged->decision);
	if (decision_usual(&judged->decision) >> OUTCOME_SPLIT & 1)
		pieces_judge(judge->facts, entry, judged->question.classes, &finding->pieces);
	finding->severity =
		severity_of(entry_key(entry), &judged->decision, finding->pieces.severity);
}

/* Notes what entries that are as the rules want them, count of them, keep from the guest. */
static void note_limit(struct judge *judge, const struct entry *first, uint64_t count,
		       const struct judged *judged)
{
	if (judged->limits >> entry_key(first) & 1)
		limits_add(&judge->limits, judge->facts, &judged->question, &judged->decision,
			   first, count);
}

/* Counts an entry that is not plainly ok, and puts it into a run where one is wanted. */
static void conclude(struct judge *judge, const struct entry *entry, enum verdict verdict,
		     const struct judged *judged)
{
	struct summary *summary = &judge->summary;
	struct finding finding;
	bool notable = judge->all_runs;

	summary->verdict[verdict]++;
	if (verdict == VERDICT_OK_IF) {
		const struct outcome *outcome = &judged->decision.outcome[entry_key(entry)];

		count_assumed(judge, outcome);
		note_limit(judge, entry, 1, judged);
		if (outcome->unusual) {
			summary->unusual++;
			notable = true;
		}
	} else if (verdict == VERDICT_MISMATCH) {
		find(judge, entry, judged, &finding);
		summary->severity[finding.severity]++;
		notable = true;
	}
	if (notable)
		add_to_run(judge, entry, verdict, judged,
			   verdict == VERDICT_MISMATCH ? &finding : NULL);
}

/* entry_inherits(), deciding once for all pieces that are alike. */
static unsigned int parent_explains(struct judge *judge, const struct entry *entry,
				    const struct judged *judged)
{
	unsigned int order;
	struct entry parent;

	for (order = entry->order + 9; order <= 18; order += 9) {
		const struct judged *whole;

		if (!entry_parent(entry, order, &parent))
			continue;
		whole = (const struct judged *)answers_find(&judge->parents, &parent,
							    judged->question.classes);
		if (decision_allows(&whole->decision, entry_key(entry)))
			return order;
	}
	return 0;
}

static void keep_piece(struct judge *judge, const struct entry *entry)
{
	judge->piece = *entry;
	judge->any_piece = true;
}

/*
 * It can be the only piece that is left of its superpage, which nothing shows but how its frames
 * lie.
 */
static void conclude_lone(struct judge *judge, const struct entry *entry,
			  const struct judged *judged, unsigned int order)
{
	struct judged lone = *judged;
	unsigned int key = entry_key(entry);
	const struct judged *whole;
	struct entry parent;

	entry_parent(entry, order, &parent);
	whole = (const struct judged *)answers_find(&judge->parents, &parent,
						    judged->question.classes);
	lone.decision.possible |= 1u << key;
	lone.decision.outcome[key] = whole->decision.outcome[key];
	lone.decision.outcome[key].assumes |= 1u << FACT_SPLIT;
	lone.decision.outcome[key].unusual |= 1u << FACT_SPLIT;
	conclude(judge, entry, VERDICT_OK_IF, &lone);
}

static void judge_odd(struct judge *judge, const struct entry *entry, const struct judged *judged)
{
	unsigned int key = entry_key(entry), parent;

	if (decision_allows(&judged->decision, key)) {
		conclude(judge, entry, VERDICT_OK_IF, judged);
		return;
	}
	parent = parent_explains(judge, entry, judged);
	if (!parent) {
		conclude(judge, entry, VERDICT_MISMATCH, judged);
	} else if ((judge->any_before && entry_siblings(&judge->before, entry, parent)) ||
		   (judge->any_piece && entry_siblings(&judge->piece, entry, parent))) {
		conclude(judge, entry, VERDICT_INHERITED, judged);
		keep_piece(judge, entry);
	} else {
		judge->held = *entry;
		judge->held_judged = *judged;
		judge->holding = true;
	}
}

/* Settles the held entry, now that the one behind it (or the end) is known. */
static void release_held(struct judge *judge, const struct entry *next)
{
	unsigned int parent = parent_explains(judge, &judge->held, &judge->held_judged);

	judge->holding = false;
	keep_piece(judge, &judge->held);
	if (next && entry_siblings(&judge->held, next, parent))
		conclude(judge, &judge->held, VERDICT_INHERITED, &judge->held_judged);
	else
		conclude_lone(judge, &judge->held, &judge->held_judged, parent);
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
			const struct judged *judged = judged_of(judge, entry);
			unsigned int key = entry_key(entry);

			if (judged->decision.possible == 1u << key) {
				ok++;
				note_limit(judge, entry, 1, judged);
				if (judge->all_runs)
					add_to_run(judge, entry, VERDICT_OK, judged, NULL);
			} else if (decision_allows(&judged->decision, key) && !judge->all_runs &&
				   !judged->decision.outcome[key].unusual) {
				ok_if++;
				count_assumed(judge, &judged->decision.outcome[key]);
				note_limit(judge, entry, 1, judged);
			} else {
				if (entry > entries) {
					judge->before = entry[-1];
					judge->any_before = true;
				}
				judge_odd(judge, entry, judged);
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
		      enum verdict *verdict, const struct judged **judged)
{
	unsigned int key = entry_key(entry);

	*judged = NULL;
	*verdict = entry->pod || !entry->rights ? VERDICT_SKIPPED : VERDICT_PENDING;
	if (*verdict == VERDICT_SKIPPED || entry->pending)
		return count;
	*judged = judged_of(judge, entry);
	count = entry_most(count, entry->gfn, (*judged)->answer.window.gfn_last, entry->order);
	count = entry_most(count, entry->mfn, (*judged)->answer.window.mfn_last, entry->order);
	if ((*judged)->decision.possible >> key & 1) {
		*verdict = (*judged)->decision.possible == 1u << key ? VERDICT_OK : VERDICT_OK_IF;
		return count;
	}
	/* One behind the first of a run has another piece of its superpage before or behind it. */
	*verdict = parent_explains(judge, entry, *judged) ? VERDICT_INHERITED : VERDICT_MISMATCH;
	/* The pieces of a page that should be split are each page's own. */
	if (*verdict == VERDICT_MISMATCH && decision_allows(&(*judged)->decision, OUTCOME_SPLIT))
		return 1;
	return entry_inherits_alike(judge->facts, entry, (*judged)->question.classes, count);
}

/* Counts entries of one verdict, the first being this. */
static void conclude_all(struct judge *judge, const struct entry *entry, uint64_t count,
			 enum verdict verdict, const struct judged *judged)
{
	struct summary *summary = &judge->summary;
	uint64_t others = count - 1;
	const struct outcome *outcome;
	struct finding finding;

	summary->entries += count;
	summary->pages += count << entry->order;
	summary->verdict[verdict] += others;
	if (verdict == VERDICT_OK) {
		summary->verdict[verdict]++;
		note_limit(judge, entry, count, judged);
		if (judge->all_runs)
			add_to_run(judge, entry, verdict, judged, NULL);
	} else {
		conclude(judge, entry, verdict, judged);
	}
	if (verdict == VERDICT_OK_IF) {
		struct entry rest = *entry;

		entry_advance(&rest, 1);
		if (others)
			note_limit(judge, &rest, others, judged);
		outcome = &judged->decision.outcome[entry_key(entry)];
		judge->assumed_count += others;
		summary->unusual += outcome->unusual ? others : 0;
	} else if (verdict == VERDICT_MISMATCH) {
		find(judge, entry, judged, &finding);
		summary->severity[finding.severity] += others;
	} else if (verdict == VERDICT_INHERITED) {
		keep_piece(judge, entry);
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
		const struct judged *judged;
		enum verdict verdict;
		uint64_t n;

		if (judge->holding)
			release_held(judge, &entry);
		n = alike(judge, &entry, count - 1, &verdict, &judged);
		conclude_all(judge, &entry, n, verdict, judged);
		judge->before = entry;
		entry_advance(&judge->before, n - 1);
		judge->any_before = true;
		entry_advance(&entry, n);
		count -= n;
	}
	if (count)
		judge_entries(judge, &entry, 1);
}

/* What was said of the entry judged last, or NULL where that is not remembered. */
static const struct judged *last_judged(const struct judge *judge)
{
	const struct entry *last = &judge->before;

	if (judge->all_runs || judge->holding || !judge->any_before || last->pod || last->pending ||
	    !last->rights)
		return NULL;
	return (const struct judged *)answers_last(&judge->answers, last);
}

bool judge_repeatable(const struct judge *judge, struct entry *like, struct window *window)
{
	const struct judged *judged = last_judged(judge);
	unsigned int key = entry_key(&judge->before);

	if (!judged || !decision_allows(&judged->decision, key) ||
	    judged->decision.outcome[key].unusual || judged->limits >> key & 1)
		return false;
	*like = judge->before;
	*window = judged->answer.window;
	return true;
}

void judge_repeat(struct judge *judge, const struct entry *last, uint64_t count)
{
	const struct judged *judged = last_judged(judge);
	unsigned int key = entry_key(last);
	struct summary *summary = &judge->summary;

	summary->entries += count;
	summary->pages += count * entry_pages(last->order);
	if (judged->decision.possible == 1u << key) {
		summary->verdict[VERDICT_OK] += count;
	} else {
		summary->verdict[VERDICT_OK_IF] += count;
		count_assumed(judge, &judged->decision.outcome[key]);
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
