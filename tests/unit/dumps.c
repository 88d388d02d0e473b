/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Dumps of makedumpfile whose headers, descriptors or pages are not as they must be, by reason. */
#include "unit/test.h"

#include "base/array.h"
#include "source/image/guest.h"
#include "source/image/kdump.h"
#include "source/image/phys.h"
#include "source/image/unpack.h"

#include <endian.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#define BLOCK 4096u

/* Two headers, two bitmaps, descriptors, and four pages: 1, 2, 5 and 40000. */
enum { HEADER, SUB, ALL, ALL_2, THERE, THERE_2, DESCRIPTORS, PLAIN, PACKED, BLOCKS };
#define FRAMES 50000

static uint8_t dump[BLOCKS * BLOCK];

static void set(size_t at, uint64_t value, size_t size)
{
	memcpy(dump + at, &value, size);
}

static void describe(unsigned int nth, uint64_t offset, uint32_t size, uint32_t flags)
{
	size_t at = DESCRIPTORS * BLOCK + nth * 24;

	set(at, offset, 8);
	set(at + 8, size, 4);
	set(at + 12, flags, 4);
}

static void make(void)
{
	uint8_t page[BLOCK];
	uLongf size = BLOCK;

	memset(dump, 0, sizeof(dump));
	memcpy(dump, "KDUMP   ", 8);
	set(8, 6, 4); /* version */
	set(428, BLOCK, 4);
	set(432, 1, 4);
	set(436, 4, 4);
	set(440, 7, 4); /* which version 6 has elsewhere */
	set(SUB * BLOCK + 96, FRAMES, 8);
	dump[THERE * BLOCK] = 1 << 1 | 1 << 2 | 1 << 5;
	dump[THERE * BLOCK + 40000 / 8] = 1 << 40000 % 8;
	memset(dump + PLAIN * BLOCK, 0x11, BLOCK);
	memset(page, 0x22, sizeof(page));
	compress(dump + PACKED * BLOCK, &size, page, BLOCK);
	describe(0, PLAIN * BLOCK, BLOCK, 0);
	describe(1, PACKED * BLOCK, size, 1);
	describe(2, PLAIN * BLOCK, BLOCK, 0);
	describe(3, PACKED * BLOCK, size, 1);
}

static const struct {
	const char *what;
	size_t at;
	uint64_t value;
	size_t size;
	size_t length;	   /* of the file, 0: as it is */
	const char *wrong; /* NULL: it is taken */
} rows[] = {
	{ "as it must be", 0, 'K', 1, 0, NULL },
	{ "a header that is cut", 0, 'K', 1, BLOCK - 1, "ends within its headers" },
	{ "one header", 0, 'K', 1, BLOCK, "it ends within its headers" },
	{ "pages of 64 KiB", 428, 65536, 4, 0, "not of pages of 4 KiB" },
	{ "headers behind the end", 432, 1000, 4, 0, "its bitmaps do not lie in the file" },
	{ "bitmaps behind the end", 436, 1000, 4, 0, "its bitmaps do not lie in the file" },
	{ "one of several", SUB *BLOCK + 12, 1, 4, 0, "--reassemble" },
	{ "no frames", SUB *BLOCK + 96, 0, 8, 0, "more frames than any machine has, or none" },
	{ "2^40 frames", SUB *BLOCK + 96, UINT64_C(1) << 40, 8, 0, "more frames than any machine" },
	{ "2^20 frames", SUB *BLOCK + 96, UINT64_C(1) << 20, 8, 0, "more frames than it has bits" },
	{ "no descriptors", 0, 'K', 1, DESCRIPTORS *BLOCK + 24, "no descriptors of its pages" },
	{ "LZO", 424, 2, 4, 0, "its pages are packed with lzo" },
	{ "snappy", 424, 4, 4, 0, "its pages are packed with snappy" },
	{ "a page of LZO", DESCRIPTORS *BLOCK + 12, 2, 4, 0, "its pages are packed with lzo" },
	{ "the last of snappy", DESCRIPTORS *BLOCK + 3 * 24 + 12, 4, 4, 0, "with snappy" },
};

static int open_dump(size_t size, struct kdump **kdump, struct error *err)
{
	FILE *file = tmpfile();
	int rc;

	if (!file || fwrite(dump, 1, size, file) != size || fflush(file))
		abort();
	*err = (struct error){ "" };
	*kdump = NULL;
	rc = kdump_open(dump, size, fileno(file), "a dump", kdump, err);
	fclose(file);
	return rc;
}

static void test_headers(void)
{
	struct kdump *kdump;
	struct error err;
	size_t i;
	int rc;

	check(kdump_recognize((const uint8_t *)"KDUMP   ", 8) &&
		      kdump_recognize((const uint8_t *)"DISKDUMP", 8) &&
		      !kdump_recognize((const uint8_t *)"KDUMP   ", 7) &&
		      !kdump_recognize((const uint8_t *)"KDUMPER ", 8),
	      "what is one");
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		make();
		set(rows[i].at, rows[i].value, rows[i].size);
		rc = open_dump(rows[i].length ? rows[i].length : sizeof(dump), &kdump, &err);
		check(!rc == !rows[i].wrong && (!rc || strstr(err.text, rows[i].wrong)),
		      "%s: %d, %s", rows[i].what, rc, err.text);
		kdump_close(kdump);
	}
	/* Old ones: the number of frames is in the first header, or there is no second one. */
	make();
	set(8, 5, 4);
	check(!open_dump(sizeof(dump), &kdump, &err) && kdump_frames(kdump) == 7 &&
		      kdump_pages(kdump) == 3,
	      "version 5: %s", err.text);
	kdump_close(kdump);
	make();
	set(432, 0, 4);
	set(436, 5, 4);
	set(440, 40, 4);
	dump[(1 + 2) * BLOCK] = 1;
	check(!open_dump(sizeof(dump), &kdump, &err) && kdump_frames(kdump) == 40, "one header: %s",
	      err.text);
	kdump_close(kdump);
	/* One bitmap, of the pages that are there. */
	make();
	set(436, 2, 4);
	memmove(dump + ALL * BLOCK, dump + THERE * BLOCK, 2 * BLOCK);
	memmove(dump + THERE * BLOCK, dump + DESCRIPTORS * BLOCK, BLOCK);
	check(!open_dump(sizeof(dump), &kdump, &err) && kdump_pages(kdump) == 4, "one bitmap: %s",
	      err.text);
	kdump_close(kdump);
}

static void test_pages(void)
{
	static const struct {
		const char *what;
		unsigned int nth;
		uint64_t offset;
		uint32_t size, flags;
	} damages[] = {
		{ "behind the end", 1, sizeof(dump) + 1, BLOCK, 0 },
		{ "over the end", 1, sizeof(dump) - 10, BLOCK, 0 },
		{ "too large", 1, 0, BLOCK + 1, 0 },
		{ "not whole", 1, 0, BLOCK - 1, 0 },
		{ "no zlib", 1, PLAIN * BLOCK, BLOCK, 1 },
		{ "cut zlib", 1, PACKED * BLOCK, 8, 1 },
		{ "LZO between others", 1, PLAIN * BLOCK, BLOCK, 2 },
		{ "no zstd", 1, PLAIN * BLOCK, BLOCK, 32 },
	};
	uint8_t page[BLOCK];
	struct kdump *kdump;
	struct error err;
	size_t i;

	make();
	if (!check(!open_dump(sizeof(dump), &kdump, &err), "%s", err.text))
		return;
	check(kdump_read(kdump, 1, page) && page[0] == 0x11 && kdump_read(kdump, 40000, page) &&
		      page[BLOCK - 1] == 0x22,
	      "pages, plain and packed");
	check(!kdump_read(kdump, 0, page) && !kdump_read(kdump, FRAMES, page), "no page, no frame");
	check(kdump_next(kdump, 0) == 1 && kdump_next(kdump, 3) == 5 &&
		      kdump_next(kdump, 6) == 40000 && kdump_next(kdump, 40001) == UINT64_MAX &&
		      kdump_next(kdump, FRAMES) == UINT64_MAX,
	      "which is next");
	check(kdump_number(kdump, 1) == 0 && kdump_number(kdump, 5) == 2 &&
		      kdump_number(kdump, 40000) == 3,
	      "their numbers");
	for (i = 0; i < ARRAY_SIZE(damages); i++) {
		make();
		describe(damages[i].nth, damages[i].offset, damages[i].size, damages[i].flags);
		check(!kdump_read(kdump, 2, page) && kdump_read(kdump, 1, page), "%s",
		      damages[i].what);
	}
	/* The file has become another: more pages than it had descriptors for. */
	make();
	memset(dump + THERE * BLOCK, 0xff, BLOCK);
	check(kdump_number(kdump, 30000) == 3, "no number beyond those");
	kdump_close(kdump);
	/* A frame behind the last that counts; none at all; a page that unpacks to less than one.
	 */
	make();
	memset(dump + THERE * BLOCK, 0, 2 * BLOCK);
	dump[THERE * BLOCK + FRAMES / 8] = 1 << FRAMES % 8;
	if (check(!open_dump(sizeof(dump), &kdump, &err), "%s", err.text)) {
		check(kdump_next(kdump, 0) == UINT64_MAX, "a frame behind the last");
		kdump_close(kdump);
	}
	dump[THERE * BLOCK + FRAMES / 8] = 0;
	check(open_dump(sizeof(dump), &kdump, &err) == -EINVAL &&
		      strstr(err.text, "no descriptors of its pages"),
	      "no pages: %s", err.text);
	make();
	if (check(!open_dump(sizeof(dump), &kdump, &err), "%s", err.text)) {
		uLongf size = BLOCK;

		compress(dump + PACKED * BLOCK, &size, dump + PLAIN * BLOCK, 100);
		describe(1, PACKED * BLOCK, size, 1);
		check(!kdump_read(kdump, 2, page), "a page of 100 bytes");
		kdump_close(kdump);
	}
}

/* ---- what makedumpfile -F writes into a pipe ---- */

static uint8_t flat[16384];
static size_t flat_size;

static void put(uint64_t offset, uint64_t size, size_t bytes)
{
	uint64_t head[2] = { htobe64(offset), htobe64(size) };

	memcpy(flat + flat_size, head, 16);
	memset(flat + flat_size + 16, 0x33, bytes);
	flat_size += 16 + bytes;
}

static int open_flat(struct error *err)
{
	char path[4096];
	const char *folder = getenv("TMPDIR");
	FILE *file;
	int fd;

	*err = (struct error){ "" };
	snprintf(path, sizeof(path), "%s/xen-eptaudit-dumps.XXXXXX",
		 folder && *folder ? folder : "/tmp");
	fd = mkstemp(path);
	file = fd < 0 ? NULL : fdopen(fd, "w");
	if (!file || fwrite(flat, 1, flat_size, file) != flat_size || fclose(file))
		abort();
	fd = unpack_open(path, NULL, err);
	unlink(path);
	return fd;
}

static void test_flattened(void)
{
	static const uint64_t end = UINT64_MAX;
	static const struct {
		const char *what;
		uint64_t type, version, offset[2], size[2];
		size_t bytes[2];
		bool ended;
		const char *wrong; /* NULL: it is put together */
	} flats[] = {
		{ "whole", 1, 1, { 0, 8192 }, { 100, 50 }, { 100, 50 }, true, NULL },
		{ "another type",
		  2,
		  1,
		  { 0, 8192 },
		  { 100, 50 },
		  { 100, 50 },
		  true,
		  "not known here" },
		{ "another version",
		  1,
		  2,
		  { 0, 8192 },
		  { 100, 50 },
		  { 100, 50 },
		  true,
		  "not known" },
		{ "without an end",
		  1,
		  1,
		  { 0, 8192 },
		  { 100, 50 },
		  { 100, 50 },
		  false,
		  "cut short" },
		{ "a piece that is cut",
		  1,
		  1,
		  { 0, 8192 },
		  { 100, 50 },
		  { 100, 10 },
		  false,
		  "cut short" },
		{ "a piece of nothing",
		  1,
		  1,
		  { 0, 0 },
		  { 0, 50 },
		  { 0, 50 },
		  true,
		  "it is damaged" },
		{ "a place that is none",
		  1,
		  1,
		  { end, 0 },
		  { 10, 50 },
		  { 10, 50 },
		  true,
		  "damaged" },
		{ "a size that is none", 1, 1, { 0, 0 }, { end, 50 }, { 10, 50 }, true, "damaged" },
	};
	struct error err;
	uint8_t byte;
	size_t i;
	int fd;

	for (i = 0; i < ARRAY_SIZE(flats); i++) {
		uint64_t head[2] = { htobe64(flats[i].type), htobe64(flats[i].version) };

		memset(flat, 0, sizeof(flat));
		memcpy(flat, "makedumpfile", 12);
		memcpy(flat + 16, head, 16);
		flat_size = BLOCK;
		put(flats[i].offset[0], flats[i].size[0], flats[i].bytes[0]);
		put(flats[i].offset[1], flats[i].size[1], flats[i].bytes[1]);
		if (flats[i].ended)
			put(end, end, 0);
		fd = open_flat(&err);
		if (flats[i].wrong) {
			check(fd < 0 && strstr(err.text, flats[i].wrong), "%s: %d, %s",
			      flats[i].what, fd, err.text);
			continue;
		}
		check(fd >= 0 && lseek(fd, 0, SEEK_END) == 8192 + 50 &&
			      pread(fd, &byte, 1, 99) == 1 && byte == 0x33 &&
			      pread(fd, &byte, 1, 100) == 1 && !byte &&
			      pread(fd, &byte, 1, 8192) == 1 && byte == 0x33,
		      "%s: %d, %s", flats[i].what, fd, err.text);
		close(fd);
	}
	flat_size = 2000; /* within its header */
	fd = open_flat(&err);
	check(fd < 0 && strstr(err.text, "cut short"), "%d, %s", fd, err.text);
}

/* ---- a guest's memory, through its EPT ---- */

static void test_guest(void)
{
	static uint64_t memory[16][512];
	const uint64_t leaf = 0x37, eptp = 0x101e;
	char path[4096];
	const char *folder = getenv("TMPDIR");
	struct error err = { "" };
	struct phys *phys;
	uint64_t mfn = 0;
	FILE *file;
	int fd;

	memory[1][0] = 0x2007; /* the root is frame 1 */
	memory[2][0] = 0x3007;
	memory[2][1] = (UINT64_C(1) << 30) | leaf | 0x80;
	memory[2][2] = 0x999007; /* a table that is not there */
	memory[3][0] = 0x4007;
	memory[3][1] = 0x200000 | leaf | 0x80;
	memory[4][0] = 0x5000 | leaf;
	memory[4][2] = 0x999000 | leaf;
	memory[5][0] = 0x1234;
	memory[6][0] = 0x1007; /* the root of five levels is frame 6 */
	snprintf(path, sizeof(path), "%s/xen-eptaudit-dumps.XXXXXX",
		 folder && *folder ? folder : "/tmp");
	fd = mkstemp(path);
	file = fd < 0 ? NULL : fdopen(fd, "w");
	if (!check(file && fwrite(memory, sizeof(memory), 1, file) == 1 && !fclose(file) &&
			   !phys_open(path, NULL, &phys, &err),
		   "%s", err.text))
		return;
	check(guest_translate(phys, eptp, 0, &mfn) && mfn == 5 &&
		      guest_translate(phys, eptp, 0x205, &mfn) && mfn == 0x205 &&
		      guest_translate(phys, eptp, 0x40123, &mfn) && mfn == 0x40123,
	      "pages of 4K, 2M and 1G: 0x%llx", (unsigned long long)mfn);
	check(guest_translate(phys, 0x6026, 0, &mfn) && mfn == 5, "five levels");
	check(!guest_translate(phys, eptp, 1, &mfn), "not mapped");
	check(!guest_translate(phys, eptp, 0x80000, &mfn), "a table that is not in the image");
	check(!guest_translate(phys, eptp, UINT64_C(1) << 36, &mfn), "more than four levels have");
	check(guest_page(phys, eptp, 0, 1) &&
		      *(const uint64_t *)guest_page(phys, eptp, 0, 1) == 0x1234,
	      "the page itself");
	check(!guest_page(phys, eptp, 2, 1) && !guest_page(phys, eptp, 1, 1),
	      "a page that is not in the image");
	phys_close(phys);
	unlink(path);
}

int main(void)
{
	test_headers();
	test_pages();
	test_flattened();
	test_guest();
	return test_end();
}
