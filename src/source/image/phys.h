/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_IMAGE_PHYS_H
#define SOURCE_IMAGE_PHYS_H

#include "base/error.h"
#include "source/tables/pages.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The physical memory of a machine in a file: flat (offset = physical address), an ELF64 core whose
 * PT_LOAD segments say by p_paddr where they belong, or a dump of makedumpfile. Mapped, not copied;
 * a file that shrinks meanwhile reads as zeros from there on.
 */
struct phys;

/*
 * Opens and maps path, "-" is standard input. Packed images (.gz, .zst) and pipes go through an
 * unlinked temporary file, of which notice (or NULL) is told before.
 */
int phys_open(const char *path, void (*notice)(const char *text), struct phys **phys,
	      struct error *err);
void phys_close(struct phys *phys);

#define PHYS_SLOTS PAGES_SLOTS

/*
 * The page at that frame, or NULL if the image does not have it whole. It stays valid until the
 * same slot is used again: a walk gives each level its own.
 */
const uint64_t *phys_page(struct phys *phys, uint64_t mfn, unsigned int slot);

/*
 * A number for the page at a frame that the image has, below phys_page_limit(), which is no more
 * than the file's size allows, whatever addresses it claims.
 */
uint64_t phys_page_number(const struct phys *phys, uint64_t mfn);
uint64_t phys_page_limit(const struct phys *phys);

/* The same for a walk. */
struct pages *phys_pages(struct phys *phys);

/* Frames are below this. */
uint64_t phys_frame_limit(const struct phys *phys);

/* Does it end before memory that its own headers tell of? */
bool phys_cut(const struct phys *phys);

/* Has the file become shorter since it was mapped? */
bool phys_shrunk(const struct phys *phys);

/*
 * For walks over all pages: the next frame at or above mfn that the image has, or UINT64_MAX. Holes
 * of the file, which would read as zeros, are passed over.
 */
uint64_t phys_next_frame(struct phys *phys, uint64_t mfn);

#endif
