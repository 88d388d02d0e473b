/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pieces of superpages that were split: ept_split_super_page() copies the superpage's type and EMT
 * to each, and nothing is decided anew.
 */
#ifndef AUDIT_INHERIT_H
#define AUDIT_INHERIT_H

#include "model/entry.h"
#include "model/facts.h"
#include "rules/outcome.h"

#include <stdbool.h>

/*
 * The superpage of that order that an entry can be a piece of. False where its frames do not lie
 * as in one.
 */
bool entry_parent(const struct entry *entry, unsigned int order, struct entry *parent);

/*
 * The order of the superpage whose outcome equals what the entry holds, if it was a piece of that,
 * else 0. classes are those that the entry may have. Fills parent, and decision with what the rules
 * say of it.
 */
unsigned int entry_inherits(const struct facts *facts, const struct entry *entry,
			    unsigned int classes, struct entry *parent, struct decision *decision);

/*
 * Of count entries that differ by advancing gfn and mfn only, the first being this: for how many do
 * superpages that they can be pieces of have the outcomes that those of the first have? At least 1.
 */
uint64_t entry_inherits_alike(const struct facts *facts, const struct entry *entry,
			      unsigned int classes, uint64_t count);

/* Do their frames lie as those of two pieces of one superpage of that order? */
bool entry_siblings(const struct entry *a, const struct entry *b, unsigned int order);

#endif
