/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_TEXT_KEYQ_H
#define SOURCE_TEXT_KEYQ_H

#include "source/text/scan.h"

/* Inside the output of key q: which domain is being described. */
struct keyq_state {
	bool active, in_domain;
};

/*
 * One of Xen's lines (NUL-terminated) if it is output of key q. Returns 1 if it was, 0 if not, or
 * -ENOMEM.
 */
int keyq_line(const char *text, struct scan *scan, const struct place *place,
	      struct keyq_state *state);

#endif
