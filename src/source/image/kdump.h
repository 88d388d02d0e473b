/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_IMAGE_KDUMP_H
#define SOURCE_IMAGE_KDUMP_H

#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Memory as makedumpfile keeps it ("kdump-compressed", and diskdump before it): a header, a bit for
 * each frame, a descriptor for each page that is there, and the pages, each packed for itself.
 */
struct kdump;

/* Do the first bytes of a file say so? */
bool kdump_recognize(const uint8_t *data, size_t size);

/*
 * Reads from the mapping of a file, which stays the caller's as its descriptor fd does. path is for
 * messages. What the file claims is checked against its size. Returns 0 or a negative errno value.
 */
int kdump_open(const uint8_t *map, size_t size, int fd, const char *path, struct kdump **kdump,
	       struct error *err);
void kdump_close(struct kdump *kdump);

/* Frames are below this; pages are numbered below that, see kdump_number(). */
uint64_t kdump_frames(const struct kdump *kdump);
uint64_t kdump_pages(const struct kdump *kdump);

/* Unpacks the page at a frame into 4096 bytes. False if it is not there or damaged. */
bool kdump_read(struct kdump *kdump, uint64_t mfn, void *page);

/* How many pages stand before that of the frame. */
uint64_t kdump_number(const struct kdump *kdump, uint64_t mfn);

/* The next frame at or above mfn that has a page, or UINT64_MAX. */
uint64_t kdump_next(const struct kdump *kdump, uint64_t mfn);

#endif
