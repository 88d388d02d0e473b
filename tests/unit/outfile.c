/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Files that are made, where calls about them fail as they may on other file systems, or when
 * somebody interferes: all is there with what was written, or nothing, and a sentence says why.
 */
#include "unit/test.h"

#include "base/array.h"
#include "base/outfile.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- calls that fail ---- */

enum call {
	OPEN_UNNAMED,
	OPEN_NAMED,
	OPEN_PLACE,
	WRITE,
	READ,
	LINK_PROC,
	LINK_EMPTY,
	LINK_NAMED,
	RENAME,
	RENAME_FREE,
	SYNC,
	CHMOD,
	CHOWN,
	CLOSE,
	STREAM,
	CALLS,
};

static int fails_with[CALLS]; /* errno; 0: it does not */
static int once[CALLS];	      /* only so many times; 0: always */
static ssize_t short_write = -1;

static int fails(enum call call)
{
	int error = fails_with[call];

	if (!error)
		return 0;
	if (once[call] && !--once[call])
		fails_with[call] = 0;
	errno = error;
	return 1;
}

static void *real(const char *name)
{
	void *found = dlsym(RTLD_NEXT, name);

	if (!found)
		abort();
	return found;
}

#define REAL(name, ...) (((__typeof__(&name))real(#name))(__VA_ARGS__))

int openat(int dir, const char *path, int flags, ...)
{
	enum call call = (flags & O_TMPFILE) == O_TMPFILE	? OPEN_UNNAMED
			 : !strncmp(path, ".xen-eptaudit.", 14) ? OPEN_NAMED
								: OPEN_PLACE;
	va_list args;
	mode_t mode;

	va_start(args, flags);
	mode = va_arg(args, mode_t);
	va_end(args);
	return fails(call) ? -1 : REAL(openat, dir, path, flags, mode);
}

ssize_t write(int fd, const void *data, size_t size)
{
	if (short_write >= 0)
		size = (size_t)short_write < size ? (size_t)short_write : size;
	return fails(WRITE) ? -1 : REAL(write, fd, data, size);
}

ssize_t pread(int fd, void *data, size_t size, off_t offset)
{
	return fails(READ) ? -1 : REAL(pread, fd, data, size, offset);
}

int linkat(int from, const char *path, int to, const char *name, int flags)
{
	enum call call = !strncmp(path, "/proc", 5) ? LINK_PROC : !*path ? LINK_EMPTY : LINK_NAMED;

	/* What root may do with no path, others may not. */
	if (call == LINK_EMPTY && !fails_with[call] && fails_with[LINK_PROC]) {
		char proc[40];

		snprintf(proc, sizeof(proc), "/proc/self/fd/%d", from);
		return REAL(linkat, AT_FDCWD, proc, to, name, AT_SYMLINK_FOLLOW);
	}
	return fails(call) ? -1 : REAL(linkat, from, path, to, name, flags);
}

int renameat(int from, const char *path, int to, const char *name)
{
	return fails(RENAME) ? -1 : REAL(renameat, from, path, to, name);
}

long syscall(long number, ...)
{
	long arg[5];
	va_list args;
	int i;

	va_start(args, number);
	for (i = 0; i < 5; i++)
		arg[i] = va_arg(args, long);
	va_end(args);
	return fails(RENAME_FREE) ? -1
				  : REAL(syscall, number, arg[0], arg[1], arg[2], arg[3], arg[4]);
}

int fsync(int fd)
{
	return fails(SYNC) ? -1 : REAL(fsync, fd);
}

int fchmod(int fd, mode_t mode)
{
	return fails(CHMOD) ? -1 : REAL(fchmod, fd, mode);
}

int fchown(int fd, uid_t uid, gid_t gid)
{
	return fails(CHOWN) ? -1 : REAL(fchown, fd, uid, gid);
}

int close(int fd)
{
	int rc = REAL(close, fd);

	return fails(CLOSE) ? -1 : rc;
}

FILE *fopencookie(void *cookie, const char *mode, cookie_io_functions_t functions)
{
	return fails(STREAM) ? NULL : REAL(fopencookie, cookie, mode, functions);
}

static void none_fails(void)
{
	memset(fails_with, 0, sizeof(fails_with));
	memset(once, 0, sizeof(once));
	short_write = -1;
}

/* ---- a folder, and what is in it ---- */

static char folder[3000];

static const char *in_folder(const char *name)
{
	static char path[sizeof(folder) + NAME_MAX + 2];

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static unsigned int files_there(void)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	unsigned int count = 0;

	while (dir && (entry = readdir(dir)))
		count += strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..");
	if (dir)
		closedir(dir);
	return count;
}

static bool has(const char *name, const char *text)
{
	char found[64] = "";
	FILE *file = fopen(in_folder(name), "r");
	bool same = file && fgets(found, sizeof(found), file) && !strcmp(found, text);

	if (file)
		fclose(file);
	return same;
}

static void make_old(const char *text)
{
	FILE *file = fopen(in_folder("file"), "w");

	check_each(file && fputs(text, file) >= 0 && !fclose(file), "cannot make a file");
	chmod(in_folder("file"), 0640);
}

static int write_it(enum outfile_kind kind, struct error *err)
{
	struct outfile *out = NULL;
	int rc = outfile_open(in_folder("file"), kind, "a capture", &out, err);

	if (rc)
		return rc;
	fputs("new text\n", outfile_stream(out));
	return outfile_close(out, true, err);
}

/* ---- one call fails, or more of them ---- */

struct failure {
	enum call call;
	int error;
	int times; /* 0: always */
};

static const struct row {
	const char *what;
	struct failure fails[5];
	bool replace;
	int rc;
	const char *text;
} rows[] = {
	{ "all goes well", { { 0 } }, false, 0, "" },
	{ "all goes well", { { 0 } }, true, 0, "" },
	{ "no nameless files", { { OPEN_UNNAMED, EOPNOTSUPP, 0 } }, false, 0, "" },
	{ "no /proc", { { LINK_PROC, ENOENT, 0 } }, false, 0, "" },
	{ "no links",
	  { { OPEN_UNNAMED, EOPNOTSUPP, 0 }, { RENAME_FREE, EINVAL, 0 } },
	  false,
	  0,
	  "" },
	{ "no links at all",
	  { { OPEN_UNNAMED, EOPNOTSUPP, 0 }, { RENAME_FREE, EINVAL, 0 }, { LINK_NAMED, EPERM, 0 } },
	  false,
	  0,
	  "" },
	{ "nameless, and no links at all",
	  { { LINK_PROC, ENOENT, 0 }, { LINK_EMPTY, ENOENT, 0 } },
	  false,
	  0,
	  "" },
	{ "the copy cannot be made",
	  { { LINK_PROC, EPERM, 0 }, { LINK_EMPTY, EPERM, 0 }, { OPEN_PLACE, EACCES, 0 } },
	  false,
	  -EACCES,
	  "Permission denied" },
	{ "the copy cannot be read",
	  { { LINK_PROC, EPERM, 0 }, { LINK_EMPTY, EPERM, 0 }, { READ, EIO, 0 } },
	  false,
	  -EIO,
	  "Input/output error" },
	{ "reading the copy is interrupted",
	  { { LINK_PROC, EPERM, 0 }, { LINK_EMPTY, EPERM, 0 }, { READ, EINTR, 1 } },
	  false,
	  0,
	  "" },
	{ "the copy does not reach the disk",
	  { { LINK_PROC, EPERM, 0 }, { LINK_EMPTY, EPERM, 0 }, { SYNC, EINVAL, 2 } },
	  false,
	  0,
	  "" },
	{ "the copy's end fails",
	  { { LINK_PROC, EPERM, 0 }, { LINK_EMPTY, EPERM, 0 }, { CLOSE, EDQUOT, 1 } },
	  false,
	  -EDQUOT,
	  "Disk quota exceeded" },
	{ "each name is taken",
	  { { OPEN_UNNAMED, EISDIR, 0 }, { OPEN_NAMED, EEXIST, 0 } },
	  false,
	  -EEXIST,
	  "File exists" },
	{ "the first name is taken",
	  { { OPEN_UNNAMED, EISDIR, 0 }, { OPEN_NAMED, EEXIST, 3 } },
	  false,
	  0,
	  "" },
	{ "nothing may be made",
	  { { OPEN_NAMED, EACCES, 0 } },
	  true,
	  -EACCES,
	  "Permission denied" },
	{ "no stream", { { STREAM, ENOMEM, 0 } }, false, -ENOMEM, "Cannot allocate memory" },
	{ "no stream", { { STREAM, ENOMEM, 0 } }, true, -ENOMEM, "Cannot allocate memory" },
	{ "no room", { { WRITE, ENOSPC, 0 } }, false, -ENOSPC, "No space left" },
	{ "no room", { { WRITE, ENOSPC, 0 } }, true, -ENOSPC, "No space left" },
	{ "interrupted", { { WRITE, EINTR, 3 } }, false, 0, "" },
	{ "it does not reach the disk", { { SYNC, EIO, 0 } }, false, -EIO, "Input/output error" },
	{ "a device that has no disk", { { SYNC, EINVAL, 0 } }, false, 0, "" },
	{ "its place cannot be taken", { { RENAME, EBUSY, 0 } }, true, -EBUSY, "busy" },
	{ "its owner cannot be given", { { CHOWN, EPERM, 0 } }, true, 0, "" },
	{ "its rights cannot be given", { { CHMOD, EPERM, 0 } }, true, 0, "" },
	{ "its place is taken in the meantime",
	  { { LINK_PROC, EEXIST, 0 } },
	  false,
	  -EEXIST,
	  "exists now; it is not overwritten" },
	{ "its place is taken in the meantime",
	  { { LINK_PROC, ENOENT, 0 }, { LINK_EMPTY, EEXIST, 0 } },
	  false,
	  -EEXIST,
	  "exists now; it is not overwritten" },
	{ "its place is taken in the meantime",
	  { { OPEN_UNNAMED, EISDIR, 0 }, { RENAME_FREE, EEXIST, 0 } },
	  false,
	  -EEXIST,
	  "exists now; it is not overwritten" },
};

static void test_row(const struct row *row)
{
	struct error err = { "" };
	struct stat st;
	unsigned int i;
	int rc;

	unlink(in_folder("file"));
	if (row->replace)
		make_old("old text\n");
	for (i = 0; i < ARRAY_SIZE(row->fails); i++)
		if (row->fails[i].error) {
			fails_with[row->fails[i].call] = row->fails[i].error;
			once[row->fails[i].call] = row->fails[i].times;
		}
	rc = write_it(row->replace ? OUTFILE_REPLACE : OUTFILE_NEW, &err);
	none_fails();
	check(rc == row->rc && strstr(err.text, row->text) && (rc || !*err.text), "%s: %d, '%s'",
	      row->what, rc, err.text);
	check(!rc == has("file", "new text\n"), "%s: what was written is %sthere", row->what,
	      rc ? "" : "not ");
	if (rc && row->replace)
		check(has("file", "old text\n"), "%s: the old file is not as it was", row->what);
	check(files_there() == (!rc || row->replace), "%s: %u files are there", row->what,
	      files_there());
	if (!rc && !stat(in_folder("file"), &st))
		check((st.st_mode & 0177) == 0 || (row->replace && (st.st_mode & 0137) == 0),
		      "%s: mode %o", row->what, (unsigned int)st.st_mode & 0777);
}

/* ---- names ---- */

static void test_names(void)
{
	static const struct {
		const char *name;
		int rc;
		const char *text;
	} names[] = {
		{ ".", -EISDIR, "Is a directory" }, { "..", -EISDIR, "Is a directory" },
		{ "", -EISDIR, "Is a directory" },  { "none/file", -ENOENT, "No such file" },
		{ "x/y", -ENOENT, "No such file" },
	};
	char name[NAME_MAX + 8], long_path[NAME_MAX + 16];
	struct error err;
	struct outfile *out = NULL;
	size_t i;
	int rc;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		err.text[0] = '\0';
		rc = outfile_open(in_folder(names[i].name), OUTFILE_NEW, "a capture", &out, &err);
		check(rc == names[i].rc && strstr(err.text, names[i].text), "'%s': %d, %s",
		      names[i].name, rc, err.text);
	}
	memset(name, 'n', sizeof(name));
	name[NAME_MAX + 1] = '\0';
	rc = outfile_open(in_folder(name), OUTFILE_NEW, "a capture", &out, &err);
	check(rc == -ENAMETOOLONG && strstr(err.text, "the name is too long"), "%d, %s", rc,
	      err.text);
	/* What it says is cut, but for the reason. */
	name[NAME_MAX - 10] = '\0';
	snprintf(long_path, sizeof(long_path), "/%s/x", name);
	rc = outfile_open(long_path, OUTFILE_NEW, "a capture", &out, &err);
	check(rc == -ENOENT && strstr(err.text, "nnn...: No such file"), "%d, %s", rc, err.text);
	/* In the root, and where one is: nothing is made before it is closed. */
	rc = outfile_open("/xen-eptaudit-nobody-has-this", OUTFILE_NEW, "a capture", &out, &err);
	if (!rc)
		outfile_close(out, false, &err);
	check((!rc || rc == -EACCES || rc == -EROFS) &&
		      access("/xen-eptaudit-nobody-has-this", F_OK),
	      "%d, %s", rc, rc ? err.text : "");
	if (!chdir(folder)) {
		rc = outfile_open("here", OUTFILE_NEW, "a capture", &out, &err);
		check(!rc && !outfile_close(out, true, &err) && !access(in_folder("here"), F_OK),
		      "a name without a folder: %d", rc);
		unlink(in_folder("here"));
		check(!chdir("/"), "back to the root");
	}
}

static void test_kinds(void)
{
	struct error err = { "" };
	struct outfile *out = NULL;
	int rc;

	unlink(in_folder("file"));
	make_old("old text\n");
	rc = outfile_open(in_folder("file"), OUTFILE_NEW, "a capture", &out, &err);
	check(rc == -EEXIST && strstr(err.text, "exists; a capture never overwrites"), "%d, %s", rc,
	      err.text);
	unlink(in_folder("file"));
	/* Public as other files are. */
	umask(022);
	rc = outfile_open(in_folder("file"), OUTFILE_NEW, "a capture", &out, &err);
	if (check(!rc, "%s", err.text)) {
		struct stat st;

		outfile_share(out);
		rc = outfile_close(out, true, &err);
		check(!rc && !stat(in_folder("file"), &st) && (st.st_mode & 0777) == 0644,
		      "a shared one: %d, mode %o", rc, (unsigned int)st.st_mode & 0777);
	}
	/* It went, or became something else, while it was written. */
	rc = outfile_open(in_folder("file"), OUTFILE_REPLACE, "a capture", &out, &err);
	if (check(!rc, "%s", err.text)) {
		unlink(in_folder("file"));
		mkdir(in_folder("file"), 0700);
		rc = outfile_close(out, true, &err);
		check(rc == -EEXIST && strstr(err.text, "is a directory, which is not replaced"),
		      "%d, %s", rc, err.text);
		rmdir(in_folder("file"));
	}
	rc = outfile_open(in_folder("file"), OUTFILE_NEW, "a capture", &out, &err);
	if (check(!rc, "%s", err.text)) {
		make_old("another's\n");
		rc = outfile_close(out, true, &err);
		check(rc == -EEXIST && has("file", "another's\n"), "%d, %s", rc, err.text);
		unlink(in_folder("file"));
	}
	check(!files_there(), "%u files stay behind", files_there());
}

/* Text that fails before its end is kept from taking its place, however much follows. */
static void test_first_error(void)
{
	struct error err = { "" };
	struct outfile *out = NULL;
	int rc = outfile_open(in_folder("file"), OUTFILE_NEW, "a capture", &out, &err), i;

	if (!check(!rc, "%s", err.text))
		return;
	fails_with[WRITE] = EDQUOT;
	once[WRITE] = 1;
	for (i = 0; i < 40000; i++)
		fputs("more\n", outfile_stream(out));
	none_fails();
	rc = outfile_close(out, true, &err);
	check(rc == -EDQUOT && strstr(err.text, "quota") && !files_there(), "%d, %s", rc, err.text);
	rc = outfile_open(in_folder("file"), OUTFILE_NEW, "a capture", &out, &err);
	if (!check(!rc, "%s", err.text))
		return;
	fputs("text\n", outfile_stream(out));
	short_write = 0;
	rc = outfile_close(out, true, &err);
	none_fails();
	check(rc == -EIO && !files_there(), "nothing is written: %d, %s", rc, err.text);
}

static void test_stdout(void)
{
	struct error err = { "" };
	struct outfile *out = NULL;
	FILE *full = fopen("/dev/full", "w");
	int rc = outfile_open("-", OUTFILE_NEW, "a capture", &out, &err), kept;

	check(!rc && outfile_stream(out) == stdout, "standard output: %d", rc);
	fflush(stdout);
	kept = dup(STDOUT_FILENO);
	if (full && kept >= 0) {
		dup2(fileno(full), STDOUT_FILENO);
		putchar('x');
		rc = outfile_close(out, true, &err);
		dup2(kept, STDOUT_FILENO);
		clearerr(stdout);
		check(rc == -ENOSPC && strstr(err.text, "cannot write -: No space left"), "%d, %s",
		      rc, err.text);
		putc('x', full);
		check(written(full) == -ENOSPC && written(full) == -EIO,
		      "a stream tells why once, and that it failed ever after");
		close(kept);
		fclose(full);
	}
}

/* ---- more than one, and other processes ---- */

static void test_prepared(void)
{
	struct error err = { "" };
	struct outfile *out = NULL, *many[12];
	unsigned int i, count = 0;
	char name[8];

	check(!outfile_prepare(in_folder("file"), OUTFILE_NEW, "a capture", &err) &&
		      !outfile_open(in_folder("other"), OUTFILE_NEW, "a capture", &out, &err),
	      "%s", err.text);
	outfile_close(out, true, &err);
	check(!outfile_open(in_folder("file"), OUTFILE_NEW, "a capture", &out, &err), "%s",
	      err.text);
	outfile_close(out, true, &err);
	check(files_there() == 2, "%u of two files", files_there());
	unlink(in_folder("file"));
	unlink(in_folder("other"));
	check(!outfile_prepare(in_folder("file"), OUTFILE_NEW, "a capture", &err), "%s", err.text);
	outfile_unprepare();
	check(!files_there(), "one that nobody wanted is there");
	/* More than there are numbers for are closed all the same. */
	for (i = 0; i < ARRAY_SIZE(many); i++) {
		snprintf(name, sizeof(name), "n%u", i);
		check_each(!outfile_open(in_folder(name), OUTFILE_NEW, "a capture", &many[i], &err),
			   "%s", err.text);
		fprintf(outfile_stream(many[i]), "text %u\n", i);
	}
	outfile_flush_all();
	for (i = 0; i < ARRAY_SIZE(many); i++)
		count += !outfile_close(many[i], true, &err);
	check(count == ARRAY_SIZE(many) && files_there() == count, "%u of 12, %u files", count,
	      files_there());
	for (i = 0; i < ARRAY_SIZE(many); i++) {
		snprintf(name, sizeof(name), "n%u", i);
		unlink(in_folder(name));
	}
}

static unsigned int asked_number;
static int asked = -1;

static int ask(unsigned int number, bool keep, struct error *err)
{
	asked = keep;
	asked_number = number;
	return keep ? error_set(err, -EBUSY, "the other one cannot") : 0;
}

/* As the one of two processes that asks, and as the one that is asked. */
static void test_delegated(void)
{
	struct error err = { "" };
	struct outfile *out = NULL;
	int rc;

	check(outfile_close_nth(99, true, &err) == -EBADF &&
		      outfile_close_nth(3, true, &err) == -EBADF,
	      "%s", err.text);
	check(!outfile_open(in_folder("file"), OUTFILE_NEW, "a capture", &out, &err) &&
		      !outfile_close_nth(0, true, &err) && files_there() == 1,
	      "the first one is closed by its number: %s", err.text);
	unlink(in_folder("file"));
	check(!outfile_open(in_folder("file"), OUTFILE_NEW, "a capture", &out, &err), "%s",
	      err.text);
	outfile_close_all();
	check(!files_there(), "what nobody asked for is gone");
	fails_with[OPEN_UNNAMED] = EISDIR;
	rc = outfile_open(in_folder("file"), OUTFILE_NEW, "a capture", &out, &err);
	none_fails();
	if (!check(!rc, "%s", err.text))
		return;
	outfile_delegate(ask);
	fputs("text", outfile_stream(out));
	rc = outfile_close(out, true, &err);
	check(rc == -EBUSY && asked == 1 && !asked_number && strstr(err.text, "the other one"),
	      "%d, asked for %u: %s", rc, asked_number, err.text);
	check(files_there() == 1, "the other one still has its file under a name of its own");
	outfile_delegate(NULL);
	rc = outfile_open(in_folder("second"), OUTFILE_NEW, "a capture", &out, &err);
	outfile_delegate(ask);
	fputs("text", outfile_stream(out));
	fails_with[WRITE] = ENOSPC;
	rc = outfile_close(out, true, &err);
	none_fails();
	check(rc == -ENOSPC && !asked && strstr(err.text, "No space left"),
	      "what could not be written is not kept: %d, %d", rc, asked);
	check(!outfile_open("-", OUTFILE_NEW, "a capture", &out, &err), "%s", err.text);
	asked = -1;
	check(!outfile_close(out, false, &err) && asked == -1, "standard output is nobody's");
	outfile_delegate(NULL);
}

/* What has a temporary name loses it where a signal ends the program; ignored ones stay so. */
static void test_signals(void)
{
	static const int numbers[] = { SIGTERM, SIGHUP, SIGINT };
	struct error err = { "" };
	struct outfile *out = NULL;
	unsigned int i;
	int status;

	for (i = 0; i < 2 * ARRAY_SIZE(numbers); i++) {
		unsigned int before = files_there();
		pid_t child;

		fflush(stdout);
		child = fork();
		if (!child) {
			signal(SIGQUIT, SIG_IGN);
			signal(numbers[i % ARRAY_SIZE(numbers)], SIG_DFL);
			fails_with[OPEN_UNNAMED] = EISDIR;
			if (outfile_open(in_folder("ends"), OUTFILE_NEW, "a capture", &out, &err) ||
			    files_there() != before + 1)
				_exit(1);
			kill(getpid(), SIGQUIT);
			if (i >= ARRAY_SIZE(numbers) && outfile_close(out, true, &err))
				_exit(2);
			kill(getpid(), numbers[i % ARRAY_SIZE(numbers)]);
			_exit(3);
		}
		status = 0;
		child = child > 0 ? waitpid(child, &status, 0) : -1;
		check(child > 0 && WIFSIGNALED(status) &&
			      WTERMSIG(status) == numbers[i % ARRAY_SIZE(numbers)],
		      "ended with 0x%x", status);
		check(files_there() == before + (i >= ARRAY_SIZE(numbers)), "%u files, before %u",
		      files_there(), before);
		unlink(in_folder("ends"));
	}
}

int main(void)
{
	const char *temporary = getenv("TMPDIR");
	size_t i;

	snprintf(folder, sizeof(folder), "%s/xen-eptaudit-outfile.XXXXXX",
		 temporary && *temporary ? temporary : "/tmp");
	if (!mkdtemp(folder)) {
		printf("%s cannot be made\n", folder);
		return 1;
	}
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		test_row(&rows[i]);
	unlink(in_folder("file"));
	test_names();
	test_kinds();
	test_first_error();
	test_stdout();
	test_prepared();
	test_signals();
	test_delegated();
	if (rmdir(folder)) {
		char command[sizeof(folder) + 16];

		snprintf(command, sizeof(command), "rm -r '%s'", folder);
		check(files_there() == 1 && !system(command), "%u files stay behind",
		      files_there());
	}
	return test_end();
}
