/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BASE_PUT_H
#define BASE_PUT_H

#include <stdint.h>
#include <string.h>

/*
 * Numbers and words into a buffer that has room for them, for output of many millions of lines,
 * where printf() takes most of the time. Each returns the end of what it wrote, which is not
 * terminated.
 */

/* "%s" */
static inline char *put_text(char *p, const char *text)
{
	size_t length = strlen(text);

	memcpy(p, text, length);
	return p + length;
}

/* "%lx", at most 16 characters */
static inline char *put_hex(char *p, uint64_t value)
{
	int shift = value ? (63 - __builtin_clzll(value)) & ~3 : 0;

	for (; shift >= 0; shift -= 4)
		*p++ = "0123456789abcdef"[value >> shift & 15];
	return p;
}

/* "0x%lx" */
static inline char *put_0x(char *p, uint64_t value)
{
	memcpy(p, "0x", 2);
	return put_hex(p + 2, value);
}

/* "%016lx" */
static inline char *put_hex16(char *p, uint64_t value)
{
	int shift;

	for (shift = 60; shift >= 0; shift -= 4)
		*p++ = "0123456789abcdef"[value >> shift & 15];
	return p;
}

/* "%lu", at most 20 characters */
static inline char *put_decimal(char *p, uint64_t value)
{
	char digits[20];
	int n = 0;

	do
		digits[n++] = '0' + value % 10;
	while (value /= 10);
	while (n)
		*p++ = digits[--n];
	return p;
}

#endif
