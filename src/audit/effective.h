/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a guest gets: its own page tables combined with the p2m. */
#ifndef AUDIT_EFFECTIVE_H
#define AUDIT_EFFECTIVE_H

#include "audit/backing.h"
#include "audit/conflicts.h"
#include "model/ranges.h"
#include "x86/memtype.h"
#include "x86/paging.h"

enum became {
	BECAME_AS_ASKED,
	BECAME_WEAKER,	 /* cached less, or combined less, than the guest asked for */
	BECAME_STRONGER, /* cached or combined more: dangerous for device memory */
	BECAME_UNKNOWN,	 /* nothing maps it, or what maps it has no known type */
	BECAME_COUNT,
};

/* "as asked", "weaker", "stronger"; NULL for BECAME_UNKNOWN. */
const char *became_name(enum became became);

/* What made the guest's type another than it asked for, bits 1 << taker. */
enum taker { TAKER_EMT, TAKER_IPAT, TAKER_GUEST_MTRR, TAKER_HOST_MTRR, TAKER_COUNT };

const char *taker_name(enum taker taker); /* "emt", "ipat", "guest-mtrr", "host-mtrr" */

/* Neighbouring pages with one story. */
struct effective_run {
	struct mapping mapping; /* pages of this run only */
	unsigned int asked;	/* enum memtype, UC- included */
	struct backing backing; /* its gfns are those of the p2m, which may be more */
	int effective;		/* enum memtype, or -1 */
	int half; /* of the guest's PAT and MTRRs alone, where there is no EPT; or -1 */
	enum became became;
	unsigned int taken_by; /* bits 1 << enum taker */
};

struct effective_summary {
	uint64_t bytes[MEMTYPE_COUNT]; /* mapped, by effective type */
	uint64_t unmapped;	       /* bytes that no EPT entry maps, or of no known type */
	uint64_t nowhere;	       /* of these, those that no entry maps */
	uint64_t became[BECAME_COUNT]; /* bytes */
	uint64_t half[MEMTYPE_COUNT];  /* by the guest's half of the type, where there is no EPT */
	uint64_t runs;
};

typedef void effective_emit(void *opaque, const struct effective_run *run);

struct effective {
	const struct paging_registers *registers;
	struct backings *backings;
	const struct ranges *gvas, *gfns; /* 4K pages and frames that are wanted; empty: all */
	struct conflicts *conflicts;	  /* what is found is added; or NULL */
	effective_emit *emit;
	void *opaque;
	struct effective_summary summary;
	struct effective_run run; /* being built, if it has pages */
};

/* What became of a type that was asked for. effective is enum memtype or -1. */
enum became became_of(unsigned int asked, int effective);

/* Mappings in ascending order of gva; effective_finish() emits what is held back. */
void effective_add(struct effective *effective, const struct mapping *mapping);
void effective_finish(struct effective *effective);

#endif
