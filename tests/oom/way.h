/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For what is preloaded: by which way a function was called. */
#ifndef OOM_WAY_H
#define OOM_WAY_H

#include <dlfcn.h>
#include <execinfo.h>
#include <stddef.h>
#include <stdint.h>

/* So many callers, one above the other, tell one way from another. */
#define WAY_CALLERS 8
/* What asks, and what it was asked by: fails() and malloc(). */
#define WAY_OWN	    2

/* A number that is the same for the same callers, wherever in memory they are. */
static inline __attribute__((always_inline)) uint64_t way_here(void)
{
	void *frames[WAY_OWN + WAY_CALLERS];
	int count = backtrace(frames, WAY_OWN + WAY_CALLERS), i;
	uint64_t sum = 0;
	Dl_info info;

	for (i = WAY_OWN; i < count; i++) {
		if (!dladdr(frames[i], &info))
			info.dli_fbase = NULL;
		sum = sum * UINT64_C(0x9e3779b97f4a7c15) + (uintptr_t)frames[i] -
		      (uintptr_t)info.dli_fbase;
	}
	return sum;
}

#endif
