/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzz target: packed files, whole, cut and damaged. What is whole comes out as it went in. */
#include "base/stream.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MOST 65536

/* A gzip member of the data, behind packed. Returns its size. */
static size_t pack(uint8_t *packed, size_t room, const uint8_t *data, size_t size)
{
	z_stream zlib = {
		.next_in = (uint8_t *)data, .avail_in = size, .next_out = packed, .avail_out = room
	};

	if (deflateInit2(&zlib, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK ||
	    deflate(&zlib, Z_FINISH) != Z_STREAM_END)
		abort();
	deflateEnd(&zlib);
	return room - zlib.avail_out;
}

/* Reads all, in pieces of any size. Returns how much it was, or -1. */
static ssize_t read_all(struct stream *stream, uint8_t *to, size_t room, uint64_t random)
{
	struct error err = { "" };
	size_t used = 0;
	ssize_t n;

	do {
		size_t piece = 1 + random % 5000;

		random = random * UINT64_C(6364136223846793005) + 1;
		n = stream_read(stream, to + used, piece < room - used ? piece : room - used, &err);
		if (n < 0 && !err.text[0])
			abort();
		used += n > 0 ? n : 0;
	} while (n > 0 && used < room);
	return n < 0 ? -1 : (ssize_t)used;
}

static void look(int fd, const uint8_t *data, size_t size, bool whole, uint64_t random)
{
	static uint8_t first[2 * MOST + 1], again[2 * MOST + 1], head[STREAM_PEEK];
	struct stream *stream;
	struct error err;
	ssize_t n, m;

	lseek(fd, 0, SEEK_SET);
	if (stream_open(dup(fd), &stream, &err))
		return;
	if (random & 1)
		stream_peek(stream, head, sizeof(head));
	n = read_all(stream, first, sizeof(first), random);
	if (whole && (n != (ssize_t)size || memcmp(first, data, size) || stream_cut(stream)))
		abort();
	if (stream_rewind(stream))
		abort();
	m = read_all(stream, again, sizeof(again), random >> 7);
	if (m != n || (n > 0 && memcmp(first, again, n)))
		abort();
	stream_close(stream);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t packed[2 * MOST + 4096];
	uint64_t random = size * UINT64_C(0x9e3779b97f4a7c15) + (size ? data[size / 2] : 0);
	size_t length, half;
	int fd = memfd_create("packed", 0);

	size = size < MOST ? size : MOST;
	half = size ? random % size : 0;
	length = pack(packed, sizeof(packed), data, half);
	length += pack(packed + length, sizeof(packed) - length, data + half, size - half);
	if (fd < 0 || write(fd, packed, length) != (ssize_t)length)
		abort();
	look(fd, data, size, true, random);
	packed[random % length] ^= 1u << (random >> 40 & 7);
	if (pwrite(fd, packed, length, 0) != (ssize_t)length ||
	    ftruncate(fd, random & 2 ? (off_t)length : (off_t)((random >> 20) % length)))
		abort();
	look(fd, NULL, 0, false, random);
	/* As it comes, too: what begins like something packed. */
	if (pwrite(fd, data, size, 0) != (ssize_t)size || ftruncate(fd, size) ||
	    (size > 4 && random & 4 && pwrite(fd, "\050\265\057\375", 4, 0) != 4))
		abort();
	look(fd, NULL, 0, false, random);
	close(fd);
	return 0;
}
