/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/text/logcounts.h"

#include "source/text/scan.h"

void log_counts_set(struct log_counts *counts, const struct scan *scan)
{
	counts->rejected_lines = scan->rejected;
	counts->replayed_lines = scan->replayed;
	counts->headless_entries = scan->headless;
	counts->headless_first = scan->headless_first;
	counts->headless_last = scan->headless_last;
}
