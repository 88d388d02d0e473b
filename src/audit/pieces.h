/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What becomes of a superpage that the rule splits: each piece is decided anew. */
#ifndef AUDIT_PIECES_H
#define AUDIT_PIECES_H

#include "audit/severity.h"
#include "model/facts.h"

struct split_pieces {
	uint16_t outcomes;	/* what the pieces would be as usual, bits 1 << OUTCOME_KEY */
	enum severity severity; /* of what the superpage holds, against the worst of them */
	unsigned int worst;	/* its OUTCOME_KEY */
};

/*
 * Judges what a superpage holds against what its pieces would be. classes: those that it may have,
 * and so they.
 */
void pieces_judge(const struct facts *facts, const struct entry *entry, unsigned int classes,
		  struct split_pieces *pieces);

#endif
