/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The memory map of a log: which lines are rows of it, which frames are RAM by it, and by what else
 * of the log it is not believed.
 */
#include "source/text/memorymap.h"
#include "base/array.h"
#include "test.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* What is known: "no map" or "broken", and the frames of RAM. To be freed. */
static char *known(const struct section *section)
{
	size_t size, i;
	char *text;
	FILE *file = open_memstream(&text, &size);

	fprintf(file, "%s%s", section->has_memory_map ? "" : "no map",
		section->map_broken ? " broken" : "");
	for (i = 0; i < section->ram.count; i++)
		fprintf(file, " %" PRIx64 "-%" PRIx64, section->ram.range[i].first,
			section->ram.range[i].last);
	fclose(file);
	return text;
}

/* Reads lines behind the heading to the first that is none of the map. Returns how many are. */
static unsigned int read_rows(const char *lines, struct section *section)
{
	unsigned int rows = 0;
	char line[128];
	int rc;

	memory_map_begin(section);
	for (; *lines; lines += strcspn(lines, "\n"), lines += !!*lines) {
		snprintf(line, sizeof(line), "%.*s", (int)strcspn(lines, "\n"), lines);
		rc = memory_map_line(line, section);
		check_each(rc == 0 || rc == 1, "%d of '%s'", rc, line);
		if (!rc)
			break;
		rows++;
	}
	return rows;
}

#define LOW			     " [0000000000000000, 000000007fffffff] (usable)\n"
#define BROKEN			     "no map broken"
/* Both forms of a row: with an inclusive end, and with an exclusive one. */
#define INCLUSIVE(first, last, type) " [" first ", " last "] " type "\n"
#define EXCLUSIVE(first, end, type)  " " first " - " end " " type "\n"

static const struct {
	const char *lines;
	unsigned int rows;
	const char *wanted;
} maps[] = {
	{ "", 0, "no map" },
	{ LOW, 1, " 0-7ffff" },
	{ EXCLUSIVE("0000000000000000", "0000000080000000", "(usable)"), 1, " 0-7ffff" },
	{ LOW INCLUSIVE("100000000", "1ffffffff", "(usable)"), 2, " 0-7ffff 100000-1fffff" },
	{ LOW EXCLUSIVE("100000000", "200000000", "(usable)"), 2, " 0-7ffff 100000-1fffff" },
	{ LOW INCLUSIVE("80000000", "8fffffff", "(usable)"), 2, " 0-8ffff" },
	/* blanks that are not there, or are others */
	{ "[0,7fffffff](usable)\n", 1, " 0-7ffff" },
	{ "\t [0, 7fffffff]   (usable)\n", 1, " 0-7ffff" },
	{ "0-80000000(usable)\n", 1, " 0-7ffff" },
	{ "[0 7fffffff] (usable)\n", 1, " 0-7ffff" },
	{ "[0, 7fffffff] (usable) \r\n", 1, " 0-7ffff" },
	/* other types are rows, and no RAM */
	{ LOW INCLUSIVE("80000000", "8fffffff", "(reserved)"), 2, " 0-7ffff" },
	{ LOW INCLUSIVE("80000000", "8fffffff", "(ACPI data)"), 2, " 0-7ffff" },
	{ LOW EXCLUSIVE("80000000", "90000000", "(ACPI NVS)"), 2, " 0-7ffff" },
	{ LOW INCLUSIVE("80000000", "8fffffff", "type 7"), 2, " 0-7ffff" },
	{ LOW INCLUSIVE("80000000", "8fffffff", "(unusable)"), 2, " 0-7ffff" },
	{ INCLUSIVE("0", "fff", "(reserved)"), 1, "" },
	/* frames that are RAM only in part are none */
	{ INCLUSIVE("0", "fff", "(usable)"), 1, " 0-0" },
	{ INCLUSIVE("0", "ffe", "(usable)"), 1, "" },
	{ INCLUSIVE("0", "0", "(usable)"), 1, "" },
	{ INCLUSIVE("0", "1ffe", "(usable)"), 1, " 0-0" },
	{ INCLUSIVE("1", "1fff", "(usable)"), 1, " 1-1" },
	{ INCLUSIVE("fff", "2fff", "(usable)"), 1, " 1-2" },
	{ INCLUSIVE("1000", "1fff", "(usable)"), 1, " 1-1" },
	{ INCLUSIVE("1001", "1fff", "(usable)"), 1, "" },
	{ INCLUSIVE("800", "17ff", "(usable)"), 1, "" },
	{ EXCLUSIVE("0", "1000", "(usable)"), 1, " 0-0" },
	{ EXCLUSIVE("0", "fff", "(usable)"), 1, "" },
	{ EXCLUSIVE("0", "1", "(usable)"), 1, "" },
	/* at the end of 64 bits nothing wraps round */
	{ INCLUSIVE("0", "fffffffffffffffe", "(usable)"), 1, " 0-ffffffffffffe" },
	{ INCLUSIVE("0", "ffffffffffffefff", "(usable)"), 1, " 0-ffffffffffffe" },
	{ INCLUSIVE("ffffffffffffff00", "fffffffffffffffe", "(usable)"), 1, "" },
	{ INCLUSIVE("fffffffffffff001", "fffffffffffffffe", "(usable)"), 1, "" },
	{ INCLUSIVE("ffffffffffffe000", "fffffffffffffffe", "(usable)"), 1,
	  " ffffffffffffe-ffffffffffffe" },
	{ INCLUSIVE("0", "ffffffffffffffff", "(usable)"), 0, BROKEN },
	{ INCLUSIVE("0", "10000000000000000", "(usable)"), 0, BROKEN },
	/* rows that are not where they belong */
	{ LOW INCLUSIVE("7fffffff", "8fffffff", "(usable)"), 1, BROKEN },
	{ LOW INCLUSIVE("7fffffff", "8fffffff", "(reserved)"), 1, BROKEN },
	{ LOW LOW, 1, BROKEN },
	{ LOW EXCLUSIVE("7fffffff", "90000000", "(usable)"), 1, BROKEN },
	{ EXCLUSIVE("0", "80000000", "(usable)") EXCLUSIVE("80000000", "90000000", "(usable)"), 2,
	  " 0-8ffff" },
	{ EXCLUSIVE("0", "80000000", "(usable)") EXCLUSIVE("7fffffff", "90000000", "(usable)"), 1,
	  BROKEN },
	{ INCLUSIVE("80000000", "8fffffff", "(reserved)") LOW, 1, BROKEN },
	/* rows that are none */
	{ LOW INCLUSIVE("90000000", "8fffffff", "(usable)"), 1, BROKEN },
	{ LOW EXCLUSIVE("90000000", "90000000", "(usable)"), 1, BROKEN },
	{ LOW INCLUSIVE("90000000", "90000000", "(usable)"), 2, " 0-7ffff" },
	{ LOW " [80000000, 8fffffff (usable)\n", 1, BROKEN },
	{ LOW " [80000000, 8fffffff\n", 1, BROKEN },
	{ LOW " [80000000, ] (usable)\n", 1, BROKEN },
	{ LOW " [80000000] (usable)\n", 1, BROKEN },
	{ LOW " [x, 8fffffff] (usable)\n", 1, BROKEN },
	{ LOW " [80000000, 8fffffff]\n", 1, BROKEN },
	{ LOW " [80000000, 8fffffff] (usable\n", 1, BROKEN },
	{ LOW " [80000000, 8fffffff] (usable) [\n", 1, BROKEN },
	{ LOW " [80000000, 8fffffff] usable)\n", 1, BROKEN },
	{ LOW " [80000000, 8fffffff] usable\n", 1, BROKEN },
	{ LOW " [80000000, 8fffffff] typ\n", 1, BROKEN },
	{ LOW " 80000000 - 90000000\n", 1, BROKEN },
	{ LOW " 80000000 -\n", 1, BROKEN },
	/* what ends it, and what is left of a row */
	{ LOW "New Xen image base address: 0x7f000000\n", 1, " 0-7ffff" },
	{ LOW "\n", 1, " 0-7ffff" },
	{ LOW "x 0\n", 1, " 0-7ffff" },
	{ LOW "/\n", 1, " 0-7ffff" },
	{ LOW ":\n", 1, " 0-7ffff" },
	{ LOW " x\n", 1, BROKEN },
	{ LOW "\tx\n", 1, BROKEN },
	{ LOW "[x\n", 1, BROKEN },
	{ LOW "0\n", 1, BROKEN },
	{ LOW "9\n", 1, BROKEN },
	{ "New Xen image base address: 0x7f000000\n", 0, BROKEN },
	{ "x\n", 0, BROKEN },
};

static void test_rows(void)
{
	struct section section = { .version = "" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(maps); i++) {
		unsigned int rows = read_rows(maps[i].lines, &section);
		char *text = known(&section);

		check(rows == maps[i].rows && !strcmp(text, maps[i].wanted),
		      "%u rows, \"%s\" of\n%s", rows, text, maps[i].lines);
		free(text);
	}
	/* a second map takes the place of the first, whatever became of that */
	read_rows(LOW " x\n", &section);
	check(read_rows(INCLUSIVE("0", "ffff", "(usable)"), &section) == 1 &&
		      section.has_memory_map && !section.map_broken && section.ram.count == 1 &&
		      section.ram.range[0].last == 0xf,
	      "a map behind a broken one");
	memory_map_broken(&section);
	check(!section.has_memory_map && section.map_broken && !section.ram.count, "lines lost");
	ranges_clear(&section.ram);
}

/* "System RAM" is at most what the map has. */
static void test_total(void)
{
	static const struct {
		const char *lines, *total;
		bool holds;
	} rows[] = {
		{ LOW, "System RAM: 2048MB (2097152kB)", true },
		{ LOW, "System RAM: 2047MB (2097148kB)", true },
		{ LOW, "System RAM: 0MB (0kB)", true },
		{ LOW, "System RAM: 2049MB (2098176kB)", false },
		{ LOW, "System RAM: 18446744073709551615MB", false },
		{ LOW, "System RAM: much", true },
		{ LOW, "System RAM: ", true },
		{ LOW, "RAM: 2049MB", true },
		{ LOW INCLUSIVE("100000000", "1ffffffff", "(usable)"), "System RAM: 6144MB", true },
		{ LOW INCLUSIVE("100000000", "1ffffffff", "(usable)"), "System RAM: 6145MB",
		  false },
		{ LOW INCLUSIVE("80000000", "8fffffff", "(reserved)"), "System RAM: 2049MB",
		  false },
		/* a page less than two MiB */
		{ INCLUSIVE("0", "1fefff", "(usable)"), "System RAM: 1MB", true },
		{ INCLUSIVE("0", "1fefff", "(usable)"), "System RAM: 2MB", false },
		{ INCLUSIVE("0", "1fffff", "(usable)"), "System RAM: 2MB", true },
		{ INCLUSIVE("0", "fff", "(reserved)"), "System RAM: 1MB", false },
	};
	struct section section = { .version = "" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		read_rows(rows[i].lines, &section);
		memory_map_total(rows[i].total, &section);
		check(section.has_memory_map == rows[i].holds &&
			      section.map_broken == !rows[i].holds,
		      "'%s' %s\n%s", rows[i].total, rows[i].holds ? "contradicts" : "fits",
		      rows[i].lines);
	}
	memory_map_begin(&section);
	memory_map_total("System RAM: 2049MB", &section);
	check(!section.has_memory_map && !section.map_broken, "where there is no map");
	ranges_clear(&section.ram);
}

/*
 * Frames that are RAM whatever the map says: Xen's own, most of which it must have, and a guest's
 * at its address 0. The map has frames 0x100 to 0x1ff.
 */
static const struct {
	uint64_t special[6]; /* to the first 0 */
	uint64_t mfn_of_0;
	bool holds;
} others[] = {
	{ { 0 }, 0, true },
	/* Xen's own pages */
	{ { 0x100 }, 0, true },
	{ { 0x1ff }, 0, true },
	{ { 0xff }, 0, false },
	{ { 0x200 }, 0, false },
	{ { 0x100, 0x200 }, 0, true },
	{ { 0x100, 0x200, 0x300 }, 0, false },
	{ { 0x100, 0x180, 0x300 }, 0, true },
	{ { 0x100, 0x180, 0x300, 0x400 }, 0, true },
	{ { 0x100, 0x180, 0x300, 0x400, 0x500 }, 0, false },
	/* a guest's; 0 is not told */
	{ { 0 }, 0x100, true },
	{ { 0 }, 0x1ff, true },
	{ { 0 }, 0x1, false },
	{ { 0 }, 0xff, false },
	{ { 0 }, 0x200, false },
	{ { 0x100 }, 0x200, false },
	{ { 0x200 }, 0x100, false },
};

/* Of the second boot; at tells whether the first or the second key q and dump say it. */
static void try_other(struct section *sections, size_t i, size_t at)
{
	struct keyq keyqs[] = { { .place.section = 1 }, { .place.section = 1 } };
	struct dump_place dumps[] = { { .place.section = 1 }, { .place.section = 1 } };
	struct scan scan = { .sections = sections,
			     .section_count = 2,
			     .keyqs = keyqs,
			     .keyq_count = 2,
			     .dumps = dumps,
			     .dump_count = 2 };
	size_t k;

	for (k = 0; k < 2; k++)
		read_rows(INCLUSIVE("100000", "1fffff", "(usable)"), &sections[k]);
	for (k = 0; others[i].special[k]; k++)
		if (ranges_add(&keyqs[at].special, others[i].special[k], others[i].special[k]))
			abort();
	dumps[at].mfn_of_0 = others[i].mfn_of_0;
	memory_maps_check(&scan);
	check(sections[1].has_memory_map == others[i].holds &&
		      sections[1].map_broken == !others[i].holds,
	      "row %zu is %sbelieved", i, others[i].holds ? "not " : "");
	check_each(sections[0].has_memory_map, "row %zu is of another boot", i);
	ranges_clear(&keyqs[at].special);
}

static void test_others(void)
{
	struct section sections[2] = { { .version = "" }, { .version = "" } };
	size_t i;

	for (i = 0; i < 2 * ARRAY_SIZE(others); i++)
		try_other(sections, i / 2, i % 2);
	/* of what is broken nothing is asked */
	memory_map_broken(&sections[0]);
	memory_maps_check(&(struct scan){ .sections = sections,
					  .keyqs = (struct keyq[]){ { .excerpt = false } },
					  .keyq_count = 1,
					  .dumps = (struct dump_place[]){ { .mfn_of_0 = 1 } },
					  .dump_count = 1 });
	check(!sections[0].has_memory_map && sections[0].map_broken, "a broken one stays so");
	ranges_clear(&sections[0].ram);
	ranges_clear(&sections[1].ram);
}

int main(void)
{
	test_rows();
	test_total();
	test_others();
	return test_end();
}
