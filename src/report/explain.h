/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef REPORT_EXPLAIN_H
#define REPORT_EXPLAIN_H

/* What explain tells of one entry. */

#include "audit/judge.h"
#include "source/source.h"

/* One entry and all that is to be said of it. */
struct explanation {
	const struct facts *facts; /* facts->rules: the sets that the running Xen may have */
	uint64_t gfn;		   /* that was asked for */
	int domid;	  /* of the source's domain; -1: it is not named, or there is none */
	const char *name; /* of the domain, or NULL */
	const struct source_info *source; /* that has it, or NULL */
	const char *rules_note;		  /* what to know of the choice of rule set, or "" */
	const char *incomplete;		  /* why entries of its p2m were lost, or NULL */
	/* The entry, the question put for it, and, where it is of a domain, what the judge says. */
	struct run run;
};

/* As text, or as a JSON document, on standard output. */
void explain_text(const struct explanation *explanation);
void explain_json(const struct explanation *explanation);

#endif
