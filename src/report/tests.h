/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef REPORT_TESTS_H
#define REPORT_TESTS_H

/*
 * An audit as tests, for programs that run tests. One fails wherever the exit status is 1 or 3, and
 * only there.
 */

#include "report/backend.h"

struct test {
	bool holds;
	int domid;	    /* -1: of no domain */
	const char *what;   /* "audit", "complete", or an expectation as it was written */
	const char *result; /* what was seen, one line */
};

typedef void test_emit(struct report *report, const struct test *test);

/* The tests of a domain that was read to its end. */
void tests_of_domain(struct report *report, const struct dump *dump, const struct summary *summary,
		     const struct expectations *expect, test_emit *emit);

/* Those of the source as a whole. */
void tests_of_source(struct report *report, const struct source *source, bool complete,
		     test_emit *emit);

/* "gfn 0x400-0x5ff: got UC, wanted WB!, by NO_IO_WB, B19; 1 entry". Returns text. */
const char *test_finding(const struct run *run, char *text, size_t size);

#endif
