/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Guest frames that are mapped more than once, with types that differ: undefined by the SDM. */
#ifndef AUDIT_CONFLICTS_H
#define AUDIT_CONFLICTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONFLICTS_CHUNKS  (1u << 20) /* at most, of 32 bytes: 1 TiB mapped by 2M pages */
#define CONFLICTS_SLABS	  128
#define CONFLICTS_BITMAPS (1u << 19) /* at most, of 64 bytes: 1 TiB mapped by scattered pages */
#define CONFLICTS_WAITING 64

/* Frames first to last of one 2M are used with a type. */
struct conflicts_part {
	uint32_t number; /* of the chunk */
	uint16_t first, last;
	uint32_t type; /* enum memtype */
};

/*
 * Which types each guest frame is used with. Of each 2M it is kept whether all frames have a type,
 * or which of them, a bit for each; a limit keeps hostile tables from making it large. Zeros are an
 * empty one.
 */
struct conflicts {
	struct chunk *table;   /* by hash of gfn / 512 */
	struct chunk **listed; /* room for what conflicts_list() puts in order */
	size_t size, used;     /* chunks */
	uint64_t *slabs[CONFLICTS_SLABS];
	uint32_t bitmaps;
	unsigned int waiting; /* parts that were added, and are yet to be looked up */
	struct conflicts_part parts[CONFLICTS_WAITING];
	bool full;	/* some frames were left out */
	bool no_memory; /* for the same reason, or another: what is here is no result */
};

/* pages frames from gfn on, of 40 bits, are used with an enum memtype, UC to WB. */
void conflicts_add(struct conflicts *conflicts, uint64_t gfn, uint64_t pages, unsigned int type);

/* When all were added, before they are listed. */
void conflicts_settle(struct conflicts *conflicts);

/* Called for stretches of frames in ascending order. types: bits 1 << enum memtype, several. */
typedef void conflicts_emit(void *opaque, uint64_t first, uint64_t last, unsigned int types);

/* All conflicts so far. */
void conflicts_list(const struct conflicts *conflicts, conflicts_emit *emit, void *opaque);
void conflicts_clear(struct conflicts *conflicts);

#endif
