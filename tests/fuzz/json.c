/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzz target: the reader of JSON itself, and every getter on everything that it found. */
#include "base/jsonread.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Looks at a value and at all in it; returns how many there are. */
static size_t look(struct json_object *json, unsigned int depth)
{
	const char *text = jsonread_string(json), *key;
	struct json_object *value;
	const void *at = NULL;
	uint64_t first, last;
	size_t count = 1, i;
	bool truth;

	if (depth > 32)
		abort();
	if (text && memchr(text, '\0', strlen(text) + 1) != text + strlen(text))
		abort();
	if (jsonread_bool(json, &truth) + (text != NULL) + jsonread_is_object(json) +
		    jsonread_is_array(json) + jsonread_whole(json, UINT64_MAX, &first) >
	    1)
		abort(); /* it is one thing */
	if (jsonread_range(json, 1000, &first, &last) && (first > last || last > 1000))
		abort();
	for (i = 0; i < jsonread_length(json); i++)
		count += look(jsonread_item(json, i), depth + 1);
	if (jsonread_item(json, i))
		abort();
	while (jsonread_next(json, &at, &key, &value)) {
		jsonread_member(json, key);
		count += look(value, depth + 1) + strlen(key);
	}
	return count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct json_object *json = jsonread_text((const char *)data, size);

	if (json && look(json, 1) > 2 * size + 1)
		abort(); /* more than the text has */
	jsonread_free(json);
	return 0;
}
