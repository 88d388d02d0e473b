/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A file of a test's own, in $TMPDIR. */
#ifndef UNIT_OWNFILE_H
#define UNIT_OWNFILE_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Makes it, empty, and writes its path. False, and it is said, where it cannot be made. */
static bool own_file(char *path, size_t size, const char *test)
{
	const char *folder = getenv("TMPDIR");
	int fd;

	snprintf(path, size, "%s/xen-eptaudit-%s.XXXXXX", folder && *folder ? folder : "/tmp",
		 test);
	fd = mkstemp(path);
	if (fd < 0) {
		printf("%s cannot be made\n", path);
		return false;
	}
	close(fd);
	return true;
}

#endif
