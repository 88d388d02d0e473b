/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MODEL_REDACT_H
#define MODEL_REDACT_H

#include "model/facts.h"

/*
 * Other numbers for machine frames, the same for all that is told of one. Aligned blocks of 2M and
 * more stay such, and lie in each other as before, so that the rules answer the same; the first 2M
 * and INVALID_MFN keep their meaning, and numbers their highest bit.
 */
struct redact {
	uint64_t key;
};

/* With a key that nobody knows. Returns 0 or a negative errno. */
int redact_init(struct redact *redact);

uint64_t redact_frame(const struct redact *redact, uint64_t frame);

/* The frame of an entry. */
void redact_entry(const struct redact *redact, struct entry *entry);

/* All frames in facts. Returns 0 or -ENOMEM. */
int redact_facts(const struct redact *redact, struct facts *facts);

#endif
