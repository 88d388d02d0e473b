/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Included before every source where coverage is measured: what a process has run is written down
 * before it ends by _exit() or a signal of its own, too, or where files may not grow (ulimit -S
 * -f), and those that read files can write it down, since they get no filter of system calls; with
 * $COVERAGE_JAIL in the environment they do.
 */
#ifndef COVERAGE_ENDS_H
#define COVERAGE_ENDS_H

#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

void __gcov_dump(void);

/* Of tests/oom/fail.c, where that is preloaded: from now on allocations do not fail. */
__attribute__((weak)) void oom_over(void);

/* Before what is called at the end of coverage's own, which is of a lower priority. */
static void __attribute__((destructor)) let_files_grow(void)
{
	struct rlimit limit;

	if (getenv("COVERAGE_JAIL") || getrlimit(RLIMIT_FSIZE, &limit) ||
	    limit.rlim_cur == limit.rlim_max)
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_FSIZE, &limit);
}

#define _exit(status) \
	(oom_over ? oom_over() : (void)0, let_files_grow(), __gcov_dump(), _exit(status))
#define raise(number) (let_files_grow(), __gcov_dump(), raise(number))
#define prctl(option, ...) \
	((option) == PR_SET_SECCOMP && !getenv("COVERAGE_JAIL") ? 0 : prctl(option, ##__VA_ARGS__))

#endif
