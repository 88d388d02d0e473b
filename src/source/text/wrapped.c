/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/text/wrapped.h"

#include "base/array.h"
#include "base/text.h"
#include "source/text/mtrrline.h"

#include <stdio.h>
#include <string.h>

#define WRAP_AT	    72 /* the narrowest of usual widths, */
#define WRAP_ROW    68 /* of lines that are known not to be whole, */
#define WRAP_WIDEST 96 /* and the widest, with quotes */

/* " [0000000000100000, 000000007ffeffff] (usable)" without its end. */
static bool memory_map_begins(const char *text)
{
	text += strspn(text, " \t");
	return *text == '[' && strchr(text, ',') && !strchr(text, '(');
}

/* The begin of a row of that, or of MTRRs: it shows itself whether it is whole. */
static bool row_begins(const char *text)
{
	text += strspn(text, " \t");
	return memory_map_begins(text) || (*text >= '0' && *text <= '9');
}

static bool mtrr_row(const char *text)
{
	enum mtrr_line_kind kind = mtrr_line_parse(text).kind;

	return kind == MTRR_LINE_FIXED || kind == MTRR_LINE_VARIABLE;
}

/* Lines of Xen's boot, when nobody else speaks: what follows is theirs. */
static bool boot_line_long(const char *text)
{
	static const char *const starts[] = { "Xen version ", "Command line: ", "IOAPIC[",
					      "PCI: MCFG configuration " };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(starts); i++)
		if (text_after(text, starts[i]))
			return true;
	return false;
}

/* Where each line has a prefix, what has none is no line of its own. */
static bool lacks_prefix(const struct section *section, const struct line *line)
{
	return section->prefix.length &&
	       !prefix_behind(&section->prefix, line->text, line->text + line->length);
}

/* Can there be more of it in the next line? rest is what that has. */
static bool unfinished(const char *text, const char *rest)
{
	const char *open = strrchr(text, '{');
	struct entry entry;
	char both[256];
	int length = strlen(text);

	while (length && text[length - 1] == ' ') /* kept by format=flowed */
		length--;
	snprintf(both, sizeof(both), "%.*s %.120s", length < 120 ? length : 120, text, rest);
	if (text_after(text, "gfn:"))
		return record_parse_loose(text, strlen(text), &entry) == RECORD_NONE &&
		       record_parse_loose(both, strlen(both), &entry) == RECORD_ENTRY;
	if (open)
		return !strchr(open, '}');
	if (memory_map_begins(text))
		return strchr(rest, ')');
	return boot_line_long(text) || (!mtrr_row(text) && mtrr_row(both));
}

/* What a next line has of it, without a mail's quotes; NULL if it is somebody's own line. */
static const char *rest_of(const struct section *section, const struct line *line,
			   const struct line *next, size_t *length)
{
	const char *end = next->text + next->length, *text;
	struct utterance said;

	line_origin(next, section, &said);
	if (said.origin != ORIGIN_OTHER || next->length > WRAP_WIDEST)
		return NULL;
	text = said.text;
	while (text < end && (*text == ' ' || *text == '\t' ||
			      (*text == '>' && (line->text[0] == '>' || line->text[0] == ' '))))
		text++;
	while (end > text && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	*length = end - text;
	return *length ? text : NULL;
}

/*
 * Would the next word still have stood in the line, of which text is what was said until there?
 * Records have blanks before it that are lost.
 */
static bool fits(const struct line *line, const struct utterance *said, const char *text,
		 const char *rest, size_t length)
{
	const char *blank = memchr(rest, ' ', length);
	size_t word = blank ? (size_t)(blank - rest) : length;
	size_t width = row_begins(text) ? WRAP_ROW : WRAP_AT;

	if (said->length >= 4 && !memcmp(said->text, "gfn:", 4))
		return said->text - line->text + RECORD_LENGTH < WRAP_AT;
	/* some have the blank behind it fit, too */
	return line->length + 1 + word < width;
}

static size_t append(char *text, size_t used, const char *more, size_t length)
{
	while (used && text[used - 1] == ' ')
		used--;
	if (used + length + 2 > WRAPPED_MAX)
		return used;
	if (used)
		text[used++] = ' ';
	memcpy(text + used, more, length);
	text[used + length] = '\0';
	return used + length;
}

int wrapped_join(struct reader *reader, const struct section *section, struct line *line,
		 struct utterance *said, char text[WRAPPED_MAX], struct error *err)
{
	struct line last = *line, next;
	char rest[WRAP_WIDEST + 1];
	const char *more;
	size_t used, length;
	int count, rc;

	if (line->length > WRAP_WIDEST || !said->length || !line->terminated)
		return 0;
	used = append(text, 0, said->text, said->length);
	for (count = 0;; count++) {
		rc = reader_peek(reader, line, &next, err);
		if (rc <= 0)
			break;
		line_origin(line, section, said);
		more = rest_of(section, line, &next, &length);
		if (!more || fits(count ? &last : line, said, text, more, length))
			break;
		snprintf(rest, sizeof(rest), "%.*s", (int)length, more);
		if (!unfinished(text, rest) &&
		    (!lacks_prefix(section, &next) || text_after(text, "gfn:")))
			break;
		used = append(text, used, rest, length);
		reader_accept(reader, &next);
		last = next;
	}
	line_origin(line, section, said);
	if (!count || rc < 0)
		return rc < 0 ? rc : 0;
	said->text = text;
	said->length = used;
	said->joined = true;
	return count;
}
