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

#endif
