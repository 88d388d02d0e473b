/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_LIVE_DIRECT_H
#define SOURCE_LIVE_DIRECT_H

/* Running domains whose tables are read directly, not printed by Xen (--via gdbsx). */

#include "source/live/live.h"

/* Asks for all, as the source opens; domains that are chosen are in live->targets. */
int direct_ask(struct live *live, const struct source_options *options, struct error *err);
void direct_close(struct live *live);

/* As those of source_ops, for live->target. */
int direct_next(struct live *live, struct dump *dump, struct error *err);
size_t direct_read(struct live *live, struct entry *entries, size_t max);
uint64_t direct_skip(struct live *live, struct entry *like, const struct window *window);
void direct_finish(struct live *live);

/* Is that domain among those that there are now, and not about to go? */
bool direct_there(const struct xen_domain *now, size_t count, const struct xen_domain *before);

/*
 * Where what a debug key prints will begin in Xen's console ring: before one is pressed. Returns 0
 * or a negative errno value.
 */
int direct_ring_end(struct live *live, struct error *err);

/*
 * Copies the tables of a target; only those on the way to these gfns, if only is not NULL. Returns
 * as copy_tables() does; copy_clear() then, too.
 */
int direct_copy(struct live *live, const struct target *target, const struct ranges *only,
		struct table_copy *copy, struct error *err);

/* As recheck(): reads the tables again in which something is suspect. */
int direct_recheck(struct live *live, const struct ranges *suspect, size_t count,
		   struct error *err);

/* As source_core(). */
int direct_core(struct live *live, FILE *file, struct error *err);

/* Says that this Xen could be asked so, where it can. "": it cannot, or that is not known. */
const char *direct_hint(struct live *live);

#endif
