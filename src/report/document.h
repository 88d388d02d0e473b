/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef REPORT_DOCUMENT_H
#define REPORT_DOCUMENT_H

/* What the documents of several verbs have in common, in JSON and in text. */

#include "base/jsonwrite.h"
#include "source/source.h"

/*
 * Where and when a report is made: the host's name, and the time in UTC, "2026-11-26T19:12:00".
 * SOURCE_DATE_EPOCH, if set, is that time: a report is then the same each time.
 */
struct made {
	char host[65], time[32];
};

void document_made(struct made *made);

/* ---- JSON ---- */

/* "schema", its version, and "tool" of an object that is open. */
void document_schema(struct jsonwrite *json, const char *schema);

/* Opens a document of that schema. */
void document_begin(struct jsonwrite *json, const char *schema);

/* Ends it with "exit_status". */
void document_end(struct jsonwrite *json, int exit_status);

/* "source":{"kind","name", and what that kind of source counts}; null where there is none. */
void document_source(struct jsonwrite *json, const struct source_info *info);

/* "headless" of an object that is open, where entries had no header; else nothing. */
void document_headless(struct jsonwrite *json, const struct source_info *info);

/* "domid", null where the source does not name the domain. */
void document_domid(struct jsonwrite *json, int domid);

/* "domid","name","dump" of an object that is open. */
void document_domain(struct jsonwrite *json, const struct dump *dump);

/* "host" and "time" of an object that is open. */
void document_when(struct jsonwrite *json, const struct made *made);

/* "table_findings" and "tables", if there is something wrong above the leaves. */
void document_tables(struct jsonwrite *json, const struct dump *dump);

/* ---- text ---- */

/* "Domain 3 (web), dump 1 of 2" and the line's end; bold and plain go around its beginning. */
void heading_domain(FILE *stream, const struct dump *dump, const char *bold, const char *plain);

/* "entry" or "entries", "domain" or "domains": the word that goes with the count. */
const char *plural(uint64_t count, const char *one, const char *many);

#endif
