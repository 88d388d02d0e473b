/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_TEXT_HVMCTX_H
#define SOURCE_TEXT_HVMCTX_H

#include "source/text/scan.h"

/*
 * xen-hvmctx prints a domain's HVM context. Which domain's is told by its first line, or where only
 * a part of it was kept by Xen's own lines before it, "HVM dNvV save: MTRR".
 */
struct hvmctx_state {
	int domid;	     /* whose context Xen saved last; -1: not known */
	uint64_t saved_line; /* where it said so */
	unsigned int told;   /* records printed since then */
	bool in_record;
	unsigned int expected; /* rows of the record still to come */
	struct mtrr_text text;
};

void hvmctx_init(struct hvmctx_state *state);

/* One of Xen's lines (NUL-terminated): notes whose context it saves. True if it was one of these.
 */
bool hvmctx_xen_line(const char *text, const struct place *place, struct hvmctx_state *state);

/* One of dom0's lines. Returns 0 or -ENOMEM. */
int hvmctx_line(const char *text, const struct place *place, struct scan *scan,
		struct hvmctx_state *state);

#endif
