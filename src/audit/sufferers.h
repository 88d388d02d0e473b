/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Findings, and the guest's mappings that do not get what they would get by the rule. */
#ifndef AUDIT_SUFFERERS_H
#define AUDIT_SUFFERERS_H

#include "audit/effective.h"
#include "audit/judge.h"

#define SUFFERERS_EACH 16   /* mappings told of one finding; the rest is counted */
#define FINDINGS_HELD  1024 /* findings of a domain that can be kept for this */

struct sufferers {
	struct effective_run *list;
	size_t count;
	uint64_t more;
};

/* Findings of one p2m in ascending order, kept until the guest's tables have been walked. */
struct held_findings {
	struct held {
		struct run run;
		struct sufferers sufferers;
	} * list;
	size_t count;
};

/* Keeps a finding. False if there is no room for it. */
bool held_add(struct held_findings *held, const struct run *run);

/* The frames of all that are kept. Returns 0 or -ENOMEM. */
int held_frames(const struct held_findings *held, struct ranges *gfns);

/* A mapping of such frames: noted where it suffers. Returns 0 or -ENOMEM. */
int held_mapping(struct held_findings *held, const struct effective_run *mapping);
void held_clear(struct held_findings *held);

#endif
