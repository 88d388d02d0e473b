/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/live/needq.h"

#include "rules/decide.h"
#include "source/tables/walk.h"

#include <errno.h>

#define Q_FACTS                                                                                \
	(1u << FACT_CACHE_FLUSH | 1u << FACT_SPECIAL | 1u << FACT_IOMEM | 1u << FACT_IOPORTS | \
	 1u << FACT_NR_PAGES)

/* Does what key q tells make a difference to this entry? */
static bool rests_on_q(const struct facts *facts, const struct entry *entry, struct window *window)
{
	struct question question;
	struct decision decision;
	uint32_t assumes = 0;
	unsigned int key;

	*window = WINDOW_ALL;
	question_put(facts, entry, &question, window);
	decide(facts, &question, &decision);
	window_narrow(window, &decision.window);
	for (key = 0; key < OUTCOME_COUNT; key++)
		if (decision.possible >> key & 1)
			assumes |= decision.outcome[key].assumes;
	return decision.possible & (decision.possible - 1) && assumes & Q_FACTS;
}

static bool inside(const struct window *window, const struct entry *entry)
{
	uint64_t more = entry_pages(entry->order) - 1;

	return entry->gfn >= window->gfn_first && entry->gfn + more <= window->gfn_last &&
	       entry->mfn >= window->mfn_first && entry->mfn + more <= window->mfn_last;
}

int needq_target(const struct target *target, uint64_t first, uint64_t last, bool *needs,
		 struct error *err)
{
	static struct entry entries[256];
	struct window windows[3][64];
	struct walk walk;
	size_t count, i;
	int rc = walk_begin(&walk, &target->copy->pages, target->eptp, 52, walk_ignore, NULL);

	if (rc)
		return error_set(err, -ENOMEM, "out of memory");
	walk.first = first;
	walk.last = last;
	for (i = 0; i < 3 * 64; i++) /* empty: last is 0 */
		windows[i / 64][i % 64] = (struct window){ .gfn_first = 1 };
	while (!*needs && (count = walk_read(&walk, entries, 256)))
		for (i = 0; i < count && !*needs; i++) {
			const struct entry *entry = &entries[i];
			struct window *window = &windows[entry->order / 9][entry->type & 63];

			if (!entry->pod && entry->rights && !entry->pending &&
			    (entry->type == P2M_MMIO_DIRECT || !inside(window, entry)))
				*needs = rests_on_q(&target->facts, entry, window);
		}
	walk_end(&walk);
	return 0;
}
