/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What lies behind each guest frame: the entries of a p2m, kept to be looked up. */
#ifndef AUDIT_BACKING_H
#define AUDIT_BACKING_H

#include "model/entry.h"
#include "model/facts.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BACKING_UNKNOWN 0xff /* of a memory type */

/* gfns first to last with one story. Machine frames are not part of it. */
struct backing {
	uint64_t first, last;
	uint8_t emt; /* BACKING_UNKNOWN: pending, and the rules leave more than one type */
	bool ipat;
	bool mapped;  /* by an entry that is present: neither PoD nor a hole */
	bool ram;     /* may be read without a side effect: RAM, and not to be populated first */
	bool pending; /* emt and ipat are what the rules will make it on the next touch */
	/* Types of the guest's and the host's MTRRs that made the EMT; BACKING_UNKNOWN: they did
	 * not, or that is not known. Without an EPT, the type of the guest's MTRRs as it usually
	 * is. */
	uint8_t guest, host;
	const struct device_range *device; /* that its frames belong to, or NULL */
};

struct backings {
	struct backing *list; /* ascending */
	size_t count, allocated, recent;
	struct asked *asked; /* decisions, remembered */
	bool without_ept; /* there are no entries; of each gfn what the guest's MTRRs say is told */
	struct backing guest; /* told last, then */
	bool failed;	      /* out of memory: the rest means nothing */
};

/* Before backings_add(). facts are kept by reference. Returns 0 or -ENOMEM. */
int backings_begin(struct backings *backings, const struct facts *facts);
/* The same where no EPT is known: nothing is to be added. */
int backings_begin_without(struct backings *backings, const struct facts *facts);
/* Entries in ascending gfn order. */
void backings_add(struct backings *backings, const struct entry *entries, size_t count);
/* The same of a run: count entries that differ by advancing gfn and mfn only. */
void backings_add_run(struct backings *backings, const struct entry *first, uint64_t count);
void backings_clear(struct backings *backings);

/* What is behind gfn; where no entry is, the hole around it. */
struct backing backings_find(struct backings *backings, uint64_t gfn);

#endif
