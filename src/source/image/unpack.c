/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/image/unpack.h"

#include "base/temporary.h"
#include "base/text.h"
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#ifdef HAVE_ZSTD
#include <zstd.h>
#endif

#define CHUNK (256u << 10)

/* Writes a chunk; pages of zeros become holes. */
static int put(int fd, const unsigned char *data, size_t size)
{
	while (size) {
		size_t n = size < 4096 ? size : 4096;
		bool zero = !data[0] && !memcmp(data, data + 1, n - 1);

		if (zero ? lseek(fd, n, SEEK_CUR) < 0 : write(fd, data, n) != (ssize_t)n)
			return errno ? -errno : -ENOSPC;
		data += n;
		size -= n;
	}
	return 0;
}

static int unpack_gzip(int from, int to, unsigned char *buffer)
{
	gzFile file = gzdopen(dup(from), "rb");
	int n, rc = file ? 0 : -ENOMEM;

	while (!rc && (n = gzread(file, buffer, CHUNK)))
		rc = n < 0 ? -EIO : put(to, buffer, n);
	if (file && gzclose(file) != Z_OK && !rc)
		rc = -EIO;
	return rc;
}

#ifdef HAVE_ZSTD
static int unpack_zstd(int from, int to, unsigned char *buffer)
{
	ZSTD_DStream *stream = ZSTD_createDStream();
	unsigned char *packed = malloc(CHUNK);
	size_t more = 1;
	ssize_t n = 0;
	int rc = stream && packed ? 0 : -ENOMEM;

	while (!rc && (n = read(from, packed, CHUNK)) > 0) {
		ZSTD_inBuffer in = { packed, n, 0 };

		while (!rc && in.pos < in.size) {
			ZSTD_outBuffer out = { buffer, CHUNK, 0 };

			more = ZSTD_decompressStream(stream, &out, &in);
			rc = ZSTD_isError(more) ? -EIO : put(to, buffer, out.pos);
		}
	}
	if (!rc && (n < 0 || more)) /* unreadable, or cut short */
		rc = -EIO;
	ZSTD_freeDStream(stream);
	free(packed);
	return rc;
}
#else
static int unpack_zstd(int from, int to, unsigned char *buffer)
{
	(void)from;
	(void)to;
	(void)buffer;
	return -ENOSYS;
}
#endif

static int copy(int from, int to, unsigned char *buffer)
{
	ssize_t n;
	int rc = 0;

	while (!rc && (n = read(from, buffer, CHUNK)))
		rc = n > 0 ? put(to, buffer, n) : errno == EINTR ? 0 : -errno;
	return rc;
}

typedef int spill_function(int from, int to, unsigned char *buffer);

/* Puts what fd has into a temporary file; fd is closed. */
static int spill(const char *path, int fd, spill_function *function, struct error *err)
{
	unsigned char *buffer = malloc(CHUNK);
	int to = temporary_file(), rc = buffer ? to : -ENOMEM;

	if (rc >= 0) {
		char shown[256];

		snprintf(shown, sizeof(shown), "%s", path);
		text_sanitize(shown);
		fprintf(stderr, "xen-eptaudit: %s %s to a temporary file\n",
			function == copy ? "copying" : "unpacking", shown);
		lseek(fd, 0, SEEK_SET);
		rc = function(fd, to, buffer);
	}
	/* A hole at the end has no byte of its own. */
	if (!rc && ftruncate(to, lseek(to, 0, SEEK_CUR)))
		rc = -errno;
	free(buffer);
	close(fd);
	if (!rc)
		return to;
	if (to >= 0)
		close(to);
	if (rc == -ENOSYS)
		return error_set(err, rc,
				 "%s is compressed with zstd, which this build cannot read; "
				 "unpack it with: zstd -d",
				 path);
	if (rc == -EIO && function != copy)
		return error_set(err, rc, "cannot unpack %s: it is damaged or cut short", path);
	return error_set(err, rc, "cannot %s %s: %s; it needs room in $TMPDIR",
			 function == copy ? "copy" : "unpack", path, strerror(-rc));
}

int unpack_open(const char *path, struct error *err)
{
	bool input = !strcmp(path, "-");
	int fd = input ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3) : open(path, O_RDONLY | O_CLOEXEC);
	unsigned char magic[4] = { 0 };
	struct stat st;

	if (input)
		path = "standard input";
	if (fd < 0 || fstat(fd, &st) || S_ISDIR(st.st_mode)) {
		int rc = fd < 0 ? -errno : -EISDIR;

		if (fd >= 0)
			close(fd);
		return error_set(err, rc, "cannot read %s: %s; name a memory image", path,
				 strerror(-rc));
	}
	if (!S_ISREG(st.st_mode) && !S_ISBLK(st.st_mode)) {
		fd = spill(path, fd, copy, err);
		if (fd < 0)
			return fd;
	}
	if (pread(fd, magic, sizeof(magic), 0) == sizeof(magic)) {
		if (magic[0] == 0x1f && magic[1] == 0x8b)
			return spill(path, fd, unpack_gzip, err);
		if (!memcmp(magic, "\x28\xb5\x2f\xfd", 4))
			return spill(path, fd, unpack_zstd, err);
	}
	return fd;
}
