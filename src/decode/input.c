/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines from a descriptor, most of which are one raw value: those as fast as can be. */
#include "decode/decode.h"

#include "base/text.h"
#include "decode/entry.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define INPUT_SIZE	(1 << 20)
#define LINE_MAX_LENGTH 4096

/* A line that is one raw value and nothing else, as most are. Its length with the newline, or 0. */
static size_t raw_line(const char *text, const char *end, uint64_t *value)
{
	const char *newline = memchr(text, '\n', end - text);

	return text_hex(text, newline, value) ? newline + 1 - text : 0;
}

/* Raw values that stand one on a line, up to another line. Returns its begin. */
static const char *raw_lines(struct decode *decode, const char *text, const char *end,
			     uint64_t *number)
{
	static char out[1 << 16];
	bool brief = decode->brief && decode->format == DECODE_TEXT;
	char *p = out;
	uint64_t raw;
	size_t length;

	while (text < end && (length = raw_line(text, end, &raw))) {
		++*number;
		text += length;
		decode->understood = true;
		if (!brief) {
			entry_decode(decode, raw, decode->level);
			continue;
		}
		p = entry_brief(decode, raw, p);
		if (p > out + sizeof(out) - ENTRY_BRIEF_SIZE) {
			fwrite(out, 1, p - out, stdout);
			p = out;
		}
	}
	fwrite(out, 1, p - out, stdout);
	return text;
}

static int decode_line(struct decode *decode, const char *text, size_t length, struct error *err)
{
	char line[LINE_MAX_LENGTH + 1];

	if (length > LINE_MAX_LENGTH)
		return error_set(err, -EINVAL, "longer than %d bytes", LINE_MAX_LENGTH);
	memcpy(line, text, length);
	line[length] = '\0';
	if (memchr(line, '\0', length))
		return error_set(err, -EINVAL, "not text");
	return line[strspn(line, DECODE_BLANKS)] ? decode_text(decode, line, err) : 1;
}

/* Whole lines; the number of them is added to *number. first is told of the first one not
 * understood. */
static void some_lines(struct decode *decode, const char *text, const char *end, uint64_t *number,
		       struct error *first)
{
	struct error inner = { "" };
	const char *newline;
	int rc;

	while (text < end) {
		if (!decode->is_eptp && !decode->has_base)
			text = raw_lines(decode, text, end, number);
		if (text == end)
			break;
		++*number;
		newline = memchr(text, '\n', end - text);
		rc = decode_line(decode, text, newline - text, &inner);
		decode->understood |= !rc;
		if (rc < 0 && !decode->skipped++)
			error_set(first, -EINVAL, "line %" PRIu64 ": %s", *number, inner.text);
		text = newline + 1;
	}
}

int decode_lines(struct decode *decode, int fd, struct error *err)
{
	char *buffer = malloc(INPUT_SIZE + 1), *end;
	struct error first = { "" };
	uint64_t number = 0;
	size_t used = 0;
	ssize_t got;
	int rc = 0;

	if (!buffer)
		return error_set(err, -ENOMEM, "out of memory");
	do {
		got = read(fd, buffer + used, INPUT_SIZE - used);
		if (got < 0) {
			if (errno == EINTR)
				continue;
			rc = error_set(err, -errno, "cannot read standard input: %s",
				       strerror(errno));
			break;
		}
		used += got;
		if (!got && used && buffer[used - 1] != '\n')
			buffer[used++] = '\n'; /* that the last line lacks */
		end = memrchr(buffer, '\n', used);
		if (end) {
			some_lines(decode, buffer, end + 1, &number, &first);
			used -= end + 1 - buffer;
			memmove(buffer, end + 1, used);
		} else if (used == INPUT_SIZE) {
			rc = error_set(err, -EINVAL, "line %" PRIu64 ": longer than %d bytes",
				       number + 1, LINE_MAX_LENGTH);
		}
	} while (got && !rc && !ferror(stdout));
	free(buffer);
	if (!rc && decode->skipped && !decode->understood)
		rc = error_set(err, -EINVAL, "%s", first.text);
	return rc;
}
