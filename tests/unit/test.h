/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef UNIT_TEST_H
#define UNIT_TEST_H

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

/* Cases that passed and failed; what is tried in a loop is one case, see below. */
static unsigned long test_passed, test_failed;

/* One case that is tried many times, as for all of some numbers: it passes if it always holds. */
struct test_case {
	unsigned long held, failed;
};

__attribute__((format(printf, 1, 0), unused)) static void test_tell(const char *format,
								    va_list args)
{
	static unsigned int told;

	if (told++ >= 20) /* the first of them tell enough */
		return;
	fputs("FAILED: ", stdout);
	vprintf(format, args);
	putchar('\n');
}

/* A case of its own; one that fails is told. */
__attribute__((format(printf, 2, 3), unused)) static int check(int holds, const char *format, ...)
{
	va_list args;

	if (holds) {
		test_passed++;
		return 1;
	}
	test_failed++;
	va_start(args, format);
	test_tell(format, args);
	va_end(args);
	return 0;
}

__attribute__((unused)) static int test_held(struct test_case *test)
{
	if (!test->held++ && !test->failed)
		test_passed++;
	return 1;
}

__attribute__((format(printf, 2, 3), unused)) static int test_fails(struct test_case *test,
								    const char *format, ...)
{
	va_list args;

	if (!test->failed++) {
		test_passed -= test->held > 0;
		test_failed++;
	}
	va_start(args, format);
	test_tell(format, args);
	va_end(args);
	return 0;
}

/* Tries a case once more. What a failure says is only made where there is one. */
#define check_case(test, holds, ...) ((holds) ? test_held(test) : test_fails(test, __VA_ARGS__))

/* The same for the case that this place in the source is. */
#define check_each(holds, ...)                                \
	({                                                    \
		static struct test_case test_here;            \
		check_case(&test_here, (holds), __VA_ARGS__); \
	})

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
