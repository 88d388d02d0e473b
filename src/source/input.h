/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_INPUT_H
#define SOURCE_INPUT_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * A log that can be read twice: facts may stand behind the entries that need them. Files are read
 * in place, packed ones (gzip, zstd) unpacked each time, and a pipe is copied, packed as it comes,
 * to an unlinked temporary file on its first reading. base/temporary.h has the limits of that.
 */
struct input;

/* path is a file or "-". Returns 0 or a negative errno value; a directory is refused. */
int input_open(const char *path, struct input **input, struct error *err);

/* Copies the first bytes, up to STREAM_PEEK, which stay to be read. Before any input_read(). */
size_t input_peek(struct input *input, void *buffer, size_t size);
/* A plain file that is open already: it is read through a descriptor of its own. */
int input_of_fd(int fd, const char *name, struct input **input, struct error *err);

/* The next bytes, 0 at the end. */
ssize_t input_read(struct input *input, void *buffer, size_t size, struct error *err);

/* Goes on at that offset of the (unpacked) log; only where it has been read before. */
int input_seek(struct input *input, uint64_t offset, struct error *err);

/* Did a compressed log end before its end? Known when all has been read. */
bool input_cut(const struct input *input);
void input_close(struct input *input);

/* One line of the log. */
struct line {
	const char *text;
	size_t length;	 /* without the line end */
	unsigned int cr; /* carriage returns before the newline */
	uint64_t offset; /* of its first byte in the log */
	bool terminated; /* has a newline: false only for the last of the log */
	bool cut;	 /* longer than the reader's buffer: the rest is not shown */
};

#define READER_BUFFER (128u << 10) /* small enough to stay in the second-level cache */

/* Reads lines. pos and end may be used directly by code that knows what it skips. */
struct reader {
	struct input *input;
	char *buffer;
	size_t size; /* of buffer: what is longer is no line */
	size_t pos, end;
	uint64_t offset; /* of buffer[0] in the log */
	bool eof;
};

/* size: bytes that a line may have, mostly READER_BUFFER. */
int reader_init(struct reader *reader, struct input *input, size_t size, struct error *err);
void reader_clear(struct reader *reader);
int reader_seek(struct reader *reader, uint64_t offset, struct error *err);

/* Moves what is left to the front and reads more. Returns bytes added, 0 at the end. */
ssize_t reader_fill(struct reader *reader, struct error *err);

/*
 * 1 and the line behind what was read, which is not read thereby; 0 where there is none that fits
 * into the buffer. line is the one read last, or one not far before it, and stays valid, though it
 * may move.
 */
int reader_peek(struct reader *reader, struct line *line, struct line *next, struct error *err);

/* What was peeked at counts as read. */
void reader_accept(struct reader *reader, const struct line *next);

/* 1 and the next line, valid until the next call; 0 at the end; negative on error. */
int reader_line(struct reader *reader, struct line *line, struct error *err);

#endif
