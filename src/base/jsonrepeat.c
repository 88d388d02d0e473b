/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/jsonrepeat.h"

#include "base/text.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MOST 64 /* json-c takes half of that */

struct key {
	const char *text;
	uint32_t length : 31, escaped : 1; /* it has a backslash */
	uint32_t object;		   /* the number of its object */
};

/*
 * The next byte of a key, -1 at its end. Of escapes those of ASCII are read: no key that counts has
 * others, which stay as they are and equal no byte.
 */
static int next_byte(const char **at, const char *end)
{
	static const char letters[] = "bfnrt", bytes[] = "\b\f\n\r\t";
	const char *p = *at, *letter;
	uint64_t code;

	if (p == end)
		return -1;
	*at = p + 1;
	if (*p != '\\' || end - p < 2)
		return (unsigned char)*p;
	if (p[1] == 'u') {
		if (end - p < 6 || !text_hex(p + 2, p + 6, &code) || code >= 0x80)
			return 0x100;
		*at = p + 6;
		return (int)code;
	}
	*at = p + 2;
	letter = memchr(letters, p[1], sizeof(letters) - 1);
	return letter ? bytes[letter - letters] : (unsigned char)p[1];
}

static int compare_text(const struct key *x, const struct key *y)
{
	const char *p = x->text, *q = y->text;
	size_t common = x->length < y->length ? x->length : y->length;
	int a, b;

	if (!x->escaped && !y->escaped) {
		int order = memcmp(p, q, common);

		return order ? order : (x->length > y->length) - (x->length < y->length);
	}
	do {
		a = next_byte(&p, x->text + x->length);
		b = next_byte(&q, y->text + y->length);
	} while (a == b && a >= 0);
	return a - b;
}

/* By object, then by name, then by where they stand. */
static int compare_keys(const void *a, const void *b)
{
	const struct key *x = a, *y = b;
	int order;

	if (x->object != y->object)
		return x->object < y->object ? -1 : 1;
	order = compare_text(x, y);
	return order ? order : x->text < y->text ? -1 : 1;
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

/* json-c takes comments nearly as in C: what stands behind a star never ends one but as a slash. */
static const char *behind_comment(const char *at, const char *end)
{
	bool line = at + 1 < end && at[1] == '/';

	for (at += 2; at < end; at++)
		if (line ? *at == '\n' : *at == '*' && at + 1 < end && *++at == '/')
			return at + 1;
	return end;
}

/* All keys, into as many places as there are colons. Returns how many they are. */
static size_t collect(const char *text, size_t length, struct key *keys)
{
	const char *at = text, *end = text + length;
	uint32_t open[DEPTH_MOST] = { 0 }, objects = 0;
	struct key last = { .text = NULL }; /* the last string */
	size_t count = 0;
	unsigned int depth = 0;

	while (at < end && depth < DEPTH_MOST - 1) {
		const char *from = at;

		if (*at == '"' || *at == '\'') {
			at = behind_string(at, end);
			last = (struct key){ .text = from + 1, .length = at - from - 2 };
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
			last.escaped = memchr(last.text, '\\', last.length) != NULL;
			keys[count++] = last;
		}
		at++;
	}
	return count;
}

int jsonrepeat_find(const char *text, size_t length, const char **key, size_t *key_length)
{
	size_t i, count = 0;
	struct key *keys;

	*key = NULL;
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

		if (one->object != two->object || compare_text(one, two) ||
		    (*key && two->text > *key))
			continue;
		*key = two->text;
		*key_length = two->length;
	}
	free(keys);
	return *key != NULL;
}
