/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rule sets as data: each is a list of steps. With them the commits and releases they follow. */
#ifndef RULES_RULESETS_H
#define RULES_RULESETS_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
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
	NO_CONTROL_WB,	   /* not direct MMIO, domain may not control caches: WB! */
	NO_IO_WB_ANY,	   /* no IOMMU, no I/O capabilities: WB!, direct MMIO too */
	SPECIAL_WB,	   /* all frames special: WB!, some of a superpage: split */
	SPECIAL_WB_ALL,	   /* the same, also looks at frames that are not mfn_valid() */
	SPECIAL_SPLIT,	   /* 4K page special: WB!, any frame of a superpage: split */
	SPECIAL_FIRST_WB,  /* first frame special: WB!, for all of a superpage */
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

/* Sets that releases have, oldest first, then proposals, then what vendors' builds have. */
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
	RULES_SPECIAL_FIRST_2022_09,
	RULES_CACHE_CONTROL_2025_05,
	RULES_XENSERVER_7_1,
	RULES_XCP_NG_8_2,
	RULES_XENSERVER_8,
	RULES_COUNT,
	RULES_NEWEST = RULES_V1_2024_06 - 1, /* of those that a release has */
};

/* Sets that a release of Xen has, and those of vendors' builds of Xen, as bits 1 << id. */
#define RULES_RELEASED ((1u << (RULES_NEWEST + 1)) - 1)
#define RULES_VENDORS  (1u << RULES_XENSERVER_7_1 | 1u << RULES_XCP_NG_8_2 | 1u << RULES_XENSERVER_8)

/* Sets with the defect of 2d779cabddfa: entries of domains without device are not re-evaluated. */
#define RULES_B18 (1u << RULES_4_21 | 1u << RULES_XENSERVER_8)

/* Where a proposal comes from, on xen-devel. */
struct message {
	const char *author, *date, *subject; /* date: 2024-06-13 */
	const char *id;			     /* Message-ID, without brackets */
};

#define RULESET_STEPS 12

struct ruleset {
	const char *name;
	int from;	     /* the set that it was made from, or -1 */
	const char *commit;  /* that made it, or NULL */
	const char *origin;  /* what it changes against the one before, or where it comes from */
	const char *vendors; /* whose builds of Xen have it, where no release has */
	bool apic_unowned;   /* some releases of it have an APIC access page that no domain owns */
	enum step steps[RULESET_STEPS]; /* ends with STEP_END */
	struct message message;		/* proposals only */
};

extern const struct ruleset rulesets[RULES_COUNT];

/* A commit of xen.git that changed what epte_get_entry_emt() says. */
struct xen_commit {
	const char *id;	       /* 12 digits */
	const char *date;      /* of the commit, 2024-06-13 */
	const char *first;     /* first release of the branch that it was made on: "4.19.0" */
	const char *backports; /* first ones of older branches that have it: "4.17.5, 4.18.3" */
	const char *what;      /* what it changed, one clause */
};

extern const struct xen_commit xen_commits[];
extern const size_t xen_commit_count;

/* The newest point release of each 4.minor, and the newest minor release. */
extern const uint8_t xen_newest_point[];
extern const unsigned int xen_newest_minor;

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
