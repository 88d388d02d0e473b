/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Preloaded, makes every file system one like FAT or an old NFS: without links, without files that
 * have no name, and without a rename that spares what is there.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/syscall.h>
#include <unistd.h>

int linkat(int from, const char *old, int to, const char *new, int flags)
{
	(void)from, (void)old, (void)to, (void)new, (void)flags;
	errno = EPERM;
	return -1;
}

int openat(int dir, const char *path, int flags, ...)
{
	va_list args;
	int mode;

	va_start(args, flags);
	mode = va_arg(args, int);
	va_end(args);
	if ((flags & O_TMPFILE) == O_TMPFILE) {
		errno = EOPNOTSUPP;
		return -1;
	}
	return syscall(SYS_openat, dir, path, flags, mode);
}

int openat64(int dir, const char *path, int flags, ...) __attribute__((alias("openat")));

long syscall(long number, ...)
{
	va_list args;
	long a, b, c, d, result;

	va_start(args, number);
	a = va_arg(args, long);
	b = va_arg(args, long);
	c = va_arg(args, long);
	d = va_arg(args, long);
	va_end(args);
	if (number == SYS_renameat2) {
		errno = EINVAL;
		return -1;
	}
	__asm__ volatile("mov %5, %%r10; syscall"
			 : "=a"(result)
			 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(d)
			 : "rcx", "r10", "r11", "memory");
	if (result < 0 && result > -4096) {
		errno = -result;
		return -1;
	}
	return result;
}
