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
	ANY_HALF = 4,	/* of a day: "AM", "PM" */
	ANY_QUOTES = 5, /* of a mail: "> ", ">> ", "> > " */
	THE_HOST = 6,	/* the machine's name: that of the struct, or localhost */
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

/* Behind a word of at most max bytes, which may be UTF-8, and a dot that shortens it; or text. */
static const char *behind_word(const char *text, const char *end, size_t max)
{
	const char *p = text;

	while (p < end && (is_letter(*p) || (unsigned char)*p >= 0x80))
		p++;
	if (p - text < 2 || (size_t)(p - text) > max)
		return text;
	return p + (p < end && *p == '.');
}

/* Does a day of the month stand here, after blanks, with a time soon behind it? */
static bool day_and_time(const char *text, const char *end)
{
	const char *day = behind_number(text, end), *p = text;

	while (p < day && *p == ' ')
		p++;
	if (p == text || day == p || day - p > 2 || day == end || *day == ':')
		return false;
	for (end = end - day > 16 ? day + 16 : end; end - p > 5; p++)
		if (is_digit(p[0]) && p[1] == ':' && is_digit(p[2]) && is_digit(p[3]) &&
		    p[4] == ':' && is_digit(p[5]))
			return true;
	return false;
}

/*
 * Where the name of a month or a day of the week ends that begins here; text if none does. English
 * names stand anywhere, those of other languages beside a day and a time: "Dez  1 00:00:00",
 * "Mo 31 Okt 23:59:59". line is where the prefix begins.
 */
static const char *behind_name(const char *line, const char *text, const char *end)
{
	static const char names[][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul",
					 "Aug", "Sep", "Oct", "Nov", "Dec", "Mon", "Tue",
					 "Wed", "Thu", "Fri", "Sat", "Sun" };
	const char *word, *before = text;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names) && end - text >= 3; i++)
		if (!memcmp(text, names[i], 3) && (end - text == 3 || !is_letter(text[3])))
			return text + 3;
	word = behind_word(text, end, 8);
	if (word == text || word == end || *word != ' ')
		return text;
	if (day_and_time(word, end))
		return word;
	if (word - text <= 5 && day_and_time(behind_word(word + 1, end, 8), end))
		return word;
	/* a day before it, and a time behind it */
	if (before > line && before[-1] == ' ')
		before--;
	while (before > line && is_digit(before[-1]))
		before--;
	return text - before >= 2 && text - before <= 3 && (before == line || before[-1] == ' ') &&
			       day_and_time(before > line ? before - 1 : word, end)
		       ? word
		       : text;
}

/* Where a word in capitals ends, as time zones are; text if it is none. */
static const char *behind_zone(const char *text, const char *end)
{
	const char *p = text;

	while (p < end && is_upper(*p))
		p++;
	return p - text < 3 || p - text > 5 || (p < end && is_letter(*p)) ? text : p;
}

static const char *behind_half(const char *text, const char *end)
{
	static const char halves[][3] = { "AM", "PM", "am", "pm" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(halves); i++)
		if (end - text >= 2 && !memcmp(text, halves[i], 2) &&
		    (end - text == 2 || !is_letter(text[2])))
			return text + 2;
	return text;
}

static const char *behind_quotes(const char *text, const char *end)
{
	if (text < end && *text == '>')
		while (text < end && (*text == '>' || *text == ' '))
			text++;
	return text;
}

/* A name as machines have, and the begin of another word behind it: "dom0 xenconsoled[99]: ". */
static const char *behind_host(const char *text, const char *end)
{
	const char *p = text;

	if (p < end && is_letter(*p))
		while (p < end && (is_letter(*p) || is_digit(*p) || *p == '-' || *p == '.'))
			p++;
	return end - p > 1 && p - text < PREFIX_HOST_MAX && *p == ' ' && is_letter(p[1]) ? p : text;
}

/* The name of a machine that does not know its own yet. */
static bool is_local(const char *host, size_t length)
{
	static const char local[] = "localhost";
	const size_t least = sizeof(local) - 1;

	return length >= least && !memcmp(host, local, least) &&
	       (length == least || host[least] == '.');
}

/* Are they the same up to the domain, digits aside as in all of a prefix? */
static bool same_host(const char *a, const char *b, size_t length)
{
	const char *end = b + length;

	while (*a && *a != '.' && b < end && *b != '.') {
		if (is_digit(*a) && is_digit(*b)) {
			a += strspn(a, "0123456789");
			while (b < end && is_digit(*b))
				b++;
		} else if (*a++ != *b++) {
			return false;
		}
	}
	return (!*a || *a == '.') && (b == end || *b == '.');
}

static void set_host(struct prefix *prefix, const char *host, size_t length)
{
	if (is_local(host, length))
		return;
	memcpy(prefix->host, host, length);
	prefix->host[length] = '\0';
}

/* Which of the tokens [text, end) begins with, and where that ends; 0: none, text is next. */
static char token_at(const char *line, const char *text, const char *end, const char **next)
{
	char previous = text > line ? text[-1] : '\0';

	if ((*next = behind_number(text, end)) > text)
		return ANY_NUMBER;
	if (!is_letter(previous) && (unsigned char)previous < 0x80 &&
	    (*next = behind_name(line, text, end)) > text)
		return ANY_NAME;
	if (previous == ' ' && (*next = behind_zone(text, end)) > text)
		return ANY_ZONE;
	if ((previous == ' ' || is_digit(previous)) && (*next = behind_half(text, end)) > text)
		return ANY_HALF;
	if ((*next = behind_quotes(text, end)) > text)
		return ANY_QUOTES;
	if ((!previous || previous == ' ') && (*next = behind_host(text, end)) > text)
		return THE_HOST;
	return 0;
}

/* The pattern of what stands in [text, end). False if no log has that before each line. */
static bool make_pattern(const char *text, const char *end, struct prefix *prefix)
{
	const char *line = text, *next;
	bool has_host = false;

	memset(prefix, 0, sizeof(*prefix));
	if (end - text > PREFIX_MAX || memmem(text, end - text, "(d", 2))
		return false;
	for (; text < end; text = next) {
		char token = token_at(line, text, end, &next);

		if (token == THE_HOST && !has_host) {
			has_host = true;
			set_host(prefix, text, next - text);
		} else if (!token || token == THE_HOST) {
			if ((unsigned char)*text < ' ' ? *text != '\t' : *text == '\177')
				return false;
			token = *text;
			next = text + 1;
		}
		prefix->pattern[prefix->length++] = token;
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
		if (prefix->pattern[i] != ANY_NUMBER && prefix->pattern[i] != ANY_QUOTES &&
		    !strchr(" \t|:[].", prefix->pattern[i]))
			return false;
	return true;
}

static bool same(const struct prefix *a, const struct prefix *b)
{
	return a->length == b->length && !memcmp(a->pattern, b->pattern, a->length) &&
	       (!*a->host || !*b->host || same_host(a->host, b->host, strlen(b->host)));
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
			if (!*candidates[i].prefix.host)
				candidates[i].prefix = *prefix;
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

static bool is_the_host(const struct prefix *prefix, const char *host, size_t length)
{
	return !*prefix->host || is_local(host, length) || same_host(prefix->host, host, length);
}

/* As prefix_behind(); host becomes where the machine's name stands, or NULL, and host_end its end.
 */
static const char *fit(const struct prefix *prefix, const char *line, const char *end,
		       const char **host, const char **host_end)
{
	const char *text = line, *next;
	size_t i;

	*host = *host_end = NULL;
	for (i = 0; i < prefix->length; i++, text = next) {
		switch (prefix->pattern[i]) {
		case ANY_NUMBER:
			next = behind_number(text, end);
			break;
		case ANY_NAME:
			next = behind_name(line, text, end);
			break;
		case ANY_ZONE:
			next = behind_zone(text, end);
			break;
		case ANY_HALF:
			next = behind_half(text, end);
			break;
		case ANY_QUOTES:
			next = behind_quotes(text, end);
			break;
		case THE_HOST:
			next = behind_host(text, end);
			if (!is_the_host(prefix, text, next - text))
				return NULL;
			*host = text;
			*host_end = next;
			break;
		default:
			next = text + (text < end && *text == prefix->pattern[i]);
		}
		if (next == text)
			return NULL;
	}
	return text;
}

const char *prefix_behind(const struct prefix *prefix, const char *line, const char *end)
{
	const char *host, *host_end;

	return fit(prefix, line, end, &host, &host_end);
}

bool prefix_learn_host(struct prefix *prefix, const char *line, const char *end)
{
	const char *host, *host_end;

	if (*prefix->host || !fit(prefix, line, end, &host, &host_end) || !host)
		return false;
	set_host(prefix, host, host_end - host);
	return *prefix->host;
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
