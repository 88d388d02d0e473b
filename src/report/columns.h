/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef REPORT_COLUMNS_H
#define REPORT_COLUMNS_H

/*
 * The columns of audit and list: for each its name, what it is, how it is written in text, and
 * which members it has in JSON. What is offered, explained and completed comes from here as well.
 */

#include "audit/judge.h"
#include "base/error.h"
#include "base/jsonwrite.h"

/* Neighbouring entries that are told as one. */
struct row {
	const struct entry *first;
	uint64_t gfn_last, entries;	   /* the last gfn is inclusive */
	bool mfn_contiguous;		   /* frames follow that of first */
	const struct run *run;		   /* what the judge says; NULL: nothing was judged */
	const char *access;		   /* p2m access; NULL: not known */
	const struct device_range *device; /* that the first frame belongs to, or NULL */
	bool bytes;			   /* sizes are told as numbers of bytes */
};

/* The row of what was judged. */
struct row row_of_run(const struct run *run);

enum column_set { COLUMNS_AUDIT, COLUMNS_LIST, COLUMN_SETS };

#define COLUMNS_MAX 16

/* Columns in the order in which they were chosen. */
struct columns {
	enum column_set set;
	unsigned int chosen[COLUMNS_MAX], count;
	bool no_headings, bytes; /* no titles; sizes as numbers of bytes */
};

/* Chooses "gfn,entries,…". Returns 0 or -EINVAL. */
int columns_parse(struct columns *columns, const char *names, struct error *err);

/* Is the column of that name among them? */
bool columns_have(const struct columns *columns, const char *name);

/* All names of a set, with separator between them. Returns text. */
const char *columns_names(enum column_set set, const char *separator, char *text, size_t size);

/* All names of a set with what they are, a line each. Returns text. */
const char *columns_help(enum column_set set, char *text, size_t size);

/*
 * On a terminal leaves out columns that it has no room for, the least needed first, and says so;
 * elsewhere all stay.
 */
void columns_fit(struct columns *columns, FILE *stream);

/* A line of text: a row, or with NULL the titles. */
void columns_print(const struct columns *columns, const struct row *row, FILE *stream);

/* Members of all columns of a set; the object is open. */
void columns_json(enum column_set set, struct jsonwrite *json, const struct row *row);

/* words_attributes(), which is made only once for each of the few that there are. */
const char *row_attributes(const struct entry *entry);

#endif
