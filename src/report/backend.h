/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef REPORT_BACKEND_H
#define REPORT_BACKEND_H

#include "base/jsonwrite.h"
#include "report/groups.h"
#include "report/report.h"

/* One form of report. */
struct report_backend {
	void (*begin)(struct report *report, const struct source *source);
	void (*domain)(struct report *report, const struct dump *dump);
	void (*run)(struct report *report, const struct run *run);
	void (*domain_end)(struct report *report, const struct dump *dump,
			   const struct summary *summary, const struct expectations *expect);
	void (*end)(struct report *report, const struct source *source, bool complete,
		    int exit_status);
};

#define FACT_ITEM 192 /* a fact in a line of text */

struct report {
	const struct report_backend *backend;
	struct report_options options;
	FILE *stream;
	struct jsonwrite json;
	FILE *findings; /* json with all runs, junit: findings, which stand behind what follows */
	struct jsonwrite findings_json;
	bool failed;
	unsigned int domains;			 /* told so far */
	int domid;				 /* of the domain being told */
	char fact_before[FACT_COUNT][FACT_ITEM]; /* text: as told of the domain before */
	uint32_t ways_told;	/* text: facts for which it was told how to know them */
	struct groups *groups;	/* text: runs that are held */
	uint64_t rows;		/* text: rows printed of this domain */
	uint64_t finding_pages; /* text: of this domain, 4K each */
	struct legend legend;	/* text: what was used */
	uint64_t unusual_rows, unusual_left_out;
	unsigned int tap;			  /* tests told so far */
	unsigned int suite_tests, suite_failures; /* junit: of the domain that ends */
	struct metrics *metrics;		  /* openmetrics: all that will be told */
	struct nothing nothing;
	struct summary total;
};

/* Frees metrics, if there are any. */
void metrics_clear(struct report *report);

extern const struct report_backend report_text, report_json, report_jsonl, report_tap, report_junit,
	report_openmetrics;

#endif
