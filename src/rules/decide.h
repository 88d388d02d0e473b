/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef RULES_DECIDE_H
#define RULES_DECIDE_H

#include "model/facts.h"
#include "rules/rulesets.h"

#include <stdbool.h>
#include <stdint.h>

enum maybe { MAYBE_NO, MAYBE_RATHER_NO, MAYBE_RATHER_YES, MAYBE_YES };

/* Frames, inclusive, within which an answer stays the same. */
struct window {
	uint64_t gfn_first, gfn_last, mfn_first, mfn_last;
};

#define WINDOW_ALL ((struct window){ 0, UINT64_MAX, 0, UINT64_MAX })

/* Makes window the part of it that lies in other, too. */
void window_narrow(struct window *window, const struct window *other);

/* One entry, as far as the rules look at it. */
struct question {
	uint64_t gfn, mfn;
	unsigned int order;
	unsigned int classes; /* enum p2m_class bits: every type that it may have */
	enum maybe mmio_ro;   /* read-only MMIO? Used where facts->mmio_ro is not complete */
	bool apic_page;	      /* probably the APIC access page; used where its frame is not known */
};

/* emt | ipat << 3; a split is emt 7 without iPAT, which is what Xen stores for it. */
#define OUTCOME_KEY(emt, ipat) ((emt) | (ipat) << 3)
#define OUTCOME_SPLIT	       OUTCOME_KEY(7, 0)
#define OUTCOME_COUNT	       16

struct outcome {
	enum step step;		  /* who decided */
	uint32_t assumes;	  /* facts it rests on that are not certain, bits 1 << fact */
	uint32_t unusual;	  /* those of them that would have to differ from the usual */
	unsigned int guest, host; /* MTRR_MERGE: one pair of types that gives it */
};

/* Every outcome that the facts leave possible, and where the answer holds. */
struct decision {
	uint16_t possible; /* bits 1 << OUTCOME_KEY */
	struct outcome outcome[OUTCOME_COUNT];
	/*
	 * The window: the same answer for every entry of the same order and classes whose frames
	 * all lie within.
	 */
	struct window window;
};

/*
 * Runs the rule sets in facts->rules over the question. With all facts certain and one rule set
 * exactly one outcome is possible.
 */
void decide(const struct facts *facts, const struct question *question, struct decision *decision);

/* The outcomes that stay if every fact is as usual; all of them where none does. Bits as possible.
 */
uint16_t decision_usual(const struct decision *decision);

/* The first of these: what is told where one is to be told. */
unsigned int decision_likeliest(const struct decision *decision);

/* A decision's outcomes, likeliest first: usual ones before the others. Returns their number. */
unsigned int decision_order(const struct decision *decision, unsigned int keys[OUTCOME_COUNT]);

/* How one step answered. */
struct step_answer {
	enum step step;
	bool reached;	   /* no step before it had decided for every type possible */
	bool decided;	   /* it does, whatever is not known; else it passes, or may do either */
	uint16_t outcomes; /* what it can give, bits 1 << OUTCOME_KEY */
};

/* The steps of one rule set in order, each with its answer. Returns their number. */
unsigned int decide_steps(const struct facts *facts, const struct question *question,
			  enum ruleset_id rules, struct step_answer answers[RULESET_STEPS]);

/* Xen's merge of guest and host MTRR type (get_pat_flags() and mm_type_tbl[] in hvm/mtrr.c). */
unsigned int merge_types(unsigned int guest, unsigned int host);

#endif
