/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/stream.h"

#include "base/array.h"
#include "base/encoding.h"
#include "base/temporary.h"
#include "config.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#ifdef HAVE_LZMA
#include <lzma.h>
#endif
#ifdef HAVE_ZSTD
#include <zstd.h>
#include <zstd_errors.h>
#endif

#define PACKED_SIZE (128u << 10)

struct stream {
	int fd;
	enum packing packing;
	off_t start; /* where fd stood */
	int copy;    /* of what is read of fd, or -1 */
	uint64_t copied;
	char name[200];	     /* for messages of the copy */
	struct error reason; /* why it failed, if it did */
	uint8_t *packed;
	size_t pos, end;
	bool eof;
	bool within; /* a member (gzip) or frame (zstd) has begun and is not over */
	bool over;   /* nothing follows, whatever else the file has */
	int failed;  /* 0, or what every further reading returns */
	z_stream zlib;
#ifdef HAVE_ZSTD
	ZSTD_DStream *zstd;
#endif
#ifdef HAVE_LZMA
	lzma_stream lzma;
#endif
	enum encoding encoding; /* of PACKING_TEXT */
	uint8_t head[STREAM_PEEK];
	size_t head_pos, head_end;
};

/* Keeps what was read of a pipe. */
static int keep(struct stream *stream, const void *data, size_t size)
{
	int rc = temporary_check(stream->copy, stream->copied + size, stream->copied + size, "has",
				 stream->name, &stream->reason);

	if (rc)
		return rc;
	rc = temporary_write(stream->copy, data, size);
	if (rc)
		return error_set(&stream->reason, rc,
				 "cannot copy it to a temporary file: %s; set TMPDIR to a folder "
				 "with room, or name a file instead of a pipe",
				 strerror(-rc));
	stream->copied += size;
	temporary_tell(stream->copied, "copying", stream->name);
	return 0;
}

/* read() that goes on where a signal came between. Bytes, or a negative errno value. */
static ssize_t read_file(struct stream *stream, void *buffer, size_t size)
{
	ssize_t n;
	int rc = 0;

	do
		n = read(stream->fd, buffer, size);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	if (n > 0 && stream->copy >= 0)
		rc = keep(stream, buffer, n);
	return rc ? rc : n;
}

/* More of the file, behind what is left. Returns 0 or a negative errno value. */
static int fill(struct stream *stream)
{
	ssize_t n;

	memmove(stream->packed, stream->packed + stream->pos, stream->end - stream->pos);
	stream->end -= stream->pos;
	stream->pos = 0;
	n = read_file(stream, stream->packed + stream->end, PACKED_SIZE - stream->end);
	if (n < 0)
		return n;
	stream->end += n;
	stream->eof = !n;
	return 0;
}

static bool begins(const struct stream *stream, const char *magic, size_t size)
{
	return stream->end - stream->pos >= size &&
	       !memcmp(stream->packed + stream->pos, magic, size);
}

/* What this program does not unpack, but others do. */
static int other_packing(const struct stream *stream, struct error *err)
{
	static const struct {
		const char *magic;
		size_t length;
		const char *name, *unpack;
	} others[] = {
		{ "BZh", 3, "bzip2", "bzip2 -d" },
		{ "PK\3\4", 4, "zip", "unzip" },
		{ "7z\274\257\047\034", 6, "7-Zip", "7z x" },
		{ "LZIP", 4, "lzip", "lzip -d" },
		{ "\004\042\115\030", 4, "lz4", "lz4 -d" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(others); i++)
		if (begins(stream, others[i].magic, others[i].length))
			return error_set(err, -ENOSYS, "it is packed with %s; unpack it with: %s",
					 others[i].name, others[i].unpack);
	return 0;
}

static bool begins_gzip(const struct stream *stream)
{
	return begins(stream, "\037\213", 2);
}

#ifdef HAVE_LZMA
/* What unpacking may take: a dictionary of 64 MiB, as xz -9 says it wants, and a little. */
#define XZ_MEMORY (UINT64_C(66) << 20)

static int begin_xz(struct stream *stream)
{
	return lzma_stream_decoder(&stream->lzma, XZ_MEMORY, LZMA_CONCATENATED) != LZMA_OK ? -ENOMEM
											   : 0;
}
#endif

#ifdef HAVE_ZSTD
#define ZSTD_WINDOW 25 /* 32 MiB, as a logarithm: what zstd -20 and below want at most */
#endif

/* What it is packed with, by its first bytes, and what that needs. */
static int recognize(struct stream *stream, struct error *err)
{
	int rc = 0;

	while (!rc && !stream->eof && stream->end < 6)
		rc = fill(stream);
	if (rc)
		return error_set(err, rc, "%s", strerror(-rc));
	if (begins_gzip(stream)) {
		stream->packing = PACKING_GZIP;
		if (inflateInit2(&stream->zlib, 15 + 16) != Z_OK)
			return error_set(err, -ENOMEM, "out of memory");
	} else if (begins(stream, "\050\265\057\375", 4)) {
#ifdef HAVE_ZSTD
		stream->packing = PACKING_ZSTD;
		stream->zstd = ZSTD_createDStream();
		if (!stream->zstd ||
		    ZSTD_isError(
			    ZSTD_DCtx_setParameter(stream->zstd, ZSTD_d_windowLogMax, ZSTD_WINDOW)))
			return error_set(err, -ENOMEM, "out of memory");
#else
		return error_set(err, -ENOSYS,
				 "it is packed with zstd, which this build cannot read; unpack it "
				 "with: zstd -d");
#endif
	} else if (begins(stream, "\3757zXZ", 5)) {
#ifdef HAVE_LZMA
		stream->packing = PACKING_XZ;
		return begin_xz(stream) ? error_set(err, -ENOMEM, "out of memory") : 0;
#else
		return error_set(err, -ENOSYS,
				 "it is packed with xz, which this build cannot read; unpack it "
				 "with: xz -d");
#endif
	}
	return other_packing(stream, err);
}

int stream_open(int fd, struct stream **result, struct error *err)
{
	struct stream *stream = calloc(1, sizeof(*stream));
	int rc;

	if (!stream) {
		close(fd);
		return error_set(err, -ENOMEM, "out of memory");
	}
	stream->fd = fd;
	stream->copy = -1;
	stream->start = lseek(fd, 0, SEEK_CUR);
	stream->packed = malloc(PACKED_SIZE);
	rc = stream->packed ? recognize(stream, err) : error_set(err, -ENOMEM, "out of memory");
	if (rc) {
		stream_close(stream);
		return rc;
	}
	*result = stream;
	return 0;
}

int stream_release(struct stream *stream)
{
	int fd = stream->fd;

	if (stream->packing == PACKING_GZIP)
		inflateEnd(&stream->zlib);
#ifdef HAVE_ZSTD
	ZSTD_freeDStream(stream->zstd);
#endif
#ifdef HAVE_LZMA
	lzma_end(&stream->lzma);
#endif
	free(stream->packed);
	if (stream->copy >= 0)
		close(stream->copy);
	free(stream);
	return fd;
}

void stream_close(struct stream *stream)
{
	if (stream)
		close(stream_release(stream));
}

void stream_is_text(struct stream *stream)
{
	int rc = 0;

	if (stream->packing != PACKING_NONE)
		return;
	while (!rc && !stream->eof && stream->end < 4096)
		rc = fill(stream);
	stream->encoding = encoding_recognize(stream->packed, stream->end);
	if (stream->encoding != ENCODING_PLAIN)
		stream->packing = PACKING_TEXT;
}

enum packing stream_packing(const struct stream *stream)
{
	return stream->packing;
}

static ssize_t read_plain(struct stream *stream, void *buffer, size_t size)
{
	size_t left = stream->end - stream->pos;
	ssize_t n;

	if (left) {
		n = left < size ? left : size;
		memcpy(buffer, stream->packed + stream->pos, n);
		stream->pos += n;
		return n;
	}
	return read_file(stream, buffer, size);
}

/* It could be unpacked, but takes more memory than a stranger's file may. */
static ssize_t too_large(struct stream *stream, const char *command)
{
	return error_set(&stream->reason, -E2BIG,
			 "more memory is wanted to unpack it than is given to any file; unpack it "
			 "with: %s",
			 command);
}

/*
 * A step of gzip: what can be made of the packed bytes at hand. As with gzip(1), members follow
 * each other, and what else is behind them is ignored.
 */
static ssize_t step_gzip(struct stream *stream, void *buffer, size_t size)
{
	z_stream *zlib = &stream->zlib;
	size_t room = size < 1u << 30 ? size : 1u << 30;
	int rc;

	if (!stream->within && !begins_gzip(stream)) {
		stream->over = true;
		return 0;
	}
	stream->within = true;
	zlib->next_in = stream->packed + stream->pos;
	zlib->avail_in = stream->end - stream->pos;
	zlib->next_out = buffer;
	zlib->avail_out = room;
	rc = inflate(zlib, Z_NO_FLUSH);
	stream->pos = stream->end - zlib->avail_in;
	if (rc == Z_STREAM_END) {
		stream->within = false;
		inflateReset(zlib);
	} else if (rc == Z_MEM_ERROR) {
		return -ENOMEM;
	} else if (rc != Z_OK && rc != Z_BUF_ERROR) {
		return -EIO;
	}
	return room - zlib->avail_out;
}

/* A step of zstd; frames follow each other. */
static ssize_t step_zstd(struct stream *stream, void *buffer, size_t size)
{
#ifdef HAVE_ZSTD
	ZSTD_inBuffer in = { stream->packed, stream->end, stream->pos };
	ZSTD_outBuffer out = { buffer, size, 0 };
	size_t more = ZSTD_decompressStream(stream->zstd, &out, &in);

	stream->pos = in.pos;
	if (ZSTD_getErrorCode(more) == ZSTD_error_frameParameter_windowTooLarge)
		return too_large(stream, "zstd -d --long=31");
	if (ZSTD_isError(more))
		return -EIO;
	stream->within = more;
	return out.pos;
#else
	(void)stream;
	(void)buffer;
	(void)size;
	return -ENOSYS;
#endif
}

/* A step of xz, whose streams follow each other, too. */
static ssize_t step_xz(struct stream *stream, void *buffer, size_t size)
{
#ifdef HAVE_LZMA
	lzma_stream *lzma = &stream->lzma;
	lzma_ret rc;

	stream->within = true;
	lzma->next_in = stream->packed + stream->pos;
	lzma->avail_in = stream->end - stream->pos;
	lzma->next_out = buffer;
	lzma->avail_out = size;
	rc = lzma_code(lzma, stream->eof ? LZMA_FINISH : LZMA_RUN);
	stream->pos = stream->end - lzma->avail_in;
	if (rc == LZMA_STREAM_END)
		stream->within = false;
	else if (rc == LZMA_MEM_ERROR)
		return -ENOMEM;
	else if (rc == LZMA_MEMLIMIT_ERROR)
		return too_large(stream, "xz -d");
	else if (rc != LZMA_OK && rc != LZMA_BUF_ERROR)
		return -EIO;
	return size - lzma->avail_out;
#else
	(void)stream;
	(void)buffer;
	(void)size;
	return -ENOSYS;
#endif
}

static ssize_t step_text(struct stream *stream, void *buffer, size_t size)
{
	size_t written;

	stream->pos +=
		encoding_convert(stream->encoding, stream->packed + stream->pos,
				 stream->end - stream->pos, stream->eof, buffer, size, &written);
	/* A few bytes that need what follows are left until there is more. */
	stream->within = !stream->eof && stream->pos < stream->end;
	return written;
}

static ssize_t step(struct stream *stream, void *buffer, size_t size)
{
	switch (stream->packing) {
	case PACKING_GZIP:
		return step_gzip(stream, buffer, size);
	case PACKING_XZ:
		return step_xz(stream, buffer, size);
	case PACKING_TEXT:
		return step_text(stream, buffer, size);
	default:
		return step_zstd(stream, buffer, size);
	}
}

static ssize_t read_packed(struct stream *stream, void *buffer, size_t size)
{
	while (!stream->over) {
		/* Two bytes tell whether a further gzip member begins. */
		bool hungry = stream->end - stream->pos < (stream->within ? 1 : 2);
		size_t before;
		ssize_t n;
		int rc = hungry && !stream->eof ? fill(stream) : 0;

		if (rc)
			return rc;
		if (hungry && !stream->eof && stream->end - stream->pos < 2)
			continue;
		/* At the end of the file the unpackers may still hold something back. */
		if (stream->pos == stream->end && !stream->within)
			break;
		before = stream->pos;
		n = step(stream, buffer, size);
		if (n)
			return n;
		if (stream->pos == before && !stream->eof && (rc = fill(stream)))
			return rc;
		if (stream->eof && stream->pos == stream->end)
			break;
	}
	stream->over = true;
	return 0;
}

static ssize_t read_some(struct stream *stream, void *buffer, size_t size, struct error *err)
{
	ssize_t n = stream->failed		      ? stream->failed
		    : stream->packing == PACKING_NONE ? read_plain(stream, buffer, size)
						      : read_packed(stream, buffer, size);

	stream->failed = n < 0 ? n : 0;
	if (n < 0 && stream->reason.text[0])
		return error_set(err, n, "%s", stream->reason.text);
	if (n == -EIO && stream->packing != PACKING_NONE)
		return error_set(err, n, "it is damaged, or no %s file that can be unpacked",
				 stream->packing == PACKING_GZIP ? "gzip"
				 : stream->packing == PACKING_XZ ? "xz"
								 : "zstd");
	return n < 0 ? error_set(err, n, "%s", strerror(-n)) : n;
}

ssize_t stream_read(struct stream *stream, void *buffer, size_t size, struct error *err)
{
	size_t left = stream->head_end - stream->head_pos;

	if (!left)
		return read_some(stream, buffer, size, err);
	left = left < size ? left : size;
	memcpy(buffer, stream->head + stream->head_pos, left);
	stream->head_pos += left;
	return left;
}

size_t stream_peek(struct stream *stream, void *buffer, size_t size)
{
	ssize_t n = 1;

	while (stream->head_end < size && n > 0) {
		/* An error comes again when it is read. */
		n = read_some(stream, stream->head + stream->head_end, size - stream->head_end,
			      NULL);
		stream->head_end += n > 0 ? n : 0;
	}
	if (size > stream->head_end)
		size = stream->head_end;
	memcpy(buffer, stream->head, size);
	return size;
}

bool stream_cut(const struct stream *stream)
{
	return stream->over && stream->within;
}

int stream_keep(struct stream *stream, int copy, const char *name, struct error *err)
{
	int rc;

	stream->copy = copy;
	snprintf(stream->name, sizeof(stream->name), "%s", name);
	/* What it is packed with was told by these. */
	rc = keep(stream, stream->packed, stream->end);
	return rc ? error_set(err, rc, "%s", stream->reason.text) : 0;
}

int stream_rewind(struct stream *stream)
{
	if (stream->copy >= 0) {
		close(stream->fd);
		stream->fd = stream->copy;
		stream->copy = -1;
		stream->start = 0;
	}
	if (lseek(stream->fd, stream->start, SEEK_SET) < 0)
		return -errno;
	stream->pos = stream->end = stream->head_pos = stream->head_end = 0;
	stream->eof = stream->within = stream->over = false;
	stream->failed = 0;
	if (stream->packing == PACKING_GZIP)
		inflateReset(&stream->zlib);
#ifdef HAVE_ZSTD
	if (stream->packing == PACKING_ZSTD)
		ZSTD_initDStream(stream->zstd);
#endif
#ifdef HAVE_LZMA
	if (stream->packing == PACKING_XZ)
		return begin_xz(stream);
#endif
	return 0;
}
