/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When a line of a log was printed, in each form that stands before it, and what is a long time. */
#include "source/text/when.h"

#include "base/array.h"
#include "test.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define DAY 86400

/* 2025-02-16, since 1970 */
#define DATE INT64_C(1739664000)

static const struct {
	const char *text; /* up to where Xen's text begins */
	enum when_kind kind;
	int64_t seconds; /* of what is known */
	const char *day;
} forms[] = {
	{ "", WHEN_UNKNOWN, 0, "" },
	{ "(XEN) ", WHEN_UNKNOWN, 0, "" },
	/* a clock, and what stands before it */
	{ "12:34:56", WHEN_CLOCK, 45296, "" },
	{ "12:34:56 (XEN) ", WHEN_CLOCK, 45296, "" },
	{ "00:00:01", WHEN_CLOCK, 1, "" },
	{ "23:59:59", WHEN_CLOCK, DAY - 1, "" },
	{ "2:34:56", WHEN_UNKNOWN, 0, "" },
	{ "12:34:5", WHEN_UNKNOWN, 0, "" },
	{ "12:34-56", WHEN_UNKNOWN, 0, "" },
	{ "12:34:5x", WHEN_UNKNOWN, 0, "" },
	{ "/2:34:56", WHEN_UNKNOWN, 0, "" },
	{ "12:3::56", WHEN_UNKNOWN, 0, "" },
	{ "Nov 20 12:34:56 host ", WHEN_CLOCK, 45296, "Nov 20 " },
	{ "x Nov 20 12:34:56", WHEN_CLOCK, 45296, "Nov 20 " },
	{ "ov 20 12:34:56", WHEN_CLOCK, 45296, "" },
	/* the last of two */
	{ "10:00:00 host 12:34:56 ", WHEN_CLOCK, 45296, "0 host " },
	{ "2025-02-16 10:00:00 [  7.5] 12:34:56 ", WHEN_CLOCK, 45296, "  7.5] " },
	{ "[  7.5] 12:34:56 ", WHEN_CLOCK, 45296, "  7.5] " },
	/* a date */
	{ "2025-02-16 12:34:56", WHEN_DATE, DATE + 45296, "" },
	{ "2025-02-16T12:34:56.123456+01:00 ", WHEN_DATE, DATE + 45296, "" },
	{ "(XEN) [2025-02-16 00:00:00.123] ", WHEN_DATE, DATE, "" },
	{ "1970-01-01 00:00:00", WHEN_DATE, 0, "" },
	{ "2024-02-29 23:59:59", WHEN_DATE, INT64_C(1709251199), "" },
	{ "2025-12-31 00:00:00", WHEN_DATE, INT64_C(1767139200), "" },
	{ "1969-12-31 23:59:59", WHEN_DATE, -1, "" },
	{ "025-02-16 12:34:56", WHEN_CLOCK, 45296, "-02-16 " },
	{ "2025/02/16 12:34:56", WHEN_CLOCK, 45296, "/02/16 " },
	{ "2025-02-1x 12:34:56", WHEN_CLOCK, 45296, "-02-1x " },
	{ "x025-02-16 12:34:56", WHEN_CLOCK, 45296, "-02-16 " },
	/* seconds since boot */
	{ "[  112.891353] ", WHEN_UPTIME, 112, "" },
	{ "(XEN) [112.891353] ", WHEN_UPTIME, 112, "" },
	{ "[0.0", WHEN_UPTIME, 0, "" },
	{ "[.", WHEN_UPTIME, 0, "" },
	{ "[09.", WHEN_UPTIME, 9, "" },
	{ "[2147483647.5] ", WHEN_UPTIME, 2147483647, "" },
	{ "[2147483648.5] ", WHEN_UPTIME, 2147483648, "" },
	{ "[21474836470.5] ", WHEN_UNKNOWN, 0, "" },
	{ "[99999999999999999999999999.5] ", WHEN_UNKNOWN, 0, "" },
	{ "[112] ", WHEN_UNKNOWN, 0, "" },
	{ "[112:5] ", WHEN_UNKNOWN, 0, "" },
	{ "[112/5] ", WHEN_UNKNOWN, 0, "" },
	{ "[x112.5] ", WHEN_UNKNOWN, 0, "" },
	{ "[0000000048f7d3b4] ", WHEN_UNKNOWN, 0, "" },
	{ "112.5] ", WHEN_UNKNOWN, 0, "" },
	{ "[", WHEN_UNKNOWN, 0, "" },
	{ "[  ", WHEN_UNKNOWN, 0, "" },
	{ "[112", WHEN_UNKNOWN, 0, "" },
};

/* Of memory behind which nothing can be read. */
static struct when read_exactly(const char *text, size_t length)
{
	static char *end; /* of what can be read */
	size_t page = sysconf(_SC_PAGESIZE);

	if (!end) {
		end = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			   0);
		if (end == MAP_FAILED || mprotect(end + page, page, PROT_NONE))
			abort();
		end += page;
	}
	memcpy(end - length, text, length);
	return when_read(end - length, end);
}

static void test_forms(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(forms); i++) {
		struct when when = read_exactly(forms[i].text, strlen(forms[i].text));

		check(when.kind == forms[i].kind &&
			      (!when.kind || when.seconds == forms[i].seconds) &&
			      !strncmp(when.day, forms[i].day, sizeof(when.day)),
		      "'%s' is kind %d, %" PRId64 " s, day '%.7s'", forms[i].text, when.kind,
		      when.seconds, when.day);
	}
	/* What stands behind the end does not count. */
	check(read_exactly("12:34:56", 7).kind == WHEN_UNKNOWN, "a clock that ends behind it");
	check(when_read("[112.5", &"[112.5"[4]).kind == WHEN_UNKNOWN, "a point behind it");
	check(when_read("112 [5.", &"112 [5."[4]).kind == WHEN_UNKNOWN, "a bracket behind it");
}

static const struct {
	struct when before, after;
	bool later;
} pairs[] = {
	{ { WHEN_UNKNOWN, 0, "" }, { WHEN_UNKNOWN, 9999, "" }, false },
	{ { WHEN_UNKNOWN, 0, "" }, { WHEN_UPTIME, 9999, "" }, false },
	{ { WHEN_UPTIME, 0, "" }, { WHEN_UNKNOWN, 9999, "" }, false },
	{ { WHEN_UPTIME, 0, "" }, { WHEN_DATE, DATE, "" }, false },
	{ { WHEN_CLOCK, 0, "" }, { WHEN_DATE, DATE, "" }, false },
	{ { WHEN_UPTIME, 100, "" }, { WHEN_UPTIME, 1900, "" }, false },
	{ { WHEN_UPTIME, 100, "" }, { WHEN_UPTIME, 1901, "" }, true },
	/* a clock of a date, or the time since boot, that goes back tells nothing */
	{ { WHEN_UPTIME, DAY, "" }, { WHEN_UPTIME, 0, "" }, false },
	{ { WHEN_UPTIME, DAY, "" }, { WHEN_UPTIME, 40000, "" }, false },
	{ { WHEN_DATE, DATE, "" }, { WHEN_DATE, DATE + 1800, "" }, false },
	{ { WHEN_DATE, DATE, "" }, { WHEN_DATE, DATE + 1801, "" }, true },
	{ { WHEN_DATE, DATE, "" }, { WHEN_DATE, DATE - DAY, "" }, false },
	/* what only a clock tells is compared */
	{ { WHEN_UPTIME, 5, "Nov 20 " }, { WHEN_UPTIME, 6, "Nov 21 " }, false },
	{ { WHEN_CLOCK, 5, "Nov 20 " }, { WHEN_CLOCK, 6, "Nov 21 " }, true },
	{ { WHEN_CLOCK, 5, "Nov 20 " }, { WHEN_CLOCK, 6, "Nov 20 " }, false },
	{ { WHEN_CLOCK, 5, "Nov 20 " }, { WHEN_CLOCK, 6, "Nov 20:" }, true },
	{ { WHEN_CLOCK, 0, "" }, { WHEN_CLOCK, 1800, "" }, false },
	{ { WHEN_CLOCK, 0, "" }, { WHEN_CLOCK, 1801, "" }, true },
	{ { WHEN_CLOCK, 1800, "" }, { WHEN_CLOCK, 0, "" }, false },
	/* past midnight, on another day or where no day is told */
	{ { WHEN_CLOCK, DAY - 900, "Nov 20 " }, { WHEN_CLOCK, 900, "Nov 21 " }, false },
	{ { WHEN_CLOCK, DAY - 900, "Nov 20 " }, { WHEN_CLOCK, 901, "Nov 21 " }, true },
	{ { WHEN_CLOCK, DAY - 900, "" }, { WHEN_CLOCK, 900, "" }, false },
	{ { WHEN_CLOCK, DAY - 900, "" }, { WHEN_CLOCK, 901, "" }, true },
	/* half a day back is no midnight yet */
	{ { WHEN_CLOCK, DAY / 2, "" }, { WHEN_CLOCK, 0, "" }, false },
	{ { WHEN_CLOCK, DAY / 2 + 1, "" }, { WHEN_CLOCK, 0, "" }, true },
	{ { WHEN_CLOCK, DAY / 2, "Nov 20 " }, { WHEN_CLOCK, 0, "Nov 21 " }, true },
};

static void test_long_after(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(pairs); i++)
		check(when_long_after(&pairs[i].before, &pairs[i].after) == pairs[i].later,
		      "from %" PRId64 " '%.7s' to %" PRId64 " '%.7s'", pairs[i].before.seconds,
		      pairs[i].before.day, pairs[i].after.seconds, pairs[i].after.day);
}

int main(void)
{
	test_forms();
	test_long_after();
	return test_end();
}
