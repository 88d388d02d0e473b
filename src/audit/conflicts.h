/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Guest frames that are mapped more than once, with types that differ: undefined by the SDM. */
#ifndef AUDIT_CONFLICTS_H
#define AUDIT_CONFLICTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Which types each guest frame is used with. Frames of one 2M are kept together as long as they are
 * alike, so that it takes little memory; a limit keeps hostile tables from making it large.
 */
struct conflicts {
	struct chunk *table; /* by hash of gfn / 512 */
	size_t size, used;   /* chunks */
	size_t details;	     /* of them that are kept frame by frame */
	bool full;	     /* some frames were left out */
};

#define CONFLICTS_CHUNKS (1u << 20) /* at most, of 16 bytes: 1 TiB mapped by 2M pages */
#define CONFLICTS_DETAILS                                                      \
	(1u << 17) /* at most, of 512 bytes: 256 GiB mapped by scattered pages \
		    */

/* pages frames from gfn on are used with an enum memtype, UC to WB. */
void conflicts_add(struct conflicts *conflicts, uint64_t gfn, uint64_t pages, unsigned int type);

/* Called for stretches of frames in ascending order. types: bits 1 << enum memtype, several. */
typedef void conflicts_emit(void *opaque, uint64_t first, uint64_t last, unsigned int types);

/* All conflicts; false if it ran out of memory. */
bool conflicts_list(const struct conflicts *conflicts, conflicts_emit *emit, void *opaque);
void conflicts_clear(struct conflicts *conflicts);

#endif
