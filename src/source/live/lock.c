/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/live/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

int lock_take(struct error *err)
{
	const char *path = getenv("XEN_EPTAUDIT_LOCK");
	int fd, rc;

	if (!path || !*path)
		path = "/run/xen-eptaudit.lock";
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return error_set(err, -errno, "cannot open %s: %s; run this as root in dom0", path,
				 strerror(errno));
	if (!flock(fd, LOCK_EX | LOCK_NB))
		return fd;
	rc = -errno;
	close(fd);
	if (rc == -EWOULDBLOCK)
		return error_set(err, rc,
				 "another xen-eptaudit is at work (%s): two dumps would overwrite "
				 "each other in Xen's console ring; wait until it is done",
				 path);
	return error_set(err, rc, "cannot lock %s: %s", path, strerror(-rc));
}
