/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What everything else rests on, at its edges: encodings, JSON, names, lines, archives, files. */
#include "unit/calls.h"
#include "unit/test.h"

#include "base/array.h"
#include "base/encoding.h"
#include "base/jsonread.h"
#include "base/jsonwrite.h"
#include "base/lines.h"
#include "base/nearest.h"
#include "base/opened.h"
#include "base/screen.h"
#include "base/tarfile.h"
#include "base/temporary.h"
#include "base/text.h"
#include "base/xml.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* ---- calls that fail ---- */

static int read_fails, write_fails, open_fails, statvfs_fails;

ssize_t read(int fd, void *data, size_t size)
{
	return fails(&read_fails) ? -1 : REAL(read, fd, data, size);
}

ssize_t write(int fd, const void *data, size_t size)
{
	if (write_fails == EOF) /* a device that takes nothing */
		return 0;
	return fails(&write_fails) ? -1 : REAL(write, fd, data, size);
}

int open(const char *path, int flags, ...)
{
	va_list args;
	mode_t mode;

	va_start(args, flags);
	mode = va_arg(args, mode_t);
	va_end(args);
	return fails(&open_fails) ? -1 : REAL(open, path, flags, mode);
}

int fstatvfs(int fd, struct statvfs *fs)
{
	return fails(&statvfs_fails) ? -1 : REAL(fstatvfs, fd, fs);
}

static char folder[3000];

static const char *file(const char *text, size_t size)
{
	static char path[sizeof(folder) + 8];
	FILE *out;

	snprintf(path, sizeof(path), "%s/file", folder);
	out = fopen(path, "w");
	check_each(out && fwrite(text, 1, size, out) == size && !fclose(out), "cannot make a file");
	return path;
}

/* ---- encodings ---- */

/* What a text becomes, in pieces of so many bytes, into room for so many. */
static size_t converted(enum encoding encoding, const char *in, size_t size, size_t piece,
			size_t room, char *out)
{
	size_t begin = 0, end = 0, used, written, total = 0;

	while (begin < size) {
		end = end + piece < size ? end + piece : size;
		used = encoding_convert(encoding, (const uint8_t *)in + begin, end - begin,
					end == size, (uint8_t *)out + total, room, &written);
		if (!used && !written && end == size)
			break;
		begin += used;
		total += written;
	}
	out[total] = '\0';
	return begin;
}

static void test_encodings(void)
{
#define T(text) text, sizeof(text) - 1
	static const struct {
		enum encoding encoding;
		const char *in;
		size_t size;
		const char *out;
	} rows[] = {
		{ ENCODING_UTF16LE,
		  T("\xff\xfe"
		    "a\0\xa0\0b\0"),
		  "a b" },
		{ ENCODING_UTF16BE, T("\xfe\xff\0a\0\xa0\0b"), "a b" },
		{ ENCODING_UTF16BE,
		  T("\xfe\0\x01"
		    "a\0\x80"),
		  "???" },
		{ ENCODING_UTF16LE, T("a\0b"), "a" },
		{ ENCODING_QUOTED, T("a=3Db=20c"), "a=b c" },
		{ ENCODING_QUOTED, T("a=\nb"), "ab" },
		{ ENCODING_QUOTED, T("a=\r\nb"), "ab" },
		{ ENCODING_QUOTED, T("a=\rb"), "a=\rb" },
		{ ENCODING_QUOTED, T("a=C2=A0b"), "a b" },
		{ ENCODING_QUOTED, T("a=C2=A1b"), "a\302\241b" },
		{ ENCODING_QUOTED, T("a=xyb"), "a=xyb" },
		{ ENCODING_QUOTED, T("a=3xb"), "a=3xb" },
		{ ENCODING_QUOTED, T("a="), "a=" },
		{ ENCODING_QUOTED, T("a=3"), "a=3" },
		{ ENCODING_QUOTED, T("a=C2"), "a\302" },
		{ ENCODING_NBSP, T("a\302\240b\302"), "a b\302" },
	};
	static const struct {
		const char *text;
		size_t size;
		enum encoding encoding;
	} heads[] = {
		{ T("\xff\xfe"
		    "a\0"),
		  ENCODING_UTF16LE },
		{ T("\xfe\xff\0a"), ENCODING_UTF16BE },
		{ T("\xfe"), ENCODING_PLAIN },
		{ T("\xfe"
		    "abc"),
		  ENCODING_PLAIN },
		{ T("\xff"
		    "abc"),
		  ENCODING_PLAIN },
		{ T("\xff\xfe\0\0"), ENCODING_PLAIN },
		{ T("Content-Transfer-Encoding: quoted-printable\n"), ENCODING_QUOTED },
		{ T("a=3Db and more\n"), ENCODING_QUOTED },
		{ T("a=\nb=20 and more\n"), ENCODING_QUOTED },
		{ T("a=\r\nb=20 and more\n"), ENCODING_QUOTED },
		{ T("a=\rb=20 and more\n"), ENCODING_PLAIN },
		{ T("a=4 b=20 and more\n"), ENCODING_PLAIN },
		{ T("a=b=20 and more\n"), ENCODING_PLAIN },
		{ T("nothing =41 and more\n"), ENCODING_PLAIN },
		{ T("(XEN)\302\240a\n"), ENCODING_NBSP },
		{ T("a\302\240b\n(XEN) c\302\240d"), ENCODING_NBSP },
		{ T("a\302\240b\n(XEN) c\n"), ENCODING_PLAIN },
		{ T("{\"a\":\"(XEN)\302\240\"}"), ENCODING_PLAIN },
		{ T(""), ENCODING_PLAIN },
	};
	char out[128];
	size_t i, piece, room;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		for (piece = 1; piece <= rows[i].size; piece++)
			for (room = 1; room < 20; room += 9) {
				size_t used = converted(rows[i].encoding, rows[i].in, rows[i].size,
							piece, room, out);

				check_each(!strcmp(out, rows[i].out) && used == rows[i].size,
					   "encoding, row %zu in pieces of %zu: '%s', %zu bytes", i,
					   piece, out, used);
			}
	for (i = 0; i < ARRAY_SIZE(heads); i++)
		check(encoding_recognize((const uint8_t *)heads[i].text, heads[i].size) ==
			      heads[i].encoding,
		      "head %zu is taken for another: %d", i,
		      encoding_recognize((const uint8_t *)heads[i].text, heads[i].size));
}

/* ---- JSON ---- */

static void test_json_texts(void)
{
	static const struct {
		const char *text;
		const char *wrong; /* NULL: it is taken */
	} rows[] = {
		{ "{}", NULL },		{ "[1] \t\r\n\n", NULL }, { "[1] 2", "not JSON" },
		{ "[1", "not JSON" },	{ "", "not JSON" },	  { " \n", "not JSON" },
		{ "null", "not JSON" },
	};
	struct json_object *json;
	struct error err;
	size_t i, length;
	char *many;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		err.text[0] = '\0';
		json = jsonread_file(file(rows[i].text, strlen(rows[i].text)), &err);
		check(!json == !!rows[i].wrong && (json || strstr(err.text, rows[i].wrong)),
		      "'%s': %s", rows[i].text, json ? "taken" : err.text);
		jsonread_free(json);
	}
	check(!jsonread_file("/nowhere/at/all", &err) && strstr(err.text, "No such file"), "%s",
	      err.text);
	length = (8u << 20) + 1;
	many = malloc(length);
	if (!many)
		return;
	memset(many, ' ', length);
	memcpy(many, "{}", 2);
	check(!jsonread_file(file(many, length), &err) && strstr(err.text, "more than 8 MiB"), "%s",
	      err.text);
	json = jsonread_file(file(many, length - 1), &err);
	check(json != NULL, "8 MiB: %s", err.text);
	jsonread_free(json);
	/* More parts than memory is given for. */
	memset(many, '[', 70000);
	memset(many + 70000, ']', 70000);
	check(!jsonread_text(many, 140000) && errno == EINVAL, "70000 arrays");
	many[0] = '[';
	for (i = 1; i < 600000; i += 2)
		memcpy(many + i, "1,", 2);
	memcpy(many + 600001, "1]", 2);
	check(!jsonread_text(many, 600003) && errno == EINVAL, "300000 numbers");
	check(!jsonread_text(many, (size_t)INT32_MAX + 1) && errno == EINVAL, "2 GiB");
	free(many);
	read_fails = EINTR;
	times = 1;
	json = jsonread_file(file("{}", 2), &err);
	check(json != NULL, "interrupted: %s", err.text);
	jsonread_free(json);
	read_fails = EIO;
	check(!jsonread_file(file("{}", 2), &err) && strstr(err.text, "Input/output error"), "%s",
	      err.text);
	read_fails = 0;
}

static void test_json_values(void)
{
	static const char text[] =
		"{\"n\":5,\"m\":-1,\"big\":99999999999999999999,\"x\":\"0x10\","
		"\"bad\":\"0xg\",\"t\":true,\"z\":\"a\\u0000b\","
		"\"pairs\":[[1,2],[2,1],[1],[1,\"y\"],[\"y\",1],[1,2,3],7,[0,9]]}";
	static const bool ranges[] = { true, false, false, false, false, false, false, false };
	struct json_object *json = jsonread_text(text, sizeof(text) - 1), *value;
	uint64_t first, last, n = 0;
	const void *at = NULL;
	const char *key;
	unsigned int members = 0;
	bool flag = false;
	size_t i;

	if (!check(json != NULL, "a text of all kinds"))
		return;
	check(jsonread_whole(jsonread_member(json, "n"), 5, &n) && n == 5 &&
		      !jsonread_whole(jsonread_member(json, "n"), 4, &n) &&
		      !jsonread_whole(jsonread_member(json, "m"), 4, &n) &&
		      !jsonread_whole(jsonread_member(json, "big"), UINT64_MAX, &n) &&
		      !jsonread_whole(jsonread_member(json, "x"), UINT64_MAX, &n) &&
		      !jsonread_whole(NULL, UINT64_MAX, &n),
	      "whole numbers");
	check(jsonread_number(jsonread_member(json, "x"), &n) && n == 16 &&
		      jsonread_number(jsonread_member(json, "n"), &n) && n == 5 &&
		      !jsonread_number(jsonread_member(json, "bad"), &n) &&
		      !jsonread_number(jsonread_member(json, "t"), &n),
	      "numbers");
	check(jsonread_bool(jsonread_member(json, "t"), &flag) && flag &&
		      !jsonread_bool(jsonread_member(json, "n"), &flag),
	      "yes and no");
	check(!jsonread_string(jsonread_member(json, "z")) &&
		      !jsonread_string(jsonread_member(json, "n")),
	      "a text with a zero in it is none");
	for (i = 0; i < ARRAY_SIZE(ranges); i++)
		check(jsonread_range(jsonread_item(jsonread_member(json, "pairs"), i), 8, &first,
				     &last) == ranges[i],
		      "range %zu", i);
	while (jsonread_next(json, &at, &key, &value))
		members++;
	at = NULL;
	check(members == 8 && !jsonread_next(jsonread_member(json, "n"), &at, &key, &value) &&
		      !jsonread_member(jsonread_member(json, "n"), "n") &&
		      !jsonread_item(jsonread_member(json, "pairs"), 8) && !jsonread_length(json),
	      "%u members", members);
	jsonread_free(json);
}

/* ---- names, lines and marks ---- */

static void test_nearest(void)
{
	static const struct {
		const char *word, *names, *text;
	} rows[] = {
		{ "audti", "list|audit|map", "; did you mean 'audit'?" },
		{ "lst", "list|last", "; did you mean 'list'?" },
		{ "map", "nap|map", "; did you mean 'map'?" },
		{ "wholly-other", "list|audit", "" },
		{ "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz", "a|b", "" },
		{ "abcdefghijklmnopqrstuvwxyzabcdefghijklmn",
		  "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopq|abcdefghijklmnopqrstuvwxyzabcdefghijklm",
		  "; did you mean 'abcdefghijklmnopqrstuvwxyzabcdefghijklm'?" },
		{ "", "", "" },
	};
	char text[96];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct nearest nearest = { .word = rows[i].word };

		nearest_try_all(&nearest, rows[i].names);
		check(!strcmp(nearest_text(&nearest, text), rows[i].text), "%s: '%s'", rows[i].word,
		      text);
	}
	{
		struct nearest nearest = { .word = "short" };

		nearest_try(&nearest, "a name that is far longer than any that is looked at here");
		check(!*nearest.found, "found '%s'", nearest.found);
	}
}

static char taken[256];

static int take(void *opaque, char *text, unsigned int number, struct error *err)
{
	(void)opaque;
	if (!strcmp(text, "wrong"))
		return error_set(err, -EINVAL, "it is wrong");
	snprintf(taken + strlen(taken), sizeof(taken) - strlen(taken), "%u:%s;", number, text);
	return 0;
}

static void test_lines(void)
{
	static char long_line[5000];
	static const struct {
		const char *text;
		size_t size;
		const char *taken, *wrong;
	} rows[] = {
		{ T("  a b \t# remark\n\n#\nc"), "1:a b;4:c;", "" },
		{ T("\ta\0b\r\n"), "1:a?b;", "" },
		{ T(""), "", "" },
		{ T("a\nwrong\nb\n"), "1:a;", ", line 2: it is wrong" },
	};
	struct error err;
	size_t i;
	int rc;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		err.text[0] = taken[0] = '\0';
		rc = lines_read(file(rows[i].text, rows[i].size), "the list", take, NULL, &err);
		check(!rc == !*rows[i].wrong && !strcmp(taken, rows[i].taken) &&
			      strstr(err.text, rows[i].wrong),
		      "lines, row %zu: %d, '%s', %s", i, rc, taken, err.text);
	}
	memset(long_line, 'x', sizeof(long_line));
	rc = lines_read(file(long_line, sizeof(long_line)), "the list", take, NULL, &err);
	check(rc == -EINVAL && strstr(err.text, "line 1: it is longer than 4096 bytes"), "%d, %s",
	      rc, err.text);
	rc = lines_read("/nowhere/at/all", "the list", take, NULL, &err);
	check(rc == -ENOENT && strstr(err.text, "cannot read the list /nowhere/at/all: No such"),
	      "%d, %s", rc, err.text);
	rc = lines_read(folder, "the list", take, NULL, &err);
	check(rc == -EISDIR && strstr(err.text, "Is a directory"), "%d, %s", rc, err.text);
}

static void test_marks(void)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);
	char long_text[20000];

	if (!stream)
		return;
	xml_attribute(stream, "a", "<b>&\"c\n\t\x7f\xc3~");
	fflush(stream);
	check(!strcmp(text, " a=\"&lt;b&gt;&amp;&quot;c\n???~\""), "%s", text);
	rewind(stream);
	memset(long_text, 'x', sizeof(long_text));
	long_text[sizeof(long_text) - 1] = '\0';
	screen_print(stream, 0, 4, "%s", long_text);
	fflush(stream);
	check(size == sizeof(long_text) && text[size - 1] == '\n',
	      "a text that is too long to be folded: %zu bytes", size);
	rewind(stream);
	/* The last of these lines has no end, and the first is folded. */
	memset(long_text, 'y', 100);
	long_text[60] = ' ';
	memcpy(long_text + 100, "\nshort", 7);
	screen_lines(stream, 2, long_text, 106);
	fflush(stream);
	check(size == 108 && !strncmp(text + 60, "\n  yyy", 6) &&
		      !strncmp(text + 102, "\nshort", 6),
	      "%zu bytes: %.120s", size, text);
	rewind(stream);
	long_text[100] = '\0';
	screen_lines(stream, 2, long_text, 100);
	fflush(stream);
	check(size == 103, "the one that is folded is the last: %zu bytes", size);
	screen_colors("always");
	check(screen_has_colors() && *screen_paint(PAINT_RED), "colours");
	screen_colors("never");
	check(!screen_has_colors() && !*screen_paint(PAINT_RED), "no colours");
	screen_colors("auto");
	check(!screen_has_colors(), "standard output is no terminal");
	fclose(stream);
	free(text);
}

static void test_json_keys(void)
{
	char *text = NULL;
	size_t size;
	struct jsonwrite json = { .stream = open_memstream(&text, &size) };

	if (!json.stream)
		return;
	json_open(&json, NULL, '{');
	json_string(&json, "key", NULL);
	json_string(&json, "a \"key\"", "b\\\n");
	json_bool(&json,
		  "a key that is longer than any of those that the program has itself, by far",
		  true);
	json_close(&json, '}');
	fclose(json.stream);
	check(!strcmp(text,
		      "{\"key\":null,\"a \\\"key\\\"\":\"b\\\\\\u000a\",\"a key that is longer "
		      "than any of those that the program has itself, by far\":true}"),
	      "%s", text);
	free(text);
}

static void test_sizes(void)
{
	static const struct {
		uint64_t bytes;
		const char *text;
	} rows[] = {
		{ 0, "0 B" },
		{ 1023, "1023 B" },
		{ 1024, "1 KiB" },
		{ UINT64_C(1) << 30, "1 GiB" },
		{ UINT64_MAX, "15.9 EiB" },
	};
	char text[32];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		check(!strcmp(text_size(rows[i].bytes, text, sizeof(text)), rows[i].text),
		      "%s, not %s", text, rows[i].text);
}

/* ---- files ---- */

static void test_opened(void)
{
	static char names[70][8];
	struct stat st, same;
	char path[sizeof(folder) + 8], text[8] = "";
	unsigned int i;
	int fd, second;

	opened_ahead(NULL);
	opened_ahead("-");
	opened_ahead("/nowhere/at/all");
	errno = 0;
	check(opened_file("/nowhere/at/all") < 0 && errno == ENOENT, "why it could not be opened");
	snprintf(path, sizeof(path), "%s", file("text", 4));
	opened_ahead(path);
	opened_ahead(path);
	unlink(path);
	fd = opened_file(path);
	check(fd >= 3 && read(fd, text, 4) == 4 && !strcmp(text, "text"), "it was opened before");
	second = opened_file(path);
	text[0] = '\0';
	check(second >= 3 && read(second, text, 4) == 4 && !strcmp(text, "text"),
	      "from its beginning, however far another was read");
	opened_as("another name", fd);
	check(!fstat(opened_file("another name"), &same) && !fstat(fd, &st) &&
		      st.st_ino == same.st_ino,
	      "what stays open goes by the name that it was given");
	close(second);
	errno = 0;
	check(opened_file("no such name") < 0 && errno == ENOENT, "others are opened now");
	/* Those for which there is no room are opened when they are needed. */
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(names[i], sizeof(names[i]), "/n%u", i);
		if (i % 2)
			opened_ahead(names[i]);
		else
			opened_as(names[i], fd);
	}
	errno = 0;
	check(opened_file(names[69]) < 0 && errno == ENOENT, "one too many");
	check(opened_file("/dev/null") >= 0, "not one of those");
}

static unsigned int notices;

static void notice(const char *text)
{
	notices += strstr(text, "unpacking a log to a temporary file") != NULL;
}

static void test_temporary(void)
{
	static const int no_nameless[] = { EOPNOTSUPP, EISDIR, EINVAL };
	char kept[sizeof(folder)], long_name[5000];
	struct error err = { "" };
	struct statvfs fs;
	unsigned int i;
	int fd = temporary_file();

	check(fd >= 0 && !temporary_write(fd, "text", 4), "a temporary file");
	write_fails = EINTR;
	times = 2;
	check(!temporary_write(fd, "text", 4), "interrupted");
	write_fails = ENOSPC;
	check(temporary_write(fd, "text", 4) == -ENOSPC, "no room");
	write_fails = EOF;
	check(temporary_write(fd, "text", 4) == -EIO, "nothing is taken");
	write_fails = 0;
	for (i = 0; i < ARRAY_SIZE(no_nameless); i++) {
		int other;

		open_fails = no_nameless[i];
		other = temporary_file();
		open_fails = 0;
		check(other >= 0, "where no file is nameless: %d", other);
		close(other);
	}
	open_fails = EMFILE;
	check(temporary_file() == -EMFILE, "too many files");
	open_fails = EOPNOTSUPP;
	snprintf(kept, sizeof(kept), "%s", getenv("TMPDIR") ? getenv("TMPDIR") : "");
	memset(long_name, 'x', sizeof(long_name));
	long_name[sizeof(long_name) - 1] = '\0';
	setenv("TMPDIR", long_name, 1);
	check(temporary_file() == -ENAMETOOLONG, "a long name");
	setenv("TMPDIR", "/nowhere/at/all", 1);
	check(temporary_file() == -ENOENT, "a folder that is not there");
	open_fails = 0;
	check(temporary_file() == -ENOENT, "a folder that is not there");
	setenv("TMPDIR", "", 1);
	check(temporary_file() >= 0, "none means /tmp");
	setenv("TMPDIR", kept, 1);

	temporary_limit(1000, notice);
	check(!temporary_check(fd, 1000, 0, "unpacks to", "a log", &err) &&
		      temporary_check(fd, 1001, 0, "unpacks to", "a log", &err) == -EFBIG &&
		      strstr(err.text,
			     "a log unpacks to more than 1000 B; allow more with --max-size"),
	      "%s", err.text);
	temporary_limit(UINT64_MAX, notice);
	check(!temporary_check(fd, UINT64_C(1) << 60, UINT64_C(1) << 60, "unpacks to", "a log",
			       &err),
	      "whoever says how much is asked for no room: %s", err.text);
	temporary_limit(0, notice);
	check(!temporary_check(fd, 1 << 20, 1 << 20, "unpacks to", "a log", &err), "%s", err.text);
	if (!fstatvfs(fd, &fs))
		check(temporary_check(fd, UINT64_C(65) << 20,
				      ((uint64_t)fs.f_bavail * fs.f_frsize + (UINT64_C(1) << 40)) *
					      2,
				      "unpacks to", "a log", &err) == -EFBIG &&
			      strstr(err.text, "more than half of the room in $TMPDIR"),
		      "%s", err.text);
	statvfs_fails = EIO;
	check(!temporary_check(fd, UINT64_C(65) << 20, UINT64_C(1) << 60, "unpacks to", "a log",
			       &err),
	      "how much room there is cannot be told: %s", err.text);
	statvfs_fails = 0;
	temporary_tell(1 << 20, "unpacking", "a log");
	check(!notices, "a small copy is not told");
	temporary_limit(0, NULL);
	temporary_tell(UINT64_C(65) << 20, "unpacking", "a log");
	temporary_limit(0, notice);
	temporary_tell(UINT64_C(65) << 20, "unpacking", "a log");
	temporary_tell(UINT64_C(66) << 20, "unpacking", "a log");
	check(notices == 1, "told %u times", notices);
	close(fd);
}

static void test_tarfile(void)
{
	struct tarfile *tar;
	struct error err = { "" };
	FILE *content = tmpfile(), *full = fopen("/dev/full", "w"), *out = tmpfile();
	int fds[2], rc;
	FILE *pipe_end;

	if (!content || !full || !out || pipe(fds) || !(pipe_end = fdopen(fds[1], "w")))
		return;
	fputs("some text", content);
	rc = tarfile_new(out, "report", &tar, &err);
	if (!rc)
		rc = tarfile_add(tar, "a.txt", content, &err);
	check(!rc && ftello(content) == 9, "%d, %s", rc, err.text);
	rc = tarfile_add(tar, "b.txt", pipe_end, &err);
	check(rc == -ESPIPE && strstr(err.text, "cannot read b.txt again: Illegal seek"), "%d, %s",
	      rc, err.text);
	/* A file of no room, but of a great size; one that ends before it should. */
	if (!ftruncate(fileno(content), ((off_t)1 << 33) + 1)) {
		rc = tarfile_add(tar, "a.txt", content, &err);
		check(rc == -EFBIG && strstr(err.text, "is larger than 8 GiB: name one domain"),
		      "%d, %s", rc, err.text);
	}
	if (!ftruncate(fileno(content), 512))
		check(!tarfile_add(tar, "a.txt", content, &err), "a whole block: %s", err.text);
	read_fails = 0;
	check(!tarfile_end(tar, true, &err) && !ferror(out), "%s", err.text);
	check(!tarfile_end(NULL, true, &err), "none has no end");
	/* Where it cannot be written that is told at the latest at its end. */
	setvbuf(full, NULL, _IONBF, 0);
	rc = tarfile_new(full, "report", &tar, &err);
	if (!rc) {
		int i;

		for (i = 0; i < 200 && !rc; i++)
			rc = tarfile_add(tar, "a.txt", content, &err);
		rc = tarfile_end(tar, true, &err);
		check(rc == -EIO && strstr(err.text, "cannot write the report"), "%d, %s", rc,
		      err.text);
	}
	fclose(content);
	fclose(out);
	fclose(full);
	fclose(pipe_end);
	close(fds[0]);
}

int main(void)
{
	const char *temporary = getenv("TMPDIR");
	char command[sizeof(folder) + 16];

	snprintf(folder, sizeof(folder), "%s/xen-eptaudit-base.XXXXXX",
		 temporary && *temporary ? temporary : "/tmp");
	if (!mkdtemp(folder)) {
		printf("%s cannot be made\n", folder);
		return 1;
	}
	test_encodings();
	test_json_texts();
	test_json_values();
	test_nearest();
	test_lines();
	test_marks();
	test_json_keys();
	test_sizes();
	test_opened();
	test_temporary();
	test_tarfile();
	snprintf(command, sizeof(command), "rm -r '%s'", folder);
	check(!system(command), "cannot remove %s", folder);
	return test_end();
}
