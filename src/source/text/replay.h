/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_TEXT_REPLAY_H
#define SOURCE_TEXT_REPLAY_H

#include "source/text/scan.h"

/*
 * Are all records from offset split to end repetitions of records from offset begin to split? That
 * is dom0 showing an old log where no carriage returns tell. *count gets the number of them. Moves
 * the reader. Returns 1, 0, or a negative errno value; 0 too where there are too many to compare.
 */
int replay_of(struct reader *reader, const struct section *section, uint64_t begin, uint64_t split,
	      uint64_t end, unsigned long *count, struct error *err);

#endif
