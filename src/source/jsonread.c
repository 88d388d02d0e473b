/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/jsonread.h"

#include "base/text.h"

#include <json-c/json.h>

bool jsonread_number(struct json_object *json, uint64_t *value)
{
	int64_t signed_value;

	if (json_object_is_type(json, json_type_string))
		return text_hex_string(json_object_get_string(json), value);
	if (!json_object_is_type(json, json_type_int))
		return false;
	signed_value = json_object_get_int64(json);
	*value = signed_value;
	return signed_value >= 0;
}

bool jsonread_pair(struct json_object *json, uint64_t *first, uint64_t *last)
{
	return json_object_is_type(json, json_type_array) && json_object_array_length(json) == 2 &&
	       jsonread_number(json_object_array_get_idx(json, 0), first) &&
	       jsonread_number(json_object_array_get_idx(json, 1), last);
}

bool jsonread_range(struct json_object *json, uint64_t *first, uint64_t *last)
{
	return jsonread_pair(json, first, last) && *first <= *last;
}

struct json_object *jsonread_member(struct json_object *json, const char *key)
{
	struct json_object *value = NULL;

	if (json_object_is_type(json, json_type_object))
		json_object_object_get_ex(json, key, &value);
	return value;
}

size_t jsonread_length(struct json_object *json)
{
	return json_object_is_type(json, json_type_array) ? json_object_array_length(json) : 0;
}
