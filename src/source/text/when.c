/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/text/when.h"

#include <string.h>
#include <time.h>

#define LONG	    1800
#define DAY	    86400
#define CLOCK_BYTES 8  /* "12:34:56" */
#define DATE_BYTES  11 /* "2025-02-16 " or "2025-02-16T" */

/* Has text this form, where 0 stands for any digit? */
static bool has_form(const char *text, const char *form)
{
	for (; *form; form++, text++)
		if (*form == '0' ? *text < '0' || *text > '9' : *form != '?' && *text != *form)
			return false;
	return true;
}

static int number(const char *digits, unsigned int count)
{
	int value = 0;

	while (count--)
		value = value * 10 + (*digits++ - '0');
	return value;
}

static struct when at_clock(const char *begin, const char *clock)
{
	struct when when = { .kind = WHEN_CLOCK };

	when.seconds = number(clock, 2) * 3600 + number(clock + 3, 2) * 60 + number(clock + 6, 2);
	if (clock - begin >= DATE_BYTES && has_form(clock - DATE_BYTES, "0000-00-00?")) {
		const char *date = clock - DATE_BYTES;
		struct tm tm = { .tm_year = number(date, 4) - 1900,
				 .tm_mon = number(date + 5, 2) - 1,
				 .tm_mday = number(date + 8, 2) };

		when.kind = WHEN_DATE;
		when.seconds += timegm(&tm);
	} else if (clock - begin >= (int)sizeof(when.day)) {
		memcpy(when.day, clock - sizeof(when.day), sizeof(when.day));
	}
	return when;
}

struct when when_read(const char *begin, const char *end)
{
	struct when when = { .kind = WHEN_UNKNOWN };
	const char *p;

	/* The last one is the nearest to Xen. */
	for (p = end - CLOCK_BYTES; p >= begin && end - begin >= CLOCK_BYTES; p--)
		if (has_form(p, "00:00:00"))
			return at_clock(begin, p);
	p = memchr(begin, '[', end - begin);
	if (!p)
		return when;
	for (p++; p < end && *p == ' '; p++)
		;
	for (; p < end && *p >= '0' && *p <= '9' && when.seconds < INT32_MAX; p++)
		when.seconds = when.seconds * 10 + (*p - '0');
	if (p < end && *p == '.')
		when.kind = WHEN_UPTIME;
	return when;
}

bool when_long_after(const struct when *before, const struct when *after)
{
	int64_t passed = after->seconds - before->seconds;

	if (before->kind == WHEN_UNKNOWN || before->kind != after->kind)
		return false;
	if (after->kind == WHEN_CLOCK && passed < -DAY / 2)
		passed += DAY; /* past midnight */
	else if (after->kind == WHEN_CLOCK &&
		 memcmp(before->day, after->day, sizeof(before->day)) != 0)
		return true;
	return passed > LONG;
}
