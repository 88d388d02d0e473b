/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_TABLES_COPY_H
#define SOURCE_TABLES_COPY_H

/*
 * The tables of an EPT that is in use, copied before they are walked: they are seen in a moment as
 * short as can be, and stay as they were seen.
 */

#include "base/error.h"
#include "model/ranges.h"
#include "source/tables/pages.h"

#include <stdbool.h>
#include <stddef.h>

#define FRAMES_AT_ONCE 64

/* Who reads a machine's frames while it runs. */
struct frames {
	/*
	 * Reads count pages, FRAMES_AT_ONCE at most, in one go. All of mfns have passed readable().
	 * Returns 0 or a negative errno value. The pages stay as they are until it is called again.
	 */
	int (*read)(struct frames *frames, const uint64_t *mfns, unsigned int count,
		    uint64_t (**pages)[PAGE_ENTRIES], struct error *err);
	/* May that frame be read at all, whatever refers to it? */
	bool (*readable)(const struct frames *frames, uint64_t mfn);
};

/* What of an EPT is to be copied. */
struct copy_wish {
	uint64_t eptp;
	uint64_t first, last; /* gfns, inclusive: only the tables on the way to these */
	uint64_t most;	      /* tables that there can be; more is no EPT of this domain */
};

struct table_copy {
	struct pages pages; /* for a walk */
	int fd; /* while it is made: of a temporary file with the pages, in the order of reading */
	uint64_t (*map)[PAGE_ENTRIES];
	uint64_t count;
	struct copy_place {
		uint64_t mfn, page; /* page counts from 1; 0: this place is free */
	} * places;
	uint64_t place_mask;
	struct table_sum *sums; /* of each page, from 0 */
	uint64_t sum_room;	/* of so many */
	struct ranges changed;	/* gfns below entries that changed while this was copied */
};

/*
 * Copies the tables. What refers to a frame that must not be read is left as it is, for the walk to
 * find. Tables above the leaves are read again behind those that they refer to: a table was in use
 * all the while if what refers to it is still the same. Where it is not, all is copied anew, and
 * what has changed at the third time, too, is told by changed. Returns 0; -ENXIO if the root must
 * not be read; -E2BIG if there are more than most; or another negative errno value.
 */
int copy_tables(struct frames *frames, const struct copy_wish *wish, struct table_copy *copy,
		struct error *err);

/* A copy that holds nothing; copy_clear() may be called for it. */
void copy_init(struct table_copy *copy);
void copy_clear(struct table_copy *copy);

#endif
