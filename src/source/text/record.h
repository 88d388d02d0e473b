/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_TEXT_RECORD_H
#define SOURCE_TEXT_RECORD_H

#include "model/entry.h"
#include "source/text/prefix.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Lines of key D, as ept_dump_p2m_table() prints them since 4.5 (90e9c95f9713):
 *   "gfn: %13lx order: %2d mfn: %13lx %c%c%c %c%c%c"
 *   "gfn: %13lx order: %2d PoD"
 */
enum record {
	RECORD_NONE,	/* not a record */
	RECORD_ENTRY,	/* a record, nothing else on the line */
	RECORD_TRIMMED, /* the same, its trailing blank stripped */
	RECORD_GLUED,	/* a record with other text behind it */
};

#define RECORD_LENGTH 55 /* of a leaf's record, without the line end */

/* text starts where Xen's own text starts. Fills entry unless NONE. */
enum record record_parse(const char *text, size_t length, struct entry *entry);

/*
 * record_parse() where blanks were lost or became tabs, as forums, web pages and mails do: its
 * words with any blanks between. ENTRY or NONE, as numbers that lost digits cannot be told.
 */
enum record record_parse_loose(const char *text, size_t length, struct entry *entry);

/* The gfn of a record that may be damaged behind it. */
bool record_gfn(const char *text, size_t length, uint64_t *gfn);

/*
 * Is this what is left of a line of key D that lost its beginning, because the ring was
 * overwritten?
 */
bool record_torn(const char *text, size_t length);

/* How the lines of records look in a log. */
struct record_shape {
	struct prefix_shape head; /* the record's first letters and all that stands before */
	size_t at;		  /* where the record begins */
	unsigned int cr;	  /* carriage returns behind it */
};

/*
 * The shape of a line of Xen's whose record, with cr carriage returns behind it, stands at record.
 * at becomes 0, and nothing fits, where too much stands before.
 */
void record_shape_set(struct record_shape *shape, const char *line, const char *record,
		      unsigned int cr);

/* Length of such a line with a full record, newline included. */
static inline size_t record_stride(const struct record_shape *shape)
{
	return shape->at + RECORD_LENGTH + shape->cr + 1;
}

/*
 * How many of the lines, max of record_stride() bytes each, look like one of Xen's with a leaf's
 * record, up to the first that does not? Compares the literal parts only.
 */
size_t records_fitting(const struct record_shape *shape, const char *lines, size_t max);

/* Decoded attributes of the record seen last; most records repeat them. Zero to start. */
struct record_memory {
	uint64_t attributes;
	struct entry entry;
};

/*
 * record_parse() for a record that records_fitting() has counted: a leaf, gfn and mfn below 2^32,
 * RECORD_LENGTH bytes. False if it is anything else, which record_parse() then settles.
 */
bool record_parse_fast(const char *text, struct record_memory *memory, struct entry *entry);

#endif
