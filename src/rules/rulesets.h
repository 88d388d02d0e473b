/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef RULES_RULESETS_H
#define RULES_RULESETS_H

#include "base/error.h"

#include <stdint.h>

/* The questions that Xen's epte_get_entry_emt() asks, in any version, and how each answers. */
enum step {
	STEP_END,
	RO_MMIO,	   /* read-only MMIO: UC!, a superpage partly so is split */
	INVALID_UC,	   /* first frame not mfn_valid(): UC! */
	INVALID_UC_PLAIN,  /* the same, but UC without iPAT */
	INVALID_UC_V1,	   /* UC!, but direct MMIO of a domain with IOMMU or capabilities: UC */
	INVALID_MFN_UC,	   /* first frame is INVALID_MFN, or what an entry keeps of it: UC! */
	NO_IO_WB,	   /* not direct MMIO, no IOMMU, no I/O capabilities: WB! */
	NO_IO_WB_ANY,	   /* no IOMMU, no I/O capabilities: WB!, direct MMIO too */
	SPECIAL_WB,	   /* all frames special: WB!, some of a superpage: split */
	SPECIAL_WB_ALL,	   /* the same, also looks at frames that are not mfn_valid() */
	SPECIAL_SPLIT,	   /* 4K page special: WB!, any frame of a superpage: split */
	MMIO_UC,	   /* direct MMIO: UC */
	MMIO_UC_APIC_WB,   /* direct MMIO: UC, but the APIC access page WB! */
	GRANT_FOREIGN_WB,  /* granted and foreign pages: WB! */
	PINNED,		   /* pinned range: its type, iPAT; UC- as UC; partly pinned: split */
	MTRR_MERGE,	   /* guest's and host's MTRR types merged, no iPAT */
	MMIO_GUEST_MTRR,   /* direct MMIO: as the guest's MTRRs say, no iPAT */
	MMIO_GUEST_WC,	   /* direct MMIO: WC where the guest's MTRRs say so, else UC */
	RAM_WB_GUEST_MTRR, /* RAM by the memory map: WB; else as the guest's MTRRs say */
	STEP_COUNT,
};

struct step_info {
	const char *name;
	const char *reason; /* why the outcome is what it is, completes "… because " */
	uint32_t facts;	    /* that it looks at, bits 1 << enum fact */
};

extern const struct step_info step_info[STEP_COUNT];

#define RULESET_STEPS 12

struct ruleset {
	const char *name;
	const char *releases; /* for people */
	const char *origin;   /* what it changes against the one before, or where it comes from */
	enum step steps[RULESET_STEPS]; /* ends with STEP_END */
};

enum ruleset_id {
	RULES_4_5,
	RULES_4_5_3,
	RULES_4_6_5,
	RULES_4_7,
	RULES_4_11,
	RULES_4_14,
	RULES_4_15,
	RULES_4_16,
	RULES_4_17,
	RULES_4_19,
	RULES_4_21,
	RULES_V1_2024_06,
	RULES_INVALID_MFN_2024_06,
	RULES_MMIO_GUEST_MTRR_2024_06,
	RULES_MMIO_GUEST_WC_2024_06,
	RULES_RAM_WB_2024_06,
	RULES_COUNT,
	RULES_NEWEST = RULES_4_21,
};

/* Sets that a release of Xen has, as bits 1 << id; the others are proposals. */
#define RULES_RELEASED ((1u << (RULES_NEWEST + 1)) - 1)

extern const struct ruleset rulesets[RULES_COUNT];

/* Sets of the user's have the numbers from RULES_COUNT on. */
#define RULES_MAX (RULES_COUNT + 8)

/* The set of a number below ruleset_count(). */
const struct ruleset *ruleset(unsigned int id);
unsigned int ruleset_count(void);

/* The set of that name, or -1. */
int ruleset_parse(const char *name);

/*
 * Adds the sets of a file for the rest of the process: NAME: STEP STEP …, one a line, '#' begins a
 * comment. Returns 0, or a negative errno value with err naming the line.
 */
int ruleset_load(const char *path, struct error *err);

/* What in the steps of a set keeps it from always giving an answer, or NULL. */
const char *ruleset_wrong(const struct ruleset *set);

#endif
