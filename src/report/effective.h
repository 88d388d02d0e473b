/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a guest gets, as text and as JSON. */
#ifndef REPORT_EFFECTIVE_H
#define REPORT_EFFECTIVE_H

#include "audit/effective.h"
#include "audit/sufferers.h"
#include "base/jsonwrite.h"
#include "report/format.h"
#include "report/legend.h"
#include "source/source.h"

#include <stdio.h>

#define EFFECTIVE_GAPS 32 /* told; the rest is counted */

/* Addresses that were not seen. */
struct effective_gap {
	uint64_t first, last; /* gvas */
	uint64_t gfn;	      /* of the table, or the frame that an entry names */
	const char *why;
};

/* What vCPUs with the same tables see. */
struct effective_space {
	const struct dump *dump;
	const struct paging_registers *registers;
	unsigned int vcpus[FACTS_VCPU_MAX], vcpu_count; /* the first is walked for all */
	bool complete;
	char reason[256]; /* why it is not */
	struct effective_gap gaps[EFFECTIVE_GAPS];
	uint64_t gap_count;
	const struct effective_summary *summary;
	const struct conflicts *conflicts;
	uint64_t looked_at, tables; /* entries and pages of the guest's tables */
};

struct effective_report {
	enum format format; /* text, JSON, JSON Lines */
	struct jsonwrite json;
	int domid; /* of the space that is being told, as vcpu and no_ept */
	unsigned int vcpu;
	bool no_ept;
	struct legend legend; /* this and what follows: text */
	uint64_t rows;
	uint64_t conflicts;
	/* A row that is held back, how often it was there, and how far each is from the next. */
	struct effective_run held;
	uint64_t times, stride;
};

/* In this order: begin, then for each space space/run…/space_end, then end. On standard output. */
void effective_begin(struct effective_report *report, const struct source_info *info);
void effective_space(struct effective_report *report, const struct effective_space *space);
/* An effective_emit. */
void effective_run(void *report, const struct effective_run *run);
void effective_space_end(struct effective_report *report, const struct effective_space *space);
void effective_end(struct effective_report *report, bool complete, int exit_status);

/* Members of a run; the object is open. */
void effective_run_members(struct jsonwrite *json, const struct effective_run *run);

/* "mappings" and "more_mappings" of a finding that is open. */
void sufferers_write(struct jsonwrite *json, const struct sufferers *sufferers);

/* The same as text, below the range of the finding. */
void sufferers_print(FILE *stream, const struct sufferers *sufferers);

/* "WC (PAT 1)". Returns text. */
const char *words_asked(const struct effective_run *run, char *text, size_t size);

/* "weaker: because of iPAT", "as asked", "leads nowhere". Returns text. */
const char *words_became(const struct effective_run *run, char *text, size_t size);

#endif
