/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/live/keptboot.h"

#include "base/outfile.h"
#include "source/live/runfile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NAME "xen-eptaudit.boot"
#define MOST (RUNFILE_MOST - 1024)

/* Xen lets go of the memory that only its boot needs, and then dom0 begins. */
static bool is_last(const char *line, size_t length)
{
	return memmem(line, length, "init memory", 11) || memmem(line, length, "EPT p2m table", 13);
}

/* Xen's own lines up to the end of its boot, or to the first that is not its own. Their length. */
static size_t cut(char *text, size_t size)
{
	size_t kept = 0, from = 0;

	while (from < size) {
		char *newline = memchr(text + from, '\n', size - from);
		size_t length = newline ? newline + 1 - (text + from) : 0;
		bool own = length >= XEN_PREFIX_LENGTH &&
			   !memcmp(text + from, XEN_PREFIX, XEN_PREFIX_LENGTH) &&
			   !memchr(text + from, '\0', length);

		if (!length || (!own && kept))
			break;
		if (own) {
			memmove(text + kept, text + from, length);
			kept += length;
			if (is_last(text + kept - length, length))
				break;
		}
		from += length;
	}
	return kept;
}

static bool is_kept(const char *stamp)
{
	int fd = runfile_open(NAME, false);
	char *text = fd < 0 ? NULL : runfile_read(fd, stamp);
	bool kept = text;

	if (fd >= 0)
		close(fd);
	free(text);
	return kept;
}

void keptboot_save(struct xen *xen, const struct transcript *before)
{
	char stamp[RUNFILE_STAMP], path[4096], *text;
	struct outfile *out;
	ssize_t size;

	if (!before->whole || runfile_stamp(xen, stamp) || is_kept(stamp))
		return;
	text = malloc(MOST);
	if (!text)
		return;
	size = pread(before->fd, text, MOST, 0);
	if (size > 0 && !outfile_open(runfile_path(NAME, path, sizeof(path)), OUTFILE_REPLACE, "",
				      &out, NULL)) {
		size = cut(text, size);
		fputs(stamp, outfile_stream(out));
		fwrite(text, 1, size, outfile_stream(out));
		outfile_close(out, true, NULL);
	}
	free(text);
}

int keptboot_load(struct xen *xen, struct transcript *before, struct error *err)
{
	char stamp[RUNFILE_STAMP], *text = NULL;
	int fd = runfile_open(NAME, false), rc = 0;

	if (fd >= 0 && !runfile_stamp(xen, stamp))
		text = runfile_read(fd, stamp);
	if (fd >= 0)
		close(fd);
	if (text && *text)
		rc = transcript_put_before(before, text, strlen(text), err);
	free(text);
	return rc;
}
