/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/text.h"

#include "base/array.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void text_sanitize(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || (unsigned char)*text > 0x7e)
			*text = '?';
}

bool text_hex(const char *begin, const char *end, uint64_t *value)
{
	/* One more than the digit's value; 0 is no digit. */
	static const unsigned char digits[256] = {
		['0'] = 1,  ['1'] = 2,	['2'] = 3,  ['3'] = 4,	['4'] = 5,  ['5'] = 6,
		['6'] = 7,  ['7'] = 8,	['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12,
		['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16, ['A'] = 11, ['B'] = 12,
		['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
	};
	uint64_t v = 0;

	if (end - begin > 2 && begin[0] == '0' && (begin[1] == 'x' || begin[1] == 'X'))
		begin += 2;
	if (begin >= end)
		return false;
	for (; begin < end; begin++) {
		unsigned int digit = digits[(unsigned char)*begin];

		if (!digit || v >> 60)
			return false;
		v = v << 4 | (digit - 1);
	}
	*value = v;
	return true;
}

const char *text_hex_begin(const char *text, uint64_t *value)
{
	const char *end = text;

	if (end[0] == '0' && end[1] == 'x')
		end += 2;
	end += strspn(end, "0123456789abcdefABCDEF");
	return text_hex(text, end, value) ? end : NULL;
}

bool text_hex_string(const char *text, uint64_t *value)
{
	return text_hex(text, text + strlen(text), value);
}

bool text_hex_range(const char *begin, const char *end, uint64_t *first, uint64_t *last)
{
	const char *dash = memchr(begin, '-', end - begin);

	if (!text_hex(begin, dash ? dash : end, first))
		return false;
	*last = *first;
	return !dash || (text_hex(dash + 1, end, last) && *last >= *first);
}

static int name_char(char c)
{
	return c == '_' ? '-' : tolower((unsigned char)c);
}

bool text_same_name(const char *a, const char *b)
{
	while (*a && name_char(*a) == name_char(*b)) {
		a++;
		b++;
	}
	return !*a && !*b;
}

const char *text_size(uint64_t bytes, char *buffer, size_t size)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
	unsigned int unit = 0;
	uint64_t rest = 0;

	while (bytes >= 1024) { /* 2^64 are 16 EiB */
		rest = bytes % 1024;
		bytes /= 1024;
		unit++;
	}
	if (rest * 10 / 1024)
		snprintf(buffer, size, "%" PRIu64 ".%" PRIu64 " %s", bytes, rest * 10 / 1024,
			 units[unit]);
	else
		snprintf(buffer, size, "%" PRIu64 " %s", bytes, units[unit]);
	return buffer;
}

const char *text_after(const char *text, const char *prefix)
{
	size_t length = strlen(prefix);

	return strncmp(text, prefix, length) ? NULL : text + length;
}

bool text_is_word(const char *text)
{
	const char *c;

	for (c = text; isalnum((unsigned char)*c) || (*c && strchr("_.+-", *c)); c++)
		;
	return *text && !*c;
}

const char *text_frames(uint64_t first, uint64_t last, char *buffer, size_t size)
{
	if (first == last)
		snprintf(buffer, size, "0x%" PRIx64, first);
	else
		snprintf(buffer, size, "0x%" PRIx64 "-0x%" PRIx64, first, last);
	return buffer;
}

void text_append(char *text, size_t size, const char *format, ...)
{
	size_t used = strlen(text);
	va_list args;

	va_start(args, format);
	vsnprintf(text + used, size - used, format, args);
	va_end(args);
}
