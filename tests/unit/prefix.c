/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What stands before "(XEN) " on each line: what is learned, and what fits it. */
#include "source/text/prefix.h"

#include "base/array.h"
#include "test.h"

#include <stdio.h>
#include <string.h>

static bool learn(struct prefix *prefix, const char *log)
{
	memset(prefix, 0, sizeof(*prefix));
	return prefix_learn(prefix, log, strlen(log));
}

/* Does the line begin with the prefix, and its length? */
static size_t behind(const struct prefix *prefix, const char *line)
{
	const char *p = prefix_behind(prefix, line, line + strlen(line));

	return p ? p - line : 0;
}

static void test_learn(void)
{
	struct prefix prefix;

	check(learn(&prefix, "(XEN) a\n> (XEN) b\n> (XEN) c\n") && !prefix.length,
	      "a line that begins with it decides");
	check(learn(&prefix, "x\n> (XEN) b\n") && behind(&prefix, "> (XEN) c") == 2, "one quote");
	check(!learn(&prefix, "word (XEN) b\nword (XEN) c\n"), "two words are not enough");
	check(learn(&prefix, "word (XEN) b\nword (XEN) c\nword (XEN) d\n"), "three are");
	check(!learn(&prefix, "(d1) (XEN) b\n[12:00:00] (d1) (XEN) c\n> (d2) (XEN) x\n"),
	      "a guest's lines teach nothing");
	check(!learn(&prefix, "nothing\n") && !learn(&prefix, ""), "nothing to learn");
	check(learn(&prefix, "[12:00:00] (XEN) a\nx (XEN) b\n[12:00:01] (XEN) c\n") &&
		      behind(&prefix, "[23:59:59] (XEN) c") == 11,
	      "most lines decide");
}

static void test_fits(void)
{
	static const char *const others[] = { "[2020-11-30 14:45:33 UTC](XEN) ",
					      "2020-11-30 14:45:33 UTC] (XEN) ",
					      "[2020-11-30 14:45 UTC] (XEN) ",
					      " [2020-11-30 14:45:33 UTC] (XEN) ",
					      "[2020-11-30 14:45:33 utc] (XEN) ",
					      "[2020-11-30 14:45:33",
					      "[",
					      "",
					      "(XEN) " };
	struct prefix prefix;
	size_t i;

	check(learn(&prefix, "[2020-11-30 14:45:33 UTC] (XEN) a\n"), "is not learned");
	check(behind(&prefix, "[2021-01-01 00:00:00 CEST] (XEN) ") == 27, "another zone");
	for (i = 0; i < ARRAY_SIZE(others); i++)
		check_each(!behind(&prefix, others[i]) ||
				   strncmp(others[i] + behind(&prefix, others[i]), "(XEN)", 5),
			   "'%s' fits", others[i]);
	check(learn(&prefix, "Nov  8 01:55:11 host-3 xen[7]: (XEN) a\n") &&
		      behind(&prefix, "Dec 31 23:59:59 host-3 xen[12345]: (XEN) a") == 35 &&
		      !behind(&prefix, "Dec 31 23:59:59 host-x xen[12345]: (XEN) a") &&
		      !behind(&prefix, "Dez 31 23:59:59 host-3 xen[12345]: (XEN) a"),
	      "syslog");
}

/* Whatever fits a shape has the prefix, too. */
static void test_shape(void)
{
	static const char line[] = "Nov 18 01:55:11.753936 host xen[123]: (XEN) gfn";
	size_t length = strstr(line, "(XEN)") - line, at;
	char changed[sizeof(line) + 8] = "";
	struct prefix_shape shape;
	struct prefix prefix;
	int c;

	check(learn(&prefix, line), "is not learned");
	prefix_shape_set(&shape, line, length);
	check(prefix_shape_fits(&shape, line), "does not fit itself");
	for (at = 0; at < length; at++)
		for (c = 1; c < 256; c++) {
			bool digit = line[at] >= '0' && line[at] <= '9';
			bool fits = c == (unsigned char)line[at] || (digit && c >= '0' && c <= '9');

			memcpy(changed, line, sizeof(line));
			changed[at] = c;
			check_each(prefix_shape_fits(&shape, changed) == fits, "byte %zu as %d", at,
				   c);
			check_each(!fits || behind(&prefix, changed) == length,
				   "%zu as %d has none", at, c);
		}
	memcpy(changed, line, sizeof(line));
	changed[length] = 'x';
	check(prefix_shape_fits(&shape, changed), "what is behind counts");
}

int main(void)
{
	test_learn();
	test_fits();
	test_shape();
	return test_end();
}
