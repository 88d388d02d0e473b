/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/lines.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

/* What is left of a line without comment and blanks around it. */
static char *strip(char *text)
{
	size_t length;

	text[strcspn(text, "#")] = '\0';
	while (isspace((unsigned char)*text))
		text++;
	for (length = strlen(text); length && isspace((unsigned char)text[length - 1]); length--)
		text[length - 1] = '\0';
	return text;
}

/* People write no longer lines than this. */
#define LINE_MOST 4096

/*
 * The next line, without its line end: its length, more than LINE_MOST if it does not fit, or -1 at
 * the end of the file. error is what kept it from being read, 0 if nothing did.
 */
static int next_line(FILE *file, char *line, int *error)
{
	int length = 0, c;

	while ((c = getc_unlocked(file)) != EOF && c != '\n') {
		if (length == LINE_MOST)
			return LINE_MOST + 1;
		line[length++] = c ? c : '?';
	}
	line[length] = '\0';
	*error = ferror(file) ? errno : 0;
	return *error || (c == EOF && !length) ? -1 : length;
}

int lines_read(const char *path, const char *what, lines_take *take, void *opaque,
	       struct error *err)
{
	FILE *file = fopen(path, "r");
	unsigned int number = 0;
	struct error wrong;
	char line[LINE_MOST + 1];
	int length, error = 0, rc = 0;

	if (!file)
		return error_set(err, -errno, "cannot read %s %s: %s", what, path, strerror(errno));
	while (!rc && (length = next_line(file, line, &error)) >= 0) {
		char *text;

		number++;
		if (length > LINE_MOST) {
			rc = error_set(err, -EINVAL, "%s, line %u: it is longer than %d bytes",
				       path, number, LINE_MOST);
			break;
		}
		text = strip(line);
		if (*text)
			rc = take(opaque, text, number, &wrong);
		if (rc)
			error_set(err, rc, "%s, line %u: %s", path, number, wrong.text);
	}
	if (!rc && error)
		rc = error_set(err, -error, "cannot read %s %s: %s", what, path, strerror(error));
	fclose(file);
	return rc;
}
