/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/input.h"

#include "base/opened.h"
#include "base/stream.h"
#include "base/temporary.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

struct input {
	int fd; /* a file that can be sought in; -1 if it is the stream that counts */
	struct stream *stream; /* packed, or a pipe still being read for the first time */
	bool pipe;	       /* stream is one, and has not been begun again */
	bool cut;
	bool whole;	   /* the stream has been at its end */
	uint64_t at;	   /* offset of what stream delivers next */
	uint64_t end;	   /* the farthest that it was: the length, if whole */
	uint64_t unpacked; /* bytes in all, however often the same ones */
	char name[200];
};

/* A file is read in place, a pipe, which can be read only once, is copied. */
static int open_stream(struct input *input, int fd, bool regular, struct error *err)
{
	struct error inner = { "" };
	int rc;

	if (regular && lseek(fd, 0, SEEK_SET)) {
		close(fd);
		return error_set(err, -EIO, "cannot read %s", input->name);
	}
	rc = stream_open(fd, &input->stream, &inner);
	if (rc)
		return error_set(err, rc, "cannot read %s: %s", input->name, inner.text);
	stream_is_text(input->stream);
	if (regular && stream_packing(input->stream) == PACKING_NONE) {
		input->fd = stream_release(input->stream);
		input->stream = NULL;
		lseek(input->fd, 0, SEEK_SET);
	} else if (!regular) {
		int copy = temporary_file();

		if (copy < 0)
			return error_set(
				err, copy,
				"cannot make a temporary file to read %s twice: %s; set TMPDIR, or "
				"name a file instead of a pipe",
				input->name, strerror(-copy));
		input->pipe = true;
		return stream_keep(input->stream, copy, input->name, err);
	}
	return 0;
}

/* /dev/null is as good as an empty file. */
static bool is_null(const struct stat *st)
{
	return st->st_rdev == makedev(1, 3);
}

int input_open(const char *path, struct input **result, struct error *err)
{
	struct input *input = calloc(1, sizeof(*input));
	struct stat st;
	int fd, rc;

	if (!input)
		return error_set(err, -ENOMEM, "out of memory");
	input->fd = -1;
	snprintf(input->name, sizeof(input->name), "%s",
		 strcmp(path, "-") ? path : "standard input");
	fd = strcmp(path, "-") ? opened_file(path) : dup(0);
	if (fd < 0 || fstat(fd, &st)) {
		rc = error_set(err, -errno,
			       "cannot read %s: %s; name a console log (xl dmesg > FILE)",
			       input->name, strerror(errno));
	} else if (S_ISDIR(st.st_mode)) {
		close(fd);
		rc = error_set(err, -EISDIR,
			       "%s is a directory; name a console log (xl dmesg > FILE)",
			       input->name);
	} else if (S_ISCHR(st.st_mode) && !isatty(fd) && !is_null(&st)) {
		close(fd); /* such as /dev/zero, which has no end */
		rc = error_set(err, -EINVAL, "%s is a device; name a console log (xl dmesg > FILE)",
			       input->name);
	} else {
		rc = open_stream(input, fd, S_ISREG(st.st_mode) || S_ISBLK(st.st_mode), err);
	}
	if (rc) {
		input_close(input);
		return rc;
	}
	*result = input;
	return 0;
}

size_t input_peek(struct input *input, void *buffer, size_t size)
{
	ssize_t n;

	if (input->stream)
		return stream_peek(input->stream, buffer, size);
	do
		n = pread(input->fd, buffer, size, 0);
	while (n < 0 && errno == EINTR);
	return n > 0 ? n : 0;
}

int input_of_fd(int fd, const char *name, struct input **result, struct error *err)
{
	struct input *input = calloc(1, sizeof(*input));

	if (!input)
		return error_set(err, -ENOMEM, "out of memory");
	snprintf(input->name, sizeof(input->name), "%s", name);
	input->fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (input->fd < 0) {
		int rc = error_set(err, -errno, "cannot read %s: %s", name, strerror(errno));

		free(input);
		return rc;
	}
	*result = input;
	return 0;
}

void input_close(struct input *input)
{
	if (!input)
		return;
	stream_close(input->stream);
	if (input->fd >= 0)
		close(input->fd);
	free(input);
}

bool input_cut(const struct input *input)
{
	return input->cut;
}

/* n more bytes have come out of the stream. */
static int count(struct input *input, size_t n, struct error *err)
{
	input->at += n;
	input->unpacked += n;
	if (input->at > input->end)
		input->end = input->at;
	return stream_packing(input->stream) == PACKING_NONE
		       ? 0
		       : temporary_check(-1, input->at, 0, "unpacks to", input->name, err);
}

ssize_t input_read(struct input *input, void *buffer, size_t size, struct error *err)
{
	struct error inner = { "" };
	ssize_t n;
	int rc;

	if (input->stream) {
		n = stream_read(input->stream, buffer, size, &inner);
		if (n < 0)
			return error_set(err, n, "cannot read %s: %s", input->name, inner.text);
		if (!n) {
			input->cut |= stream_cut(input->stream);
			input->whole = true;
		}
		rc = count(input, n, err);
		return rc ? rc : n;
	}
	do
		n = read(input->fd, buffer, size);
	while (n < 0 && errno == EINTR);
	return n < 0 ? error_set(err, -errno, "cannot read %s: %s", input->name, strerror(errno))
		     : n;
}

/*
 * There is no way into the middle of a packed file but from its beginning. Who goes back often gets
 * an unpacked copy, so that the time for it does not grow with the square of its length. That of a
 * small file is made at once: a log is read some twenty times, which is most of the time for it.
 */
#define READ_AGAIN 4			/* times the whole of it, */
#define READ_FREE  (UINT64_C(64) << 20) /* and this, which takes no time */
#define SMALL	   (UINT64_C(8) << 20)	/* what any TMPDIR has room for */

static bool gone_back_often(const struct input *input)
{
	return input->whole && input->unpacked > READ_AGAIN * input->end + READ_FREE;
}

static int unpack(struct input *input, struct error *err)
{
	struct error inner = { "input/output error" };
	int fd = temporary_file(), rc = fd < 0 ? fd : stream_rewind(input->stream);
	char buffer[16384];
	uint64_t size = 0;

	while (!rc && size < input->end) {
		ssize_t n = stream_read(input->stream, buffer, sizeof(buffer), &inner);

		size += n > 0 ? n : 0;
		temporary_tell(size, "unpacking", input->name);
		rc = n <= 0 ? -EIO
			    : temporary_check(fd, size, size, "unpacks to", input->name, err);
		if (rc == -EFBIG) {
			close(fd);
			return rc;
		}
		if (!rc)
			rc = temporary_write(fd, buffer, n);
	}
	if (rc) {
		if (fd >= 0)
			close(fd);
		return error_set(err, rc,
				 "cannot unpack %s into a temporary file: %s; set TMPDIR to a "
				 "folder with room",
				 input->name, strerror(-rc));
	}
	stream_close(input->stream);
	input->stream = NULL;
	input->fd = fd;
	return 0;
}

static int seek_packed(struct input *input, uint64_t offset, struct error *err)
{
	char scratch[16384];

	if (offset < input->at && gone_back_often(input))
		return unpack(input, err);
	/* Without a copy it only takes longer. */
	if (offset < input->at && input->whole && input->end <= SMALL && !unpack(input, NULL))
		return 0;
	if (offset < input->at) {
		int rc = stream_rewind(input->stream);

		if (rc)
			return rc;
		input->at = 0;
	}
	while (input->at < offset) {
		uint64_t left = offset - input->at;
		ssize_t n = stream_read(input->stream, scratch,
					left < sizeof(scratch) ? left : sizeof(scratch), NULL);

		if (n <= 0)
			return -EIO;
		input->at += n;
		input->unpacked += n;
	}
	return 0;
}

int input_seek(struct input *input, uint64_t offset, struct error *err)
{
	int rc = 0;

	error_set(err, -EIO, "cannot read %s a second time", input->name);
	if (input->pipe) { /* has been read once: from now on the copy serves */
		rc = stream_rewind(input->stream);
		input->pipe = false;
		input->at = 0;
		if (!rc && stream_packing(input->stream) == PACKING_NONE) {
			input->fd = stream_release(input->stream);
			input->stream = NULL;
		}
	}
	if (!rc && input->stream)
		rc = seek_packed(input, offset, err);
	if (!rc && !input->stream && lseek(input->fd, offset, SEEK_SET) < 0)
		rc = -errno;
	return rc;
}

int reader_init(struct reader *reader, struct input *input, size_t size, struct error *err)
{
	memset(reader, 0, sizeof(*reader));
	reader->input = input;
	reader->size = size;
	reader->buffer = malloc(size + 1);
	return reader->buffer ? 0 : error_set(err, -ENOMEM, "out of memory");
}

void reader_clear(struct reader *reader)
{
	free(reader->buffer);
	memset(reader, 0, sizeof(*reader));
}

int reader_seek(struct reader *reader, uint64_t offset, struct error *err)
{
	reader->pos = reader->end = 0;
	reader->offset = offset;
	reader->eof = false;
	return input_seek(reader->input, offset, err);
}

ssize_t reader_fill(struct reader *reader, struct error *err)
{
	ssize_t n;

	if (reader->eof)
		return 0;
	if (reader->pos) {
		memmove(reader->buffer, reader->buffer + reader->pos, reader->end - reader->pos);
		reader->offset += reader->pos;
		reader->end -= reader->pos;
		reader->pos = 0;
	}
	n = input_read(reader->input, reader->buffer + reader->end, reader->size - reader->end,
		       err);
	if (n > 0)
		reader->end += n;
	else if (!n)
		reader->eof = true;
	return n;
}

/* Drops the rest of a line that does not fit. */
static int skip_rest(struct reader *reader, struct error *err)
{
	for (;;) {
		char *newline;
		ssize_t n;

		reader->pos = reader->end;
		n = reader_fill(reader, err);
		if (n <= 0)
			return n;
		newline = memchr(reader->buffer, '\n', reader->end);
		if (newline) {
			reader->pos = newline + 1 - reader->buffer;
			return 0;
		}
	}
}

int reader_line(struct reader *reader, struct line *line, struct error *err)
{
	char *newline = NULL;
	size_t searched = 0;

	for (;;) {
		char *start = reader->buffer + reader->pos;
		size_t left = reader->end - reader->pos;
		ssize_t n;

		newline = left > searched ? memchr(start + searched, '\n', left - searched) : NULL;
		if (newline)
			break;
		searched = left;
		if (left == reader->size) {
			/* No console prints such a line; its start is all that is looked at. */
			line->cut = true;
			line->text = "";
			line->length = 0;
			line->cr = 0;
			line->offset = reader->offset;
			line->terminated = true;
			n = skip_rest(reader, err);
			return n < 0 ? n : 1;
		}
		n = reader_fill(reader, err);
		if (n < 0)
			return n;
		if (!n) {
			if (!left)
				return 0;
			break;
		}
	}
	line->text = reader->buffer + reader->pos;
	line->offset = reader->offset + reader->pos;
	line->length = newline ? (size_t)(newline - line->text) : reader->end - reader->pos;
	reader->pos += line->length + (newline ? 1 : 0);
	line->terminated = newline;
	line->cut = false;
	for (line->cr = 0; line->length && line->text[line->length - 1] == '\r'; line->cr++)
		line->length--;
	return 1;
}

int reader_peek(struct reader *reader, struct line *line, struct line *next, struct error *err)
{
	size_t start = line->offset - reader->offset, behind = reader->pos - start;
	const char *text, *newline;
	ssize_t n = 1;

	if (line->cut)
		return 0;
	/* To keep the line, it counts as not read meanwhile. */
	reader->pos = start;
	for (;;) {
		text = reader->buffer + reader->pos + behind;
		newline = memchr(text, '\n', reader->buffer + reader->end - text);
		if (newline || reader->end - reader->pos == reader->size)
			break;
		n = reader_fill(reader, err);
		if (n <= 0)
			break;
	}
	line->text = reader->buffer + (line->offset - reader->offset);
	reader->pos += behind;
	if (n < 0)
		return n;
	text = reader->buffer + reader->pos;
	memset(next, 0, sizeof(*next));
	next->text = text;
	next->offset = reader->offset + reader->pos;
	next->length = (newline ? newline : reader->buffer + reader->end) - text;
	next->terminated = newline;
	if (!next->terminated && (!next->length || !reader->eof))
		return 0;
	for (; next->length && text[next->length - 1] == '\r'; next->cr++)
		next->length--;
	return 1;
}

void reader_accept(struct reader *reader, const struct line *next)
{
	reader->pos = next->offset - reader->offset + next->length + next->cr + next->terminated;
}
