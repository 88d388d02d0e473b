/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "audit/pieces.h"

#include "rules/decide.h"

static void judge_pieces(const struct facts *facts, const struct entry *entry, unsigned int classes,
			 struct split_pieces *pieces);

/* The usual outcome of a piece that is least bad for what it would hold. Smaller pieces count for
 * it where it is split, too. */
static void judge_one(const struct facts *facts, const struct entry *piece,
		      const struct decision *decision, unsigned int classes,
		      struct split_pieces *pieces)
{
	struct split_pieces smaller = { .severity = SEVERITY_DIFFERS };
	uint16_t usual = decision_usual(decision);
	enum severity least;
	unsigned int key;

	if (usual >> OUTCOME_SPLIT & 1 && piece->order)
		judge_pieces(facts, piece, classes, &smaller);
	least = severity_of(entry_key(piece), decision, smaller.severity);
	pieces->outcomes |= (usual & ~(1u << OUTCOME_SPLIT)) | smaller.outcomes;
	for (key = 0; key < OUTCOME_COUNT; key++) {
		bool split = key == OUTCOME_SPLIT;

		if (!(usual >> key & 1) || (split && !smaller.outcomes) ||
		    least != (split ? smaller.severity : severity_between(entry_key(piece), key)))
			continue;
		if (pieces->worst == OUTCOME_SPLIT || least > pieces->severity) {
			pieces->worst = split ? smaller.worst : key;
			pieces->severity = least;
		}
		break;
	}
}

/* How many pages from the piece on the answer holds for whole pieces, at least one. */
static uint64_t pages_alike(const struct window *window, const struct entry *piece)
{
	uint64_t size = entry_pages(piece->order), left = window->gfn_last - piece->gfn;

	if (window->mfn_last - piece->mfn < left)
		left = window->mfn_last - piece->mfn;
	return left < size ? size : (left + 1) & ~(size - 1);
}

static void judge_pieces(const struct facts *facts, const struct entry *entry, unsigned int classes,
			 struct split_pieces *pieces)
{
	struct entry piece = *entry;
	uint64_t end = entry_last(entry) + 1, pages;

	pieces->worst = OUTCOME_SPLIT;
	piece.order -= 9;
	while (piece.gfn < end) {
		struct window window = WINDOW_ALL;
		struct question question;
		struct decision decision;

		question_put(facts, &piece, &question, &window);
		if (question.classes & classes)
			question.classes &= classes;
		else
			question.classes = classes;
		decide(facts, &question, &decision);
		window_narrow(&window, &decision.window);
		judge_one(facts, &piece, &decision, question.classes, pieces);
		pages = pages_alike(&window, &piece);
		if (pages > end - piece.gfn)
			break;
		piece.gfn += pages;
		piece.mfn += pages;
	}
}

void pieces_judge(const struct facts *facts, const struct entry *entry, unsigned int classes,
		  struct split_pieces *pieces)
{
	*pieces = (struct split_pieces){ .severity = SEVERITY_DIFFERS };
	if (entry->order)
		judge_pieces(facts, entry, classes, pieces);
}
