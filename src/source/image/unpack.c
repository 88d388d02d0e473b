/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/image/unpack.h"

#include "base/stream.h"
#include "base/temporary.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK (256u << 10)

/* Writes a chunk; pages of zeros become holes. Counts what was written. */
static int put(int fd, const unsigned char *data, size_t size, uint64_t *written)
{
	int rc = 0;

	while (size && !rc) {
		size_t n = size < 4096 ? size : 4096;

		if (!data[0] && !memcmp(data, data + 1, n - 1)) {
			rc = lseek(fd, n, SEEK_CUR) < 0 ? -errno : 0;
		} else {
			rc = temporary_write(fd, data, n);
			*written += n;
		}
		data += n;
		size -= n;
	}
	return rc;
}

/* Whole chunks, so that holes fall on pages. Less only at the end; or a negative errno value. */
static ssize_t read_chunk(struct stream *stream, unsigned char *buffer, struct error *err)
{
	size_t used = 0;
	ssize_t n = 1;

	while (used < CHUNK && n > 0) {
		n = stream_read(stream, buffer + used, CHUNK - used, err);
		if (n < 0)
			return n;
		used += n;
	}
	return used;
}

/* Puts what the stream has into the file. */
static int spill(struct stream *stream, int to, const char *path, struct error *err)
{
	bool packed = stream_packing(stream) != PACKING_NONE;
	unsigned char *buffer = malloc(CHUNK);
	struct error inner = { "out of memory" };
	ssize_t n = buffer ? 1 : -ENOMEM;
	uint64_t size = 0, written = 0;
	int rc = 0;

	while (!rc && n > 0) {
		n = read_chunk(stream, buffer, &inner);
		if (n <= 0)
			break;
		size += n;
		rc = put(to, buffer, n, &written);
		if (!rc &&
		    temporary_check(to, size, written, packed ? "unpacks to" : "has", path, err)) {
			free(buffer);
			return -EFBIG;
		}
	}
	/* A hole at the end has no byte of its own. */
	if (!rc && !n && ftruncate(to, lseek(to, 0, SEEK_CUR)))
		rc = -errno;
	free(buffer);
	if (n == -EIO || (!n && stream_cut(stream)))
		return error_set(err, -EIO,
				 packed ? "cannot unpack %s: it is damaged or cut short"
					: "cannot read %s: input/output error",
				 path);
	if (n < 0)
		return error_set(err, n, "cannot read %s: %s", path, inner.text);
	if (rc)
		return error_set(err, rc, "cannot %s %s: %s; it needs room in $TMPDIR",
				 packed ? "unpack" : "copy", path, strerror(-rc));
	return 0;
}

/* The stream's bytes in a file of their own, said beforehand. A descriptor, or an error. */
static int spilled(struct stream *stream, const char *path, void (*notice)(const char *text),
		   struct error *err)
{
	int to = temporary_file(), rc;
	char text[320];

	if (to < 0)
		return error_set(err, to, "cannot make a temporary file for %s: %s; set TMPDIR",
				 path, strerror(-to));
	if (notice) {
		snprintf(text, sizeof(text), "%s %s to a temporary file",
			 stream_packing(stream) == PACKING_NONE ? "copying" : "unpacking", path);
		text_sanitize(text);
		notice(text);
	}
	rc = spill(stream, to, path, err);
	if (!rc)
		return to;
	close(to);
	return rc;
}

int unpack_open(const char *path, void (*notice)(const char *text), struct error *err)
{
	bool input = !strcmp(path, "-");
	int fd = input ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3) : open(path, O_RDONLY | O_CLOEXEC);
	struct error inner = { "" };
	struct stream *stream;
	struct stat st;
	bool mappable;
	int rc = fd < 0 || fstat(fd, &st) ? -errno : S_ISDIR(st.st_mode) ? -EISDIR : 0;

	if (input)
		path = "standard input";
	/* Such as /dev/mem, of which dom0 sees only its own, and /dev/zero, which has no end. */
	if (!rc && S_ISCHR(st.st_mode)) {
		close(fd);
		return error_set(err, -EINVAL, "%s is a device; name a memory image", path);
	}
	if (rc) {
		if (fd >= 0)
			close(fd);
		return error_set(err, rc, "cannot read %s: %s; name a memory image", path,
				 strerror(-rc));
	}
	mappable = S_ISREG(st.st_mode) || S_ISBLK(st.st_mode);
	if (mappable)
		lseek(fd, 0, SEEK_SET);
	rc = stream_open(fd, &stream, &inner);
	if (rc)
		return error_set(err, rc, "cannot read %s: %s", path, inner.text);
	if (mappable && stream_packing(stream) == PACKING_NONE)
		return stream_release(stream);
	rc = spilled(stream, path, notice, err);
	stream_close(stream);
	return rc;
}
