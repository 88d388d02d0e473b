/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is printed on standard output, as a string; and a run of entries to print something of. */
#ifndef UNIT_SAID_H
#define UNIT_SAID_H

#include "audit/judge.h"

#include <stdio.h>
#include <stdlib.h>

/* Of the last end_said(), to be freed. */
static char *said;
static size_t said_size;
static FILE *said_kept;

static inline void begin_said(void)
{
	said_kept = stdout;
	stdout = open_memstream(&said, &said_size);
	if (!stdout)
		abort();
}

static inline void end_said(void)
{
	fclose(stdout);
	stdout = said_kept;
}

/* As one line with one blank between words, however it was folded. */
static inline void unfold_said(void)
{
	char *from, *to = said;

	for (from = said; *from; from++)
		if ((*from != ' ' && *from != '\n') || to == said || to[-1] != ' ')
			*to++ = *from == '\n' ? ' ' : *from;
	*to = '\0';
}

#define WB  OUTCOME_KEY(6, 0)
#define WBI OUTCOME_KEY(6, 1)
#define UC  OUTCOME_KEY(0, 0)
#define UCI OUTCOME_KEY(0, 1)
#define WC  OUTCOME_KEY(1, 0)
#define WT  OUTCOME_KEY(4, 0)

/* An entry that is one outcome and should be another, by a merge of two such types. */
static inline struct run run_of(unsigned int is, unsigned int should, enum verdict verdict)
{
	struct run run = { .entries = 1, .verdict = verdict, .mfn_contiguous = true };
	int pat;

	run.first.gfn = run.gfn_last = 0x100;
	run.first.mfn = 0x200;
	run.first.rights = ENTRY_R | ENTRY_W | ENTRY_X;
	run.first.emt = outcome_emt(is);
	run.first.ipat = outcome_ipat(is);
	run.first.type = ENTRY_TYPE_UNKNOWN;
	run.decision.possible = 1u << should;
	run.decision.outcome[should].step = MTRR_MERGE;
	run.decision.outcome[should].guest = run.decision.outcome[should].host =
		outcome_emt(should);
	if (verdict == VERDICT_MISMATCH)
		run.severity = severity_shown(is, should, &pat);
	return run;
}

#endif
