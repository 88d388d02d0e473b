/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_TEXT_LOGCOUNTS_H
#define SOURCE_TEXT_LOGCOUNTS_H

/* What is counted while Xen's text is read, and told beside its entries. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct scan;

struct log_counts {
	unsigned long rejected_lines;		/* look-alikes of Xen's lines, not believed */
	unsigned long replayed_lines;		/* Xen's lines that came a second time */
	unsigned long left_out_lines;		/* "(XEN)" behind another prefix, not seen again */
	bool lines_lost;			/* some of these could tell of entries or facts */
	unsigned long headless_entries;		/* entries before any header: whose is not known */
	uint64_t headless_first, headless_last; /* lowest and highest gfn of theirs, inclusive */
	bool attributes_trimmed;		/* trailing blanks were stripped */
	bool blanks_lost; /* entries are read by words, not by columns; a remark says so */
};

/*
 * Sets what the first reading of a text counted; the second one adds to it. Where a domain was
 * asked for, entries without a header count for nothing: that domain has one, and they stood before
 * any.
 */
void log_counts_set(struct log_counts *counts, const struct scan *scan, bool asked);

/* Do the counts tell that entries or facts were lost? */
static inline bool log_counts_lost(const struct log_counts *counts)
{
	return counts->headless_entries || counts->lines_lost;
}

/* Says what lines were left out. Returns text. */
const char *log_counts_left_out(const struct log_counts *counts, char *text, size_t size);

/* Says what entries without a header mean. Returns text. */
const char *log_counts_headless(const struct log_counts *counts, char *text, size_t size);

#endif
