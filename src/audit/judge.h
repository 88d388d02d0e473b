/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The judge: holds the entries of one p2m against the rules. */
#ifndef AUDIT_JUDGE_H
#define AUDIT_JUDGE_H

#include "audit/limits.h"
#include "audit/pieces.h"
#include "audit/severity.h"
#include "rules/bugs.h"
#include "rules/decide.h"

#include <stddef.h>

enum verdict {
	VERDICT_OK,	   /* every possible outcome equals the entry */
	VERDICT_OK_IF,	   /* some do */
	VERDICT_INHERITED, /* equals the outcome of the superpage it was split from */
	VERDICT_PENDING,   /* Xen recomputes on next touch */
	VERDICT_SKIPPED,   /* PoD, or not present */
	VERDICT_MISMATCH,  /* none does */
	VERDICT_COUNT,
};

/* Name as in text and "verdict" ("ok-if"), and as key of "summary" ("ok_if"). */
const char *verdict_name(enum verdict verdict);
const char *verdict_key(enum verdict verdict);

/* Neighbouring entries with one story: they differ by advancing gfn, and in their mfn. */
struct run {
	struct entry first;
	uint64_t gfn_last, entries;
	bool mfn_contiguous;
	enum verdict verdict;
	struct decision decision; /* not for PENDING and SKIPPED */
	struct question question;
	enum severity severity;	    /* MISMATCH only */
	struct split_pieces pieces; /* MISMATCH only, where the rule says split */
	const struct bug *bug;	    /* MISMATCH only, may be NULL */
	/* What the first frame belongs to, where it can be a device's; or NULL. */
	const struct device_range *device;
	bool accepted; /* MISMATCH only: a baseline has it */
	/* MISMATCH only, where the guest's tables were looked at: what suffers from it, or NULL. */
	const struct sufferers *sufferers;
};

/* Does an ok-if run need a fact to differ from the usual? Facts, as bits. */
uint32_t run_unusual(const struct run *run);

struct summary {
	uint64_t entries, pages; /* dump lines; 4K pages */
	uint64_t verdict[VERDICT_COUNT];
	uint64_t severity[SEVERITY_COUNT];
	uint64_t accepted[SEVERITY_COUNT]; /* of those, in a baseline */
	uint64_t unusual;		   /* ok-if entries that need an unusual fact */
	uint64_t assumed[FACT_COUNT];	   /* ok-if entries that rest on each fact */
	const struct limits *limits;	   /* valid until judge_free() */
};

/* Mismatches that a baseline accepts. */
uint64_t summary_accepted(const struct summary *summary);

struct judge;

/* Called for each finished run, in gfn order. */
typedef void judge_emit(void *opaque, const struct run *run);

/*
 * A judge of one p2m, by facts that name at least one rule set. emit gets the findings and the
 * unusual ok-if runs, or with all_runs every run. NULL if out of memory.
 */
struct judge *judge_new(const struct facts *facts, bool all_runs, judge_emit *emit, void *opaque);

/* Runs are to end where frames do not follow each other, too. */
void judge_follow_frames(struct judge *judge);

/* Entries in ascending gfn order. */
void judge_entries(struct judge *judge, const struct entry *entries, size_t count);

/*
 * The same for count entries from this one on that differ only by advancing gfn and mfn. The
 * time depends on the number of different answers of the rules, not on that of the entries.
 */
void judge_run(struct judge *judge, const struct entry *first, uint64_t count);

/*
 * Would more entries like the one judged last only be counted, if they lay in *window? Fills
 * window. judge_repeat() then counts so many, of which last is the last.
 */
bool judge_repeatable(const struct judge *judge, struct entry *like, struct window *window);
void judge_repeat(struct judge *judge, const struct entry *last, uint64_t count);

/* Emits what is held back and returns the totals, valid until judge_free(). */
const struct summary *judge_finish(struct judge *judge);
void judge_free(struct judge *judge);

#endif
