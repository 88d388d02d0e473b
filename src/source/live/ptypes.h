/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_LIVE_PTYPES_H
#define SOURCE_LIVE_PTYPES_H

#include "rules/answers.h"
#include "source/live/xen.h"
#include "source/source.h"

/*
 * Asks Xen for the p2m types of entries whose rights, order and frame leave open what their memory
 * type should be. Entries are handed over in ascending order; what is found out goes into facts
 * when all are.
 */
struct asker {
	struct xen *xen;
	int domid;
	struct facts *facts;
	struct facts probe;	/* facts, for any rule set */
	bool monitored, unsure; /* somebody may restrict access; that cannot be told */
	struct answers open;	/* does it matter what the type of an entry is? */
	uint64_t gfns[XEN_TYPES_MAX], lasts[XEN_TYPES_MAX];
	unsigned int waiting;
	struct type_hint last; /* being built, if any */
	bool any;
	uint64_t behind; /* first gfn of which nothing is said yet */
};

int asker_begin(struct asker *asker, struct xen *xen, int domid, struct facts *facts);
int asker_entries(struct asker *asker, const struct entry *entries, size_t count);

/* Asks what is left if rc is 0. Returns rc, or what that returned. */
int asker_end(struct asker *asker, int rc);

#endif
