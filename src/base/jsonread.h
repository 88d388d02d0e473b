/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BASE_JSONREAD_H
#define BASE_JSONREAD_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * JSON from outside, of which nothing is believed: each getter checks the type and the range of
 * what it is asked for, and takes NULL, which stands for null and for what is not there. Nothing
 * else in the program calls json-c to read.
 */
struct json_object;

/*
 * The JSON in a file, "-" for standard input, to be freed with jsonread_free(). Returns NULL with
 * the reason in err.
 */
struct json_object *jsonread_file(const char *path, struct error *err);

/*
 * The same of a text of that length in bytes; NULL if it is not JSON, or is null, or with errno
 * EEXIST if an object has a key twice, or ENOMEM if memory ran out.
 */
struct json_object *jsonread_text(const char *text, size_t length);

void jsonread_free(struct json_object *json);

bool jsonread_is_object(struct json_object *json);
bool jsonread_is_array(struct json_object *json);

/* A member of an object, NULL if there is none; also of what is no object. */
struct json_object *jsonread_member(struct json_object *json, const char *key);

/*
 * Walks over the members of an object: *at is NULL at first. Returns false when there are no more,
 * at once for what is no object.
 */
bool jsonread_next(struct json_object *json, const void **at, const char **key,
		   struct json_object **value);

/* How many items an array has; 0 for what is no array. */
size_t jsonread_length(struct json_object *json);

/* Item i of an array; NULL past its end, and for what is no array. */
struct json_object *jsonread_item(struct json_object *json, size_t i);

/* The text of a string without '\0' in it, owned by json; NULL for anything else. */
const char *jsonread_string(struct json_object *json);

/* False if it is neither true nor false. */
bool jsonread_bool(struct json_object *json, bool *value);

/* A whole number from 0 to max (inclusive), not in quotes. False for anything else. */
bool jsonread_whole(struct json_object *json, uint64_t max, uint64_t *value);

/* A hex string, or a plain number that is not negative. */
bool jsonread_number(struct json_object *json, uint64_t *value);

/* An array of two of them. */
bool jsonread_pair(struct json_object *json, uint64_t *first, uint64_t *last);

/* Two of them, the first not above the second, the second not above max. */
bool jsonread_range(struct json_object *json, uint64_t max, uint64_t *first, uint64_t *last);

#endif
