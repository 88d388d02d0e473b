/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Baselines: which findings lines accept, by domain, range, type and rule; and which are stale. */
#include "audit/baseline.h"
#include "test.h"
#include "x86/memtype.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct baseline read_lines(const char *lines)
{
	char path[] = "/tmp/baseline.XXXXXX";
	FILE *file = fdopen(mkstemp(path), "w");
	struct baseline baseline = { .count = 0 };
	struct error err = { "" };

	fputs(lines, file);
	fclose(file);
	check(!baseline_read(&baseline, path, &err), "%s", err.text);
	unlink(path);
	return baseline;
}

/* gfns 100-1ff of a domain are WB, and NO_IO_WB says WB!. */
static struct run finding(void)
{
	struct run run = { .first = { .gfn = 0x100, .rights = 7, .emt = MEMTYPE_WB },
			   .gfn_last = 0x1ff,
			   .entries = 0x100,
			   .verdict = VERDICT_MISMATCH };

	run.decision.possible = 1u << OUTCOME_KEY(MEMTYPE_WB, 1);
	run.decision.outcome[OUTCOME_KEY(MEMTYPE_WB, 1)].step = NO_IO_WB;
	return run;
}

static const struct {
	const char *lines;
	bool accepts; /* for domain 4, whose name is web */
} cases[] = {
	{ "d4 0x100-0x1ff WB NO_IO_WB\n", true },
	{ "web 0x100-0x1ff WB NO_IO_WB\n", true },
	{ "* 0-ffff WB *\n", true },
	{ "web 0x100-0x17f WB NO_IO_WB\nd4 180-1ff WB *\n", true }, /* two that meet */
	{ "web 0x100-0x1ff WB NO_IO_WB # known\n", true },
	{ "", false },
	{ "db 0x100-0x1ff WB NO_IO_WB\n", false },
	{ "d5 0x100-0x1ff WB NO_IO_WB\n", false },
	{ "web 0x100-0x1fe WB NO_IO_WB\n", false },
	{ "web 0x101-0x1ff WB NO_IO_WB\n", false },
	{ "web 0x100-0x17f WB *\nweb 0x181-0x1ff WB *\n", false }, /* a gap */
	{ "web 0x100-0x1ff WB! NO_IO_WB\n", false },
	{ "web 0x100-0x1ff UC NO_IO_WB\n", false },
	{ "web 0x100-0x1ff WB MMIO_UC\n", false },
	{ "web 0x180-0x1ff WB *\nweb 0x100-0x17f WB *\n", true }, /* in any order */
	{ "web 0-5 WB *\nweb 0x100-0x1ff WB *\nweb 0x200 WB *\n", true },
	{ "web 0-5 WB *\nweb 0x200 WB *\n", false },
	{ "d 0x100-0x1ff WB *\n", false }, /* a name, and no number */
	{ "web 0x100-0x17f WB *\ndb 0x180-0x1ff WB *\n", false },
	{ "web 0x100-0x17f WB *\nweb 0x180-0x1ff WB! *\n", false },
};

/* A guest's owner may name it like another domain's number. */
static void named_like_an_id(void)
{
	struct baseline baseline = read_lines("d5 0x100-0x1ff WB *\n");
	struct run run = finding();

	check(!baseline_accepts(&baseline, 4, "d5", &run), "domain 4, which is called d5");
	check(baseline_accepts(&baseline, 5, "web", &run), "domain 5");
	baseline_clear(&baseline);
}

/* What is no line of a baseline. */
static void wrong(void)
{
	static const char *const lines[] = {
		"web",
		"web 0-1",
		"web 0-1 WB",
		"web 0-1 WB * more",
		"web 0-1 XX *",
		"web 0-1 ! *",
		"web 1-0 WB *",
		"web x WB *",
		"sixty-four-letters-which-are-one-more-than-a-name-of-Xen-can-hav 0-1 WB *",
		"web 0-1 WB thirty-two-letters-one-too-many-",
	};
	size_t i;

	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		char path[] = "/tmp/baseline.XXXXXX";
		FILE *file = fdopen(mkstemp(path), "w");
		struct baseline baseline = { .count = 0 };
		struct error err = { "" };

		fprintf(file, "# a comment\n\n%s\n", lines[i]);
		fclose(file);
		check(baseline_read(&baseline, path, &err) && strstr(err.text, "line 3") &&
			      strstr(err.text, "DOMAIN GFN-GFN"),
		      "'%s': %s", lines[i], err.text);
		unlink(path);
		baseline_clear(&baseline);
	}
}

/* A line that goes further than those behind it is found beyond them. */
static void reaches_over(void)
{
	struct baseline baseline = read_lines("web 0-ffff WB *\n"
					      "web 40-fff UC *\n"
					      "web 50-60 UC *\n");
	struct run run = finding();

	check(baseline_accepts(&baseline, 4, "web", &run), "among shorter ones");
	run.first.gfn = 0x8000;
	run.gfn_last = 0x8fff;
	check(baseline_accepts(&baseline, 4, "web", &run), "behind shorter ones");
	run.first.gfn = 0xffff;
	run.gfn_last = 0x10000;
	check(!baseline_accepts(&baseline, 4, "web", &run), "beyond its end");
	baseline_clear(&baseline);
}

/* The first line, too, is asked whether its domain was looked at. */
static void stale_first(void)
{
	struct baseline baseline = read_lines("web 800 UC *\n");

	baseline_domain(&baseline, 4, "web");
	check(baseline_stale(&baseline.list[0]), "found no more");
	baseline_clear(&baseline);
}

static void stale(void)
{
	struct baseline baseline = read_lines("web 100-1ff WB *\n"
					      "web 800 UC *\n"
					      "d9 100 WB *\n");
	struct run run = finding();
	char text[192];

	check(baseline_accepts(&baseline, 4, "web", &run), "the first line");
	check(!baseline_stale(&baseline.list[1]), "not before all of the domain was seen");
	baseline_domain(&baseline, 4, "web");
	check(!baseline_stale(&baseline.list[0]), "was met");
	check(baseline_stale(&baseline.list[1]), "found no more");
	check(!baseline_stale(&baseline.list[2]), "its domain was not audited");
	check(!strcmp(baseline_text(&baseline.list[1], text, sizeof(text)), "web 0x800 UC *"), "%s",
	      text);
	baseline_clear(&baseline);
}

/* What is written is accepted when read. */
static void written(const char *name, const char *line)
{
	struct baseline baseline;
	struct run run = finding();
	char text[256] = "";
	FILE *file = fmemopen(text, sizeof(text), "w");

	baseline_write(file, 4, name, &run);
	fclose(file);
	check(!strcmp(text, line), "%s", text);
	baseline = read_lines(text);
	check(baseline_accepts(&baseline, 4, name, &run), "as written: %s", text);
	baseline_clear(&baseline);
}

int main(void)
{
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct baseline baseline = read_lines(cases[i].lines);
		struct run run = finding();

		check(baseline_accepts(&baseline, 4, "web", &run) == cases[i].accepts, "%s",
		      cases[i].lines);
		baseline_clear(&baseline);
	}
	named_like_an_id();
	wrong();
	reaches_over();
	stale();
	stale_first();
	written("web", "web 0x100-0x1ff WB NO_IO_WB\n");
	written(NULL, "d4 0x100-0x1ff WB NO_IO_WB\n");
	written("", "d4 0x100-0x1ff WB NO_IO_WB\n");
	written("a-name-that-is-longer-than-what-a-line-of-a-baseline-can-have-and-so",
		"d4 0x100-0x1ff WB NO_IO_WB\n");
	written("two words", "d4 0x100-0x1ff WB NO_IO_WB\n"); /* no word of a file */
	written("d5", "d4 0x100-0x1ff WB NO_IO_WB\n");	      /* would be another's number */
	return test_end();
}
