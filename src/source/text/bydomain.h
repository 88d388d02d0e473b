/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_TEXT_BYDOMAIN_H
#define SOURCE_TEXT_BYDOMAIN_H

#include "source/text/scan.h"

/*
 * What a log tells, by domain: so that the facts of a dump take no longer where the log has more of
 * other domains.
 */

/* Lists of a struct scan whose members tell of one domain. */
enum bydomain_list { BY_KEYQ, BY_MTRR, BY_VMCS, BY_IOMMU, BY_MAPPING, BY_LISTS };

/* Sorts the lists of a log that was read, into scan->by. Returns 0 or -ENOMEM. */
int bydomain_init(struct scan *scan);
void bydomain_free(struct bydomain *by);

/*
 * Of the members that tell of this domain, or of this vCPU of it, in the boot of place the one
 * nearest to place: its index in the list, or -1. The same series counts as nearer than any other;
 * of two at the same distance the first in the list is taken.
 */
ssize_t bydomain_nearest(const struct scan *scan, enum bydomain_list list, int domid,
			 unsigned int vcpu, const struct place *place);

/* Those that tell of the domain in this boot, one after another: the next index, or -1. */
struct bydomain_walk {
	size_t next, end;
};
void bydomain_walk(const struct scan *scan, enum bydomain_list list, const struct dump_place *dump,
		   struct bydomain_walk *walk);
ssize_t bydomain_next(const struct scan *scan, enum bydomain_list list, struct bydomain_walk *walk);

/* Between which lines the domain of a dump is known to have been there, as far as keys tell. */
struct life {
	uint64_t first, last;
};

/* Keys q and D list every domain with an EPT: where one does not, the domain was not there. */
struct life bydomain_life(const struct scan *scan, const struct dump_place *dump);

/*
 * Was key o pressed in the boot of place from line first to last, and its output is whole? Returns
 * 0, 1, or 2 if one of them was in the series of place.
 */
int bydomain_keyo(const struct scan *scan, const struct place *place, const struct life *life);

#endif
