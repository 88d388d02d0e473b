/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Limits: memory types that a guest cannot get though its entries follow the rules, whatever it
 * puts into its PAT, its page tables and its MTRRs. A guest should be able to have device memory
 * uncached and write-combining, and other memory cached; where it cannot, that is a limit.
 */
#ifndef AUDIT_LIMITS_H
#define AUDIT_LIMITS_H

#include "rules/decide.h"
#include "rules/history.h"

#define LIMIT_RANGES 16 /* of one cause; the rest is counted */
#define LIMIT_CAUSES 16

/* One cause. */
struct limit {
	unsigned int key;		   /* OUTCOME_KEY of the entries */
	enum step step;			   /* who decided so */
	unsigned int host;		   /* the host MTRRs' type that did it, or MEMTYPE_COUNT */
	bool mmio;			   /* device memory; false: other memory, or not certain */
	const struct device_range *device; /* that it belongs to, or NULL */
	unsigned int lost;		   /* bits 1 << enum memtype: what cannot be had */
	unsigned int set;		   /* by which rule set */
	uint32_t sets;			   /* those of releases by which it is so, bits 1 << set */
	/* In the line of sets that Xen went through: the commit from which on it was so, and the
	 * one that ended it; NULL where it was so in the oldest set, or still is. */
	const struct xen_commit *since, *until;
	uint64_t entries, pages;
	struct range range[LIMIT_RANGES]; /* gfns, in the order of the entries */
	unsigned int ranges;
	uint64_t more_ranges, next; /* left out; gfn behind the entry added last */
};

struct limits {
	struct limit list[LIMIT_CAUSES];
	unsigned int count;
	uint64_t left_out; /* entries of causes for which there is no room */
};

/* The outcomes of a decision that are limits, bits 1 << OUTCOME_KEY. */
uint16_t limits_of(const struct question *question, const struct decision *decision);

/*
 * Adds count entries that hold one of limits_of() and differ by advancing frames only, the first
 * being this. They come in ascending gfn order.
 */
void limits_add(struct limits *limits, const struct facts *facts, const struct question *question,
		const struct decision *decision, const struct entry *first, uint64_t count);

#endif
