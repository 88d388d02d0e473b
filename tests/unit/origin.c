/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whose a line of a log is, and what it says behind all that others put around it. */
#include "base/array.h"
#include "source/text/scan.h"
#include "test.h"

#include <string.h>

#define BOM "\357\273\277"

/* Carriage returns of a section and of a line are told as numbers, -1 where they are not known. */
static const struct row {
	const char *line, *said;
	enum origin origin;
	int section_cr, cr;
} rows[] = {
	{ "(XEN) a", "a", ORIGIN_XEN, -1, 0 },
	{ "(XEN) ", "", ORIGIN_XEN, -1, 0 },
	{ "(XEN)", "(XEN)", ORIGIN_OTHER, -1, 0 },
	{ "(XEN) a", "a", ORIGIN_XEN, 1, 1 },
	{ "(XEN) a", "a", ORIGIN_XEN, 1, 0 },
	{ "(XEN) a", "a", ORIGIN_REPLAYED, 1, 2 },
	{ "", "", ORIGIN_OTHER, -1, 0 },
	{ "words of dom0", "words of dom0", ORIGIN_OTHER, -1, 0 },
	/* guests */
	{ "(d1) gfn: 1", "(d1) gfn: 1", ORIGIN_GUEST, -1, 0 },
	{ "(d12v0) a", "(d12v0) a", ORIGIN_GUEST, -1, 0 },
	{ "(d0)", "(d0)", ORIGIN_GUEST, -1, 0 },
	{ "(d9) (XEN) a", "(d9) (XEN) a", ORIGIN_GUEST, 1, 1 },
	{ "(d1", "(d1", ORIGIN_OTHER, -1, 0 },
	{ "(d12", "(d12", ORIGIN_OTHER, -1, 0 },
	{ "(d1x) a", "(d1x) a", ORIGIN_OTHER, -1, 0 },
	{ "(d1/) a", "(d1/) a", ORIGIN_OTHER, -1, 0 },
	{ "(d/1) a", "(d/1) a", ORIGIN_OTHER, -1, 0 },
	{ "(d:1) a", "(d:1) a", ORIGIN_OTHER, -1, 0 },
	{ "(e1) a", "(e1) a", ORIGIN_OTHER, -1, 0 },
	{ "[d1) a", "[d1) a", ORIGIN_OTHER, -1, 0 },
	/* timestamps of Xen's */
	{ "(XEN) [  112.891353] a", "a", ORIGIN_XEN, -1, 0 },
	{ "(XEN) [2026-11-23 01:31:05.123] a", "a", ORIGIN_XEN, -1, 0 },
	{ "(XEN) [0000000048f7d3b4] a", "a", ORIGIN_XEN, -1, 0 },
	{ "(XEN) [1234567] a", "a", ORIGIN_XEN, -1, 0 },
	{ "(XEN) [1234567890123456789012345678901] a", "a", ORIGIN_XEN, -1, 0 },
	{ "(XEN) [12345678901234567890123456789012] a", "[12345678901234567890123456789012] a",
	  ORIGIN_XEN, -1, 0 },
	{ "(XEN) [123456] a", "[123456] a", ORIGIN_XEN, -1, 0 },
	{ "(XEN) [12345678]a", "[12345678]a", ORIGIN_XEN, -1, 0 },
	{ "(XEN) [12345678]", "", ORIGIN_XEN, -1, 0 }, /* its blank was stripped */
	{ "(XEN) [2025-02-16 21:56:43.181]", "", ORIGIN_XEN, -1, 0 },
	{ "(XEN) [123456]", "[123456]", ORIGIN_XEN, -1, 0 },
	{ "(XEN) [12345678", "[12345678", ORIGIN_XEN, -1, 0 },
	{ "(XEN) [1234567g] a", "[1234567g] a", ORIGIN_XEN, -1, 0 },
	{ "(XEN) [1234567/] a", "[1234567/] a", ORIGIN_XEN, -1, 0 },
	{ "(XEN) [1234567;] a", "[1234567;] a", ORIGIN_XEN, -1, 0 },
	{ "(XEN) [1234567`] a", "[1234567`] a", ORIGIN_XEN, -1, 0 },
	/* what terminals, boot loaders and editors put in front */
	{ "\r\r(XEN) a", "a", ORIGIN_XEN, -1, 0 },
	{ "\033[H(XEN) a", "a", ORIGIN_XEN, -1, 0 },
	{ "\033[0;37m\033[2J(XEN) a", "a", ORIGIN_XEN, -1, 0 },
	{ "\033[@(XEN) a", "a", ORIGIN_XEN, -1, 0 },
	{ "\033[~(XEN) a", "a", ORIGIN_XEN, -1, 0 },
	{ "\033[H", "", ORIGIN_OTHER, -1, 0 },
	{ "\033[", "\033[", ORIGIN_OTHER, -1, 0 },
	{ "\033[12", "\033[12", ORIGIN_OTHER, -1, 0 },
	{ "\033(XEN) a", "a", ORIGIN_REPLAYED, -1, 0 },
	{ "\033[\177(XEN) a", "EN) a", ORIGIN_OTHER, -1, 0 },
	{ BOM "(XEN) a", "a", ORIGIN_XEN, -1, 0 },
	{ BOM, "", ORIGIN_OTHER, -1, 0 },
	{ "\033[H(d1) a", "(d1) a", ORIGIN_GUEST, -1, 0 },
	/* and behind */
	{ "(XEN) a\033[0m", "a", ORIGIN_XEN, -1, 0 },
	{ "(XEN) a\033[K", "a", ORIGIN_XEN, -1, 0 },
	{ "(XEN) a\033[0;37m\033[K\033[m", "a", ORIGIN_XEN, -1, 0 },
	{ "(XEN) am", "am", ORIGIN_XEN, -1, 0 },
	{ "(XEN) a9m", "a9m", ORIGIN_XEN, -1, 0 },
	{ "(XEN) a[9m", "a[9m", ORIGIN_XEN, -1, 0 },
	{ "(XEN) a\033[0H", "a\033[0H", ORIGIN_XEN, -1, 0 },
	{ "(XEN) a\033[/m", "a\033[/m", ORIGIN_XEN, -1, 0 },
	{ "(XEN) a\033[:m", "a\033[:m", ORIGIN_XEN, -1, 0 },
	{ "\033[m", "", ORIGIN_OTHER, -1, 0 },
	{ "9m", "9m", ORIGIN_OTHER, -1, 0 },
	{ "[9m", "[9m", ORIGIN_OTHER, -1, 0 },
	{ "m", "m", ORIGIN_OTHER, -1, 0 },
	/* Xen's words behind others: its own only where carriage returns tell */
	{ "login: (XEN) a", "a", ORIGIN_REPLAYED, -1, 0 },
	{ "login: (XEN) a", "a", ORIGIN_XEN, 1, 1 },
	{ "login: (XEN) a", "a", ORIGIN_REPLAYED, 1, 0 },
	{ "login: (XEN) a", "a", ORIGIN_REPLAYED, 1, 2 },
	{ "login: (XEN) a", "a", ORIGIN_REPLAYED, 0, 0 },
	{ "login: (XEN) [1234567] a", "a", ORIGIN_XEN, 1, 1 },
	{ "login: (d1) (XEN) a", "login: (d1) (XEN) a", ORIGIN_GUEST, 1, 1 },
	{ "login: (XEN)", "login: (XEN)", ORIGIN_OTHER, 1, 1 },
};

static void test_row(const struct row *row)
{
	struct section section = { .version = "" };
	struct line line = {
		.text = row->line, .length = strlen(row->line), .cr = row->cr, .terminated = true
	};
	struct utterance said;

	section.has_cr = row->section_cr >= 0;
	section.cr = section.has_cr ? row->section_cr : 0;
	section.any_cr = row->section_cr > 0;
	line_origin(&line, &section, &said);
	check(said.origin == row->origin && said.length == strlen(row->said) &&
		      !memcmp(said.text, row->said, said.length),
	      "'%s', %d returns, in a section of %d: %d '%.*s' instead of %d '%s'", row->line,
	      row->cr, row->section_cr, said.origin, (int)said.length, said.text, row->origin,
	      row->said);
	check_each(!said.joined, "nothing is put together yet");
}

/* What is unfinished in the log's last line is not believed of what stands behind other text. */
static void test_last_line(void)
{
	struct section section = { .has_cr = true, .any_cr = true, .cr = 1 };
	struct line line = { .text = "login: (XEN) a", .length = 14, .cr = 1 };
	struct utterance said;

	line_origin(&line, &section, &said);
	check(said.origin == ORIGIN_REPLAYED && !said.xen, "without its end: %d", said.origin);
	line.terminated = true;
	line_origin(&line, &section, &said);
	check(said.origin == ORIGIN_XEN && !said.xen, "with it: %d", said.origin);
	/* Where nobody's line has a carriage return, they tell nothing. */
	section.any_cr = false;
	line_origin(&line, &section, &said);
	check(said.origin == ORIGIN_REPLAYED, "without any: %d", said.origin);
	section.any_cr = true;
	section.has_cr = false;
	line_origin(&line, &section, &said);
	check(said.origin == ORIGIN_REPLAYED, "not known of Xen's: %d", said.origin);
}

/* A line without what stands before all of Xen's is not Xen's, whatever it says. */
static void test_prefix(void)
{
	static const struct {
		const char *line, *said;
		enum origin origin;
	} cases[] = {
		{ "> (XEN) a", "a", ORIGIN_XEN },	{ "\r> (XEN) a", "a", ORIGIN_XEN },
		{ "> \r(XEN) a", "a", ORIGIN_XEN },	{ "(XEN) a", "a", ORIGIN_REPLAYED },
		{ "> (d1) a", "(d1) a", ORIGIN_GUEST }, { "(d1) a", "(d1) a", ORIGIN_GUEST },
		{ "> a", "a", ORIGIN_OTHER },		{ "a", "a", ORIGIN_OTHER },
	};
	static const char learned[] = "> (XEN) a\n";
	struct section section = { .version = "" };
	size_t i;

	check(prefix_learn(&section.prefix, learned, strlen(learned)), "is not learned");
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct line line = { .text = cases[i].line,
				     .length = strlen(cases[i].line),
				     .terminated = true };
		struct utterance said;

		line_origin(&line, &section, &said);
		check(said.origin == cases[i].origin && said.length == strlen(cases[i].said) &&
			      !memcmp(said.text, cases[i].said, said.length),
		      "quoted '%s': %d '%.*s'", cases[i].line, said.origin, (int)said.length,
		      said.text);
	}
}

static void test_said(void)
{
	static const char *const cases[][2] = {
		{ "[Mon] (XEN) [1234567] a", "a" },
		{ "(XEN) a", "a" },
		{ "> | a", "a" },
		{ ">>a", "a" },
		{ ">", "" },
		{ "> [    0.000000] a", "a" },
		{ "a", "a" },
		{ "", "" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++)
		check(!strcmp(line_said(cases[i][0]), cases[i][1]), "'%s' says '%s'", cases[i][0],
		      line_said(cases[i][0]));
}

int main(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		test_row(&rows[i]);
	test_last_line();
	test_prefix();
	test_said();
	return test_end();
}
