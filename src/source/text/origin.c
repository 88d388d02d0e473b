/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/text/scan.h"

#include <string.h>

/* "(d1) ", "(d12v0) ": text that a guest wrote. */
static bool guest_prefix(const char *text, const char *end)
{
	if (end - text < 4 || text[0] != '(' || text[1] != 'd' || text[2] < '0' || text[2] > '9')
		return false;
	for (text += 2; text < end; text++)
		if (*text == ')')
			return true;
		else if (*text != 'v' && (*text < '0' || *text > '9'))
			return false;
	return false;
}

/*
 * "[  112.891353] ", "[2026-11-23 01:31:05.123] ", "[0000000048f7d3b4] ": console_timestamps=.
 * Lines of the memory map have a blank before their bracket. Of an empty line the blank behind the
 * time is lost where trailing blanks are.
 */
static const char *skip_timestamp(const char *text, const char *end)
{
	const char *p = text + 1;

	if (text >= end || *text != '[')
		return text;
	while (p < end && ((*p >= '0' && *p <= ':') || (*p >= 'a' && *p <= 'f') || *p == ' ' ||
			   *p == '.' || *p == '-'))
		p++;
	if (p - text < 8 || p - text > 32 || p == end || *p != ']' || (p + 1 < end && p[1] != ' '))
		return text;
	return p + 1 < end ? p + 2 : end;
}

/*
 * What a terminal or a boot loader put before the line: "\r", "\033[H" and the like. NULs are noise
 * of a serial line, or the hole that copytruncate of logrotate leaves.
 */
static const char *skip_control(const char *text, const char *end)
{
	for (;;) {
		if (text < end && (*text == '\r' || !*text)) {
			text++;
		} else if (end - text > 2 && !memcmp(text, "\357\273\277", 3)) {
			text += 3; /* UTF-8's mark at the begin of a file */
		} else if (end - text > 2 && text[0] == '\033' && text[1] == '[') {
			const char *p = text + 2;

			while (p < end && (*p < '@' || *p > '~'))
				p++;
			if (p == end)
				return text;
			text = p + 1;
		} else {
			return text;
		}
	}
}

/* The end of a line without colours and the like that a terminal was to have there. */
static const char *skip_control_end(const char *text, const char *end)
{
	while (end > text && (end[-1] == 'm' || end[-1] == 'K')) {
		const char *p = end - 1;

		while (p > text && (p[-1] == ';' || (p[-1] >= '0' && p[-1] <= '9')))
			p--;
		if (p - text < 2 || p[-1] != '[' || p[-2] != '\033')
			break;
		end = p - 2;
	}
	return end;
}

static const char *skip_prefix(const struct prefix *prefix, const char *text, const char *end)
{
	if (!prefix->length)
		return text;
	text = prefix_behind(prefix, text, end);
	return text ? skip_control(text, end) : NULL;
}

/* "(XEN) " behind other text: behind an unfinished line of dom0, or quoted by it. */
static void inner_origin(const struct line *line, const struct section *section, const char *inner,
			 struct utterance *utterance)
{
	const char *end = line->text + line->length, *p;

	/* A guest's line behind an unfinished one of dom0. */
	for (p = line->text; (p = memmem(p, inner - p, "(d", 2)); p++)
		if (guest_prefix(p, inner))
			utterance->origin = ORIGIN_GUEST;
	if (utterance->origin == ORIGIN_GUEST)
		return;
	/* Believed only where carriage returns tell Xen's line from dom0 quoting it. */
	utterance->text = skip_timestamp(inner + XEN_PREFIX_LENGTH, end);
	utterance->length = end - utterance->text;
	utterance->origin = ORIGIN_REPLAYED;
	if (section->any_cr && section->has_cr && line->cr == section->cr && line->terminated &&
	    !memmem(line->text, inner - line->text, "(d", 2))
		utterance->origin = ORIGIN_XEN;
}

void line_origin(const struct line *line, const struct section *section,
		 struct utterance *utterance)
{
	const char *end = skip_control_end(line->text, line->text + line->length);
	const char *start = skip_control(line->text, end);
	const char *behind = skip_prefix(&section->prefix, start, end);

	if (behind)
		start = behind;
	utterance->text = start;
	utterance->length = end - start;
	utterance->xen = NULL;
	utterance->joined = false;
	if (behind && end - start >= XEN_PREFIX_LENGTH &&
	    !memcmp(start, XEN_PREFIX, XEN_PREFIX_LENGTH)) {
		utterance->xen = start;
		utterance->text = skip_timestamp(start + XEN_PREFIX_LENGTH, end);
		utterance->length = end - utterance->text;
		utterance->origin =
			section->has_cr && line->cr > section->cr ? ORIGIN_REPLAYED : ORIGIN_XEN;
		return;
	}
	utterance->origin = ORIGIN_GUEST;
	if (guest_prefix(start, end))
		return;
	utterance->origin = ORIGIN_OTHER;
	start = memmem(start, end - start, XEN_PREFIX, XEN_PREFIX_LENGTH);
	if (start)
		inner_origin(line, section, start, utterance);
}

const char *line_said(const char *line)
{
	const char *xen = strstr(line, XEN_PREFIX);

	if (xen)
		return skip_timestamp(xen + XEN_PREFIX_LENGTH, xen + strlen(xen));
	while (*line == '>' || *line == '|')
		line += 1 + (line[1] == ' ');
	return skip_timestamp(line, line + strlen(line)); /* of Linux */
}
