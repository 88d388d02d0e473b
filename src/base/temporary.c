/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/temporary.h"

#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define LARGE (UINT64_C(64) << 20) /* from here on it is told */

static uint64_t limit;
static void (*tell)(const char *text);

static const char *folder(void)
{
	const char *name = getenv("TMPDIR");

	return name && *name ? name : "/tmp";
}

int temporary_unnamed(void)
{
	int fd = open(folder(), O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, 0600);

	return fd < 0 ? -errno : fd;
}

int temporary_file(void)
{
	char path[4096];
	int fd = temporary_unnamed();

	/* Not every file system can do that. */
	if (fd != -EOPNOTSUPP && fd != -EISDIR && fd != -EINVAL)
		return fd;
	if (snprintf(path, sizeof(path), "%s/xen-eptaudit.XXXXXX", folder()) >= (int)sizeof(path))
		return -ENAMETOOLONG;
	fd = mkostemp(path, O_CLOEXEC);
	if (fd < 0)
		return -errno;
	unlink(path);
	return fd;
}

void temporary_limit(uint64_t most, void (*notice)(const char *text))
{
	limit = most;
	tell = notice;
}

/* What a file may take of its file system, counted from when it was empty. */
static uint64_t half_of_room(int fd, uint64_t taken)
{
	struct statvfs fs;

	if (fstatvfs(fd, &fs))
		return UINT64_MAX;
	return ((uint64_t)fs.f_bavail * fs.f_frsize + taken) / 2;
}

int temporary_check(int fd, uint64_t size, uint64_t on_disk, const char *doing, const char *name,
		    struct error *err)
{
	uint64_t most = limit ? limit : TEMPORARY_MOST;
	char amount[32];

	if (size > most)
		return error_set(err, -EFBIG, "%s %s more than %s; allow more with --max-size",
				 name, doing, text_size(most, amount, sizeof(amount)));
	if (on_disk <= LARGE)
		return 0;
	if (!limit && on_disk > half_of_room(fd, on_disk))
		return error_set(err, -EFBIG,
				 "%s %s %s, which is more than half of the room in $TMPDIR; set "
				 "TMPDIR, or allow it with --max-size",
				 name, doing, text_size(on_disk, amount, sizeof(amount)));
	return 0;
}

void temporary_tell(uint64_t size, const char *doing, const char *name)
{
	static bool told;
	char text[320];

	if (told || !tell || size <= LARGE)
		return;
	told = true;
	snprintf(text, sizeof(text), "%s %s to a temporary file", doing, name);
	text_sanitize(text);
	tell(text);
}

int temporary_write(int fd, const void *data, size_t size)
{
	const char *p = data;

	while (size) {
		ssize_t n = write(fd, p, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n ? -errno : -EIO;
		p += n;
		size -= n;
	}
	return 0;
}
