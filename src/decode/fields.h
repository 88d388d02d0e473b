/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DECODE_FIELDS_H
#define DECODE_FIELDS_H

#include "decode/decode.h"

/* The forms in which the fields of an entry are shown. */
enum fields_form {
	FIELDS_TEXT,  /* a line for each, of an entry that maps a page or nothing */
	FIELDS_TABLE, /* the same of an entry that refers to a table */
	FIELDS_JSON,  /* members of an object, a comma behind each */
	FIELDS_BRIEF, /* "rwx WB! ram_rw rwx 0x7d4000\n" */
	FIELDS_FORMS
};

#define FIELDS_TEXT_SIZE  (24 * 112) /* room that any form needs */
#define FIELDS_BRIEF_SIZE 256	     /* and that the brief one does */

/* Writes the fields of an entry at p. Returns the end, which is not terminated. */
char *fields_put(const struct decode *decode, enum fields_form form, uint64_t raw, char *p);

#endif
