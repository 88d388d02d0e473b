/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef UNIT_TEST_H
#define UNIT_TEST_H

#include <stdarg.h>
#include <stdio.h>

static unsigned long test_passed, test_failed;

/* Counts a check; one that fails is told, the first of them in full. */
__attribute__((format(printf, 2, 3), unused)) static int check(int holds, const char *format, ...)
{
	va_list args;

	if (holds) {
		test_passed++;
		return 1;
	}
	if (test_failed++ < 20) {
		va_start(args, format);
		fputs("FAILED: ", stdout);
		vprintf(format, args);
		putchar('\n');
		va_end(args);
	}
	return 0;
}

/* The closing line, and the exit status. */
static int test_end(void)
{
	printf("%lu passed, %lu failed\n", test_passed, test_failed);
	return test_failed || !test_passed;
}

#endif
