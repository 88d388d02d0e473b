/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_TEXT_APART_H
#define SOURCE_TEXT_APART_H

#include "source/text/scan.h"

/*
 * Lines of a log that have "(XEN) ", but not where Xen's own have it: another log that is mixed in,
 * a prefix that changed, or dom0 that showed this log. Which of these is known when the whole log
 * was read.
 */
struct apart_line {
	uint64_t hash; /* of what it says */
	bool counts;   /* it could tell of an entry or a fact */
	bool shown;    /* one of Xen's lines says the same */
};

struct apart {
	struct apart_line *lines;
	size_t count;
	unsigned long more; /* than are remembered: whether they are shown again is not known */
	bool more_count;    /* one of these could tell of an entry or a fact */
};

/* One such line, which says text. Returns 0 or -ENOMEM. */
int apart_add(struct apart *apart, const char *text, size_t length, bool counts);

/*
 * Reads the log again, if there are any, and counts them in scan: those that say what a line of
 * Xen's with this prefix says are replayed, the others were left out. Returns 0 or a negative errno
 * value.
 */
int apart_settle(struct apart *apart, struct reader *reader, const struct prefix *prefix,
		 struct scan *scan, struct error *err);

void apart_clear(struct apart *apart);

#endif
