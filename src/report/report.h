/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

/* What an audit reports, in one of several forms. */

#include "audit/expect.h"
#include "audit/judge.h"
#include "report/columns.h"
#include "report/format.h"
#include "source/source.h"

#include <stdbool.h>
#include <stdio.h>

struct report_options {
	enum format format; /* all but xen and svg */
	bool all_runs;	    /* -v */
	bool summary;	    /* totals only */
	bool strict;	    /* tap, junit: what is not proven is a failed test */
	int fail_on;	    /* tap, junit: severity from which on a finding is a failed test */
	bool fail_unusual;  /* tap, junit: so is an entry that is right only by an unusual fact */
	bool sentences;	    /* text: say what is the matter above the rows, not in a column */
	struct columns columns; /* text */
};

struct report;

/* What the user named and nothing of the source is: a sentence each. */
#define NOTHING_MAX 16
struct nothing {
	char text[NOTHING_MAX][160];
	size_t count; /* told; what is more is left out */
};

void nothing_add(struct nothing *nothing, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* A report on stream (not closed by it). NULL if out of memory. */
struct report *report_new(const struct report_options *options, FILE *stream);

/* In this order: begin, then for each domain domain/run…/domain_end, then end. */
void report_begin(struct report *report, const struct source *source);
void report_domain(struct report *report, const struct dump *dump);
void report_run(struct report *report, const struct run *run);
void report_domain_end(struct report *report, const struct dump *dump,
		       const struct summary *summary, const struct expectations *expect);
/* nothing: what of the user's matched nothing, and makes it fail. */
void report_end(struct report *report, const struct source *source, const struct nothing *nothing,
		bool complete, int exit_status);

/* Returns 0, or -EIO if something could not be written. */
int report_free(struct report *report);

#endif
