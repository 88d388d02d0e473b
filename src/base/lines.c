/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/lines.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
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

int lines_read(const char *path, const char *what, lines_take *take, void *opaque,
	       struct error *err)
{
	FILE *file = fopen(path, "r");
	unsigned int number = 0;
	struct error wrong;
	char *line = NULL;
	size_t size = 0;
	int rc = 0;

	if (!file)
		return error_set(err, -errno, "cannot read %s %s: %s", what, path, strerror(errno));
	while (!rc && getline(&line, &size, file) >= 0) {
		char *text = strip(line);

		number++;
		if (*text)
			rc = take(opaque, text, number, &wrong);
		if (rc)
			error_set(err, rc, "%s, line %u: %s", path, number, wrong.text);
	}
	if (!rc && ferror(file))
		rc = error_set(err, -EIO, "cannot read %s %s: %s", what, path, strerror(errno));
	free(line);
	fclose(file);
	return rc;
}
