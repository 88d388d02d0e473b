/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef REPORT_STRETCH_H
#define REPORT_STRETCH_H

/* Guest memory as a map shows it: stretches of one type, whatever frames are behind them. */

#include "audit/compare.h"
#include "audit/judge.h"

/* What is shown of a stretch: an OUTCOME_KEY, or one of these. */
enum {
	SHOWN_GAP = OUTCOME_COUNT, /* nothing is mapped */
	SHOWN_PENDING,		   /* Xen recomputes it */
	SHOWN_POD,		   /* populated on demand */
	SHOWN_ABSENT,		   /* an entry that is not present */
	SHOWN_SAME,		   /* of a comparison: both are the same */
	SHOWN_NOTHING,		   /* nothing is said */
};

struct stretch {
	uint64_t first, last, entries; /* gfns, inclusive */
	uint64_t mfn;		       /* of first */
	bool mfn_contiguous;	       /* the others follow it */
	unsigned int shown[2];	       /* is and should be, or before and after */
	enum step step[2];	       /* who decides; STEP_END: nobody */
	enum verdict verdict;
	enum severity severity;		   /* of a mismatch */
	bool unusual;			   /* right only if a fact is not as usual */
	const char *bug;		   /* id of a known one, or NULL */
	const char *effect;		   /* of a comparison, else NULL */
	char expected[40];		   /* all that it should be: "WB!/UC" */
	bool accepted;			   /* of a mismatch: it is in a baseline */
	const struct device_range *device; /* that the first frame belongs to, or NULL */
};

/* "WB!", "gap", … */
const char *shown_name(unsigned int shown, char text[16]);

/* The run, or the change, as a stretch. */
void stretch_of_run(const struct run *run, struct stretch *stretch);
void stretch_of_change(const struct change *change, struct stretch *stretch);

/* A stretch in which nothing is mapped, or nothing changes. */
void stretch_empty(uint64_t first, uint64_t last, unsigned int shown, struct stretch *stretch);

/* If next goes on with what stretch is, it becomes part of it. */
bool stretch_join(struct stretch *stretch, const struct stretch *next);

#endif
