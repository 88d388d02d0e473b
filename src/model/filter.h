/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MODEL_FILTER_H
#define MODEL_FILTER_H

#include "model/entry.h"
#include "model/ranges.h"

/* Which entries are wanted: those that meet every condition. */
struct filter {
	const struct ranges *gfns; /* overlaps one of them; empty: all */
	struct ranges mfns;	   /* the same of the frames that it maps; freed by its owner */
	int type, emt, order;	   /* -1: any; what is not known, or means nothing, is not wanted */
	int ipat;		   /* 0 or 1, -1: any; '?' is neither */
	bool pending;
};

bool filter_wants(const struct filter *filter, const struct entry *entry);

/* Takes count entries that differ by advancing gfn and mfn only, of which this is the first. */
typedef void filter_take(void *opaque, const struct entry *first, uint64_t count);

/* Of as many such entries hands those on that are wanted, as few runs. */
void filter_run(const struct filter *filter, const struct entry *first, uint64_t count,
		filter_take *take, void *opaque);

#endif
