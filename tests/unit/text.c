/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text that came from elsewhere: numbers, names, sizes, and what must not reach a terminal. */
#include "base/text.h"

#include "base/array.h"
#include "base/error.h"
#include "test.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static void test_hex(void)
{
	static const struct {
		const char *text;
		uint64_t value;
	} good[] = {
		{ "0", 0 },
		{ "f", 15 },
		{ "F", 15 },
		{ "0x1", 1 },
		{ "0123456789", 0x123456789 },
		{ "0x1f", 0x1f },
		{ "0X1F", 0x1f },
		{ "dEadBeef", 0xdeadbeef },
		{ "00000000000000000000001", 1 }, /* %p prints zeros in front */
		{ "0x0000000000000000ffffffffff", UINT64_C(0xffffffffff) },
		{ "ffffffffffffffff", UINT64_MAX },
		{ "0xffffffffffffffff", UINT64_MAX },
	};
	static const char *const bad[] = {
		"",
		"0x",
		"x",
		"0xg",
		"g",
		"1g",
		"1 ",
		" 1",
		"-1",
		"+1",
		"0x-1",
		"0x 1",
		"0x0x1",
		"1.0",
		"1\n",
		"1,",
		"@1",
		"`",
		"0x10000000000000000",
		"10000000000000000",
		"/",
		":",
		"\xc3\xa1",
		"1h",
	};
	const char *line = "0xabcdef mfn";
	uint64_t value;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(good); i++) {
		value = 42;
		check(text_hex_string(good[i].text, &value) && value == good[i].value,
		      "'%s' is %#" PRIx64, good[i].text, value);
	}
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		value = 42;
		check(!text_hex_string(bad[i], &value) && value == 42, "'%s' is %#" PRIx64, bad[i],
		      value);
	}
	/* The end counts, not what stands behind it. */
	check(text_hex(line, line + 8, &value) && value == 0xabcdef, "up to the blank");
	check(text_hex(line, line + 4, &value) && value == 0xab, "cut");
	check(!text_hex(line, line + 9, &value), "with the blank");
	check(!text_hex(line, line, &value) && !text_hex(line, line + 2, &value), "nothing");
	check(text_hex(line, line + 1, &value) && value == 0, "the 0 of 0x");
}

static void test_hex_range(void)
{
	static const struct {
		const char *text;
		uint64_t first, last;
	} good[] = {
		{ "f0000-f0fff", 0xf0000, 0xf0fff },
		{ "3f8", 0x3f8, 0x3f8 },
		{ "0x10-0x10", 0x10, 0x10 },
		{ "0-ffffffffffffffff", 0, UINT64_MAX },
	};
	static const char *const bad[] = {
		"",	"-",	 "1-",	 "-1",	    "2-1",
		"1--2", "1-2-3", "1 -2", "0x1-0xg", "1-10000000000000000"
	};
	const char *list = "10-1f, 30 }";
	uint64_t first, last;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(good); i++)
		check(text_hex_range(good[i].text, good[i].text + strlen(good[i].text), &first,
				     &last) &&
			      first == good[i].first && last == good[i].last,
		      "'%s' is %#" PRIx64 "-%#" PRIx64, good[i].text, first, last);
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		check(!text_hex_range(bad[i], bad[i] + strlen(bad[i]), &first, &last),
		      "'%s' is no range", bad[i]);
	check(text_hex_range(list, list + 5, &first, &last) && first == 0x10 && last == 0x1f,
	      "up to the comma");
	check(text_hex_range(list, list + 2, &first, &last) && first == 0x10 && last == 0x10,
	      "up to the dash");
}

static void test_sanitize(void)
{
	char text[260], expected[260];
	unsigned int c;

	for (c = 1; c < 256; c++) {
		text[c - 1] = (char)c;
		expected[c - 1] = (char)(c >= 0x20 && c < 0x7f ? c : '?');
	}
	text[255] = expected[255] = '\0';
	text_sanitize(text);
	check(!strcmp(text, expected), "only printable ASCII is left");
	strcpy(text, "\033[31mred\033]0;title\007 \xe2\x82\xac \x9b");
	text_sanitize(text);
	check(!strcmp(text, "?[31mred?]0;title? ??? ?"), "escape sequences: %s", text);
	text[0] = '\0';
	text_sanitize(text);
	check(!text[0], "nothing stays nothing");
}

static void test_size(void)
{
	static const struct {
		uint64_t bytes;
		const char *text;
	} rows[] = {
		{ 0, "0 B" },
		{ 1, "1 B" },
		{ 1023, "1023 B" },
		{ 1024, "1 KiB" },
		{ 1025, "1 KiB" },
		{ 1126, "1 KiB" },
		{ 1127, "1.1 KiB" },
		{ 1536, "1.5 KiB" },
		{ 4096, "4 KiB" },
		{ 2097152, "2 MiB" },
		{ 1610612736, "1.5 GiB" },
		{ 1073741823, "1023.9 MiB" }, /* never more than there is */
		{ UINT64_C(1) << 40, "1 TiB" },
		{ UINT64_C(1) << 50, "1 PiB" },
		{ UINT64_C(1) << 60, "1 EiB" },
		{ UINT64_MAX, "15.9 EiB" },
	};
	char text[32], small[4];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		check(!strcmp(text_size(rows[i].bytes, text, sizeof(text)), rows[i].text),
		      "%" PRIu64 " bytes are %s", rows[i].bytes, text);
	check(text_size(4096, small, sizeof(small)) == small && !strcmp(small, "4 K"),
	      "cut to the buffer");
}

static void test_same_name(void)
{
	static const char *const same[][2] = {
		{ "guest-mtrr", "guest_mtrr" },
		{ "Guest-MTRR", "guest_mtrr" },
		{ "", "" },
		{ "iommu", "IOMMU" },
		{ "a-_b", "a_-b" },
	};
	static const char *const different[][2] = {
		{ "guest-mtrr", "guest-mtrr-var" },
		{ "guest-mtrr-var", "guest-mtrr" },
		{ "a", "" },
		{ "", "a" },
		{ "a-b", "ab" },
		{ "iommu", "iommu " },
		{ "a?", "a_" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(same); i++)
		check(text_same_name(same[i][0], same[i][1]), "'%s' is '%s'", same[i][0],
		      same[i][1]);
	for (i = 0; i < ARRAY_SIZE(different); i++)
		check(!text_same_name(different[i][0], different[i][1]), "'%s' is not '%s'",
		      different[i][0], different[i][1]);
}

static void test_error(void)
{
	struct error error = { "before" };
	char huge[2000];

	check(error_set(&error, -EINVAL, "%s: line %d", "log", 7) == -EINVAL, "returns the code");
	check(!strcmp(error.text, "log: line 7"), "text: %s", error.text);
	check(error_set(NULL, -ENOENT, "%s", "nobody listens") == -ENOENT,
	      "without a place for it");
	error_set(&error, -EINVAL, "a\033[2Jb\n%s", "\xff\x01");
	check(!strcmp(error.text, "a?[2Jb???"), "control characters: %s", error.text);
	memset(huge, 'x', sizeof(huge));
	huge[sizeof(huge) - 1] = '\0';
	error_set(&error, -EINVAL, "%s", huge);
	check(strlen(error.text) == sizeof(error.text) - 1, "cut at %zu", strlen(error.text));
}

static void test_array(void)
{
	uint32_t *numbers = NULL, i, sum = 0;
	size_t count = 0;

	for (i = 0; i < 1000; i++)
		check_each(!array_append(&numbers, &count, sizeof(i), &i), "appended");
	for (i = 0; i < count; i++)
		sum += numbers[i] == i;
	check(count == 1000 && sum == 1000, "%zu numbers, %u in place", count, sum);
	free(numbers);
}

/* What does not fit is left out, and nothing is written behind the end. */
static void test_append(void)
{
	char text[16] = "";

	memset(text + 8, '#', 8);
	text_append(text, 8, "%s", "");
	check(!*text, "nothing: %s", text);
	text_append(text, 8, "%d-", 17);
	text_append(text, 8, "%s", "ab");
	check(!strcmp(text, "17-ab"), "both: %s", text);
	text_append(text, 8, "%s", "cdefgh");
	text_append(text, 8, "%s", "ij");
	check(!strcmp(text, "17-abcd"), "as much as fits: %s", text);
	check(!memcmp(text + 8, "########", 8), "what is behind stays");
}

int main(void)
{
	test_hex();
	test_hex_range();
	test_sanitize();
	test_size();
	test_same_name();
	test_error();
	test_array();
	test_append();
	return test_end();
}
