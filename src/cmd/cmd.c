/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "cmd/cmd.h"

#include "base/jsonwrite.h"
#include "base/outfile.h"
#include "base/screen.h"
#include "base/text.h"
#include "base/xml.h"
#include "report/document.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* ---- failing in the form that was asked for ---- */

static enum format form = FORMAT_TEXT;
static bool begun, parsing, failed;

void cmd_form(enum format format)
{
	form = format;
}

void cmd_begins(void)
{
	begun = true;
}

static void error_members(struct jsonwrite *json, const char *message)
{
	document_schema(json, "xen-eptaudit/error");
	json_string(json, "error", message);
	document_end(json, STATUS_ERROR);
}

/* On standard output, for who reads nothing else. A document that was begun stays cut. */
static void fail_in_form(const char *message)
{
	struct jsonwrite json = { stdout, false };

	switch (form) {
	case FORMAT_JSON:
		if (begun)
			break;
		json_open(&json, NULL, '{');
		error_members(&json, message);
		break;
	case FORMAT_JSONL:
		json_open(&json, NULL, '{');
		json_string(&json, "record", "error");
		error_members(&json, message);
		break;
	case FORMAT_TAP:
		printf("Bail out! %s\n", message);
		break;
	case FORMAT_JUNIT:
		if (begun)
			break;
		fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n"
		      "  <testsuite name=\"audit\" tests=\"1\" failures=\"0\" errors=\"1\" time=\"0\">\n"
		      "    <testcase name=\"audit\" classname=\"xen-eptaudit\" time=\"0\">\n"
		      "      <error type=\"error\"",
		      stdout);
		xml_attribute(stdout, "message", message);
		fputs("/>\n    </testcase>\n  </testsuite>\n</testsuites>\n", stdout);
		break;
	default:
		break;
	}
	fflush(stdout);
}

/* argp ends the program where the command line is wrong. */
static void at_exit(void)
{
	int lost;

	if (parsing)
		fail_in_form("wrong usage: standard error says what is wrong");
	lost = failed || parsing ? 0 : written(stdout);
	if (!lost)
		return;
	cmd_fail("xen-eptaudit", "cannot write the output: %s", strerror(-lost));
	_exit(STATUS_ERROR);
}

void cmd_starts(void)
{
	atexit(at_exit);
}

void cmd_parses(void)
{
	parsing = true;
}

void cmd_parsed(void)
{
	parsing = false;
}

int cmd_fail(const char *name, const char *format, ...)
{
	char message[1024];
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof(message), format, args);
	va_end(args);
	text_sanitize(message); /* it may have words of the command line as they are */
	failed = true;
	fflush(stdout);
	fprintf(stderr, "%s: %s\n", name, message);
	fail_in_form(message);
	return STATUS_ERROR;
}

int cmd_end(const char *name, int rc, int status, const struct error *err)
{
	if (rc == -ECANCELED && !err->text[0])
		return STATUS_CLEAN;
	return rc ? cmd_fail(name, "%s", err->text) : status;
}

/* Words that choose a form, wherever they stand: what is wrong may stand before them. */
void cmd_look_for_form(int argc, char **argv)
{
	int i, format = -1;

	for (i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "-j"))
			format = FORMAT_JSON;
		else if (!strncmp(argv[i], "--format=", 9))
			format = format_parse(argv[i] + 9);
		else if (!strcmp(argv[i], "--format") && i + 1 < argc)
			format = format_parse(argv[i + 1]);
		if (format >= 0)
			form = format;
	}
}

/* ---- what is said meanwhile ---- */

void cmd_notice(const char *text)
{
	fprintf(stderr, "xen-eptaudit: %s\n", text);
}

void cmd_progress(const char *text)
{
	static struct timespec since, told;
	struct timespec now;
	static bool shown;

	if (!isatty(STDERR_FILENO) || clock_gettime(CLOCK_MONOTONIC, &now))
		return;
	if (!text) {
		if (shown)
			fputs("\r\033[K", stderr);
		shown = false;
		return;
	}
	if (!since.tv_sec)
		since = now;
	/* Nothing of what takes no second, and no more than one line in each. */
	if (now.tv_sec - since.tv_sec < 1 || now.tv_sec == told.tv_sec)
		return;
	told = now;
	shown = true;
	fprintf(stderr, "\r%.*s\033[K", (int)screen_width() - 1, text);
	fflush(stderr);
}

void cmd_prints_much(void)
{
	static char buffer[1 << 18];

	if (!isatty(STDOUT_FILENO))
		setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
}
