/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "audit/expect.h"
#include "audit/judge.h"
#include "source/source.h"

#include <stdbool.h>
#include <stdio.h>

enum report_format { FORMAT_TEXT, FORMAT_JSON, FORMAT_JSONL, FORMAT_TAP };

struct report_options {
	enum report_format format;
	bool all_runs; /* -v */
	bool summary;  /* totals only */
	bool color;
	int fail_on;		  /* tap: severity from which on a finding is a failed test */
	bool sentences;		  /* text: say what is the matter above the rows, not in a column */
	unsigned int columns[16]; /* indices into report_columns[], for text */
	unsigned int column_count;
};

struct report;

/* A report on stream (not closed by it). NULL if out of memory. */
struct report *report_new(const struct report_options *options, FILE *stream);

/* In this order: begin, then for each domain domain/run…/domain_end, then end. */
void report_begin(struct report *report, const struct source *source);
void report_domain(struct report *report, const struct dump *dump);
void report_run(struct report *report, const struct run *run);
void report_domain_end(struct report *report, const struct dump *dump,
		       const struct summary *summary, const struct expectations *expect);
void report_end(struct report *report, const struct source *source, bool complete, int exit_status);

/* Returns 0, or -EIO if something could not be written. */
int report_free(struct report *report);

/* The columns of runs in text. */
struct report_column {
	const char *name, *title, *help;
	int width; /* negative: left-aligned */
	void (*print)(const struct run *run, char *text, size_t size);
};

extern const struct report_column report_columns[];
extern const unsigned int report_column_count;

/* "gfn,attributes,…" into options, and no sentences. Returns 0, or -EINVAL with the unknown name in
 * err. */
int report_parse_columns(const char *list, struct report_options *options, struct error *err);

#endif
