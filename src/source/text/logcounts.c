/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/text/logcounts.h"

#include "source/text/scan.h"

#include <inttypes.h>
#include <stdio.h>

void log_counts_set(struct log_counts *counts, const struct scan *scan, bool asked)
{
	counts->rejected_lines = scan->rejected;
	counts->replayed_lines = scan->replayed;
	counts->left_out_lines = scan->left_out;
	counts->lines_lost = scan->lost;
	counts->headless_entries = asked ? 0 : scan->headless;
	counts->headless_first = scan->headless_first;
	counts->headless_last = scan->headless_last;
}

const char *log_counts_left_out(const struct log_counts *counts, char *text, size_t size)
{
	bool one = counts->left_out_lines == 1;

	snprintf(text, size,
		 "%lu %s with (XEN) behind another prefix than the log's other lines %s left out",
		 counts->left_out_lines, one ? "line" : "lines", one ? "was" : "were");
	return text;
}

const char *log_counts_headless(const struct log_counts *counts, char *text, size_t size)
{
	bool one = counts->headless_entries == 1;

	snprintf(text, size,
		 "%lu %s (gfns 0x%" PRIx64 "-0x%" PRIx64
		 ") %s no header: the log lost what was before them, their domain is not known",
		 counts->headless_entries, one ? "entry" : "entries", counts->headless_first,
		 counts->headless_last, one ? "has" : "have");
	return text;
}
