/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MODEL_MERGE_H
#define MODEL_MERGE_H

#include "model/facts.h"

/* What is known from two places about one domain. */

/*
 * Takes over each fact that more knows better than to: what is known equally well stays. Returns 0
 * or -ENOMEM.
 */
int facts_merge(struct facts *to, const struct facts *more);

/* The same, but what is known equally well is taken over, too. */
int facts_take(struct facts *to, const struct facts *more);

/*
 * These facts are of another moment of the same boot: what can have changed since then is no more
 * than usual, and what only counts at one moment is left out.
 */
void facts_age(struct facts *facts);

/* Nothing is known of types but what entries themselves have, if they have it. */
void facts_types_in_entries(struct facts *facts, bool in_entries);

#endif
