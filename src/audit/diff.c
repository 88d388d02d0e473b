/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "audit/diff.h"

#include "base/array.h"

#include <stdlib.h>
#include <string.h>

void pieces_add(void *opaque, const struct run *run)
{
	struct pieces *pieces = opaque;
	struct piece piece = {
		.first = run->first,
		.gfn_last = run->gfn_last,
		.verdict = run->verdict,
	};

	if (array_append(&pieces->list, &pieces->count, sizeof(piece), &piece))
		pieces->failed = true;
}

void pieces_clear(struct pieces *pieces)
{
	free(pieces->list);
	memset(pieces, 0, sizeof(*pieces));
}

/* All but the frames. */
static bool alike(const struct piece *a, const struct piece *b)
{
	const struct entry *x = &a->first, *y = &b->first;

	return x->order == y->order && x->rights == y->rights && x->emt == y->emt &&
	       x->ipat_hidden == y->ipat_hidden && (x->ipat_hidden || x->ipat == y->ipat) &&
	       x->pod == y->pod && x->pending == y->pending && a->verdict == b->verdict &&
	       (x->type == y->type || x->type == ENTRY_TYPE_UNKNOWN ||
		y->type == ENTRY_TYPE_UNKNOWN);
}

/* One side of the walk over both. */
struct side {
	const struct pieces *pieces;
	size_t next;
};

/* Is gfn mapped, as piece, and to which gfn does that hold, at most last? */
static bool at(struct side *side, uint64_t gfn, uint64_t *last, struct piece *piece)
{
	const struct pieces *pieces = side->pieces;

	while (side->next < pieces->count && pieces->list[side->next].gfn_last < gfn)
		side->next++;
	if (side->next == pieces->count)
		return false;
	*piece = pieces->list[side->next];
	if (piece->first.gfn > gfn) {
		if (piece->first.gfn - 1 < *last)
			*last = piece->first.gfn - 1;
		return false;
	}
	if (piece->gfn_last < *last)
		*last = piece->gfn_last;
	piece->first.mfn += gfn - piece->first.gfn;
	piece->first.gfn = gfn;
	return true;
}

static bool same(const struct side side[2], const struct difference *here)
{
	if (here->mapped[0] != here->mapped[1])
		return side[here->mapped[0]].pieces->incomplete;
	return !here->mapped[0] ||
	       (alike(&here->piece[0], &here->piece[1]) &&
		(here->piece[0].first.pod || here->piece[0].first.mfn == here->piece[1].first.mfn));
}

/* Does that side of here go on as held is? */
static bool goes_on(const struct difference *held, const struct difference *here, unsigned int side)
{
	return held->mapped[side] == here->mapped[side] &&
	       (!held->mapped[side] || alike(&held->piece[side], &here->piece[side]));
}

static bool frames_go_on(const struct difference *held, const struct difference *here,
			 unsigned int side)
{
	uint64_t next = held->piece[side].first.mfn + here->first - held->first;

	return !held->mapped[side] || here->piece[side].first.mfn == next;
}

/* Adds here to held if both tell one story. */
static bool extend(struct difference *held, const struct difference *here)
{
	if (held->last + 1 != here->first || !goes_on(held, here, 0) || !goes_on(held, here, 1))
		return false;
	held->mfn_contiguous[0] &= frames_go_on(held, here, 0);
	held->mfn_contiguous[1] &= frames_go_on(held, here, 1);
	held->last = here->last;
	return true;
}

/* What is populated on demand has no frames that could follow each other. */
static bool follows(const struct difference *here, unsigned int side)
{
	const struct entry *first = &here->piece[side].first;

	return !here->mapped[side] || !first->pod ||
	       here->last - here->first < entry_pages(first->order);
}

uint64_t diff_pieces(const struct pieces *before, const struct pieces *after, diff_emit *emit,
		     void *opaque)
{
	struct side side[2] = { { before, 0 }, { after, 0 } };
	struct difference held, here = { .first = 0 };
	bool holding = false;
	uint64_t count = 0;

	while (side[0].next < before->count || side[1].next < after->count) {
		here.last = UINT64_MAX;
		here.mapped[0] = at(&side[0], here.first, &here.last, &here.piece[0]);
		here.mapped[1] = at(&side[1], here.first, &here.last, &here.piece[1]);
		here.mfn_contiguous[0] = follows(&here, 0);
		here.mfn_contiguous[1] = follows(&here, 1);
		if (!same(side, &here)) {
			count += here.last - here.first + 1;
			if (!holding || !extend(&held, &here)) {
				if (holding)
					emit(opaque, &held);
				held = here;
				holding = true;
			}
		}
		if (here.last == UINT64_MAX)
			break;
		here.first = here.last + 1;
	}
	if (holding)
		emit(opaque, &held);
	return count;
}
