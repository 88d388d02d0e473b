/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef REPORT_FORMAT_H
#define REPORT_FORMAT_H

/* The forms in which something can be told. Each verb has some of them. */
enum format {
	FORMAT_TEXT,
	FORMAT_JSON,  /* one document */
	FORMAT_JSONL, /* one object a line */
	FORMAT_TAP,   /* Test Anything Protocol */
	FORMAT_JUNIT, /* JUnit's XML */
	FORMAT_OPENMETRICS,
	FORMAT_XEN, /* entries as key D prints them */
	FORMAT_SVG, /* a picture */
	FORMAT_COUNT,
};

/* Its name, "jsonl". */
const char *format_name(enum format format);

/* The form of that name ("jsonl"), or -1. */
int format_parse(const char *name);

#endif
