/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rules/answers.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int answers_init(struct answers *answers, size_t size, answers_ask *ask, void *opaque)
{
	unsigned int kind, i;
	char *room;

	/* Each at an address that suits whatever it holds. */
	size = (size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
	answers->room = room = calloc(ANSWER_KINDS * ANSWERS_OF_KIND, size);
	if (!room)
		return -ENOMEM;
	answers->ask = ask;
	answers->opaque = opaque;
	for (kind = 0; kind < ANSWER_KINDS; kind++)
		for (i = 0; i < ANSWERS_OF_KIND; i++, room += size) {
			answers->recent[kind][i] = (struct answer *)room;
			answers->recent[kind][i]->window = WINDOW_NONE;
		}
	return 0;
}

void answers_clear(struct answers *answers)
{
	free(answers->room);
	answers->room = NULL;
}

const struct answer *answers_search(struct answers *answers, const struct entry *entry,
				    unsigned int classes)
{
	struct answer **recent = answers->recent[answers_kind(entry)], *found;
	unsigned int i;

	for (i = 0; i < ANSWERS_OF_KIND - 1; i++)
		if (answer_fits(recent[i], entry, classes))
			break;
	found = recent[i];
	memmove(recent + 1, recent, i * sizeof(*recent));
	recent[0] = found;
	if (!answer_fits(found, entry, classes)) {
		found->window = WINDOW_ALL;
		found->of = entry->type | classes << 8;
		answers->ask(answers->opaque, entry, classes, found);
	}
	return found;
}
