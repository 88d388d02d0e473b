/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/image/unpack.h"

#include "base/opened.h"
#include "base/stream.h"
#include "base/temporary.h"
#include "base/text.h"

#include <endian.h>
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

/* As many bytes as are wanted. Less only at the end; or a negative errno value. */
static ssize_t read_whole(struct stream *stream, void *buffer, size_t size, struct error *err)
{
	size_t used = 0;
	ssize_t n = 1;

	while (used < size && n > 0) {
		n = stream_read(stream, (char *)buffer + used, size - used, err);
		if (n < 0)
			return n;
		used += n;
	}
	return used;
}

/* A copy being made. */
struct copy {
	struct stream *stream;
	int to;
	const char *path;
	unsigned char *buffer;	/* CHUNK */
	uint64_t size, written; /* of the file; what of it is no hole */
};

static int check_size(const struct copy *copy, struct error *err)
{
	bool packed = stream_packing(copy->stream) != PACKING_NONE;

	return temporary_check(copy->to, copy->size, copy->written, packed ? "unpacks to" : "has",
			       copy->path, err);
}

/* The stream as it is. Returns 0 or a negative errno value. */
static int copy_plain(struct copy *copy, struct error *err)
{
	ssize_t n;
	int rc = 0;

	/* Whole chunks, so that holes fall on pages. */
	while (!rc && (n = read_whole(copy->stream, copy->buffer, CHUNK, err)) > 0) {
		copy->size += n;
		rc = put(copy->to, copy->buffer, n, &copy->written);
		if (rc)
			error_set(err, rc, "%s; it needs room in $TMPDIR", strerror(-rc));
		else
			rc = check_size(copy, err);
	}
	if (rc || n < 0)
		return rc ? rc : n;
	/* A hole at the end has no byte of its own. */
	if (ftruncate(copy->to, lseek(copy->to, 0, SEEK_CUR)))
		return error_set(err, -errno, "%s", strerror(errno));
	return 0;
}

#define FLAT_HEADER 4096 /* signature, type and version; the rest is empty */
#define FLAT_END    (~UINT64_C(0))

static uint64_t big_endian(const unsigned char *at)
{
	uint64_t value;

	memcpy(&value, at, sizeof(value));
	return be64toh(value);
}

/*
 * What makedumpfile -F wrote into a pipe, put together again as makedumpfile -R does: pieces of a
 * file, each behind its offset and size. Same errors.
 */
static int copy_flattened(struct copy *copy, struct error *err)
{
	unsigned char head[16];
	ssize_t n = read_whole(copy->stream, copy->buffer, FLAT_HEADER, err);
	int rc = 0;

	if (n == FLAT_HEADER &&
	    (big_endian(copy->buffer + 16) != 1 || big_endian(copy->buffer + 24) != 1))
		return error_set(err, -EINVAL, "it is damaged, or of a version not known here");
	while (!rc && n > 0 && (n = read_whole(copy->stream, head, 16, err)) == 16) {
		uint64_t offset = big_endian(head), left = big_endian(head + 8);

		if (offset == FLAT_END && left == FLAT_END)
			return 0;
		if (offset >> 62 || left >> 62 || !left)
			return error_set(err, -EINVAL, "it is damaged");
		if (offset + left > copy->size)
			copy->size = offset + left;
		rc = check_size(copy, err);
		if (!rc && lseek(copy->to, offset, SEEK_SET) < 0)
			rc = error_set(err, -errno, "%s", strerror(errno));
		while (!rc && left && n > 0) {
			n = read_whole(copy->stream, copy->buffer, left < CHUNK ? left : CHUNK,
				       err);
			if (n <= 0)
				break;
			left -= n;
			copy->written += n;
			rc = check_size(copy, err);
			if (!rc && temporary_write(copy->to, copy->buffer, n))
				rc = error_set(err, -errno, "%s; it needs room in $TMPDIR",
					       strerror(errno));
		}
	}
	return rc ? rc : n < 0 ? n : error_set(err, -EINVAL, "it is cut short");
}

static bool is_flattened(struct stream *stream)
{
	char head[16];

	return stream_peek(stream, head, sizeof(head)) == sizeof(head) &&
	       !memcmp(head, "makedumpfile", 12);
}

/* Puts what the stream has into the file. */
static int spill(struct stream *stream, int to, const char *path, struct error *err)
{
	bool packed = stream_packing(stream) != PACKING_NONE;
	struct copy copy = { .stream = stream, .to = to, .path = path, .buffer = malloc(CHUNK) };
	struct error inner = { "out of memory" };
	int rc = !copy.buffer		? -ENOMEM
		 : is_flattened(stream) ? copy_flattened(&copy, &inner)
					: copy_plain(&copy, &inner);

	free(copy.buffer);
	if (!rc && stream_cut(stream))
		rc = error_set(&inner, -EIO, "it is damaged or cut short");
	if (rc == -EFBIG && !strncmp(inner.text, path, strlen(path)))
		return error_set(err, rc, "%s", inner.text);
	return rc ? error_set(err, rc, "cannot %s %s: %s", packed ? "unpack" : "copy", path,
			      inner.text)
		  : 0;
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
	int fd = input ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3) : opened_file(path);
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
	if (mappable && stream_packing(stream) == PACKING_NONE && !is_flattened(stream))
		return stream_release(stream);
	rc = spilled(stream, path, notice, err);
	stream_close(stream);
	return rc;
}
