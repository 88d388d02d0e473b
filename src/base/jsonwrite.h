/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BASE_JSONWRITE_H
#define BASE_JSONWRITE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Writes JSON as it comes, without a tree. key is NULL inside of arrays. */
struct jsonwrite {
	FILE *stream;
	bool comma; /* something stands before, on this level */
};

void json_open(struct jsonwrite *json, const char *key, char bracket);	      /* '{' or '[' */
void json_close(struct jsonwrite *json, char bracket);			      /* '}' or ']' */
void json_string(struct jsonwrite *json, const char *key, const char *value); /* NULL: null */
void json_number(struct jsonwrite *json, const char *key, uint64_t value);
void json_hex(struct jsonwrite *json, const char *key, uint64_t value); /* "0x…" */
void json_hex_pair(struct jsonwrite *json, const char *key, uint64_t first, uint64_t last);
void json_bool(struct jsonwrite *json, const char *key, bool value);
/* "schema", and its version 1.minor */
void json_schema(struct jsonwrite *json, const char *name, unsigned int minor);

/* Something whole that was written before, its comma and key included where it needs them. */
void json_raw(struct jsonwrite *json, const char *text, size_t length);
void json_newline(struct jsonwrite *json); /* before the next item, for people who look */

#endif
