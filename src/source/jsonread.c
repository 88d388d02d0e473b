/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/jsonread.h"

#include "base/text.h"

#include <json-c/json.h>
#include <string.h>

/* json-c takes some hundred bytes for an array or object, and less than that for another value. */
#define CONTAINERS_MOST 65536
#define VALUES_MOST	262144

/* Is it more than a line or file of facts has? Brackets in strings count, too: there are few. */
static bool too_rich(const char *text, size_t length)
{
	size_t containers = 0, values = 0, i;

	for (i = 0; i < length; i++) {
		containers += text[i] == '[' || text[i] == '{';
		values += text[i] == ',';
	}
	return containers > CONTAINERS_MOST || values > VALUES_MOST;
}

struct json_object *jsonread_text(const char *text, size_t length)
{
	struct json_tokener *tokener;
	struct json_object *json = NULL;

	if (length > INT32_MAX || too_rich(text, length))
		return NULL;
	tokener = json_tokener_new();
	if (tokener)
		json = json_tokener_parse_ex(tokener, text, length);
	if (json && json_tokener_get_parse_end(tokener) != length) { /* something follows it */
		json_object_put(json);
		json = NULL;
	}
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

struct json_object *jsonread_item(struct json_object *json, size_t i)
{
	return i < jsonread_length(json) ? json_object_array_get_idx(json, i) : NULL;
}

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
