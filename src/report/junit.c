/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * JUnit's XML as CI systems read it: a suite for each domain, with the tests that TAP has. Findings
 * are kept until their domain ends, for the number of its tests stands before them.
 */
#include "report/tests.h"

#include "base/temporary.h"
#include "base/xml.h"

#include <string.h>

static void suite_open(struct report *report, const char *name)
{
	struct made made;

	/* Its time has no zone, as the schema wants it. */
	document_made(&made);
	fputs("  <testsuite", report->stream);
	xml_attribute(report->stream, "name", name);
	fprintf(report->stream, " tests=\"%u\" failures=\"%u\" errors=\"0\" time=\"0\"",
		report->suite_tests, report->suite_failures);
	xml_attribute(report->stream, "timestamp", made.time);
	xml_attribute(report->stream, "hostname", made.host);
	fputs(">\n", report->stream);
}

static void junit_begin(struct report *report, const struct source *source)
{
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites", report->stream);
	xml_attribute(report->stream, "name", source->info.name);
	fputs(">\n", report->stream);
}

static void junit_domain(struct report *report, const struct dump *dump)
{
	int fd = temporary_file();

	(void)dump;
	report->findings = fd < 0 ? NULL : fdopen(fd, "w+");
	report->failed |= !report->findings;
}

static void junit_run(struct report *report, const struct run *run)
{
	char text[256];

	if (run->verdict != VERDICT_MISMATCH || run->accepted || !report->findings ||
	    report->options.summary)
		return;
	fprintf(report->findings, "\nmismatch (%s) ", severity_name(run->severity));
	xml_text(report->findings, test_finding(run, text, sizeof(text)));
}

static void count_test(struct report *report, const struct test *test)
{
	report->suite_tests++;
	report->suite_failures += !test->holds;
}

/* What was found belongs to the test of that name. */
static void copy_findings(struct report *report)
{
	char buffer[4096];
	size_t n;

	rewind(report->findings);
	while ((n = fread(buffer, 1, sizeof(buffer), report->findings)))
		fwrite(buffer, 1, n, report->stream);
	report->failed |= ferror(report->findings);
}

static void write_test(struct report *report, const struct test *test)
{
	const char *element = test->holds ? "system-out" : "failure";

	fputs("    <testcase", report->stream);
	xml_attribute(report->stream, "name", test->what);
	fprintf(report->stream, " classname=\"xen-eptaudit\" time=\"0\">\n      <%s", element);
	if (!test->holds) {
		xml_attribute(report->stream, "type", test->what);
		xml_attribute(report->stream, "message", test->result);
	}
	putc('>', report->stream);
	xml_text(report->stream, test->result);
	if (report->findings && !strcmp(test->what, "audit"))
		copy_findings(report);
	fprintf(report->stream, "</%s>\n    </testcase>\n", element);
}

static void junit_domain_end(struct report *report, const struct dump *dump,
			     const struct summary *summary, const struct expectations *expect)
{
	char name[128];

	report->suite_tests = report->suite_failures = 0;
	tests_of_domain(report, dump, summary, expect, count_test);
	snprintf(name, sizeof(name), dump->dumps > 1 ? "domain %d, dump %u" : "domain %d",
		 dump->domid, dump->number);
	suite_open(report, name);
	tests_of_domain(report, dump, summary, expect, write_test);
	fputs("  </testsuite>\n", report->stream);
	if (report->findings)
		fclose(report->findings);
	report->findings = NULL;
}

static void junit_end(struct report *report, const struct source *source, bool complete,
		      int exit_status)
{
	(void)exit_status;
	report->suite_tests = report->suite_failures = 0;
	tests_of_source(report, source, complete, count_test);
	if (report->suite_tests) {
		suite_open(report, "source");
		tests_of_source(report, source, complete, write_test);
		fputs("  </testsuite>\n", report->stream);
	}
	fputs("</testsuites>\n", report->stream);
}

const struct report_backend report_junit = {
	.begin = junit_begin,
	.domain = junit_domain,
	.run = junit_run,
	.domain_end = junit_domain_end,
	.end = junit_end,
};
