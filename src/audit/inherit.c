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

bool entry_siblings(const struct entry *a, const struct entry *b, unsigned int order)
{
	return a->order == b->order && b->gfn == a->gfn + entry_pages(a->order) &&
	       b->mfn == a->mfn + entry_pages(a->order) && a->gfn >> order == b->gfn >> order;
}
