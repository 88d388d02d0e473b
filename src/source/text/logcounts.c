/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/text/logcounts.h"

#include "source/text/scan.h"

#include <inttypes.h>
#include <stdio.h>

void log_counts_set(struct log_counts *counts, const struct scan *scan, bool asked)
{
	counts->rejected_lines = scan->rejected;
	counts->replayed_lines = scan->replayed;
	counts->headless_entries = asked ? 0 : scan->headless;
	counts->headless_first = scan->headless_first;
	counts->headless_last = scan->headless_last;
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
