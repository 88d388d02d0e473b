/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef REPORT_COMPARE_H
#define REPORT_COMPARE_H

/* What compare tells, as text or JSON on standard output. */

#include "audit/compare.h"
#include "base/jsonwrite.h"
#include "source/source.h"

/* Fill in the first three; the rest begins as zero. */
struct compare_report {
	bool json_form;
	unsigned int before, after; /* rule sets */
	struct jsonwrite json;
	struct compare_summary total; /* of the domains told */
	unsigned int domains;
	char sentence[400]; /* text: told last */
};

/* begin, then for each domain domain/change…/domain_end, then end. */
void compare_report_begin(struct compare_report *report, const struct source *source);
void compare_report_domain(struct compare_report *report, const struct dump *dump);
void compare_report_change(void *report, const struct change *change); /* a compare_emit */
void compare_report_domain_end(struct compare_report *report, const struct dump *dump,
			       const struct compare_summary *summary);
void compare_report_end(struct compare_report *report, bool complete, int exit_status);

/* Entries that differ, of a summary. */
struct change_count compare_differing(const struct compare_summary *summary);

/* Every pair of sets, all at once. */
void compare_report_matrix(bool json_form, const struct source *source,
			   const struct compare_matrix *matrix, bool complete, int exit_status);

#endif
