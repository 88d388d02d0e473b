/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines of a log with "(XEN) " behind other text: which of them Xen says elsewhere in it, whatever
 * the order, and what is left out.
 */
#include "source/text/apart.h"

#include "base/array.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define LONG "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789"

/* What is counted of lines apart, each behind '+' if it counts or '-', in a log. */
static const struct {
	const char *apart, *log;
	unsigned long replayed, left_out;
	bool lost;
} rows[] = {
	{ "", "(XEN) a\n", 0, 0, false },
	{ "-a\n", "(XEN) a\n", 1, 0, false },
	{ "+a\n", "(XEN) a\n", 1, 0, false },
	{ "-a\n", "(XEN) b\n", 0, 1, false },
	{ "+a\n", "(XEN) b\n", 0, 1, true },
	{ "+a\n", "", 0, 1, true },
	{ "+a\n-b\n", "(XEN) a\n", 1, 1, false },
	{ "-a\n+b\n", "(XEN) a\n", 1, 1, true },
	{ "+b\n-a\n", "(XEN) a\n", 1, 1, true },
	{ "+b\n+a\n-c\n", "(XEN) c\n(XEN) b\n(XEN) a\n", 3, 0, false },
	/* as often as it is shown, or said */
	{ "+a\n-a\n+a\n", "(XEN) a\n", 3, 0, false },
	{ "+a\n-a\n+a\n", "(XEN) b\n(XEN) a\n(XEN) a\n", 3, 0, false },
	{ "-a\n-c\n-a\n-b\n-c\n", "(XEN) a\n(XEN) c\n(XEN) c\n", 4, 1, false },
	/* blanks at the end, which either may have lost */
	{ "-a\n", "(XEN) a \t \n", 1, 0, false },
	{ "-a \t\n", "(XEN) a\n", 1, 0, false },
	{ "-a\t \n", "(XEN) a\n", 1, 0, false },
	{ "-a b\n", "(XEN) ab\n", 0, 1, false },
	{ "- a\n", "(XEN) a\n", 0, 1, false },
	{ "-  \n", "(XEN) \n", 1, 0, false },
	{ "-a\n", "(XEN) aa\n", 0, 1, false },
	{ "-ab\n", "(XEN) ba\n", 0, 1, false },
	/* of a long line each letter counts, and its place */
	{ "-a" LONG "\n", "(XEN) b" LONG "\n", 0, 1, false },
	{ "-ab" LONG "\n", "(XEN) ba" LONG "\n", 0, 1, false },
	{ "-a" LONG "\n", "(XEN) a" LONG "\n", 1, 0, false },
	{ "-\377\200\n", "(XEN) \377\200\n", 1, 0, false },
	/* only what Xen says counts */
	{ "-a\n", "a\n", 0, 1, false },
	{ "-a\n", "x (XEN) a\n", 0, 1, false },
	{ "-a\n", "(d1) a\n", 0, 1, false },
	{ "-a\n", "words\n(XEN) [2026-11-23 01:31:05.123] a\n", 1, 0, false },
};

static void add(struct apart *apart, const char *lines)
{
	for (; *lines; lines += strcspn(lines, "\n") + 1)
		if (apart_add(apart, lines + 1, strcspn(lines, "\n") - 1, *lines == '+'))
			abort();
}

/* Has what counts, with the prefix that the log teaches. */
static int settle(struct apart *apart, const char *log, struct scan *scan)
{
	int fd = memfd_create("log", 0), rc;
	struct prefix prefix = { .length = 0 };
	struct error err = { "" };
	struct reader reader;
	struct input *input;
	struct line line;

	if (fd < 0 || write(fd, log, strlen(log)) != (ssize_t)strlen(log) ||
	    lseek(fd, 0, SEEK_SET) || input_of_fd(fd, "log", &input, &err) ||
	    reader_init(&reader, input, READER_BUFFER, &err))
		abort();
	prefix_learn(&prefix, log, strlen(log));
	while (reader_line(&reader, &line, &err) > 0) /* it was read once */
		;
	rc = apart_settle(apart, &reader, &prefix, scan, &err);
	reader_clear(&reader);
	input_close(input);
	close(fd);
	return rc;
}

static void test_rows(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct apart apart = { .count = 0 };
		struct scan scan = { .lines = 0 };
		int rc;

		add(&apart, rows[i].apart);
		rc = settle(&apart, rows[i].log, &scan);
		check(!rc && scan.replayed == rows[i].replayed &&
			      scan.left_out == rows[i].left_out && scan.lost == rows[i].lost,
		      "%d, %lu replayed, %lu left out%s, of\n%sin\n%s", rc, scan.replayed,
		      scan.left_out, scan.lost ? ", lost" : "", rows[i].apart, rows[i].log);
		apart_clear(&apart);
		check_each(!apart.lines && !apart.count, "row %zu is not cleared", i);
	}
}

/* What stands behind the last in memory is none of them. */
static void test_end_of_lines(void)
{
	struct scan scan = { .lines = 0 };
	struct apart apart = { .count = 0 };

	add(&apart, "-a\n-a\n-a\n");
	apart.count = 2;
	check(!settle(&apart, "(XEN) a\n", &scan) && scan.replayed == 2 && !apart.lines[2].shown,
	      "%lu replayed, and the next", scan.replayed);
	apart_clear(&apart);
}

/* Behind the prefix that the log's lines have, and behind no other. */
static void test_prefix(void)
{
	static const char log[] = "> (XEN) a\n> (XEN) b\n| (XEN) c\n> (XEN) d\n";
	struct scan scan = { .replayed = 5 };
	struct apart apart = { .count = 0 };

	add(&apart, "-a\n-b\n+c\n");
	check(!settle(&apart, log, &scan) && scan.replayed == 7 && scan.left_out == 1 && scan.lost,
	      "%lu replayed, %lu left out", scan.replayed, scan.left_out);
	apart_clear(&apart);
}

#define MOST 1000000

/* What is not remembered was not compared: it is left out, even where Xen says it. */
static void test_many(void)
{
	/* As many as are added one by one, which takes longer; for array_append() a power of 2. */
	struct apart apart = { .lines = calloc(1 << 20, sizeof(struct apart_line)),
			       .count = MOST - 1 };
	struct scan scan = { .lines = 0 };

	if (!apart.lines)
		abort();
	add(&apart, "+a\n");
	check(apart.count == MOST && !apart.more, "a million are remembered");
	add(&apart, "-a\n-a\n");
	check(apart.count == MOST && apart.more == 2 && !apart.more_count, "two more are counted");
	check(!settle(&apart, "(XEN) a\n", &scan) && scan.replayed == 1 &&
		      scan.left_out == MOST + 1 && !scan.lost,
	      "%lu replayed, %lu left out", scan.replayed, scan.left_out);
	add(&apart, "+a\n-a\n");
	check(apart.more == 4 && apart.more_count, "one of four counts");
	apart.count = 1; /* a short look suffices */
	check(!settle(&apart, "(XEN) b\n", &scan) && scan.left_out == 5 && scan.lost,
	      "%lu left out%s", scan.left_out, scan.lost ? ", lost" : "");
	apart_clear(&apart);
	check(!apart.lines && !apart.more && !apart.more_count, "cleared");
}

int main(void)
{
	test_rows();
	test_end_of_lines();
	test_prefix();
	test_many();
	return test_end();
}
