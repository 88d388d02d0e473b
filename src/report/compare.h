/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef REPORT_COMPARE_H
#define REPORT_COMPARE_H

/* What compare tells, as text, JSON or a picture on standard output. */

#include "audit/compare.h"
#include "base/jsonwrite.h"
#include "report/format.h"
#include "report/picture.h"
#include "source/source.h"
#include "x86/memtype.h"

/* Fill in format and rule sets; the rest begins as zero. */
struct compare_report {
	enum format format;	    /* text, json or svg */
	unsigned int before, after; /* rule sets */
	struct picture *picture;
	struct jsonwrite json;
	struct compare_summary total; /* of the domains told */
	unsigned int domains;
	char sentence[400]; /* text: told last */
	uint64_t next;	    /* picture: first gfn not drawn yet */
	/* Of the domain being told: 4K pages in which the guest can no longer, or now can, get a
	 * type. */
	uint64_t lost[MEMTYPE_COUNT], gained[MEMTYPE_COUNT];
};

/* begin, then for each domain domain/change…/domain_end, then end. */
int compare_report_begin(struct compare_report *report, const struct source *source,
			 struct error *err); /* 0 or a negative errno value */
void compare_report_domain(struct compare_report *report, const struct dump *dump);
void compare_report_change(void *report, const struct change *change); /* a compare_emit */
void compare_report_domain_end(struct compare_report *report, const struct dump *dump,
			       const struct compare_summary *summary);
/* Without keep it only frees. 0 or a negative errno value. */
int compare_report_end(struct compare_report *report, bool complete, int exit_status, bool keep,
		       struct error *err);

/* Entries that differ, of a summary. */
struct change_count compare_differing(const struct compare_summary *summary);

/* Every pair of sets, all at once. */
void compare_report_matrix(bool json_form, const struct source *source,
			   const struct compare_matrix *matrix, bool complete, int exit_status);

#endif
