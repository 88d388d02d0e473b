/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/jsonread.h"

#include "base/jsonrepeat.h"
#include "base/opened.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

/* Of a key that is there twice json-c would keep the last, without a word. */
static bool repeats(const char *text, size_t length)
{
	const char *key;
	size_t key_length;
	int found = jsonrepeat_find(text, length, &key, &key_length);

	errno = found < 0 ? ENOMEM : found ? EEXIST : errno;
	return found;
}

struct json_object *jsonread_text(const char *text, size_t length)
{
	struct json_tokener *tokener;
	struct json_object *json = NULL;

	errno = EINVAL;
	if (length > INT32_MAX || too_rich(text, length))
		return NULL;
	tokener = json_tokener_new();
	if (!tokener)
		errno = ENOMEM;
	if (tokener)
		json = json_tokener_parse_ex(tokener, text, length);
	/* Something follows it? json_tokener_get_parse_end() is not in old ones yet. */
	if (json && (size_t)tokener->char_offset != length) {
		json_object_put(json);
		json = NULL;
	}
	if (tokener)
		json_tokener_free(tokener);
	if (json && repeats(text, length)) {
		json_object_put(json);
		json = NULL;
	}
	return json;
}

#define FILE_MOST (8u << 20) /* bytes */

/* All of it, if it is not longer than FILE_MOST. To be freed. */
static char *read_all(int fd, size_t *length, struct error *err)
{
	char *text = malloc(FILE_MOST + 1);
	ssize_t n = 1;

	*length = 0;
	if (!text) {
		error_set(err, -ENOMEM, "out of memory");
		return NULL;
	}
	while (n && *length <= FILE_MOST) {
		n = read(fd, text + *length, FILE_MOST + 1 - *length);
		if (n < 0 && errno != EINTR)
			break;
		*length += n > 0 ? n : 0;
	}
	if (n >= 0 && *length <= FILE_MOST)
		return text;
	if (n < 0)
		error_set(err, -errno, "%s", strerror(errno));
	else
		error_set(err, -EFBIG, "it has more than %u MiB", FILE_MOST >> 20);
	free(text);
	return NULL;
}

static void tell_repeated(const char *text, size_t length, struct error *err)
{
	char shown[64] = "";
	const char *key;
	size_t key_length;

	if (jsonrepeat_find(text, length, &key, &key_length) > 0)
		text_append(shown, sizeof(shown), "%.*s", (int)key_length, key);
	text_sanitize(shown);
	error_set(err, -EINVAL, "\"%s\" is twice in one object, of which only one would count",
		  shown);
}

struct json_object *jsonread_file(const char *path, struct error *err)
{
	int fd = strcmp(path, "-") ? opened_file(path) : 0;
	struct json_object *json;
	size_t length;
	char *text;

	if (fd < 0) {
		error_set(err, -errno, "%s", strerror(errno));
		return NULL;
	}
	text = read_all(fd, &length, err);
	if (fd)
		close(fd);
	if (!text)
		return NULL;
	while (length && strchr(" \t\r\n", text[length - 1])) /* as people leave it */
		length--;
	json = jsonread_text(text, length);
	if (!json && errno == EEXIST)
		tell_repeated(text, length, err);
	else if (!json)
		error_set(err, -EINVAL, "not JSON, or with too many parts");
	free(text);
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
