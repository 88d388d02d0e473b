/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_JSONREAD_H
#define SOURCE_JSONREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* JSON that others wrote: what is not there, or of another type, is told and never trusted. */
struct json_object;

/*
 * The JSON of a text of that length in bytes, to be freed with jsonread_free(). NULL if it is not
 * JSON, or null, or has so many parts that it would take many times the memory of its text.
 */
struct json_object *jsonread_text(const char *text, size_t length);
void jsonread_free(struct json_object *json);

bool jsonread_is_object(struct json_object *json);
bool jsonread_is_array(struct json_object *json);

/* The text of a string without '\0' in it, owned by json; NULL for anything else. */
const char *jsonread_string(struct json_object *json);

/* False if it is neither true nor false. */
bool jsonread_bool(struct json_object *json, bool *value);

/* A whole number from 0 to max (inclusive), not in quotes. False for anything else. */
bool jsonread_whole(struct json_object *json, uint64_t max, uint64_t *value);

/* Item i of an array; NULL past its end, and for what is no array. */
struct json_object *jsonread_item(struct json_object *json, size_t i);

/* A hex string, or a plain number that is not negative. */
bool jsonread_number(struct json_object *json, uint64_t *value);

/* An array of two of them; and of two in ascending order. */
bool jsonread_pair(struct json_object *json, uint64_t *first, uint64_t *last);
bool jsonread_range(struct json_object *json, uint64_t *first, uint64_t *last);

/* A member of an object, NULL if there is none; also of what is no object, or NULL. */
struct json_object *jsonread_member(struct json_object *json, const char *key);

/* Of an array; 0 of anything else. */
size_t jsonread_length(struct json_object *json);

#endif
