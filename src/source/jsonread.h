/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_JSONREAD_H
#define SOURCE_JSONREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* JSON that others wrote: what is not there, or of another type, is told and never trusted. */
struct json_object;

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
