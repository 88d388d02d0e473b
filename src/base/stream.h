/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BASE_STREAM_H
#define BASE_STREAM_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * The bytes of a file or pipe from where it stands, unpacked as they are read if they are packed.
 * It takes the same memory however much a packed file unpacks to.
 */
struct stream;

enum packing { PACKING_NONE, PACKING_GZIP, PACKING_ZSTD, PACKING_XZ, PACKING_TEXT };

/* Takes over fd, which is closed on error, too. Returns 0 or a negative errno value. */
int stream_open(int fd, struct stream **stream, struct error *err);
void stream_close(struct stream *stream);

/*
 * What it has is text: if it is UTF-16, quoted-printable, or has no-break spaces for blanks, it is
 * converted to ASCII as it is read, and its packing becomes PACKING_TEXT. Before any reading;
 * packed text stays as it is.
 */
void stream_is_text(struct stream *stream);

enum packing stream_packing(const struct stream *stream);

/*
 * The next bytes, 0 at the end. -EIO, with a reason that fits behind a file's name, if they are
 * damaged or too big to unpack.
 */
ssize_t stream_read(struct stream *stream, void *buffer, size_t size, struct error *err);

/* Copies the first bytes, which stay to be read; fewer only where there are no more. Before any
 * stream_read(), and up to STREAM_PEEK. */
#define STREAM_PEEK 64
size_t stream_peek(struct stream *stream, void *buffer, size_t size);

/* Did what is packed end before its end? Known when stream_read() has returned 0. */
bool stream_cut(const struct stream *stream);

/*
 * Of a pipe, which can be read only once, all bytes are copied to that file, packed as they come,
 * and read from there after stream_rewind(), up to where the pipe was read before. To be called
 * before any reading. Takes over copy.
 */
int stream_keep(struct stream *stream, int copy, const char *name, struct error *err);

/* Begins again at the first byte of a file that can be sought in. 0 or a negative errno value. */
int stream_rewind(struct stream *stream);

/* Closes it all but for the descriptor, which is returned. */
int stream_release(struct stream *stream);

#endif
