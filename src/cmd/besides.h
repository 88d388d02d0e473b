/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CMD_BESIDES_H
#define CMD_BESIDES_H

/* The files with facts beside a source: those of --facts, and of several --from all but one. */

#include "cmd/options.h"

/*
 * Reads them. Of several --from the one with dumps becomes the source. Returns 0 or a negative
 * errno value.
 */
int besides_open(struct shared_options *options, struct error *err);
void besides_close(struct shared_options *options);

/* Before a source is opened: what another one settled is forgotten. */
void besides_forget(struct shared_options *options);

/*
 * A source was opened; version is that of its Xen, or empty: are they of its boot, and of which
 * domain? Its info gets what they tell of the whole. Returns 0 or a negative errno value.
 */
int besides_settle(const struct shared_options *options, struct source *source, const char *version,
		   struct error *err);

/* Lays what they know over the facts of a dump. Returns 0 or a negative errno value. */
int besides_apply(const struct shared_options *options, const struct source *source,
		  struct dump *dump, struct error *err);

/* "phys_bits" of the first log that tells it, or 0. */
unsigned int besides_phys_bits(const struct shared_options *options);

/* The domains that one of them is of and that are not among domids. Returns 0 or -ENOMEM. */
int besides_unmatched(const struct shared_options *options, const struct ranges *domids,
		      struct nothing *nothing);

#endif
