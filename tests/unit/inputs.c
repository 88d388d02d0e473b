/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files that are read: line by line, twice, unpacked, where calls fail; and of which boot one is.
 */
#include "unit/calls.h"
#include "unit/ownfile.h"
#include "unit/test.h"

#include "base/array.h"
#include "base/temporary.h"
#include "source/factsfile.h"
#include "source/input.h"
#include "source/text/scan.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

/* ---- calls that fail ---- */

static int open_fails, write_fails, read_fails;

/* Only of temporary files. */
int open(const char *path, int flags, ...)
{
	va_list args;
	mode_t mode;

	va_start(args, flags);
	mode = va_arg(args, mode_t);
	va_end(args);
	if ((flags & O_TMPFILE) == O_TMPFILE && fails(&open_fails))
		return -1;
	return REAL(open, path, flags, mode);
}

ssize_t write(int fd, const void *data, size_t size)
{
	return fails(&write_fails) ? -1 : REAL(write, fd, data, size);
}

ssize_t read(int fd, void *data, size_t size)
{
	return fails(&read_fails) ? -1 : REAL(read, fd, data, size);
}

static char path[4096];

static void make(const char *text, size_t size)
{
	FILE *file = fopen(path, "w");

	if (!file || fwrite(text, 1, size, file) != size || fclose(file))
		abort();
}

static void pack(const char *text, size_t size)
{
	gzFile file = gzopen(path, "w1");

	if (!file || gzwrite(file, text, size) != (int)size || gzclose(file))
		abort();
}

/* ---- lines ---- */

#define ROOM 64

static void test_lines(void)
{
	char text[400] = "first\r\r\n\n";
	struct reader reader = { .buffer = NULL };
	struct input *input;
	struct line line, next;
	struct error err;

	memset(text + strlen(text), 'x', 150); /* longer than there is room for */
	strcat(text, "\nbehind it\r\nlast");
	make(text, strlen(text));
	if (!check(!input_open(path, &input, &err) && !reader_init(&reader, input, ROOM, &err) &&
			   !reader_seek(&reader, 0, &err),
		   "%s", err.text))
		return;
	check(reader_line(&reader, &line, &err) == 1 && line.length == 5 && line.cr == 2 &&
		      !memcmp(line.text, "first", 5) && line.terminated && !line.offset,
	      "the first line");
	check(reader_peek(&reader, &line, &next, &err) == 1 && !next.length && next.terminated,
	      "an empty one behind it");
	reader_accept(&reader, &next);
	check(!reader_peek(&reader, &next, &line, &err), "one behind it does not fit");
	check(reader_line(&reader, &line, &err) == 1 && line.cut && !line.length &&
		      line.offset == strlen("first\r\r\n\n"),
	      "one that is too long");
	check(!reader_peek(&reader, &line, &next, &err), "behind that nothing is looked at");
	check(reader_line(&reader, &line, &err) == 1 && !line.cut && line.length == 9 &&
		      line.cr == 1,
	      "the one behind it is whole");
	check(reader_peek(&reader, &line, &next, &err) == 1 && next.length == 4 && !next.terminated,
	      "the last one has no end: %zu bytes", next.length);
	check(reader_line(&reader, &line, &err) == 1 && line.length == 4 && !line.terminated,
	      "and is there");
	check(!reader_peek(&reader, &line, &next, &err) && !reader_line(&reader, &line, &err),
	      "nothing more");
	check(!reader_seek(&reader, 7, &err) && reader_line(&reader, &line, &err) == 1 &&
		      line.offset == 7 && !line.length,
	      "from the middle");
	reader_clear(&reader);
	check(!reader_init(&reader, input, ROOM, &err) && !reader_seek(&reader, 0, &err), "%s",
	      err.text);
	read_fails = EIO;
	check(reader_line(&reader, &line, &err) == -EIO && strstr(err.text, "Input/output error"),
	      "where reading fails: %s", err.text);
	read_fails = EINTR;
	times = 1;
	check(reader_line(&reader, &line, &err) == 1 && line.length == 5, "interrupted: %s",
	      err.text);
	read_fails = 0;
	reader_clear(&reader);
	input_close(input);
}

static void test_refused(void)
{
	struct input *input;
	struct error err;
	int fds[2];

	check(input_open("/nowhere/at/all", &input, &err) == -ENOENT &&
		      strstr(err.text, "name a console log"),
	      "%s", err.text);
	check(input_open("/", &input, &err) == -EISDIR && strstr(err.text, "is a directory"), "%s",
	      err.text);
	check(input_open("/dev/zero", &input, &err) == -EINVAL && strstr(err.text, "is a device"),
	      "%s", err.text);
	if (check(!input_open("/dev/null", &input, &err), "%s", err.text)) {
		char buffer[8];

		check(!input_read(input, buffer, sizeof(buffer), &err), "nothing is in it");
		input_close(input);
	}
	check(input_of_fd(-1, "nothing", &input, &err) == -EBADF &&
		      strstr(err.text, "cannot read nothing: Bad file"),
	      "%s", err.text);
	/* What comes through a pipe is copied as it is read. */
	if (!pipe(fds)) {
		char name[40];

		if (REAL(write, fds[1], "a line\n", 7) != 7)
			abort();
		close(fds[1]);
		snprintf(name, sizeof(name), "/proc/self/fd/%d", fds[0]);
		open_fails = EMFILE;
		check(input_open(name, &input, &err) == -EMFILE &&
			      strstr(err.text,
				     "cannot make a temporary file to read /proc/self/fd/"),
		      "%s", err.text);
		open_fails = 0;
		close(fds[0]);
	}
}

/* ---- packed ones ---- */

/* Goes back to the beginning so often; returns the last result. */
static int back_and_forth(struct input *input, unsigned int count, struct error *err)
{
	static char buffer[1 << 16];
	int rc = 0;

	while (count-- && !rc) {
		ssize_t n;

		while ((n = input_read(input, buffer, sizeof(buffer), err)) > 0)
			;
		rc = n < 0 ? n : input_seek(input, 0, err);
	}
	return rc;
}

static void test_packed(void)
{
	static char text[3 << 20];
	struct input *input;
	struct error err;
	char buffer[16];
	int rc;
	size_t i;

	for (i = 0; i + 16 < sizeof(text); i += 16)
		memcpy(text + i, "0123456789abcde\n", 16);
	pack(text, i);
	if (check(!input_open(path, &input, &err), "%s", err.text)) {
		check(!back_and_forth(input, 3, &err) &&
			      input_read(input, buffer, 16, &err) == 16 &&
			      !memcmp(buffer, text, 16) && !input_seek(input, 1 << 20, &err) &&
			      input_read(input, buffer, 16, &err) == 16 &&
			      !memcmp(buffer, text, 16),
		      "a small one is unpacked once: %s", err.text);
		input_close(input);
	}
	/* Where no file can be made for that, it only takes longer. */
	open_fails = EMFILE;
	if (check(!input_open(path, &input, &err), "%s", err.text)) {
		check(!back_and_forth(input, 5, &err) &&
			      input_read(input, buffer, 16, &err) == 16 &&
			      !memcmp(buffer, text, 16),
		      "without a copy: %s", err.text);
		check(!input_seek(input, 64, &err) && input_read(input, buffer, 16, &err) == 16,
		      "forward: %s", err.text);
		/* Until it was done too often. */
		rc = back_and_forth(input, 100, &err);
		check(rc == -EMFILE &&
			      strstr(err.text, "into a temporary file: Too many open files") &&
			      strstr(err.text, "set TMPDIR to a folder with room"),
		      "%d, %s", rc, err.text);
		input_close(input);
	}
	open_fails = 0;
	if (check(!input_open(path, &input, &err), "%s", err.text)) {
		write_fails = ENOSPC;
		check(!back_and_forth(input, 2, &err), "without room: %s", err.text);
		rc = back_and_forth(input, 100, &err);
		write_fails = 0;
		check(rc == -ENOSPC && strstr(err.text, "No space left on device"), "%d, %s", rc,
		      err.text);
		input_close(input);
	}
	if (check(!input_open(path, &input, &err), "%s", err.text)) {
		open_fails = EMFILE;
		check(!back_and_forth(input, 25, &err), "%s", err.text);
		open_fails = 0;
		temporary_limit(1 << 20, NULL);
		rc = back_and_forth(input, 100, &err);
		temporary_limit(0, NULL);
		check(!rc || (rc == -EFBIG && strstr(err.text, "unpacks to more than 1 MiB")),
		      "%d, %s", rc, err.text);
		input_close(input);
	}
}

/* ---- of which boot ---- */

#define BANNER(version)              \
	"(XEN) Xen version " version \
	" (nobody@nowhere) (gcc 12) debug=n Mon Jan  1 00:00:00 UTC 2024\n"
#define OPTIONS(options) "(XEN) Command line: " options "\n"
#define MAP(end)                                                 \
	"(XEN) Xen-e820 RAM map:\n"                              \
	"(XEN)  [0000000000000000, 000000000009ffff] (usable)\n" \
	"(XEN)  [0000000000100000, 00000000" end "] (usable)\n"
#define BOOT(version, options, end) \
	BANNER(version) OPTIONS(options) MAP(end) "(XEN) I/O virtualisation disabled\n"

static void read_section(const char *text, struct facts_file **file, const struct section **section)
{
	struct error err = { "" };

	make(text, strlen(text));
	*section = NULL;
	if (check(!facts_file_open(path, file, &err), "%s: %s", text, err.text))
		*section = facts_file_boot(*file);
}

/* A log of one boot against another source: what one of them does not tell is not compared. */
static void test_pairs(void)
{
	static const struct {
		const char *log, *of;
		bool same;
	} pairs[] = {
		{ "(XEN) I/O virtualisation disabled\n", BOOT("4.17.1", "a=1", "1fffffff"), true },
		{ BANNER("4.17.1"), BOOT("4.17.1", "a=1", "1fffffff"), true },
		{ BANNER("4.17.1") OPTIONS("a=1"), BOOT("4.17.1", "a=1", "1fffffff"), true },
		{ BANNER("4.17.1") OPTIONS("a=2"), BOOT("4.17.1", "a=1", "1fffffff"), false },
		{ BOOT("4.17.1", "a=1",
		       "1fffffff") "(XEN)  [0000000100000000, 00000001ffffffff] (usable)\n",
		  BOOT("4.17.1", "a=1", "1fffffff"), true },
		{ BANNER("4.17.1")
			  MAP("1fffffff") "(XEN)  [0000000100000000, 00000001ffffffff] (usable)\n",
		  BANNER("4.17.1") MAP("1fffffff"), false },
		{ BANNER("4.17.1") MAP("1fffffff"),
		  BANNER("4.17.1")
			  MAP("1fffffff") "(XEN)  [0000000100000000, 00000001ffffffff] (usable)\n",
		  false },
	};
	struct facts_file *file, *like_file;
	const struct section *own, *like;
	struct error err;
	size_t i;
	int rc;

	for (i = 0; i < ARRAY_SIZE(pairs); i++) {
		read_section(pairs[i].log, &file, &own);
		read_section(pairs[i].of, &like_file, &like);
		rc = facts_file_settle(file, like, "a source", &err);
		check(!rc == pairs[i].same, "pair %zu: %d, %s", i, rc, rc ? err.text : "");
		facts_file_close(file);
		facts_file_close(like_file);
	}
	facts_file_close(NULL);
}

static void test_boots(void)
{
	static const char log[] =
		BOOT("4.17.1", "a=1", "1fffffff") BOOT("4.17.2", "a=2", "2fffffff");
	static const struct {
		const char *of;
		const char *version, *wrong;
	} rows[] = {
		{ BOOT("4.17.1", "a=1", "1fffffff"), "4.17.1", "" },
		{ BOOT("4.17.2", "a=2", "2fffffff"), "4.17.2", "" },
		{ BANNER("4.17.1"), "4.17.1", "" },
		{ BOOT("4.17.3", "a=2", "2fffffff"), NULL, "of Xen 4.17.2, not 4.17.3" },
		{ BOOT("4.17.2", "a=3", "2fffffff"), NULL,
		  "command line or memory map is another" },
		{ BOOT("4.17.2", "a=2", "3fffffff"), NULL,
		  "command line or memory map is another" },
	};
	struct facts_file *file, *like_file;
	const struct section *own, *like;
	struct error err;
	size_t i;
	int rc;

	read_section(log, &file, &own);
	if (!check(own && !strcmp(own->version, "4.17.2"),
		   "the last boot counts where nothing is said"))
		return;
	check(facts_file_kind(file) == FACTS_LOG && !facts_file_has_dumps(file) &&
		      !strcmp(facts_file_name(file), path) && !*facts_file_remark(file),
	      "what it is");
	check(!facts_file_settle(file, NULL, "a source", &err), "nothing is said");
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		read_section(rows[i].of, &like_file, &like);
		if (!check(like != NULL, "row %zu has a banner", i))
			continue;
		err.text[0] = '\0';
		rc = facts_file_settle(file, like, "a source", &err);
		own = facts_file_boot(file);
		check(!rc == !!rows[i].version && strstr(err.text, rows[i].wrong) &&
			      (rc || !strcmp(own->version, rows[i].version)),
		      "row %zu: %d, %s", i, rc, err.text);
		check(!facts_file_settle(file, like, "a source", &err),
		      "only the first call counts");
		facts_file_forget(file);
		facts_file_close(like_file);
	}
	facts_file_close(file);
	test_pairs();
	/* Lines before the first banner may be of any boot, unless there is none. */
	read_section("(XEN) I/O virtualisation disabled\n" BANNER("4.17.2"), &file, &own);
	check(own && !strcmp(own->version, "4.17.2"), "what stands before a banner");
	read_section("(XEN) I/O virtualisation disabled\n", &like_file, &like);
	check(!like, "a log without a banner is of no boot that is known");
	facts_file_close(like_file);
	facts_file_close(file);
}

int main(void)
{
	if (!own_file(path, sizeof(path), "inputs"))
		return 1;
	test_lines();
	test_refused();
	test_packed();
	test_boots();
	unlink(path);
	return test_end();
}
