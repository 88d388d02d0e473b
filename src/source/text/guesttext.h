/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_TEXT_GUESTTEXT_H
#define SOURCE_TEXT_GUESTTEXT_H

#include "model/facts.h"
#include "source/text/mtrrs.h"

/*
 * What a guest says of itself: its /proc/mtrr, which has the variable ranges that no call of dom0
 * tells, and Linux's boot messages. Guests can lie, so it counts as the usual value only.
 */
struct guest_text {
	bool linux_text; /* it has lines of Linux's */
	bool has_pat;
	uint64_t pat;
	struct mtrrs mtrrs;
};

/* One line (NUL-terminated), with what dmesg or a journal put before it. */
void guest_text_line(const char *line, struct guest_text *guest);

/*
 * Lays it over facts: what is known better, from Xen, stays. Writes into contradiction, or makes it
 * empty, what of that the guest contradicts. Returns 0 or -ENOMEM.
 */
int guest_text_apply(const struct guest_text *guest, struct facts *facts, char *contradiction,
		     size_t size);

#endif
