/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "audit/inherit.h"

#include "rules/decide.h"

bool entry_parent(const struct entry *entry, unsigned int order, struct entry *parent)
{
	uint64_t offset = entry->gfn & (entry_pages(order) - 1);

	*parent = *entry;
	parent->gfn -= offset;
	parent->mfn -= offset;
	parent->order = order;
	return entry->mfn >= offset && !(parent->mfn & (entry_pages(order) - 1));
}

unsigned int entry_inherits(const struct facts *facts, const struct entry *entry,
			    unsigned int classes, struct entry *parent, struct decision *decision)
{
	struct window window = WINDOW_ALL;
	struct question question;
	unsigned int order;

	for (order = entry->order + 9; order <= 18; order += 9) {
		if (!entry_parent(entry, order, parent))
			continue;
		question_put(facts, parent, &question, &window);
		/* A piece keeps the type of the superpage, so that has the classes of the piece. */
		question.classes = classes;
		decide(facts, &question, decision);
		if (decision_allows(decision, entry_key(entry)))
			return order;
	}
	return 0;
}

uint64_t entry_inherits_alike(const struct facts *facts, const struct entry *entry,
			      unsigned int classes, uint64_t count)
{
	struct decision decision;
	struct question question;
	struct entry parent;
	unsigned int order;

	for (order = entry->order + 9; order <= 18; order += 9) {
		uint64_t inside = entry_pages(order) - 1, last;
		struct window window = WINDOW_ALL;

		if (!entry_parent(entry, order, &parent)) /* nor of the others */
			continue;
		question_put(facts, &parent, &question, &window);
		question.classes = classes;
		decide(facts, &question, &decision);
		window_narrow(&window, &decision.window);
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

bool entry_siblings(const struct entry *a, const struct entry *b, unsigned int order)
{
	return a->gfn >> order == b->gfn >> order && a->mfn - a->gfn == b->mfn - b->gfn &&
	       a->order < order && b->order < order && a->rights && b->rights && !a->pod && !b->pod;
}
