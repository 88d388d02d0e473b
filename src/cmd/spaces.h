/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The address spaces of the guests of a session: read, combined with the p2m, and handed on. */
#ifndef CMD_SPACES_H
#define CMD_SPACES_H

#include "audit/effective.h"
#include "report/effective.h"
#include "source/source.h"

struct spaces {
	struct source *source;
	const struct ranges *gfns; /* frames that are wanted; NULL or empty: all */
	struct ranges gvas;	   /* 4K pages that are wanted; empty: all */
	int vcpu;		   /* -1: all */
	uint64_t limit;		   /* of entries of each space */
	/* Each space, before its runs and after them (end). */
	void (*told)(void *opaque, const struct effective_space *space, bool end);
	effective_emit *run;
	/* Each page of a guest's tables that is read; 0, or a negative errno that ends the walk.
	 * May be NULL, as told and run. */
	int (*table)(void *opaque, uint64_t gfn, unsigned int level, const void *page,
		     const struct paging_registers *registers);
	int table_rc;
	/* A domain of which no space is known; its dump says why. */
	void (*missing)(void *opaque, const struct dump *dump);
	void *opaque;
	bool complete; /* of all spaces so far */
	struct backings backings;
	struct conflicts conflicts;   /* of all spaces of the domain so far */
	struct effective_space space; /* the one being walked */
};

void spaces_init(struct spaces *spaces);
void spaces_clear(struct spaces *spaces);

/* For each p2m in turn: before its entries, its entries, and, when they are all there, the walk. */
int spaces_begin(struct spaces *spaces, const struct dump *dump, struct error *err);
void spaces_entries(struct spaces *spaces, const struct entry *entries, size_t count);
void spaces_run(struct spaces *spaces, const struct entry *first, uint64_t count);
int spaces_walk(struct spaces *spaces, const struct dump *dump, struct error *err);

#endif
