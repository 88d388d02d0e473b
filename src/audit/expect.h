/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the user expects entries to hold. */
#ifndef AUDIT_EXPECT_H
#define AUDIT_EXPECT_H

#include "base/error.h"
#include "model/entry.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What entries must hold, in key D's notation: [DOMAIN:]RANGE[?]=TYPE[!|*] or
 * [DOMAIN:]RANGE[?]~TYPE. DOMAIN is a number (also "d6", "domain6") or a name; without it all are
 * meant.
 * RANGE is GFN, GFN-GFN (hexadecimal, inclusive) or type:P2M-TYPE; with '?' it need not be mapped.
 * "=WB!" wants iPAT, "=WB" wants none, "=WB*" takes either; "~WC" wants a PAT with which the guest
 * gets that effective type.
 */
struct expectation {
	char text[96];	      /* as written, safe for a terminal */
	char domain[64];      /* "": any */
	uint64_t first, last; /* gfns */
	int type;	      /* p2m type, or -1: by gfn */
	bool optional;
	bool effective; /* ~ */
	unsigned int memtype;
	enum { IPAT_NO, IPAT_YES, IPAT_ANY } ipat;
	/* Is this p2m meant, and was any? */
	bool concerned, ever;
	/* What was seen. */
	uint64_t next;	     /* first gfn of the range not yet seen mapped */
	uint64_t met, unmet; /* entries */
	uint64_t hole_first; /* where the range is not mapped, or, if lost, perhaps only not seen */
	bool has_hole, lost;
	struct entry example; /* the first that does not meet it */
};

struct expectations {
	struct expectation *list;
	size_t count;
};

/* Adds one. Returns 0, -ENOMEM, or -EINVAL with err saying what is wrong. */
int expect_add(struct expectations *expectations, const char *text, struct error *err);

/* Adds those of a file: one a line; empty lines and '#' comments are passed over. */
int expect_file(struct expectations *expectations, const char *path, struct error *err);
void expect_clear(struct expectations *expectations);

/*
 * Before each p2m, whose domain's name may be NULL, for its entries in gfn order, and after it:
 * complete if none of them was lost.
 */
void expect_begin(struct expectations *expectations, int domid, const char *name);
void expect_entries(struct expectations *expectations, const struct entry *entries, size_t count);
/* The same for count entries from this one on that differ only by advancing gfn and mfn. */
void expect_run(struct expectations *expectations, const struct entry *first, uint64_t count);
void expect_end(struct expectations *expectations, bool complete);

/* Is the p2m meant that was begun last? Where not, nothing is to be told of it. */
bool expect_concerns(const struct expectation *expectation);

/* Always where it is not concerned. */
bool expect_holds(const struct expectation *expectation);

/* "holds for 3 entries", or why not. Returns text. */
const char *expect_result(const struct expectation *expectation, char *text, size_t size);

#endif
