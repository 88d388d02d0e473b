/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef REPORT_LISTING_H
#define REPORT_LISTING_H

/* Entries as they are, without a judgement: runs of them, or each in the form of key D. */

#include "base/jsonwrite.h"
#include "report/columns.h"
#include "report/format.h"
#include "source/image/find.h"
#include "source/source.h"
#include "x86/ept.h"

/* Entries that continue each other: they differ by advancing gfn and mfn only. */
struct listing_run {
	struct entry first, last;
	uint64_t entries;
	const struct device_range *device; /* of the first frame, if that is shown; or NULL */
	uint64_t device_last;		   /* so far frames are its */
};

/* A list on standard output. */
struct listing {
	enum format format;	  /* text, json, jsonl or xen */
	struct columns columns;	  /* of text */
	struct ept_layout layout; /* where an entry has its access, */
	bool has_layout;	  /* if that is known */
	/* Of its own: */
	struct jsonwrite json;
	struct listing_run run; /* being built */
	uint64_t shown;
	int domid;
	const struct devices *devices; /* of the domain */
};

/* Begins as text with the columns that need nothing known. */
void listing_init(struct listing *listing);

/* Is the access asked for, which only a layout tells? */
bool listing_needs_layout(const struct listing *listing);

/* In this order: begin, then for each p2m domain, entry…, domain_end; then end. */
void listing_begin(struct listing *listing, const struct source_info *info);
void listing_domain(struct listing *listing, const struct dump *dump);
void listing_entry(struct listing *listing, const struct entry *entry);
/* As many at once that differ by advancing gfn and mfn only, of which this is the first. */
void listing_entries(struct listing *listing, const struct entry *first, uint64_t count);
void listing_domain_end(struct listing *listing, const struct dump *dump);
void listing_end(struct listing *listing, bool complete, int exit_status);

/* Or a list of the roots in the image of that name, complete if all were found. */
void listing_roots(struct listing *listing, const char *name, const struct ept_root *roots,
		   size_t count, bool complete, int exit_status);

#endif
