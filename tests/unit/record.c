/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One line of key D, or what is left of one: what it says, and what is none. */
#include "source/text/record.h"

#include "base/array.h"
#include "model/entry.h"
#include "test.h"

#include <string.h>

/* What is written behind a record in the tables below. */
struct row {
	const char *text;
	enum record record;
	uint64_t gfn, mfn;
	uint8_t order, rights, emt;
	char flag; /* behind the type; 'P' for PoD */
};

#define RWX (ENTRY_R | ENTRY_W | ENTRY_X)

static const struct row rows[] = {
	{ "gfn:         12345 order:  0 mfn:         6789a rwx WB ", RECORD_ENTRY, 0x12345, 0x6789a,
	  0, RWX, 6, ' ' },
	{ "gfn:           200 order:  9 mfn:         40000 r x UC!", RECORD_ENTRY, 0x200, 0x40000,
	  9, ENTRY_R | ENTRY_X, 0, '!' },
	{ "gfn:         40000 order: 18 mfn:             0  w  WT?", RECORD_ENTRY, 0x40000, 0, 18,
	  ENTRY_W, 4, '?' },
	{ "gfn:             0 order:  0 mfn:             1 rwx ?? ", RECORD_ENTRY, 0, 1, 0, RWX, 7,
	  ' ' },
	{ "gfn:             0 order:  0 mfn:             1 rwx ?3 ", RECORD_ENTRY, 0, 1, 0, RWX, 3,
	  ' ' },
	{ "gfn:             0 order:  0 mfn:             1 rwx WB", RECORD_TRIMMED, 0, 1, 0, RWX, 6,
	  ' ' },
	{ "gfn:             0 order:  0 mfn:             1 rwx WB \t  ", RECORD_ENTRY, 0, 1, 0, RWX,
	  6, ' ' },
	{ "gfn:             0 order:  0 mfn:             1 rwx WB x", RECORD_GLUED, 0, 1, 0, RWX, 6,
	  ' ' },
	{ "gfn:             7 order:  0 PoD", RECORD_ENTRY, 7, 0, 0, 0, 0, 'P' },
	{ "gfn:             7 order:  0 PoD  \t", RECORD_ENTRY, 7, 0, 0, 0, 0, 'P' },
	{ "gfn:             7 order:  0 PoDs", RECORD_GLUED, 7, 0, 0, 0, 0, 'P' },
};

/* Of these something is wrong. */
static const char *const wrong[] = {
	"gfn:             7 order:  0 Po",
	"gfn:             7 order:  0 PoE",
	"gfn:             7 order: 0 PoD ",
	"gfn:             7 order:  1 PoD",
	"gfn:             7 order:  9 PoD",
	"gfn:           7   order:  0 PoD",
	"gfn:               order:  0 PoD",
	"gfn:   10000000000 order:  0 PoD",
	"gfn             7  order:  0 PoD",
	"gfn:             0 order:  0 mfn:             1 rwx W",
	"gfn:             0 order:  0 mfn              1 rwx WB ",
	"gfn:             0 order:  0 mfn:           1   rwx WB ",
	"gfn:             0 order:  0 mfn:   10000000000 rwx WB ",
	"gfn:             0 order:  0 mfn:             1-rwx WB ",
	"gfn:             0 order:  0 mfn:             1 rwx-WB ",
	"gfn:             0 order:  0 mfn:             1 wrx WB ",
	"gfn:             0 order:  0 mfn:             1 rwx W  ",
	"gfn:             0 order:  0 mfn:             1 rwx WX ",
	"gfn:             0 order:  0 mfn:             1 rwx W[ ",
	"gfn:             0 order:  0 mfn:             1 rwx ?1 ",
	"gfn:             0 order:  0 mfn:             1 rwx WB.",
	"",
};

/* The same as words, with any blanks between. */
static const struct row loose[] = {
	{ "gfn: 12345 order: 0 mfn: 6789a rwx WB", RECORD_ENTRY, 0x12345, 0x6789a, 0, RWX, 6, ' ' },
	{ "gfn:\t200  order:\t9 mfn: 40000 r x UC!", RECORD_ENTRY, 0x200, 0x40000, 9,
	  ENTRY_R | ENTRY_X, 0, '!' },
	{ "gfn: 40000 order: 18 mfn: 0 UC", RECORD_ENTRY, 0x40000, 0, 18, 0, 0, ' ' },
	{ "gfn: 7 order: 0 PoD", RECORD_ENTRY, 7, 0, 0, 0, 0, 'P' },
	{ "gfn: 0 order: 0 mfn: 1 r w x ?2?", RECORD_ENTRY, 0, 1, 0, RWX, 2, '?' },
};

static const char *const loose_wrong[] = {
	"gfn: 7 order: 0 PoE",
	"gfn: 7 order: 0 PoD PoD",
	"gfn: 7 order: 0",
	"gfn: 7 order: 0 mfn: 1",
	"gfn: 7 order: 0 mfn: 1 rwx",
	"gfn: 7 order: 0 mfn: x rwx WB",
	"gfn: 7 order: 0 mfm: 1 rwx WB",
	"gfn: 7 order 0 mfn: 1 rwx WB",
	"gfx: 7 order: 0 mfn: 1 rwx WB",
	"gfn: x order: 0 mfn: 1 rwx WB",
	"gfn: 10000000000 order: 0 mfn: 1 rwx WB",
	"gfn: 7 order: 0 mfn: 10000000000 rwx WB",
	"gfn: 7 order: 0 mfn: 1 xw WB",
	"gfn: 7 order: 0 mfn: 1 rr WB",
	"gfn: 7 order: 0 mfn: 1 rwx WB! !",
	/* more than a line of Xen's has */
	"gfn: 7 order: 0 mfn: 1 r w x a b c d WB",
	("gfn: 7 order: 0 mfn: 1 rwx                                                         "
	 "                                                 WB"),
};

static void test_rows(const struct row *row, size_t count, const char *kind,
		      enum record (*parse)(const char *, size_t, struct entry *))
{
	struct entry entry;

	for (; count; count--, row++) {
		enum record record;

		memset(&entry, 0x55, sizeof(entry));
		record = parse(row->text, strlen(row->text), &entry);
		check(record == row->record, "%s: '%s' is %d instead of %d", kind, row->text,
		      record, row->record);
		if (record != row->record)
			continue;
		check(entry.gfn == row->gfn && entry.mfn == row->mfn && entry.order == row->order &&
			      entry.rights == row->rights && entry.emt == row->emt &&
			      entry.ipat == (row->flag == '!') &&
			      entry.ipat_hidden == (row->flag == '?') &&
			      entry.pod == (row->flag == 'P') &&
			      entry.pending == (row->flag == '?' || row->emt == 7) &&
			      entry.type == ENTRY_TYPE_UNKNOWN,
		      "%s: '%s' is gfn %llx mfn %llx order %d rights %d emt %d %d%d%d%d type %d",
		      kind, row->text, (unsigned long long)entry.gfn, (unsigned long long)entry.mfn,
		      entry.order, entry.rights, entry.emt, entry.ipat, entry.ipat_hidden,
		      entry.pod, entry.pending, entry.type);
	}
}

static void test_wrong(const char *const *text, size_t count, const char *kind,
		       enum record (*parse)(const char *, size_t, struct entry *))
{
	struct entry entry;

	for (; count; count--, text++)
		check(parse(*text, strlen(*text), &entry) == RECORD_NONE, "%s: '%s' is a record",
		      kind, *text);
}

/* A text with a NUL in it is none of Xen's. */
static void test_nul(void)
{
	static const char text[] = "gfn: 7 order: 0 PoD\0";
	struct entry entry;

	check(record_parse_loose(text, sizeof(text) - 2, &entry) == RECORD_ENTRY, "without");
	check(record_parse_loose(text, sizeof(text) - 1, &entry) == RECORD_NONE, "with a NUL");
}

static void test_gfn(void)
{
	static const struct {
		const char *text;
		bool has;
		uint64_t gfn;
	} cases[] = {
		{ "gfn:         12345 ord", true, 0x12345 },
		{ "gfn:         12345", true, 0x12345 },
		{ "gfn:         12345#rd", true, 0x12345 },
		{ "gfn:         1234", false, 0 },
		{ "gfn:         1234x order", false, 0 },
		{ "gfN:         12345 order", false, 0 },
		{ "", false, 0 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		uint64_t gfn = 0;
		bool has = record_gfn(cases[i].text, strlen(cases[i].text), &gfn);

		check(has == cases[i].has && (!has || gfn == cases[i].gfn), "'%s' has gfn %llx",
		      cases[i].text, (unsigned long long)gfn);
	}
}

/* What the ring's begin leaves of a line, and what it cannot have left. */
static void test_torn(void)
{
	static const char *const torn[] = {
		" 12345 order:  0 mfn:         6789a rwx WB ",
		"rder:  0 mfn:         4a4 order:  0 mfn:         1 rwx WB ",
		"4a4 rwx WB!",
		" 9f0 r x UC?",
		"rwx WB ",
		"    UC ",
		" EPT p2m table:",
		/* 39 letters, as the longest header has */
		"123456789012345678901234 EPT p2m table:",
	};
	static const char *const whole[] = {
		"",
		"wx WB ",
		"n:         6789a rwx WB ",
		"4a4 rwx WBx",
		"4a4 rwx-WB ",
		"4g4 rwx WB ",
		"4/4 rwx WB ",
		"4:4 rwx WB ",
		"4`4 rwx WB ",
		"rwy WB ",
		"the kernel has no such rwx WB ",
		/* 40 letters, and 65 */
		"0123456789012345678901234 EPT p2m table:",
		"                     12345 order:  0 mfn:         6789a rwx WB   ",
		" order:  0",
		" mfn: 1",
	};
	size_t i;

	check(strlen(torn[7]) == 39 && strlen(whole[11]) == 40 && strlen(whole[12]) == 65,
	      "%zu, %zu, %zu letters", strlen(torn[7]), strlen(whole[11]), strlen(whole[12]));
	for (i = 0; i < ARRAY_SIZE(torn); i++)
		check(record_torn(torn[i], strlen(torn[i])), "'%s' is not what is left of a record",
		      torn[i]);
	for (i = 0; i < ARRAY_SIZE(whole); i++)
		check(!record_torn(whole[i], strlen(whole[i])), "'%s' is taken for half a record",
		      whole[i]);
}

/* Where the quick way tells something, it is what the other tells. */
static void test_fast(void)
{
	static const char letters[] = " 0159afgx!?rwWBU\t";
	static const char good[] = "gfn:         12345 order:  0 mfn:         6789a rwx WB ";
	struct record_memory memory = { 0 };
	struct entry fast, slow;
	char text[sizeof(good) + 16] = "";
	unsigned int accepted = 0;
	size_t at, i;

	for (at = 0; at < RECORD_LENGTH; at++)
		for (i = 0; i < sizeof(letters) - 1; i++) {
			memcpy(text, good, sizeof(good));
			text[at] = letters[i];
			/* The rest of the literal parts is compared before. */
			if (at < 8 || (at >= 18 && at < 26) || at == 47)
				memcpy(text + at, good + at, 1);
			memset(&fast, 0, sizeof(fast));
			if (!record_parse_fast(text, &memory, &fast))
				continue;
			accepted++;
			check_each(record_parse(text, RECORD_LENGTH, &slow) == RECORD_ENTRY &&
					   slow.gfn == fast.gfn && slow.mfn == fast.mfn &&
					   slow.order == fast.order && slow.rights == fast.rights &&
					   slow.emt == fast.emt && slow.ipat == fast.ipat &&
					   slow.ipat_hidden == fast.ipat_hidden &&
					   slow.type == fast.type,
				   "'%s' is read in another way", text);
		}
	/* One that is to be populated is left to the other way, and so is what is none at all. */
	memset(text, ' ', RECORD_LENGTH);
	memcpy(text, good, 28);
	memcpy(text + 28, " PoD", 4);
	check(record_parse(text, RECORD_LENGTH, &slow) == RECORD_ENTRY && slow.pod &&
		      !record_parse_fast(text, &memory, &fast),
	      "PoD");
	check(accepted > 100, "%u lines read the quick way", accepted);
}

/* Nothing fits where too much stands before a record, or it does not begin as most do. */
static void test_shape(void)
{
	static const char record[] = "gfn:         12345 order:  0 mfn:         6789a rwx WB \n";
	static const char high[] = "gfn:    9876543210 order:  0 mfn:         6789a rwx WB \n";
	static const char higher[] = "gfn:  109876543210 order:  0 mfn:         6789a rwx WB \n";
	struct record_shape shape;
	char line[SHAPE_MAX + 128];

	memset(line, '1', sizeof(line));
	record_shape_set(&shape, line, memcpy(line + SHAPE_MAX - 8, record, sizeof(record)), 0);
	check(shape.at == SHAPE_MAX - 8, "as much as fits: %zu", shape.at);
	check(records_fitting(&shape, line, 1) == 1, "fits itself");
	line[SHAPE_MAX - 9] = '2';
	check(records_fitting(&shape, line, 1) == 1, "fits another time");
	line[SHAPE_MAX - 9] = 'x';
	check(!records_fitting(&shape, line, 1), "fits a letter");
	/* A record whose flag was stripped, and the line end stands in its place. */
	line[SHAPE_MAX - 9] = '1';
	memcpy(line + SHAPE_MAX - 8 + RECORD_LENGTH - 1, "\n\n", 2);
	check(!records_fitting(&shape, line, 1), "fits a stripped one");
	memcpy(line + SHAPE_MAX - 8 + RECORD_LENGTH - 1, " \n", 2);
	check(records_fitting(&shape, line, 1) == 1, "is itself again");
	/* With a carriage return behind. */
	record_shape_set(&shape, line, line + SHAPE_MAX - 8, 1);
	memcpy(line + SHAPE_MAX - 8 + RECORD_LENGTH, "x\n", 2);
	check(!records_fitting(&shape, line, 1), "fits without a carriage return");
	memcpy(line + SHAPE_MAX - 8 + RECORD_LENGTH, "\r\n", 2);
	check(records_fitting(&shape, line, 1) == 1, "fits with one");
	record_shape_set(&shape, line, memcpy(line + SHAPE_MAX - 7, record, sizeof(record)), 0);
	check(!shape.at, "more than fits: %zu", shape.at);
	record_shape_set(&shape, line, memcpy(line + 6, high, sizeof(high)), 0);
	check(shape.at == 6, "ten digits: %zu", shape.at);
	record_shape_set(&shape, line, memcpy(line + 6, higher, sizeof(higher)), 0);
	check(!shape.at, "twelve digits: %zu", shape.at);
}

int main(void)
{
	test_rows(rows, ARRAY_SIZE(rows), "by columns", record_parse);
	test_rows(loose, ARRAY_SIZE(loose), "by words", record_parse_loose);
	test_wrong(wrong, ARRAY_SIZE(wrong), "by columns", record_parse);
	test_wrong(loose_wrong, ARRAY_SIZE(loose_wrong), "by words", record_parse_loose);
	test_nul();
	test_gfn();
	test_torn();
	test_fast();
	test_shape();
	return test_end();
}
