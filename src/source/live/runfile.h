/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_LIVE_RUNFILE_H
#define SOURCE_LIVE_RUNFILE_H

#include "source/live/xen.h"

/*
 * Small files in /run (or $XEN_EPTAUDIT_RUN) that one run leaves for the next. Each begins with a
 * line that names this boot of the machine, and so of Xen; one of another boot is as good as none.
 */

#define RUNFILE_STAMP 256
#define RUNFILE_MOST  (64u << 10) /* bytes that such a file has at most */

/* Where the file of that name is. */
const char *runfile_path(const char *name, char *path, size_t size);

/* The line, with its newline, for a file that is written now. Returns 0 or a negative errno. */
int runfile_stamp(struct xen *xen, char stamp[RUNFILE_STAMP]);

/*
 * Opens it to be read and written, and creates it if create says so. It is believed only if it is a
 * plain file of our own user's that no other could have written. Returns a descriptor or a negative
 * errno value: -ENOENT if there is none, -EACCES if it is another's.
 */
int runfile_open(const char *name, bool create);

/*
 * What follows the stamp, NUL-terminated, to be freed; NULL where the file is of another boot, is
 * no such file, or cannot be read.
 */
char *runfile_read(int fd, const char *stamp);

#endif
