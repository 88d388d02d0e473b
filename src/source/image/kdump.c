/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/image/kdump.h"

#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#ifdef HAVE_ZSTD
#include <zstd.h>
#endif

/*
 * struct disk_dump_header and struct kdump_sub_header, as makedumpfile's IMPLEMENTATION and
 * diskdump_mod.h describe them; numbers are those of x86, little-endian.
 */
#define BLOCK		     4096u
#define HEADER_VERSION	     8	 /* int */
#define HEADER_STATUS	     424 /* unsigned: how pages are packed */
#define HEADER_BLOCK_SIZE    428 /* int */
#define HEADER_SUB_BLOCKS    432 /* int: blocks of the second header */
#define HEADER_BITMAP_BLOCKS 436 /* unsigned: of both bitmaps */
#define HEADER_FRAMES	     440 /* unsigned: frames are below this */
#define SUB_SPLIT	     12	 /* int: one file of several */
#define SUB_FRAMES	     96	 /* 64 bits, from version 6 on */

/* struct page_desc: offset, size, flags, flags of the page */
#define DESCRIPTOR 24

#define PACKED_ZLIB   0x1u
#define PACKED_LZO    0x2u
#define PACKED_SNAPPY 0x4u
#define PACKED_ZSTD   0x20u
#define PACKED_ANY    (PACKED_ZLIB | PACKED_LZO | PACKED_SNAPPY | PACKED_ZSTD)

#define FRAME_BITS_MOST 36	     /* 256 TiB */
#define BLOCK_FRAMES	(BLOCK * 8u) /* that a block of a bitmap has bits for */
#define WORDS		(BLOCK / 8u) /* of 64 bits in a block */

struct kdump {
	const uint8_t *map;
	size_t size;
	uint64_t frames;
	const uint8_t *bitmap;	    /* of frames that have a page */
	const uint8_t *descriptors; /* of their pages */
	uint64_t *before;	    /* pages before each block of the bitmap, and in all */
	uint64_t blocks;
	z_stream zlib;
#ifdef HAVE_ZSTD
	ZSTD_DCtx *zstd;
#endif
};

static uint32_t u32(const uint8_t *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return value;
}

static uint64_t u64(const uint8_t *at)
{
	uint64_t value;

	memcpy(&value, at, sizeof(value));
	return value;
}

bool kdump_recognize(const uint8_t *data, size_t size)
{
	return size >= 8 && (!memcmp(data, "KDUMP   ", 8) || !memcmp(data, "DISKDUMP", 8));
}

static unsigned int bits_of(const uint8_t *block)
{
	unsigned int count = 0, i;

	for (i = 0; i < WORDS; i++)
		count += __builtin_popcountll(u64(block + i * 8));
	return count;
}

/* Counts the pages that the bitmap tells of. Holes of the file are not looked at. */
static int count_pages(struct kdump *kdump, int fd)
{
	uint64_t at = kdump->bitmap - kdump->map, i, pages = 0;
	off_t data = 0;

	kdump->before = malloc((kdump->blocks + 1) * sizeof(*kdump->before));
	if (!kdump->before)
		return -ENOMEM;
	for (i = 0; i < kdump->blocks; i++, at += BLOCK) {
		kdump->before[i] = pages;
		if (data >= 0 && (uint64_t)data < at + BLOCK) {
			data = lseek(fd, at, SEEK_DATA);
			if (data < 0 && errno != ENXIO)
				data = at; /* it cannot be told */
		}
		if (data >= 0 && (uint64_t)data < at + BLOCK)
			pages += bits_of(kdump->bitmap + i * BLOCK);
	}
	kdump->before[i] = pages;
	return 0;
}

static const char *packing_name(uint32_t flags)
{
	return flags & PACKED_LZO ? "lzo" : flags & PACKED_SNAPPY ? "snappy" : "zstd";
}

/* Can pages that are packed so be read? */
static bool readable(uint32_t flags)
{
#ifdef HAVE_ZSTD
	return !(flags & (PACKED_LZO | PACKED_SNAPPY));
#else
	return !(flags & (PACKED_LZO | PACKED_SNAPPY | PACKED_ZSTD));
#endif
}

/* Where its parts are. Returns what is wrong with the headers, or NULL. */
static const char *read_headers(struct kdump *kdump)
{
	uint64_t bitmap, length, sub, whole;

	if (kdump->size < 2 * BLOCK)
		return "it ends within its headers";
	if (u32(kdump->map + HEADER_BLOCK_SIZE) != BLOCK)
		return "it is not of pages of 4 KiB";
	sub = u32(kdump->map + HEADER_SUB_BLOCKS);
	length = (uint64_t)u32(kdump->map + HEADER_BITMAP_BLOCKS) * BLOCK;
	bitmap = (1 + sub) * BLOCK;
	if (bitmap > kdump->size || length > kdump->size - bitmap)
		return "its bitmaps do not lie in the file";
	kdump->frames = u32(kdump->map + HEADER_FRAMES);
	if (sub && u32(kdump->map + BLOCK + SUB_SPLIT))
		return "it is one of several files; put them together with makedumpfile "
		       "--reassemble";
	if (sub && u32(kdump->map + HEADER_VERSION) >= 6)
		kdump->frames = u64(kdump->map + BLOCK + SUB_FRAMES);
	if (!kdump->frames || kdump->frames >> FRAME_BITS_MOST)
		return "it claims more frames than any machine has, or none";
	kdump->blocks = (kdump->frames + BLOCK_FRAMES - 1) / BLOCK_FRAMES;
	/* Two bitmaps, of all frames and of those that are there; or the latter alone. */
	whole = kdump->blocks * BLOCK;
	if (length >= 2 * whole)
		bitmap += length / 2;
	else if (length < whole)
		return "it claims more frames than it has bits for";
	kdump->bitmap = kdump->map + bitmap;
	kdump->descriptors = kdump->map + (1 + sub) * BLOCK + length;
	return NULL;
}

static int check(struct kdump *kdump, int fd, const char *path, struct error *err)
{
	const char *wrong = read_headers(kdump);
	uint32_t packing = u32(kdump->map + HEADER_STATUS) & PACKED_ANY;
	uint64_t room, pages;

	if (!wrong && count_pages(kdump, fd))
		return error_set(err, -ENOMEM, "out of memory");
	pages = wrong ? 0 : kdump_pages(kdump);
	room = wrong ? 0 : kdump->size - (kdump->descriptors - kdump->map);
	if (!wrong && (!pages || pages > room / DESCRIPTOR))
		wrong = "it has no descriptors of its pages";
	if (wrong)
		return error_set(err, -EINVAL, "%s is no dump of makedumpfile that can be read: %s",
				 path, wrong);
	/* Headers of old versions do not tell. */
	packing |= u32(kdump->descriptors + 12) & PACKED_ANY;
	packing |= u32(kdump->descriptors + (pages - 1) * DESCRIPTOR + 12) & PACKED_ANY;
	if (!readable(packing))
		return error_set(err, -ENOSYS,
				 "%s: its pages are packed with %s, which this build cannot read: "
				 "make it with makedumpfile -c (zlib), or as ELF with -E",
				 path, packing_name(packing));
	return 0;
}

int kdump_open(const uint8_t *map, size_t size, int fd, const char *path, struct kdump **result,
	       struct error *err)
{
	struct kdump *kdump = calloc(1, sizeof(*kdump));
	int rc;

	if (!kdump)
		return error_set(err, -ENOMEM, "out of memory");
	kdump->map = map;
	kdump->size = size;
	rc = size < BLOCK ? error_set(err, -EINVAL, "%s ends within its headers", path)
			  : check(kdump, fd, path, err);
#ifdef HAVE_ZSTD
	kdump->zstd = rc ? NULL : ZSTD_createDCtx();
	if (!rc && !kdump->zstd)
		rc = error_set(err, -ENOMEM, "out of memory");
#endif
	if (!rc && inflateInit(&kdump->zlib) != Z_OK)
		rc = error_set(err, -ENOMEM, "out of memory");
	if (rc)
		kdump_close(kdump);
	else
		*result = kdump;
	return rc;
}

void kdump_close(struct kdump *kdump)
{
	if (!kdump)
		return;
#ifdef HAVE_ZSTD
	ZSTD_freeDCtx(kdump->zstd);
#endif
	inflateEnd(&kdump->zlib); /* which tells by itself whether it was begun */
	free(kdump->before);
	free(kdump);
}

uint64_t kdump_frames(const struct kdump *kdump)
{
	return kdump->frames;
}

uint64_t kdump_pages(const struct kdump *kdump)
{
	return kdump->before[kdump->blocks];
}

uint64_t kdump_number(const struct kdump *kdump, uint64_t mfn)
{
	uint64_t block = mfn / BLOCK_FRAMES, number = kdump->before[block];
	const uint8_t *bits = kdump->bitmap + block * BLOCK;
	unsigned int bit = mfn % BLOCK_FRAMES, i;

	for (i = 0; i < bit / 64; i++)
		number += __builtin_popcountll(u64(bits + i * 8));
	if (bit % 64)
		number += __builtin_popcountll(u64(bits + i * 8) << (64 - bit % 64));
	/* A file that changes meanwhile must not lead beyond its descriptors. */
	return number < kdump_pages(kdump) ? number : kdump_pages(kdump) - 1;
}

/* Without uncompress(), which allocates for each page, and so could take one that is there away. */
static bool unpack_zlib(z_stream *zlib, const uint8_t *data, size_t size, uint8_t *page)
{
	zlib->next_in = (Bytef *)data;
	zlib->avail_in = size;
	zlib->next_out = page;
	zlib->avail_out = BLOCK;
	return inflateReset(zlib) == Z_OK && inflate(zlib, Z_FINISH) == Z_STREAM_END &&
	       !zlib->avail_out;
}

static bool unpack(struct kdump *kdump, uint32_t flags, const uint8_t *data, size_t size,
		   uint8_t *page)
{
	if (flags & PACKED_ZLIB)
		return unpack_zlib(&kdump->zlib, data, size, page);
#ifdef HAVE_ZSTD
	if (flags & PACKED_ZSTD)
		return ZSTD_decompressDCtx(kdump->zstd, page, BLOCK, data, size) == BLOCK;
#endif
	(void)kdump;
	if (flags & PACKED_ANY || size != BLOCK)
		return false;
	memcpy(page, data, BLOCK);
	return true;
}

bool kdump_read(struct kdump *kdump, uint64_t mfn, void *page)
{
	const uint8_t *descriptor;
	uint64_t offset;
	uint32_t size;

	if (mfn >= kdump->frames || !(kdump->bitmap[mfn / 8] >> (mfn % 8) & 1))
		return false;
	descriptor = kdump->descriptors + kdump_number(kdump, mfn) * DESCRIPTOR;
	offset = u64(descriptor);
	size = u32(descriptor + 8);
	return offset <= kdump->size && size <= BLOCK && size <= kdump->size - offset &&
	       unpack(kdump, u32(descriptor + 12), kdump->map + offset, size, page);
}

uint64_t kdump_next(const struct kdump *kdump, uint64_t mfn)
{
	while (mfn < kdump->frames) {
		uint64_t block = mfn / BLOCK_FRAMES, word;

		if (kdump->before[block] == kdump->before[block + 1]) {
			mfn = (block + 1) * BLOCK_FRAMES;
			continue;
		}
		word = u64(kdump->bitmap + mfn / 64 * 8) >> (mfn % 64);
		if (word) {
			mfn += __builtin_ctzll(word);
			return mfn < kdump->frames ? mfn : UINT64_MAX;
		}
		mfn = (mfn / 64 + 1) * 64;
	}
	return UINT64_MAX;
}
