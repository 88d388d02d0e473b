/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the program takes from json-c, as json-c 0.11 has it, which is on old hosts (XCP-ng 8):
 * written down from that interface, only so that the source can be compiled against it.
 */
#ifndef JSON_C_0_11_H
#define JSON_C_0_11_H

#include <stdint.h>

typedef int json_bool;

struct json_object;

enum json_type {
	json_type_null,
	json_type_boolean,
	json_type_double,
	json_type_int,
	json_type_object,
	json_type_array,
	json_type_string,
};

void json_object_put(struct json_object *obj);
int json_object_is_type(struct json_object *obj, enum json_type type);
json_bool json_object_object_get_ex(struct json_object *obj, const char *key,
				    struct json_object **value);
int json_object_array_length(struct json_object *obj);
struct json_object *json_object_array_get_idx(struct json_object *obj, int idx);
json_bool json_object_get_boolean(struct json_object *obj);
int64_t json_object_get_int64(struct json_object *obj);
const char *json_object_get_string(struct json_object *obj);
int json_object_get_string_len(struct json_object *obj);

/* ---- json_object_iterator.h ---- */

struct json_object_iterator {
	const void *opaque_;
};
struct json_object_iterator json_object_iter_begin(struct json_object *obj);
struct json_object_iterator json_object_iter_end(const struct json_object *obj);
void json_object_iter_next(struct json_object_iterator *iter);
const char *json_object_iter_peek_name(const struct json_object_iterator *iter);
struct json_object *json_object_iter_peek_value(const struct json_object_iterator *iter);
json_bool json_object_iter_equal(const struct json_object_iterator *iter1,
				 const struct json_object_iterator *iter2);

/* ---- json_tokener.h; more members are before and behind ---- */

struct json_tokener {
	char *str;
	int max_depth, depth, is_double, st_pos, char_offset;
};
struct json_tokener *json_tokener_new(void);
void json_tokener_free(struct json_tokener *tok);
struct json_object *json_tokener_parse_ex(struct json_tokener *tok, const char *str, int len);

#endif
