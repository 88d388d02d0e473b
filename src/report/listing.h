/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef REPORT_LISTING_H
#define REPORT_LISTING_H

#include "report/jsonwrite.h"
#include "source/image/find.h"
#include "source/source.h"
#include "x86/ept.h"

enum listing_format { LISTING_TEXT, LISTING_JSON, LISTING_JSONL, LISTING_XEN };

#define LISTING_COLUMNS	     "gfn, mfn, order, entries, size, attributes, type, access, raw"
#define LISTING_COLUMN_COUNT 9

/* Entries that continue each other: they differ by advancing gfn and mfn only. */
struct listing_run {
	struct entry first, last;
	uint64_t entries;
};

/* Entries as they are, without a judgement, to stdout: runs, or in the form of key D each. */
struct listing {
	enum listing_format format;
	unsigned int columns[LISTING_COLUMN_COUNT], column_count; /* of text */
	struct ept_layout layout;				  /* where accesses are, */
	bool has_layout;					  /* if that is known */
	/* Of its own: */
	struct jsonwrite json;
	struct listing_run run; /* being built */
	uint64_t shown;
	int domid;
};

/* Text, with the columns that need nothing known. */
void listing_init(struct listing *listing);

/* "gfn,entries,…". Returns 0, or -EINVAL with err. */
int listing_parse_columns(struct listing *listing, const char *names, struct error *err);

/* Is the access asked for, which only a layout tells? */
bool listing_needs_layout(const struct listing *listing);

/* In this order: begin, then for each p2m domain, entry…, domain_end; then end. */
void listing_begin(struct listing *listing);
void listing_domain(struct listing *listing, const struct dump *dump);
void listing_entry(struct listing *listing, const struct entry *entry);
/* As many at once that differ by advancing gfn and mfn only, of which this is the first. */
void listing_entries(struct listing *listing, const struct entry *first, uint64_t count);
void listing_domain_end(struct listing *listing, const struct dump *dump);
void listing_end(struct listing *listing, int exit_status);

/* Or a list of roots, complete if all were found. */
void listing_roots(struct listing *listing, const struct ept_root *roots, size_t count,
		   bool complete, int exit_status);

#endif
