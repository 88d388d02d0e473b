/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#ifndef RENAME_NOREPLACE
#define RENAME_NOREPLACE 1
#endif

struct outfile {
	char *path; /* as it was named */
	const char *what;
	char name[NAME_MAX + 1]; /* in the folder dir */
	int dir, fd;
	FILE *stream;
	int error;  /* errno of the first write that failed */
	bool fresh; /* nothing was at its place */
	bool shared;
	mode_t mode;
	uid_t uid;
	gid_t gid;
	char temporary[32]; /* its name until it is whole; "" if it has none */
};

/* Those that are open, and how another process is asked to close them. */
static struct outfile *files[8];
static int (*delegate)(unsigned int number, bool keep, struct error *err);
static struct outfile *prepared;

#define FILES (sizeof(files) / sizeof(files[0]))

/* A long path is cut in messages, where the reason has to fit, too. */
#define CUT(out) (strlen((out)->path) > 200 ? "..." : "")

/* The one whose temporary name goes when a signal ends the program. */
static struct outfile *volatile named;

static const int fatal[] = { SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM, SIGXCPU, SIGXFSZ };

#define FATAL_COUNT (sizeof(fatal) / sizeof(fatal[0]))

static void remove_named(int signal_number)
{
	if (named)
		unlinkat(named->dir, named->temporary, 0);
	signal(signal_number, SIG_DFL);
	raise(signal_number);
}

/* Signals that are ignored, or that somebody waits for, are left as they are. */
static void watch_signals(void)
{
	struct sigaction action;
	size_t i;

	for (i = 0; i < FATAL_COUNT; i++)
		if (!sigaction(fatal[i], NULL, &action) && action.sa_handler == SIG_DFL)
			signal(fatal[i], remove_named);
}

static void hold_signals(sigset_t *old)
{
	sigset_t set;
	size_t i;

	sigemptyset(&set);
	for (i = 0; i < FATAL_COUNT; i++)
		sigaddset(&set, fatal[i]);
	sigprocmask(SIG_BLOCK, &set, old);
}

static void release_signals(const sigset_t *old)
{
	sigprocmask(SIG_SETMASK, old, NULL);
}

static int failed(const struct outfile *out, int code, struct error *err)
{
	if (code == ENAMETOOLONG)
		return error_set(err, -code,
				 "cannot make %.200s...: the name is too long; name a shorter one",
				 out->path);
	return error_set(err, -code, "cannot write %.200s%s: %s", out->path, CUT(out),
			 strerror(code));
}

/* What is at its place? 0, with mode and owner where that is kept, or a negative errno value. */
static int look(struct outfile *out, enum outfile_kind kind, struct error *err)
{
	struct stat st;

	out->fresh = false;
	out->mode = 0600;
	if (fstatat(out->dir, out->name, &st, AT_SYMLINK_NOFOLLOW)) {
		out->fresh = errno == ENOENT;
		return out->fresh ? 0 : failed(out, errno, err);
	}
	if (kind == OUTFILE_NEW)
		return error_set(err, -EEXIST,
				 "%.200s%s exists; %s never overwrites: name a new file", out->path,
				 CUT(out), out->what);
	if (!S_ISREG(st.st_mode))
		return error_set(
			err, -EEXIST,
			"%s is a %s, which is not replaced: name a file, or - for standard "
			"output",
			out->path,
			S_ISLNK(st.st_mode)   ? "link"
			: S_ISDIR(st.st_mode) ? "directory"
					      : "device, pipe or socket");
	out->mode = st.st_mode & 0777;
	out->uid = st.st_uid;
	out->gid = st.st_gid;
	return 0;
}

/* The folder, and the name in it. */
static int find_place(struct outfile *out, struct error *err)
{
	const char *slash = strrchr(out->path, '/'), *name = slash ? slash + 1 : out->path;
	char *folder;

	if (!*name || strlen(name) > NAME_MAX || !strcmp(name, ".") || !strcmp(name, ".."))
		return failed(out, strlen(name) > NAME_MAX ? ENAMETOOLONG : EISDIR, err);
	strcpy(out->name, name);
	folder = !slash		      ? strdup(".")
		 : slash == out->path ? strdup("/")
				      : strndup(out->path, slash - out->path);
	if (!folder)
		return failed(out, ENOMEM, err);
	out->dir = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
	free(folder);
	return out->dir < 0 ? failed(out, errno, err) : 0;
}

static int make(const char *path, enum outfile_kind kind, const char *what, struct outfile **result,
		struct error *err)
{
	struct outfile *out = calloc(1, sizeof(*out));
	int rc;

	if (!out || !(out->path = strdup(path))) {
		free(out);
		return error_set(err, -ENOMEM, "out of memory");
	}
	out->what = what;
	out->dir = out->fd = -1;
	rc = strcmp(path, "-") ? find_place(out, err) : 0;
	if (!rc && out->dir >= 0)
		rc = look(out, kind, err);
	if (rc)
		outfile_close(out, false, NULL);
	else
		*result = out;
	return rc;
}

/* A file under a name that nobody has, to be removed on signals. A descriptor, or -1. */
static int open_named(struct outfile *out)
{
	unsigned int tries;

	watch_signals();
	for (tries = 0; tries < 100; tries++) {
		struct timespec now;
		sigset_t old;
		int fd;

		clock_gettime(CLOCK_MONOTONIC, &now);
		hold_signals(&old);
		snprintf(out->temporary, sizeof(out->temporary), ".xen-eptaudit.%08lx",
			 (unsigned long)now.tv_nsec ^ (unsigned long)getpid() << 12);
		fd = openat(out->dir, out->temporary,
			    O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (fd >= 0)
			named = out;
		else
			out->temporary[0] = '\0';
		release_signals(&old);
		if (fd >= 0 || errno != EEXIST)
			return fd;
	}
	return -1;
}

static int write_all(int fd, const char *data, size_t size)
{
	while (size) {
		ssize_t n = write(fd, data, size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n ? errno : EIO;
		data += n;
		size -= n;
	}
	return 0;
}

/* Keeps the reason, which the stream itself would forget. */
static ssize_t cookie_write(void *cookie, const char *data, size_t size)
{
	struct outfile *out = cookie;
	int error = out->error ? out->error : write_all(out->fd, data, size);

	out->error = error;
	return error ? 0 : size;
}

static int begin(const char *path, enum outfile_kind kind, const char *what,
		 struct outfile **result, struct error *err)
{
	const cookie_io_functions_t functions = { .write = cookie_write };
	struct outfile *out = NULL;
	int rc = make(path, kind, what, &out, err);

	if (rc)
		return rc;
	if (out->dir < 0) {
		out->stream = stdout;
		*result = out;
		return 0;
	}
	/* What has no name cannot stay behind; but it cannot replace another file either. */
	if (out->fresh)
		out->fd = openat(out->dir, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (out->fd < 0) /* nor is it known to every file system */
		out->fd = open_named(out);
	if (out->fd >= 0)
		out->stream = fopencookie(out, "w", functions);
	if (!out->stream) {
		rc = failed(out, errno, err);
		outfile_close(out, false, NULL);
		return rc;
	}
	setvbuf(out->stream, NULL, _IOFBF, 1 << 16);
	*result = out;
	return 0;
}

int written(FILE *stream)
{
	errno = 0;
	if (fflush(stream) || ferror(stream))
		return errno ? -errno : -EIO;
	return 0;
}

int outfile_prepare(const char *path, enum outfile_kind kind, const char *what, struct error *err)
{
	return outfile_open(path, kind, what, &prepared, err);
}

void outfile_unprepare(void)
{
	outfile_close(prepared, false, NULL);
	prepared = NULL;
}

static unsigned int number_of(const struct outfile *out)
{
	unsigned int number = 0;

	while (number < FILES && files[number] != out)
		number++;
	return number;
}

int outfile_open(const char *path, enum outfile_kind kind, const char *what,
		 struct outfile **result, struct error *err)
{
	int rc;

	if (prepared && !strcmp(prepared->path, path)) {
		*result = prepared;
		prepared = NULL;
		return 0;
	}
	rc = begin(path, kind, what, result, err);
	if (!rc && number_of(NULL) < FILES)
		files[number_of(NULL)] = *result;
	return rc;
}

void outfile_share(struct outfile *out)
{
	out->shared = true;
}

FILE *outfile_stream(struct outfile *out)
{
	return out->stream;
}

/* The temporary name goes, or has become another. */
static void forget_name(struct outfile *out, bool unlink_it)
{
	sigset_t old;

	hold_signals(&old);
	if (unlink_it && out->temporary[0])
		unlinkat(out->dir, out->temporary, 0);
	out->temporary[0] = '\0';
	if (named == out)
		named = NULL;
	release_signals(&old);
}

/* Gives what has no name one. 0, or errno. */
static int link_to(const struct outfile *out, const char *name)
{
	char path[40];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", out->fd);
	if (!linkat(AT_FDCWD, path, out->dir, name, AT_SYMLINK_FOLLOW))
		return 0;
	if (errno == EEXIST || !linkat(out->fd, "", out->dir, name, AT_EMPTY_PATH))
		return errno == EEXIST ? EEXIST : 0;
	return errno;
}

/* All of it into another file. 0, or errno. */
static int copy_to(const struct outfile *out, int to)
{
	char buffer[16384];
	off_t at = 0;
	int error = 0;

	while (!error) {
		ssize_t n = pread(out->fd, buffer, sizeof(buffer), at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n ? errno : fsync(to) && errno != EINVAL ? errno : 0;
		error = write_all(to, buffer, n);
		at += n;
	}
	return error;
}

/* Where the file system can neither link nor rename without replacing: a copy, made only if there
 * is nothing. 0, or errno. */
static int copy_into_place(const struct outfile *out)
{
	const int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	int error = 0, to;
	sigset_t old;

	hold_signals(&old);
	to = openat(out->dir, out->name, flags, 0600);
	if (to < 0) {
		error = errno;
	} else {
		error = copy_to(out, to);
		if (close(to) && !error)
			error = errno;
		if (error)
			unlinkat(out->dir, out->name, 0);
	}
	release_signals(&old);
	return error;
}

/* As renameat(), but never over another file; with errno where that cannot be said. */
static int rename_free(const struct outfile *out)
{
#ifdef SYS_renameat2
	return syscall(SYS_renameat2, out->dir, out->temporary, out->dir, out->name,
		       RENAME_NOREPLACE);
#else
	(void)out;
	errno = ENOSYS;
	return -1;
#endif
}

/* Takes a place where nothing is. 0, or errno. */
static int take_free_place(struct outfile *out)
{
	int error;

	if (!out->temporary[0]) {
		error = link_to(out, out->name);
	} else if (!rename_free(out)) {
		forget_name(out, false);
		return 0;
	} else {
		error = errno == EEXIST ? EEXIST : 0;
		if (!error && linkat(out->dir, out->temporary, out->dir, out->name, 0))
			error = errno;
	}
	return error && error != EEXIST ? copy_into_place(out) : error;
}

/* Takes the place of the file there. 0, or errno. */
static int take_place(struct outfile *out)
{
	/* Where that is not allowed it stays readable by its owner only. */
	if (!fchown(out->fd, out->uid, out->gid) && fchmod(out->fd, out->mode))
		out->mode = 0600;
	if (renameat(out->dir, out->temporary, out->dir, out->name))
		return errno;
	forget_name(out, false);
	return 0;
}

static int finish(struct outfile *out, struct error *err)
{
	bool fresh = out->fresh;
	int error, rc;

	if (fflush(out->stream) || out->error)
		return failed(out, out->error ? out->error : errno, err);
	if (fsync(out->fd) && errno != EINVAL)
		return failed(out, errno, err);
	rc = look(out, fresh ? OUTFILE_NEW : OUTFILE_REPLACE, err);
	if (rc)
		return rc;
	if (out->fresh && out->shared) {
		mode_t mask = umask(0);

		umask(mask);
		fchmod(out->fd, 0666 & ~mask);
	}
	error = out->fresh ? take_free_place(out) : take_place(out);
	if (error == EEXIST)
		return error_set(err, -EEXIST, "%s exists now; it is not overwritten", out->path);
	return error ? failed(out, error, err) : 0;
}

/* The other process has it, too, and can name it. */
static int let_close(struct outfile *out, bool keep, struct error *err)
{
	int rc = 0, asked;

	if (keep && (fflush(out->stream) || out->error))
		rc = failed(out, out->error ? out->error : errno, err);
	asked = delegate(number_of(out), keep && !rc, rc ? NULL : err);
	fclose(out->stream);
	return rc ? rc : asked;
}

int outfile_close(struct outfile *out, bool keep, struct error *err)
{
	unsigned int number = number_of(out);
	int rc = 0;

	if (!out)
		return 0;
	if (delegate && out->stream && out->stream != stdout && number < FILES) {
		rc = let_close(out, keep, err);
	} else if (out->stream == stdout) {
		errno = 0;
		if (keep && (fflush(stdout) || ferror(stdout)))
			rc = failed(out, errno ? errno : EIO, err);
	} else if (out->stream) {
		rc = keep ? finish(out, err) : 0;
		fclose(out->stream);
	}
	if (number < FILES)
		files[number] = NULL;
	forget_name(out, !delegate);
	if (out->fd >= 0)
		close(out->fd);
	if (out->dir >= 0)
		close(out->dir);
	free(out->path);
	free(out);
	return rc;
}

void outfile_delegate(int (*ask)(unsigned int number, bool keep, struct error *err))
{
	delegate = ask;
	named = NULL;
}

int outfile_close_nth(unsigned int number, bool keep, struct error *err)
{
	if (number >= FILES || !files[number])
		return error_set(err, -EBADF, "no such file is being written");
	return outfile_close(files[number], keep, err);
}

void outfile_flush_all(void)
{
	unsigned int number;

	for (number = 0; number < FILES; number++)
		if (files[number])
			fflush(files[number]->stream);
}

void outfile_close_all(void)
{
	unsigned int number;

	for (number = 0; number < FILES; number++)
		outfile_close(files[number], false, NULL);
}
