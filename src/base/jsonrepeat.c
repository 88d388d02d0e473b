/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/jsonrepeat.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MOST 64 /* json-c takes half of that */

struct key {
	const char *text;
	uint32_t length;
	uint32_t object; /* the number of its object */
};

/* By object, then by name, then by where they stand. */
static int compare_keys(const void *a, const void *b)
{
	const struct key *x = a, *y = b;
	size_t common = x->length < y->length ? x->length : y->length;
	int order;

	if (x->object != y->object)
		return x->object < y->object ? -1 : 1;
	order = memcmp(x->text, y->text, common);
	if (order)
		return order;
	if (x->length != y->length)
		return x->length < y->length ? -1 : 1;
	return x->text < y->text ? -1 : 1;
}

/* Behind the string that begins at *at with its quote, of either kind, and is not longer than end.
 */
static const char *behind_string(const char *at, const char *end)
{
	char quote = *at++;

	while (at < end && *at != quote)
		at += *at == '\\' && at + 1 < end ? 2 : 1;
	return at < end ? at + 1 : end;
}

/* json-c takes comments as in C. */
static const char *behind_comment(const char *at, const char *end)
{
	bool line = at + 1 < end && at[1] == '/';

	for (at += 2; at < end; at++)
		if (line ? *at == '\n' : *at == '/' && at[-1] == '*')
			return at + 1;
	return end;
}

/* All keys, into as many places as there are colons. Returns how many they are. */
static size_t collect(const char *text, size_t length, struct key *keys)
{
	const char *at = text, *end = text + length;
	uint32_t open[DEPTH_MOST] = { 0 }, objects = 0;
	struct key last = { NULL, 0, 0 }; /* the last string */
	size_t count = 0;
	unsigned int depth = 0;

	while (at < end && depth < DEPTH_MOST - 1) {
		const char *from = at;

		if (*at == '"' || *at == '\'') {
			at = behind_string(at, end);
			last = (struct key){ from + 1, at - from - 2, 0 };
			continue;
		}
		if (*at == '/') {
			at = behind_comment(at, end);
			continue;
		}
		if (*at == '{' || *at == '[')
			open[++depth] = ++objects;
		else if ((*at == '}' || *at == ']') && depth)
			depth--;
		else if (*at == ':' && last.text) {
			last.object = open[depth];
			keys[count++] = last;
		}
		at++;
	}
	return count;
}

int jsonrepeat_find(const char *text, size_t length, const char **key)
{
	const char *first = NULL;
	size_t i, count = 0, found = 0;
	struct key *keys;

	for (i = 0; i < length; i++)
		count += text[i] == ':';
	if (count < 2)
		return 0;
	keys = malloc(count * sizeof(*keys));
	if (!keys)
		return -ENOMEM;
	count = collect(text, length, keys);
	qsort(keys, count, sizeof(*keys), compare_keys);
	for (i = 1; i < count; i++) {
		const struct key *one = &keys[i - 1], *two = &keys[i];

		if (one->object != two->object || one->length != two->length ||
		    memcmp(one->text, two->text, one->length) || (first && two->text > first))
			continue;
		first = two->text;
		found = two->length;
	}
	free(keys);
	*key = first;
	return first ? (found ? found : 1) : 0;
}
