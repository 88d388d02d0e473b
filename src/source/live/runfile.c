/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/live/runfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *runfile_path(const char *name, char *path, size_t size)
{
	const char *folder = getenv("XEN_EPTAUDIT_RUN");

	snprintf(path, size, "%s/%s", folder && *folder ? folder : "/run", name);
	return path;
}

/* dom0 cannot boot without Xen: its kernel's boot is that of Xen. */
int runfile_stamp(struct xen *xen, char stamp[RUNFILE_STAMP])
{
	char version[64] = "", boot[64];
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, boot, sizeof(boot) - 1);
	int rc = n > 0 ? xen_version(xen, version, sizeof(version)) : -(errno ? errno : EIO);

	if (fd >= 0)
		close(fd);
	if (rc)
		return rc;
	boot[n] = '\0';
	boot[strcspn(boot, "\n")] = '\0';
	snprintf(stamp, RUNFILE_STAMP, "xen-eptaudit 1 boot %s Xen %s\n", boot, version);
	return 0;
}

int runfile_open(const char *name, bool create)
{
	char path[4096];
	struct stat st;
	int fd = open(runfile_path(name, path, sizeof(path)),
		      O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | (create ? O_CREAT : 0), 0600);

	if (fd < 0)
		return -errno;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_uid == geteuid() &&
	    !(st.st_mode & 0077) && st.st_nlink <= 1)
		return fd;
	close(fd);
	return -EACCES;
}

char *runfile_read(int fd, const char *stamp)
{
	size_t used = 0, length = strlen(stamp);
	char *text = malloc(RUNFILE_MOST + 1);
	ssize_t n = 1;

	while (text && n > 0 && used < RUNFILE_MOST) {
		n = pread(fd, text + used, RUNFILE_MOST - used, used);
		used += n > 0 ? n : 0;
	}
	if (!text)
		return NULL;
	text[used] = '\0';
	if (n < 0 || strlen(text) != used || strncmp(text, stamp, length)) {
		free(text);
		return NULL;
	}
	memmove(text, text + length, used - length + 1);
	return text;
}
