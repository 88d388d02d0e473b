/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/encoding.h"

#include <string.h>

#define XEN  "(XEN)"
#define NBSP "\302\240" /* U+00A0 in UTF-8, as which it stands for a blank */

#define HEAD_MAX	4096 /* of a text that is looked at */
/* Characters in a line of quoted-printable: 76 (RFC 2045), or where a blank ends it a few more. */
#define QUOTED_LINE_MAX 80

static int hex_digit(uint8_t c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/*
 * No line is too long, every '=' begins an escape or ends a line, and one is there that plain text
 * would not have.
 */
static bool is_quoted(const uint8_t *head, size_t size)
{
	bool any = false;
	size_t begin = 0, i; /* of the line */

	if (memmem(head, size, "quoted-printable", 16))
		return true;
	for (i = 0; i + 2 < size; i++) {
		if (head[i] == '\n' || head[i] == '\r')
			begin = i + 1;
		else if (i - begin >= QUOTED_LINE_MAX)
			return false;
		if (head[i] != '=' || head[i + 1] == '\n' ||
		    (head[i + 1] == '\r' && head[i + 2] == '\n'))
			continue;
		if (hex_digit(head[i + 1]) < 0 || hex_digit(head[i + 2]) < 0)
			return false;
		any |= !memcmp(head + i, "=3D", 3) || !memcmp(head + i, "=20", 3);
	}
	return any;
}

/* Does a line of Xen's have one? Not in JSON, where it is a character like any other. */
static bool has_nbsp(const uint8_t *head, size_t size)
{
	const uint8_t *end = head + size, *found = head, *line, *next;

	if (size && *head == '{')
		return false;
	while ((found = memmem(found, end - found, NBSP, 2))) {
		line = memrchr(head, '\n', found - head);
		line = line ? line + 1 : head;
		next = memchr(found, '\n', end - found);
		next = next ? next : end;
		if (memmem(line, next - line, XEN, strlen(XEN)))
			return true;
		found = next;
	}
	return false;
}

enum encoding encoding_recognize(const uint8_t *head, size_t size)
{
	size_t zeros[2] = { 0, 0 }, i;

	size = size < HEAD_MAX ? size : HEAD_MAX;
	if (size >= 4 && !memcmp(head, "\377\376\0", 4))
		return ENCODING_PLAIN; /* UTF-32, which nobody writes */
	if (size >= 2 && head[0] == 0xff && head[1] == 0xfe)
		return ENCODING_UTF16LE;
	if (size >= 2 && head[0] == 0xfe && head[1] == 0xff)
		return ENCODING_UTF16BE;
	for (i = 0; i < size; i++)
		zeros[i & 1] += !head[i];
	if (size >= 64 && !zeros[0] && zeros[1] == size / 2)
		return ENCODING_UTF16LE;
	if (size >= 64 && !zeros[1] && zeros[0] == size - size / 2)
		return ENCODING_UTF16BE;
	if (has_nbsp(head, size))
		return ENCODING_NBSP;
	return is_quoted(head, size) ? ENCODING_QUOTED : ENCODING_PLAIN;
}

static size_t from_utf16(bool big, const uint8_t *in, size_t size, uint8_t *out, size_t room,
			 size_t *written)
{
	size_t i;

	for (i = 0; i + 1 < size && *written < room; i += 2) {
		uint8_t high = in[i + !big], low = in[i + big];

		if (high == 0xfe && low == 0xff)
			continue; /* the mark at the begin */
		if (!high && low == 0xa0)
			low = ' ';
		out[(*written)++] = high || low > 0x7f ? '?' : low;
	}
	return i;
}

static size_t from_nbsp(const uint8_t *in, size_t size, bool last, uint8_t *out, size_t room,
			size_t *written)
{
	size_t i = 0;

	while (i < size && *written < room) {
		size_t left = size - i;
		bool blank = left > 1 && !memcmp(in + i, NBSP, 2);

		if (left == 1 && !last && in[i] == (uint8_t)NBSP[0])
			break;
		out[(*written)++] = blank ? ' ' : in[i];
		i += blank ? 2 : 1;
	}
	return i;
}

static size_t from_quoted(const uint8_t *in, size_t size, bool last, uint8_t *out, size_t room,
			  size_t *written)
{
	size_t i = 0;

	while (i < size && *written < room) {
		const uint8_t *p = in + i;
		size_t left = size - i;

		if (*p != '=') {
			out[(*written)++] = *p;
			i++;
		} else if ((left < 3 || (left < 6 && !memcmp(p, "=C2", 3))) && !last) {
			break;
		} else if (left >= 6 && !memcmp(p, "=C2=A0", 6)) {
			out[(*written)++] = ' ';
			i += 6;
		} else if (left > 1 && p[1] == '\n') {
			i += 2;
		} else if (left > 2 && p[1] == '\r' && p[2] == '\n') {
			i += 3;
		} else if (left > 2 && hex_digit(p[1]) >= 0 && hex_digit(p[2]) >= 0) {
			out[(*written)++] = hex_digit(p[1]) << 4 | hex_digit(p[2]);
			i += 3;
		} else {
			out[(*written)++] = *p;
			i++;
		}
	}
	return i;
}

size_t encoding_convert(enum encoding encoding, const uint8_t *in, size_t size, bool last,
			uint8_t *out, size_t room, size_t *written)
{
	size_t used;

	*written = 0;
	if (encoding == ENCODING_QUOTED)
		return from_quoted(in, size, last, out, room, written);
	if (encoding == ENCODING_NBSP)
		return from_nbsp(in, size, last, out, room, written);
	used = from_utf16(encoding == ENCODING_UTF16BE, in, size, out, room, written);
	return last && size - used == 1 ? size : used; /* half of a character */
}
