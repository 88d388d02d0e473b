/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * To be preloaded: lets the call number $CALLS_FAIL (from 1) of the function $CALLS_NAME fail with
 * the errno $CALLS_ERROR. With $CALLS_LOG the name of each call becomes a line of that file, with a
 * number behind it that is the same for what the same callers ask for.
 */
#include "way.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

static int active, notes = -1, code;
static unsigned long count, failing;
static const char *wanted;

/* What the program does when it is over is not meant: coverage is written down then. */
void oom_over(void);
void oom_over(void)
{
	active = 0;
}

void oom_pass(int by);
void oom_pass(int by)
{
	active -= by; /* a test's own Xen is not meant, either */
}

static int __attribute__((noinline)) fails(const char *name)
{
	static int registered;

	if (active <= 0)
		return 0;
	if (!registered) {
		registered = 1;
		atexit(oom_over);
	}
	if (notes >= 0) {
		active--;
		if (dprintf(notes, "%s %" PRIx64 "\n", name, way_here()) < 0)
			abort();
		active++;
	}
	if (!wanted || strcmp(name, wanted) || ++count != failing)
		return 0;
	errno = code;
	return 1;
}

/* CALL(RESULT, WHERE IT FAILS, NAME, PARAMETERS, ARGUMENTS): one function that is passed through.
 */
#define CALL(type, failure, name, parameters, arguments)          \
	type name parameters;                                     \
	type name parameters                                      \
	{                                                         \
		static type(*real) parameters;                    \
		void *found;                                      \
                                                                  \
		if (!real) {                                      \
			found = dlsym(RTLD_NEXT, #name);          \
			memcpy(&real, &found, sizeof(found));     \
		}                                                 \
		return fails(#name) ? (failure) : real arguments; \
	}

CALL(ssize_t, -1, read, (int fd, void *to, size_t size), (fd, to, size))
CALL(ssize_t, -1, write, (int fd, const void *from, size_t size), (fd, from, size))
CALL(ssize_t, -1, pread, (int fd, void *to, size_t size, off_t at), (fd, to, size, at))
CALL(ssize_t, -1, pwrite, (int fd, const void *from, size_t size, off_t at), (fd, from, size, at))
CALL(off_t, -1, lseek, (int fd, off_t by, int whence), (fd, by, whence))
CALL(int, -1, fstat, (int fd, struct stat *st), (fd, st))
CALL(int, -1, fstatat, (int fd, const char *path, struct stat *st, int flags),
     (fd, path, st, flags))
CALL(int, -1, fstatvfs, (int fd, struct statvfs *st), (fd, st))
CALL(int, -1, ftruncate, (int fd, off_t size), (fd, size))
CALL(int, -1, fsync, (int fd), (fd))
CALL(int, -1, fchmod, (int fd, mode_t mode), (fd, mode))
CALL(int, -1, linkat, (int from_dir, const char *from, int to_dir, const char *to, int flags),
     (from_dir, from, to_dir, to, flags))
CALL(int, -1, renameat, (int from_dir, const char *from, int to_dir, const char *to),
     (from_dir, from, to_dir, to))
CALL(int, -1, dup, (int fd), (fd))
CALL(int, -1, pipe2, (int fds[2], int flags), (fds, flags))
CALL(pid_t, -1, fork, (void), ())
CALL(pid_t, -1, waitpid, (pid_t pid, int *status, int options), (pid, status, options))
CALL(int, -1, mkostemp, (char *path, int flags), (path, flags))
CALL(FILE *, NULL, fdopen, (int fd, const char *mode), (fd, mode))
CALL(FILE *, NULL, fopen, (const char *path, const char *mode), (path, mode))
CALL(int, -1, fseeko, (FILE * stream, off_t by, int whence), (stream, by, whence))
CALL(void *, MAP_FAILED, mmap, (void *at, size_t size, int prot, int flags, int fd, off_t offset),
     (at, size, prot, flags, fd, offset))

/* With the mode behind the flags, where there is one. */
static int passed_open(int dir, const char *path, int flags, mode_t mode)
{
	static int (*real)(int dir, const char *path, int flags, ...);
	void *found;

	if (!real) {
		found = dlsym(RTLD_NEXT, "openat");
		memcpy(&real, &found, sizeof(found));
	}
	return real(dir, path, flags, mode);
}

int open(const char *path, int flags, ...)
{
	mode_t mode = 0;
	__builtin_va_list rest;

	__builtin_va_start(rest, flags);
	if (flags & (O_CREAT | __O_TMPFILE))
		mode = __builtin_va_arg(rest, mode_t);
	__builtin_va_end(rest);
	return fails("open") ? -1 : passed_open(AT_FDCWD, path, flags, mode);
}

int openat(int dir, const char *path, int flags, ...)
{
	mode_t mode = 0;
	__builtin_va_list rest;

	__builtin_va_start(rest, flags);
	if (flags & (O_CREAT | __O_TMPFILE))
		mode = __builtin_va_arg(rest, mode_t);
	__builtin_va_end(rest);
	return fails("openat") ? -1 : passed_open(dir, path, flags, mode);
}

static void __attribute__((constructor)) begin(void)
{
	const char *text = getenv("CALLS_LOG");

	if (text)
		notes = open(text, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
	wanted = getenv("CALLS_NAME");
	text = getenv("CALLS_FAIL");
	failing = text ? strtoul(text, NULL, 10) : 0;
	text = getenv("CALLS_ERROR");
	code = text ? atoi(text) : EIO;
	way_here(); /* which loads a library when it is first called */
	/* Whatever the program starts is not meant. */
	unsetenv("LD_PRELOAD");
	active = 1;
}
