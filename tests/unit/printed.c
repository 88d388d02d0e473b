/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines that decode takes, and those that are like one but are none: what is said of each. */
#include "unit/test.h"

#include "base/array.h"
#include "decode/decode.h"
#include "unit/said.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int decode_one(struct decode *decode, const char *text, struct error *err)
{
	int rc;

	*err = (struct error){ "" };
	begin_said();
	decode->json.stream = stdout;
	rc = decode_text(decode, text, err);
	end_said();
	return rc;
}

/* ---- lines, and what is said of them ---- */

static const struct row {
	const char *line;
	const char *text; /* that is said; "!": it is no such line, and that is told */
	const char *json; /* or NULL: the same is not asked for in JSON */
} rows[] = {
	/* key D */
	{ "(XEN) gfn:            10 order:  0 mfn:            20 rwx WB ",
	  "gfn 0x10-0x10: mfn 0x20, order 0, rwx WB : the guest's PAT counts", "\"emt\":\"WB\"" },
	{ "(XEN) gfn:            10 order:  0 mfn:            20 rwx WB!",
	  "the guest's PAT is ignored", "\"ipat\":true" },
	{ "(XEN) gfn:            10 order:  0 mfn:            20     WB ", "not present",
	  "\"attributes\":\"    WB " },
	{ "(XEN) gfn:           200 order:  9 PoD", "order 9, populated on demand",
	  "\"pod\":true" },
	{ "(XEN) gfn:            10 order:  0 mfn:            20 rwx ?\?!",
	  "recomputes it on the next touch", "\"pending\":true" },
	{ "(XEN) gfn: xyz", "!", NULL },
	/* registers of a VMCS */
	{ "EPT pointer = 0x000000005657c01e", "0x000000005657c01e: ", "\"raw\":\"0x5657c01e\"" },
	{ "EPT pointer = 0xg", "!", NULL },
	{ "EFER(VMCS) = 0x0  PAT = 0x0606060606060606", "0x0606060606060606", "0x606060606060606" },
	{ "EFER = 0x0  PAT = 0x", "!", NULL },
	{ "EFER = 0x0", "!", NULL },
	/* violations of EPT */
	{ "d1v0 EPT violation 0x80 (---/---) gpa 0x1000 mfn 0x1 type 0",
	  "access where nothing is mapped, to a page table of the guest", NULL },
	{ "d1v0 EPT violation 0x3 (rw-/---) gpa 0x1000 mfn 0x1 type 99",
	  "read and write where nothing is mapped; gpa 0x1000 (gfn 0x1), mfn 0x1, type unknown",
	  "\"type\":\"unknown\"" },
	{ "d1v0 EPT violation 0x29 (r--/r-x) gpa 0x1000 mfn 0x1 type 0",
	  "read where rx is allowed;", "\"type\":\"ram_rw\"" },
	{ "d1v0 EPT violation 0x12 (-w-/-w-) gpa 0x1000 mfn 0x1 type 0",
	  "write where w is allowed;", NULL },
	{ "d1v0 EPT violation 0x19c (--x/rw-) gpa 0x1000 mfn 0x1 type 0",
	  "Xen takes x from superpages (XSA-304", "\"mfn\":\"0x1\"" },
	{ "d1v0 EPT violation 0x19c (--x/rw-) gpa 0x1000 mfn 0x1 type 5", "type mmio_direct",
	  NULL },
	{ "d1v0 EPT violation 0x19c (--x/rw-) gpa 0x1000 mfn 0x1", "!", NULL },
	{ "d1v0 EPT violation 0xg", "!", NULL },
	/* walks */
	{ "Walking EPT tables for GFN 12345:", "of gfn 0x12345", "\"gfn\":\"0x12345\"" },
	{ "Walking EPT tables for GFN xyz", "!", NULL },
	{ " epte xyz", "!", NULL },
	{ " epte 0x9c00000000000377", "0x9c00000000000377: EPT entry, level 1", NULL },
	/* changes that are refused */
	{ "d1: GFN 0xf2000 (0x12345,0,5,7) -> (0x54321,9,0,6) not permitted",
	  "gfn 0xf2000: mfn 0x12345, order 0, mmio_direct, rwx stays; mfn 0x54321, order 9, ram_rw",
	  "\"new_type\":\"ram_rw\"" },
	{ "d1: GFN 0xf2000 (0x12345,0,500,70) -> (0x54321,9,600,60) not permitted",
	  "gfn 0xf2000: mfn 0x12345, order 0, ", "\"new_mfn\":\"0x54321\"" },
	{ "d1: GFN 0xf2000 (0x12345,0,5,7) -> (0x54321,9,0,6) permitted", "!", NULL },
	{ "d1: GFN 0xf2000 (0x12345,0,5,7)", "!", NULL },
	/* MMIO */
	{ "memory_map:add: dom1 gfn=f3074 mfn=a2610 nr=2",
	  "domain 1: gfn 0xf3074-0xf3075 is mfn 0xa2610-0xa2611, type mmio_direct; mapped",
	  "\"added\":true" },
	{ "memory_map:remove: dom1 gfn=f3074 mfn=a2610 nr=1",
	  "domain 1: gfn 0xf3074 is mfn 0xa2610, type mmio_direct; taken away", "\"added\":false" },
	{ "memory_map:fail: dom1 gfn=f3074 mfn=a2610 nr=1", "; failed", "\"added\":false" },
	{ "memory_map:add: dom-1 gfn=f3074 mfn=a2610 nr=1", "!", NULL },
	{ "memory_map:add: dom1 gfn=f3074 mfn=a2610 nr=0", "!", NULL },
	{ "memory_map:add: dom1 gfn=f30740000000000 mfn=a2610 nr=1", "!", NULL },
	{ "memory_map:add: dom1 gfn=f3074 mfn=a26100000000000 nr=1", "!", NULL },
	{ "memory_map:add: dom1 gfn=f3074 mfn=a2610 nr=100000000000", "!", NULL },
	{ "memory_map:add: dom1 gfn=f3074", "!", NULL },
	/* MTRRs */
	{ "(XEN) MTRR default type: write-back", "WB", "\"type\":\"WB\"" },
	{ "(XEN) MTRR fixed ranges enabled:", "MTRR fixed ranges", "\"enabled\":true" },
	{ "(XEN) MTRR fixed ranges disabled:", "off", "\"enabled\":false" },
	{ "(XEN) MTRR variable ranges enabled:", "on", "\"enabled\":true" },
	{ "(XEN)   0 base 0f0000000000 mask ff0000000000 uncachable", "UC", NULL },
	{ "(XEN)   1 disabled", "not in use", NULL },
	{ "(XEN)   00000-9ffff write-back", "0x0-0x9ffff, 640 KiB, WB", "\"type\":\"WB\"" },
	{ "reg01: base=0x0c0000000 ( 3072MB), size= 1024MB, count=1: uncachable",
	  "0xc0000000-0xffffffff, 1 GiB, UC", "\"range\":[\"0xc0000000\",\"0xffffffff\"]" },
	/* registers by their names */
	{ "pat=0x0007040600070406", "0x0007040600070406", NULL },
	{ "def_type=0x806", "on", NULL },
	{ "def_type=0xc06", "on", NULL },
	{ "def_type=0x6", "off", NULL },
	{ "cap=0x508", "fixed ranges yes, WC yes", NULL },
	{ "cap=0x8", "fixed ranges no, WC no", NULL },
	{ "cap=0xd08", "yes", NULL },
	{ "fixed0=0x0606060606060606", "0x0606060606060606", NULL },
	{ "base=0xc0000000 mask=0x3fc0000800", "0xc0000000", NULL },
	{ "base=0xc0000000 mask=0x0", "not in use", NULL },
	{ "base=0xc0000000 mask=0x3fc0001800", "", NULL },
	{ "eptp=0x5657c09e", "supervisor shadow stacks", NULL },
	{ "fixed11=0x0", "!'fixed11': no such register", NULL },
	{ "mask=0x0", "!mask=VALUE needs base=VALUE before it", NULL },
	{ "base=0x0 pat=0x0", "!base=VALUE needs mask=VALUE behind it", NULL },
	{ "pat=xyz", "!'pat=xyz': a hexadecimal value is expected behind =", NULL },
	{ "0x10 xyz", "!'xyz': a hexadecimal value is expected", NULL },
	{ "0x10 012345678901234567890123456789012345678901234567890123456789012345", "!' a hexadec",
	  NULL },
	{ "", "!'' is no hexadecimal value", NULL },
	/* what may be something else */
	{ "0x0007040600070406", "this may be an IA32_PAT instead", "\"0x7040600070406\"" },
	{ "0x0007040600070403", "EPT entry", NULL },
	/* bhyve's */
	{ "gpa 0x1000: 0x1007 0x2007 0x3007 0x56677", "level 4", NULL },
	{ "3: 0x1007", "level 3", "\"level\":3" },
	{ "3:", "!entries are expected behind the colon", NULL },
	{ "3: 0x1 0x2", "!one entry is expected behind LEVEL:", NULL },
	{ "3: x", "!one entry is expected behind LEVEL:", NULL },
	{ "6: 0x1", "!", NULL },
	{ "gpa 0x1000", "!", NULL },
	{ "gpa 0x1: 1 2 3 4 5", "!at most four entries are expected behind gpa VALUE:", NULL },
};

static void test_row(const struct row *row)
{
	struct decode decode;
	struct error err;
	bool is_none = *row->text == '!';
	int rc;

	decode_init(&decode);
	rc = decode_one(&decode, row->line, &err);
	unfold_said();
	if (is_none) {
		const char *reason =
			row->text[1] == '\'' && row->text[2] == ' ' ? row->text + 2 : row->text + 1;

		check(rc == -EINVAL && strstr(err.text, reason) && *err.text, "'%s': %d, '%s', %s",
		      row->line, rc, err.text, said);
	} else {
		check(!rc && strstr(said, row->text), "'%s': %d, '%s', %s", row->line, rc, said,
		      err.text);
	}
	free(said);
	if (!row->json)
		return;
	decode_init(&decode);
	decode.format = DECODE_JSONL;
	rc = decode_one(&decode, row->line, &err);
	check(!rc && *said == '{' && strstr(said, row->json), "'%s' in JSON: %d, %s", row->line, rc,
	      said);
	free(said);
}

/* Entries of a walk follow its first line, down to the one that maps, or to none. */
static void test_walk(void)
{
	static const struct {
		const char *entries[5];
		const char *last, *lacks;
	} walks[] = {
		{ { " epte 1107", " epte 2107", " epte 3107", " epte 9c00000004000377", NULL },
		  "gfn 0x12345 is mfn 0x4000",
		  "level 5" },
		{ { " epte 1107", " epte 2107", " epte 9c000000040003b7", " epte 1107", NULL },
		  "gfn 0x12345 is mfn 0x4145",
		  "level 1, " },
		{ { " epte 1107", " epte 0", NULL }, "not present", "gfn 0x12345 is" },
	};
	struct decode decode;
	struct error err;
	size_t i, k;
	int format;

	for (format = DECODE_TEXT; format <= DECODE_JSONL; format++)
		for (i = 0; i < ARRAY_SIZE(walks); i++) {
			decode_init(&decode);
			decode.format = format;
			begin_said();
			decode.json.stream = stdout;
			decode_text(&decode, "d1v0 Walking EPT tables for GFN 12345:", &err);
			for (k = 0; walks[i].entries[k]; k++)
				decode_text(&decode, walks[i].entries[k], &err);
			decode_end(&decode, true, &err);
			end_said();
			if (format == DECODE_TEXT)
				check(strstr(said, walks[i].last) && !strstr(said, walks[i].lacks),
				      "walk %zu: %s", i, said);
			else
				check(!strstr(said, "\"mfn\":\"0x4000\"") == (i > 0) ||
					      strstr(said, "\"mfn\":\"0x4145\""),
				      "walk %zu: %s", i, said);
			free(said);
		}
}

/* vCPUs that walk at the same time: each has its own levels, and its own gfn. */
static void test_walks(void)
{
	static const char *const lines[] = {
		"d1v0 Walking EPT tables for GFN 7ed37:",
		"p2m-ept.c:900:d2v1 Walking EPT tables for GFN 1000:",
		"d1v0  epte 9c0000047eba3107",
		"p2m-ept.c:900:d2v1  epte 9c0000047eba4107",
		"d1v0  epte 9c0000047eba5107",
		"d3v0  epte 9c0000011111107",
		"d1v0  epte 9c0000047eba6107",
		"d1v0  epte 9c0000033ed37377",
		"d2v1  epte 0",
	};
	char line[64], wanted[64];
	struct decode decode;
	struct error err;
	size_t i;

	decode_init(&decode);
	begin_said();
	for (i = 0; i < ARRAY_SIZE(lines); i++)
		decode_text(&decode, lines[i], &err);
	decode_end(&decode, true, &err);
	end_said();
	check(strstr(said, "0x9c0000047eba4107: EPT entry, level 4,") &&
		      strstr(said, "0x9c0000047eba5107: EPT entry, level 3,") &&
		      strstr(said, "0x9c0000033ed37377: EPT entry, level 1,") &&
		      strstr(said, "gfn 0x7ed37 is mfn 0x33ed37") &&
		      strstr(said, "0x0000000000000000: EPT entry, level 3,") &&
		      !strstr(said, "gfn 0x1000 is"),
	      "%s", said);
	free(said);
	/* More than there is room for: the first are forgotten. */
	decode_init(&decode);
	begin_said();
	for (i = 0; i < DECODE_WALKS + 1; i++) {
		snprintf(line, sizeof(line), "d%zuv0 Walking EPT tables for GFN 200:", i);
		decode_text(&decode, line, &err);
	}
	for (i = 0; i < DECODE_WALKS + 1; i++) {
		snprintf(line, sizeof(line), "d%zuv0  epte %zx107", i, i + 1);
		decode_text(&decode, line, &err);
	}
	decode_end(&decode, true, &err);
	end_said();
	for (i = 0; i < DECODE_WALKS + 1; i++) {
		snprintf(wanted, sizeof(wanted), "0x%016zx: EPT entry, level 4,",
			 (i + 1) << 12 | 0x107);
		check_each(!strstr(said, wanted) == !i, "%s: %s", wanted, said);
	}
	free(said);
}

/* ---- many lines, through a descriptor ---- */

static int decode_fd(struct decode *decode, const char *text, size_t size, struct error *err)
{
	FILE *file = tmpfile();
	int rc;

	*err = (struct error){ "" };
	if (!file || fwrite(text, 1, size, file) != size || fflush(file))
		abort();
	lseek(fileno(file), 0, SEEK_SET);
	begin_said();
	decode->json.stream = stdout;
	rc = decode_lines(decode, fileno(file), err);
	end_said();
	fclose(file);
	return rc;
}

static void test_many(void)
{
	static char text[3 << 20];
	struct decode decode;
	struct error err;
	size_t lines, i, at;
	int rc;

	/* More than is written at once, and more than is read at once. */
	for (i = 0, at = 0; i < 60000; i++)
		at += sprintf(text + at, "0xbc%014zx\n", i << 12 | 0x377);
	decode_init(&decode);
	decode.brief = true;
	rc = decode_fd(&decode, text, at - 1, &err); /* its last line lacks its end */
	for (i = 0, lines = 0; i < said_size; i++)
		lines += said[i] == '\n';
	check(!rc && lines == 60000 &&
		      strstr(said, "0xbc0000000ea5f377 rwx WB! ram_rw rwx 0xea5f\n"),
	      "%d, %zu lines", rc, lines);
	free(said);
	/* A line of a megabyte; one of some kilobytes is passed over where others are understood.
	 */
	memset(text, 'x', sizeof(text));
	decode_init(&decode);
	rc = decode_fd(&decode, text, sizeof(text), &err);
	check(rc == -EINVAL && strstr(err.text, "line 1: longer than 4096 bytes"), "%d, %s", rc,
	      err.text);
	free(said);
	memcpy(text + 5000, "\n0x377\n\0\n \n", 11);
	decode_init(&decode);
	rc = decode_fd(&decode, text, 5011, &err);
	check(!rc && decode.skipped == 2 && strstr(said, "EPT entry"), "%d, %s, %llu lines skipped",
	      rc, err.text, (unsigned long long)decode.skipped);
	free(said);
	decode_init(&decode);
	rc = decode_fd(&decode, text, 5001, &err);
	check(rc == -EINVAL && strstr(err.text, "line 1: longer than 4096 bytes"), "%d, %s", rc,
	      err.text);
	free(said);
	decode_init(&decode);
	rc = decode_fd(&decode, "a\0b\n", 4, &err);
	check(rc == -EINVAL && strstr(err.text, "line 1: not text"), "%d, %s", rc, err.text);
	free(said);
	/* Plain values are EPT pointers, or a base waits for its mask: not read as entries. */
	decode_init(&decode);
	decode.is_eptp = true;
	rc = decode_fd(&decode, "0x5657c01e\n", 11, &err);
	check(!rc && strstr(said, "EPT pointer"), "%d, %s", rc, said);
	free(said);
	decode_init(&decode);
	rc = decode_fd(&decode, "base=0xc0000000\nmask=0x3fc0000800\n", 34, &err);
	check(!rc && strstr(said, "0xc0000000"), "%d, %s, %s", rc, said, err.text);
	free(said);
	decode_init(&decode);
	rc = decode_fd(&decode, "base=0xc0000000\n0x377\n", 22, &err);
	free(said);
	begin_said();
	rc = decode_end(&decode, !rc, &err);
	end_said();
	check(rc == -EINVAL && strstr(err.text, "needs mask=VALUE"), "%d, %s", rc, err.text);
	free(said);
	decode_init(&decode);
	begin_said();
	rc = decode_lines(&decode, -1, &err);
	end_said();
	check(rc == -EBADF && strstr(err.text, "cannot read standard input: Bad file"), "%d, %s",
	      rc, err.text);
	free(said);
	decode_init(&decode);
	decode.format = DECODE_JSON;
	decode.brief = true;
	rc = decode_fd(&decode, "0x377\n", 6, &err);
	check(!rc && strstr(said, "\"raw\""), "a brief JSON is as any other: %d, %s", rc, said);
	free(said);
}

static void test_full(void)
{
	FILE *full = fopen("/dev/full", "w");
	struct error err = { "" };
	struct decode decode;
	int rc;

	if (!full)
		return;
	decode_init(&decode);
	said_kept = stdout;
	stdout = full;
	decode.json.stream = stdout;
	decode_text(&decode, "0x377", &err);
	rc = decode_end(&decode, true, &err);
	stdout = said_kept;
	fclose(full);
	check(rc == -ENOSPC && strstr(err.text, "cannot write the output: No space left"), "%d, %s",
	      rc, err.text);
}

int main(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		test_row(&rows[i]);
	test_walk();
	test_walks();
	test_many();
	test_full();
	return test_end();
}
