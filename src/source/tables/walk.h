/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_TABLES_WALK_H
#define SOURCE_TABLES_WALK_H

#include "model/entry.h"
#include "model/window.h"
#include "source/tables/pages.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WALK_LEVELS_MAX 5

/* Something wrong with a table, and where: not with what an entry maps. */
typedef void walk_finding(void *opaque, const char *text);

/* One that nobody wants to know. */
walk_finding walk_ignore;

/*
 * A walk of one EPT from its root, leaf by leaf in gfn order: the entries that key D would print.
 * Each table is entered once, whatever refers to it, so that nothing can make a walk endless.
 */
struct walk {
	struct pages *pages;
	unsigned int levels, level; /* level of the table being read; 1 has 4K leaves */
	const uint64_t *table[WALK_LEVELS_MAX + 1];
	unsigned int index[WALK_LEVELS_MAX + 1];
	bool pending[WALK_LEVELS_MAX + 1]; /* EMT 7 on the way to this level's table */
	uint64_t gfn[WALK_LEVELS_MAX + 1]; /* of the first entry of this level's table */
	uint64_t first, last;		   /* gfns that are wanted, inclusive; walk_begin(): all */
	uint64_t reserved;		   /* address bits that no entry may have */
	uint64_t *visited;		   /* a bit for each page number */
	uint64_t number;		   /* of the page that was entered last */
	uint64_t tables;
	unsigned long findings;
	unsigned long absent; /* of these, tables that there is no page of */
	walk_finding *emit;
	void *opaque;
};

/*
 * Begins at an EPTP (SDM vol. 3, "Extended-Page-Table Pointer"). phys_bits is the machine's
 * physical-address width; 52, the most that there is, where it is not known. 0, -ENOMEM, or -EFAULT
 * if there is no page at the root.
 */
int walk_begin(struct walk *walk, struct pages *pages, uint64_t eptp, unsigned int phys_bits,
	       walk_finding *emit, void *opaque);

/* Up to max entries; 0 at the end. */
size_t walk_read(struct walk *walk, struct entry *entries, size_t max);

/* source_skip() for a walk: whole 4K tables at a time. */
uint64_t walk_skip(struct walk *walk, struct entry *like, const struct window *window);
void walk_end(struct walk *walk);

#endif
