/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef UNIT_TEST_H
#define UNIT_TEST_H

#include <stdarg.h>
#include <stdint.h>
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

/* Random numbers, the same ones in every run (splitmix64). */
static uint64_t test_seed = UINT64_C(0x20240612);

__attribute__((unused)) static uint64_t random_number(void)
{
	uint64_t z = test_seed += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

__attribute__((unused)) static uint64_t below(uint64_t n)
{
	return random_number() % n;
}

__attribute__((unused)) static int one_in(unsigned int n)
{
	return below(n) == 0;
}

#endif
