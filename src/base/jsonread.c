/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/jsonread.h"

#include "base/text.h"

#include <errno.h>
#include <json-c/json.h>
#include <string.h>

struct json_object *jsonread_file(const char *path, struct error *err)
{
	struct json_object *json =
		strcmp(path, "-") ? json_object_from_file(path) : json_object_from_fd(0);

	if (!json)
		error_set(err, -EINVAL, "%s",
			  json_util_get_last_err() ? json_util_get_last_err() : "not JSON");
	return json;
}

struct json_object *jsonread_text(const char *text, size_t length)
{
	struct json_tokener *tokener = json_tokener_new();
	struct json_object *json = NULL;

	if (tokener)
		json = json_tokener_parse_ex(tokener, text, length);
	json_tokener_free(tokener);
	return json;
}

void jsonread_free(struct json_object *json)
{
	json_object_put(json);
}

bool jsonread_is_object(struct json_object *json)
{
	return json_object_is_type(json, json_type_object);
}

bool jsonread_is_array(struct json_object *json)
{
	return json_object_is_type(json, json_type_array);
}

struct json_object *jsonread_member(struct json_object *json, const char *key)
{
	struct json_object *value = NULL;

	if (jsonread_is_object(json))
		json_object_object_get_ex(json, key, &value);
	return value;
}

bool jsonread_next(struct json_object *json, const void **at, const char **key,
		   struct json_object **value)
{
	struct json_object_iterator it, end;

	if (!jsonread_is_object(json))
		return false;
	it = json_object_iter_begin(json);
	end = json_object_iter_end(json);
	if (*at) {
		it.opaque_ = *at;
		json_object_iter_next(&it);
	}
	if (json_object_iter_equal(&it, &end))
		return false;
	*at = it.opaque_;
	*key = json_object_iter_peek_name(&it);
	*value = json_object_iter_peek_value(&it);
	return true;
}

size_t jsonread_length(struct json_object *json)
{
	return jsonread_is_array(json) ? json_object_array_length(json) : 0;
}

struct json_object *jsonread_item(struct json_object *json, size_t i)
{
	return i < jsonread_length(json) ? json_object_array_get_idx(json, i) : NULL;
}

const char *jsonread_string(struct json_object *json)
{
	const char *text;

	if (!json_object_is_type(json, json_type_string))
		return NULL;
	text = json_object_get_string(json);
	return strlen(text) == (size_t)json_object_get_string_len(json) ? text : NULL;
}

bool jsonread_bool(struct json_object *json, bool *value)
{
	if (!json_object_is_type(json, json_type_boolean))
		return false;
	*value = json_object_get_boolean(json);
	return true;
}

bool jsonread_whole(struct json_object *json, uint64_t max, uint64_t *value)
{
	int64_t number;

	if (!json_object_is_type(json, json_type_int))
		return false;
	/* json-c gives INT64_MAX for all that is larger. */
	number = json_object_get_int64(json);
	if (number < 0 || number == INT64_MAX || (uint64_t)number > max)
		return false;
	*value = number;
	return true;
}

bool jsonread_number(struct json_object *json, uint64_t *value)
{
	const char *text = jsonread_string(json);

	return text ? text_hex_string(text, value) : jsonread_whole(json, UINT64_MAX, value);
}

bool jsonread_pair(struct json_object *json, uint64_t *first, uint64_t *last)
{
	return jsonread_length(json) == 2 && jsonread_number(jsonread_item(json, 0), first) &&
	       jsonread_number(jsonread_item(json, 1), last);
}

bool jsonread_range(struct json_object *json, uint64_t max, uint64_t *first, uint64_t *last)
{
	return jsonread_pair(json, first, last) && *first <= *last && *last <= max;
}
