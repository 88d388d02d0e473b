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
	check(learn(&prefix, "> (XEN) a\n| (XEN) b\n| (XEN) c\n> (XEN) d\n") &&
		      behind(&prefix, "> (XEN) e") == 2 && !behind(&prefix, "| (XEN) e"),
	      "of as many the first decides");
	check(learn(&prefix, "> (XEN) a\n| (XEN) b\n| (XEN) c\n") &&
		      behind(&prefix, "| (XEN) e") == 2,
	      "the second, of which there are more");
}

/* What is put before each line by nobody. */
static void test_never(void)
{
	static const char *const never[] = { "\001", "\037", "\177", "(d1)" };
	char log[5 * (PREFIX_MAX + 16)] = "";
	struct prefix prefix;
	size_t i, k;

	for (i = 0; i < ARRAY_SIZE(never); i++) {
		snprintf(log, sizeof(log), "%s (XEN) a\n%s (XEN) b\n%s (XEN) c\n", never[i],
			 never[i], never[i]);
		check(!learn(&prefix, log), "'%s' is learned", never[i]);
	}
	for (k = 0; k < 2; k++) {
		*log = '\0';
		for (i = 0; i < 3; i++)
			snprintf(log + strlen(log), sizeof(log) - strlen(log), "%*s(XEN) a\n",
				 PREFIX_MAX + (int)k - 1, ">");
		check(learn(&prefix, log), "%zu blanks: one pattern", PREFIX_MAX + k - 2);
	}
	*log = '\0';
	for (i = 0; i < 3; i++)
		snprintf(log + strlen(log), sizeof(log) - strlen(log), "%*s(XEN) a\n",
			 PREFIX_MAX + 1, ">");
	check(!learn(&prefix, log), "more than fits");
	/* Whatever the sign of a char is here. */
	check(learn(&prefix, "\303\244 (XEN) a\n\303\244 (XEN) b\n\303\244 (XEN) c\n") &&
		      behind(&prefix, "\303\244 (XEN) d") == 3,
	      "UTF-8 is not learned");
}

/* Of many forms the first sixteen are counted, and of many lines not all are looked at. */
static void test_many(void)
{
	static char log[8192 * 24];
	struct prefix prefix;
	size_t used = 0;
	int i;

	for (i = 0; i < 20; i++)
		used += sprintf(log + used, "%.*s(XEN) a\n", i + 1, "||||||||||||||||||||");
	for (i = 0; i < 3; i++)
		used += sprintf(log + used, "%.*s(XEN) a\n", 18, "||||||||||||||||||||");
	check(learn(&prefix, log) && prefix.length == 1, "of twenty forms: %zu", prefix.length);
	/* 4096 lines of two forms, and more of the second behind them */
	for (used = 0, i = 0; i < 8192; i++)
		used += sprintf(log + used, "%s(XEN) a\n",
				i && i % 2 && i < 4096 ? "| "
				: i < 4096	       ? "|| "
						       : "| ");
	check(learn(&prefix, log) && prefix.length == 3, "of many lines: %zu", prefix.length);
}

/* Does a line have the prefix that a log taught? */
struct fit {
	const char *log, *line;
	bool fits;
};

static void check_fits(const struct fit *cases, size_t count)
{
	struct prefix prefix;
	size_t i;

	for (i = 0; i < count; i++)
		check(learn(&prefix, cases[i].log) &&
			      !strncmp(cases[i].line + behind(&prefix, cases[i].line), "(XEN) ",
				       6) == cases[i].fits,
		      "'%s' %s '%s'", cases[i].line, cases[i].fits ? "does not fit" : "fits",
		      cases[i].log);
}

/* Names and zones end where their words end. */
static void test_words(void)
{
	static const struct fit cases[] = {
		/* zones of three to five capitals */
		{ "[10:00:00 UTC] (XEN) a\n", "[10:00:00 ACWST] (XEN) ", true },
		{ "[10:00:00 ACWST] (XEN) a\n", "[10:00:00 UTC] (XEN) ", true },
		{ "[10:00:00 UTC] (XEN) a\n", "[10:00:00 ABCDEF] (XEN) ", false },
		{ "[10:00:00 UTC] (XEN) a\n", "[10:00:00 UT] (XEN) ", false },
		{ "[10:00:00 UTC] (XEN) a\n", "[10:00:00 UTCx] (XEN) ", false },
		{ "[10:00:00 UTC] (XEN) a\n", "[10:00:00 UTC", false },
		{ "10:00:00 ABCDEF (XEN) a\n", "10:00:00 ABCDEG (XEN) ", false },
		{ "10:00:00 AB (XEN) a\n", "10:00:00 AC (XEN) ", false },
		{ "10:00:00 UTCx (XEN) a\n", "10:00:00 CETx (XEN) ", false },
		{ "10:00:00 UTC0 (XEN) a\n", "10:00:00 CET0 (XEN) ", true },
		{ "10:00:00 UTC`(XEN) a\n", "10:00:00 CET`(XEN) ", true },
		{ "10:00:00 UTC{(XEN) a\n", "10:00:00 CET{(XEN) ", true },
		{ "10:00:00 UT[(XEN) a\n", "10:00:00 UU[(XEN) ", false },
		{ "10:00:00 UT@(XEN) a\n", "10:00:00 UU@(XEN) ", false },
		{ "10:00:00UTC (XEN) a\n", "10:00:00CET (XEN) ", false },
		/* days and months */
		{ "Mon 10:00:00 (XEN) a\n", "Sun 10:00:00 (XEN) ", true },
		{ "Monday 10:00:00 (XEN) a\n", "Sunday 10:00:00 (XEN) ", false },
		{ "eMon 10:00:00 (XEN) a\n", "eSun 10:00:00 (XEN) ", false },
		{ "Mon10:00:00 (XEN) a\n", "Sun10:00:00 (XEN) ", true },
		{ "Mon 10:00:00 (XEN) a\n", "Sunx 10:00:00 (XEN) ", false },
		{ "Mon 10:00:00 (XEN) a\n", "Su", false },
		{ "10:00:00 Mon(XEN) a\n", "10:00:00 Sun(XEN) ", true },
		{ "10:00:00 Mo(XEN) a\n", "10:00:00 Mo(XEN) ", true },
		/* numbers */
		{ "10:00:00 (XEN) a\n", " 1:00:00 (XEN) ", true },
		{ "10:00:00 (XEN) a\n", "   ", false },
		{ "10:00:00 (XEN) a\n", "10:00:", false },
		{ "10:00:00 (XEN) a\n", "10:00:/0 (XEN) ", false },
		{ "10:00:00 (XEN) a\n", "10:00:;0 (XEN) ", false },
	};

	check_fits(cases, ARRAY_SIZE(cases));
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
		      behind(&prefix, "Dez 31 23:59:59 host-3 xen[12345]: (XEN) a") == 35 &&
		      !behind(&prefix, "Dez 31 23:59:59 host-3 root[12345]: (XEN) a"),
	      "syslog");
}

/* What one log's lines have in several forms, and what is another's. */
static void test_family(void)
{
	static const struct fit cases[] = {
		/* names in other languages: of months, days of the week, and both */
		{ "Dez  1 00:00:00 h x: (XEN) a\n", "Nov 30 23:59:59 h x: (XEN) ", true },
		{ "Nov 30 23:59:59 h x: (XEN) a\n", "M\303\244r  1 00:00:00 h x: (XEN) ", true },
		{ "nov. 30 23:59:59 h x: (XEN) a\n", "d\303\251c. 01 00:00:00 h x: (XEN) ", true },
		{ "Mo 31 Okt 23:59:59 h x: (XEN) a\n", "Di  1 Nov 00:00:00 h x: (XEN) ", true },
		{ "Mo Okt 31 23:59:59 h x: (XEN) a\n", "Di Nov  1 00:00:00 h x: (XEN) ", true },
		{ "[Mo Okt 31 23:59:59 2022](XEN) a\n", "[Di Nov  1 00:00:00 2022](XEN) ", true },
		{ "Nov 30 23:59:59 h x: (XEN) a\n", "Novemberly 30 23:59:59 h x: (XEN) ", false },
		{ "Nov 30 23:59:59 h x: (XEN) a\n", "N 30 23:59:59 h x: (XEN) ", false },
		{ "Nov 30 23:59:59 h x: (XEN) a\n", "Dez: 30 23:59:59 h x: (XEN) ", false },
		{ "alpha 23:59:59 (XEN) a\n", "gamma 23:59:59 (XEN) ", false },
		{ "alpha 2022-01-01 23:59:59 (XEN) a\n", "gamma 2022-01-01 23:59:59 (XEN) ",
		  false },
		{ "23:59:59 h xen 12 - (XEN) a\n", "23:59:59 h root 12 - (XEN) ", false },
		/* halves of the day */
		{ "11/30/2020 11:59:59 AM (XEN) a\n", "11/30/2020 12:00:00 PM (XEN) ", true },
		{ "11:59:59am: (XEN) a\n", "12:00:00pm: (XEN) ", true },
		{ "11:59:59 AM (XEN) a\n", "12:00:00 XM (XEN) ", false },
		{ "11:59:59 AM (XEN) a\n", "12:00:00 PMx (XEN) ", false },
		/* how often it was quoted */
		{ "> (XEN) a\n", "> > (XEN) ", true },
		{ "> (XEN) a\n", ">>(XEN) ", true },
		{ ">> (XEN) a\n", "> (XEN) ", true },
		{ "> (XEN) a\n", " (XEN) ", false },
		{ "> (XEN) a\n", "| (XEN) ", false },
		/* the machine's name */
		{ "10:00:00 localhost x: (XEN) a\n", "10:00:00 xcp-1 x: (XEN) ", true },
		{ "10:00:00 xcp-1 x: (XEN) a\n", "10:00:00 localhost x: (XEN) ", true },
		{ "10:00:00 xcp-1 x: (XEN) a\n", "10:00:00 localhost.localdomain x: (XEN) ", true },
		{ "10:00:00 xcp-1 x: (XEN) a\n", "10:00:00 localhosts x: (XEN) ", false },
		{ "10:00:00 xcp-1 x: (XEN) a\n", "10:00:00 xcp-1.lan x: (XEN) ", true },
		{ "10:00:00 xcp-1.lan x: (XEN) a\n", "10:00:00 xcp-1 x: (XEN) ", true },
		{ "10:00:00 xcp-1 x: (XEN) a\n", "10:00:00 xcp x: (XEN) ", false },
		{ "10:00:00 xcp x: (XEN) a\n", "10:00:00 xcp-1 x: (XEN) ", false },
		{ "10:00:00 alpha x: (XEN) a\n", "10:00:00 gamma x: (XEN) ", false },
		{ "10:00:00 localhost x: (XEN) a\n", "10:00:00 xcp-1 root: (XEN) ", false },
		{ "10:00:00 localhost x: (XEN) a\n10:00:00 alpha x: (XEN) a\n",
		  "10:00:00 gamma x: (XEN) ", false },
		{ "10:00:00 alpha x: (XEN) a\n10:00:00 localhost x: (XEN) a\n",
		  "10:00:00 gamma x: (XEN) ", false },
		/* a guest's line in any of them */
		{ "10:00:00 localhost x: (XEN) a\n", "10:00:00 xcp-1 x: (d1) (XEN) ", false },
		{ "> (XEN) a\n", "> > (d1) (XEN) ", false },
	};
	const char *line = "10:00:00 xcp-1 x: (XEN) ";
	const char *local = "10:00:00 localhost x: (XEN) ";
	struct prefix prefix;

	check_fits(cases, ARRAY_SIZE(cases));
	check(learn(&prefix, "10:00:00 localhost x: (XEN) a\n"), "localhost");
	check(!prefix_learn_host(&prefix, local, local + strlen(local)),
	      "localhost is no machine's own name");
	check(prefix_learn_host(&prefix, line, line + strlen(line)) &&
		      !behind(&prefix, "10:00:00 gamma x: (XEN) ") &&
		      behind(&prefix, "10:00:00 localhost x: (XEN) "),
	      "once it has its name, no other is it");
	check(!prefix_learn_host(&prefix, line, line + strlen(line)), "it is known");
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
	test_never();
	test_many();
	test_words();
	test_fits();
	test_family();
	test_shape();
	return test_end();
}
