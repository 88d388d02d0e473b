/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Calls of the C library that a test defines itself, to let them fail. */
#ifndef UNIT_CALLS_H
#define UNIT_CALLS_H

#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

__attribute__((unused)) static void *real(const char *name)
{
	void *found = dlsym(RTLD_NEXT, name);

	if (!found)
		abort();
	return found;
}

/* The C library's own: REAL(read, fd, data, size). */
#define REAL(name, ...) (((__typeof__(&name))real(#name))(__VA_ARGS__))

static int times; /* how often a call fails that does; 0 is each time */

/* Does a call fail whose errno value is to be *error, or 0? */
__attribute__((unused)) static bool fails(int *error)
{
	if (!*error)
		return false;
	errno = *error;
	if (times && !--times)
		*error = 0;
	return true;
}

#endif
