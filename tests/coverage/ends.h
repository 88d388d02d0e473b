/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Included before every source where coverage is measured: what a process has run is written down
 * before it ends by _exit(), too, and those that read files can write it down, since they get no
 * filter of system calls; with $COVERAGE_JAIL in the environment they do.
 */
#ifndef COVERAGE_ENDS_H
#define COVERAGE_ENDS_H

#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

void __gcov_dump(void);

/* Of tests/oom/fail.c, where that is preloaded: from now on allocations do not fail. */
__attribute__((weak)) void oom_over(void);

#define _exit(status) (oom_over ? oom_over() : (void)0, __gcov_dump(), _exit(status))
#define prctl(option, ...) \
	((option) == PR_SET_SECCOMP && !getenv("COVERAGE_JAIL") ? 0 : prctl(option, ##__VA_ARGS__))

#endif
