/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef REPORT_MAP_H
#define REPORT_MAP_H

/* A map of guest memory on standard output: one line per stretch of equal type. */

#include "base/jsonwrite.h"
#include "report/format.h"
#include "report/picture.h"
#include "report/stretch.h"
#include "source/source.h"

/* Fill in the first three; the rest begins as zero. */
struct map {
	enum format format;	   /* text, json or svg */
	const struct ranges *gfns; /* that are looked at; none: all */
	/* Of its own: */
	struct jsonwrite json;
	struct picture *picture;
	unsigned int width; /* of the screen */
	bool utf8;
	struct stretch held; /* being built, if any */
	bool any;
	uint64_t next; /* the first gfn not told yet */
	uint64_t stretches, findings, pages, finding_pages;
};

/* begin, then for each domain domain/run…/domain_end, then end. 0 or a negative errno value. */
int map_begin(struct map *map, const struct source_info *info, struct error *err);
void map_domain(struct map *map, const struct dump *dump);
void map_run(void *map, const struct run *run); /* a judge_emit */
void map_domain_end(struct map *map, const struct dump *dump);

/* Without keep it only frees. */
int map_end(struct map *map, bool complete, int exit_status, bool keep, struct error *err);

#endif
