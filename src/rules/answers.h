/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Answers remembered by window: what was found out for one entry, by whatever question, holds for
 * all of its kind within a window. Whoever asks about millions of entries so asks a few times.
 */
#ifndef RULES_ANSWERS_H
#define RULES_ANSWERS_H

#include "model/entry.h"
#include "model/window.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How each answer begins; what was asked for follows. */
struct answer {
	struct window window; /* to be narrowed by who answers */
	uint32_t of;	      /* the entry's type, and what else was given with it */
};

/*
 * Finds the answer for an entry. classes: what answers_find() was called with. answer->window is
 * WINDOW_ALL, what follows is as the last answer there left it.
 */
typedef void answers_ask(void *opaque, const struct entry *entry, unsigned int classes,
			 struct answer *answer);

/* Order and rights of an entry. What else a question depends on is in the window or in answer.of.
 */
#define ANSWER_KINDS	(3 * 8)
/* Scattered frames alternate between a few windows. */
#define ANSWERS_OF_KIND 4

struct answers {
	struct answer *recent[ANSWER_KINDS][ANSWERS_OF_KIND]; /* most recently used first */
	answers_ask *ask;
	void *opaque;
	void *room;
};

/* For answers of size bytes, each beginning with a struct answer. Returns 0 or -ENOMEM. */
int answers_init(struct answers *answers, size_t size, answers_ask *ask, void *opaque);
void answers_clear(struct answers *answers);

static inline unsigned int answers_kind(const struct entry *entry)
{
	return (entry->order == 0 ? 0 : entry->order == 9 ? 8 : 16) | entry->rights;
}

static inline bool answer_fits(const struct answer *answer, const struct entry *entry,
			       unsigned int classes)
{
	return window_has(&answer->window, entry) && answer->of == (entry->type | classes << 8);
}

/* answers_find() where the most recent answer does not fit. */
const struct answer *answers_search(struct answers *answers, const struct entry *entry,
				    unsigned int classes);

/*
 * The answer for an entry, remembered or asked for; good until the next call. classes: types that
 * it may have, for a question that is put for these, else 0.
 */
static inline const struct answer *answers_find(struct answers *answers, const struct entry *entry,
						unsigned int classes)
{
	const struct answer *recent = answers->recent[answers_kind(entry)][0];

	return answer_fits(recent, entry, classes) ? recent
						   : answers_search(answers, entry, classes);
}

/* The answer given last to an entry like this, or NULL if it does not hold for it. */
static inline const struct answer *answers_last(const struct answers *answers,
						const struct entry *entry)
{
	const struct answer *recent = answers->recent[answers_kind(entry)][0];

	return answer_fits(recent, entry, 0) ? recent : NULL;
}

#endif
