/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/opened.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

static struct {
	const char *path;
	int fd, error;
} files[64];

void opened_ahead(const char *path)
{
	size_t i;

	if (!path || !strcmp(path, "-"))
		return;
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		if (files[i].path && !strcmp(files[i].path, path))
			return;
		if (files[i].path)
			continue;
		files[i].path = path;
		files[i].fd = open(path, O_RDONLY | O_CLOEXEC);
		files[i].error = errno;
		return;
	}
}

void opened_as(const char *path, int fd)
{
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (!files[i].path) {
			files[i].path = path;
			files[i].fd = fd;
			return;
		}
}

int opened_file(const char *path)
{
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]) && files[i].path; i++) {
		if (strcmp(files[i].path, path) != 0)
			continue;
		errno = files[i].error;
		if (files[i].fd < 0)
			return -1;
		/* Another one may have read it before; a pipe has no beginning. */
		lseek(files[i].fd, 0, SEEK_SET);
		return fcntl(files[i].fd, F_DUPFD_CLOEXEC, 3);
	}
	return open(path, O_RDONLY | O_CLOEXEC);
}
