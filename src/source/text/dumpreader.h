/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_TEXT_DUMPREADER_H
#define SOURCE_TEXT_DUMPREADER_H

#include "source/source.h"
#include "source/text/logcounts.h"
#include "source/text/record.h"
#include "source/text/scan.h"

/* The second reading of a log: the entries of one dump. */
struct dumpreader {
	struct reader *reader;
	const struct dump_place *place;
	const struct section *section;
	struct log_counts *counts; /* gets what is to be told of lines */
	struct dump *dump;	   /* gets whether it is complete; its facts are looked at */
	bool counted;  /* the text itself does not tell what is lost: compare with nr-pages */
	bool from_xen; /* nobody wrote it down between: what is not believed may be missing */
	struct record_shape shape;
	struct record_memory memory;
	bool open, any;
	uint64_t last_gfn;		   /* of the entry read last, its last page */
	uint64_t ram_pages, may_be_others; /* 4K pages: RAM frames; those not owned by the domain */
	uint64_t ram_first, ram_last;	   /* the range of RAM seen last */
};

/*
 * Begins with the dump at place. reader, scan, counts and dump must stay; dump has its facts.
 * Returns 0 or a negative errno value.
 */
int dumpreader_open(struct dumpreader *reading, struct reader *reader, const struct scan *scan,
		    const struct dump_place *place, struct log_counts *counts, struct dump *dump,
		    struct error *err);

/* Up to max entries in ascending gfn order; 0 at the end, with dump->complete and reason set. */
ssize_t dumpreader_read(struct dumpreader *reading, struct entry *entries, size_t max,
			struct error *err);

#endif
