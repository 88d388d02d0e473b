/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compares a p2m with what it was at another moment. */
#ifndef AUDIT_DIFF_H
#define AUDIT_DIFF_H

#include "audit/judge.h"

/* Neighbouring entries that are the same, with frames that follow each other. */
struct piece {
	struct entry first;
	uint64_t gfn_last;
	enum verdict verdict;
};

/* A p2m at one moment, in gfn order. */
struct pieces {
	struct piece *list;
	size_t count;
	bool failed;	 /* out of memory */
	bool incomplete; /* entries were lost, so that what is not there may be mapped */
};

/* A judge_emit for runs of one frame sequence each, see judge_follow_frames(). */
void pieces_add(void *pieces, const struct run *run);
void pieces_clear(struct pieces *pieces);

/* gfns first to last, which had one story before and have one after. */
struct difference {
	uint64_t first, last;
	bool mapped[2];		/* before, after */
	struct piece piece[2];	/* beginning at first */
	bool mfn_contiguous[2]; /* frames follow that of first */
};

typedef void diff_emit(void *opaque, const struct difference *difference);

/* Where after is not like before, as far as both were seen. Returns the number of gfns (4K pages).
 */
uint64_t diff_pieces(const struct pieces *before, const struct pieces *after, diff_emit *emit,
		     void *opaque);

#endif
