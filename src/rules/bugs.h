/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Known defects of Xen that show in its entries. */
#ifndef RULES_BUGS_H
#define RULES_BUGS_H

#include "rules/decide.h"

/* A known defect of Xen that leaves entries different from what its own rules say. */
struct bug {
	const char *id;
	const char *also;     /* id of another that leaves the same, or NULL */
	const char *affected; /* releases */
	const char *text;     /* what happened, one clause */
	bool other_xen;	      /* the running Xen does not do so: is it the one that is named? */
};

/* The bug whose signature fits an entry that no outcome of decision explains, or NULL. */
const struct bug *bug_find(const struct facts *facts, const struct entry *entry,
			   const struct question *question, const struct decision *decision);

/*
 * The same for a piece that holds what the superpage around it had: parent is the decision on that,
 * which gave parent_key, own that on the piece, which would give own_key.
 */
const struct bug *bug_inherited(const struct decision *parent, unsigned int parent_key,
				const struct decision *own, unsigned int own_key);

#endif
