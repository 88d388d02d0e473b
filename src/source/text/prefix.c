/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/text/prefix.h"

#include "base/array.h"

#include <string.h>

#define XEN	   "(XEN) "
#define XEN_LENGTH (sizeof(XEN) - 1)

/*
 * A pattern is the prefix with what varies from line to line replaced: times, dates and process
 * ids.
 */
enum {
	ANY_NUMBER = 1, /* blanks and digits: "Nov  8" and "Nov 18" */
	ANY_NAME = 2,	/* of a month or a day of the week */
	ANY_ZONE = 3,	/* "UTC", "CEST" */
};

#define CANDIDATES_MAX 16
#define LINES_MAX      4096 /* looked at */
#define LINES_ALIKE    32   /* so many of one form, and no other yet, need no more */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool is_letter(char c)
{
	return is_upper(c) || (c >= 'a' && c <= 'z');
}

/* Where blanks and the digits behind them end; text if there are no digits. */
static const char *behind_number(const char *text, const char *end)
{
	const char *p = text;

	while (p < end && *p == ' ')
		p++;
	if (p == end || !is_digit(*p))
		return text;
	while (p < end && is_digit(*p))
		p++;
	return p;
}

/* Is this the name of a month or a day, and not a part of a longer word? */
static bool is_name(const char *text, const char *end)
{
	static const char names[][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul",
					 "Aug", "Sep", "Oct", "Nov", "Dec", "Mon", "Tue",
					 "Wed", "Thu", "Fri", "Sat", "Sun" };
	size_t i;

	if (end - text < 3 || (end - text > 3 && is_letter(text[3])))
		return false;
	for (i = 0; i < ARRAY_SIZE(names); i++)
		if (!memcmp(text, names[i], 3))
			return true;
	return false;
}

/* Where a word in capitals ends, as time zones are; text if it is none. */
static const char *behind_zone(const char *text, const char *end)
{
	const char *p = text;

	while (p < end && is_upper(*p))
		p++;
	return p - text < 3 || p - text > 5 || (p < end && is_letter(*p)) ? text : p;
}

/* The pattern of what stands in [text, end). False if no log has that before each line. */
static bool make_pattern(const char *text, const char *end, struct prefix *prefix)
{
	char previous = '\0';

	memset(prefix, 0, sizeof(*prefix));
	if (end - text > PREFIX_MAX || memmem(text, end - text, "(d", 2))
		return false;
	while (text < end) {
		const char *next = behind_number(text, end);
		char token = ANY_NUMBER;

		if (next == text && !is_letter(previous) && is_name(text, end)) {
			next = text + 3;
			token = ANY_NAME;
		}
		if (next == text && previous == ' ' && (next = behind_zone(text, end)) > text)
			token = ANY_ZONE;
		if (next == text) {
			if ((unsigned char)*text < ' ' ? *text != '\t' : *text == '\177')
				return false;
			token = *next++;
		}
		previous = next[-1];
		prefix->pattern[prefix->length++] = token;
		text = next;
	}
	return true;
}

/*
 * Who writes logs down puts a time, a number, quotes or blanks there. Other words
 * are believed if nearly all lines have them.
 */
static bool is_usual(const struct prefix *prefix)
{
	static const char time[] = { ANY_NUMBER, ':', ANY_NUMBER, ':', ANY_NUMBER };
	size_t i;

	if (memmem(prefix->pattern, prefix->length, time, sizeof(time)))
		return true;
	for (i = 0; i < prefix->length; i++)
		if (prefix->pattern[i] != ANY_NUMBER && !strchr(" \t>|:[].", prefix->pattern[i]))
			return false;
	return true;
}

static bool same(const struct prefix *a, const struct prefix *b)
{
	return a->length == b->length && !memcmp(a->pattern, b->pattern, a->length);
}

struct candidate {
	struct prefix prefix;
	unsigned int lines;
};

static void count_line(struct candidate *candidates, size_t *count, const struct prefix *prefix)
{
	size_t i;

	for (i = 0; i < *count; i++)
		if (same(&candidates[i].prefix, prefix)) {
			candidates[i].lines++;
			return;
		}
	if (*count < CANDIDATES_MAX) {
		candidates[*count].prefix = *prefix;
		candidates[(*count)++].lines = 1;
	}
}

bool prefix_learn(struct prefix *prefix, const char *text, size_t length)
{
	struct candidate candidates[CANDIDATES_MAX];
	const char *end = text + length, *found;
	const struct candidate *best = NULL;
	unsigned int lines = 0;
	struct prefix read;
	size_t count = 0, i;

	while (lines < LINES_MAX && !(lines >= LINES_ALIKE && count == 1) &&
	       (found = memmem(text, end - text, XEN, XEN_LENGTH))) {
		const char *line = memrchr(text, '\n', found - text);
		const char *next = memchr(found, '\n', end - found);

		line = line ? line + 1 : text;
		text = next ? next + 1 : end;
		if (!make_pattern(line, found, &read))
			continue;
		if (!read.length) {
			*prefix = read;
			return true;
		}
		lines++;
		count_line(candidates, &count, &read);
	}
	for (i = 0; i < count; i++)
		if ((is_usual(&candidates[i].prefix) ||
		     (lines > 2 && candidates[i].lines * 4 >= lines * 3)) &&
		    (!best || candidates[i].lines > best->lines))
			best = &candidates[i];
	if (best)
		*prefix = best->prefix;
	return best;
}

const char *prefix_behind(const struct prefix *prefix, const char *line, const char *end)
{
	const char *next;
	size_t i;

	for (i = 0; i < prefix->length; i++, line = next) {
		switch (prefix->pattern[i]) {
		case ANY_NUMBER:
			next = behind_number(line, end);
			break;
		case ANY_NAME:
			next = is_name(line, end) ? line + 3 : line;
			break;
		case ANY_ZONE:
			next = behind_zone(line, end);
			break;
		default:
			next = line + (line < end && *line == prefix->pattern[i]);
		}
		if (next == line)
			return NULL;
	}
	return line;
}

void prefix_shape_set(struct prefix_shape *shape, const char *line, size_t length)
{
	size_t i;

	memset(shape, 0, sizeof(*shape));
	memset(shape->limits, 0xff, sizeof(shape->limits));
	shape->length = length;
	for (i = 0; i < length; i++) {
		shape->zeros[i] = is_digit(line[i]) ? '0' : line[i];
		shape->limits[i] = is_digit(line[i]) ? 9 : 0;
	}
}
