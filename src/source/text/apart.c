/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/text/apart.h"

#include "base/array.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Lines remembered; those behind them count as left out. */
#define MOST 1000000

/* FNV-1a of the text without blanks at its end, which one of two copies may have lost. */
static uint64_t hash_text(const char *text, size_t length)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	size_t i;

	while (length && (text[length - 1] == ' ' || text[length - 1] == '\t'))
		length--;
	for (i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)text[i]) * UINT64_C(0x100000001b3);
	return hash;
}

int apart_add(struct apart *apart, const char *text, size_t length, bool counts)
{
	struct apart_line line = { .hash = hash_text(text, length), .counts = counts };

	if (apart->count == MOST) {
		apart->more++;
		apart->more_count |= counts;
		return 0;
	}
	return array_append(&apart->lines, &apart->count, sizeof(line), &line) ? -ENOMEM : 0;
}

static int by_hash(const void *a, const void *b)
{
	const struct apart_line *one = a, *two = b;

	return one->hash < two->hash ? -1 : one->hash > two->hash;
}

/* Marks those that say what this line of Xen's says. */
static void mark(struct apart *apart, const struct utterance *said)
{
	uint64_t hash = hash_text(said->text, said->length);
	size_t i = ARRAY_FIRST_FROM(apart->lines, 0, apart->count, hash, hash);

	for (; i < apart->count && apart->lines[i].hash == hash && !apart->lines[i].shown; i++)
		apart->lines[i].shown = true;
}

int apart_settle(struct apart *apart, struct reader *reader, const struct prefix *prefix,
		 struct scan *scan, struct error *err)
{
	struct section section = { .prefix = *prefix };
	struct utterance said;
	struct line line;
	size_t i;
	int rc;

	if (!apart->count)
		return 0;
	qsort(apart->lines, apart->count, sizeof(*apart->lines), by_hash);
	rc = reader_seek(reader, 0, err);
	while (!rc && (rc = reader_line(reader, &line, err)) > 0) {
		line_origin(&line, &section, &said);
		if (said.xen)
			mark(apart, &said);
		rc = 0;
	}
	scan->left_out = apart->more;
	scan->lost = apart->more_count;
	for (i = 0; i < apart->count; i++) {
		scan->replayed += apart->lines[i].shown;
		scan->left_out += !apart->lines[i].shown;
		scan->lost |= !apart->lines[i].shown && apart->lines[i].counts;
	}
	return rc;
}

void apart_clear(struct apart *apart)
{
	free(apart->lines);
	memset(apart, 0, sizeof(*apart));
}
