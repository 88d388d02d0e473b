/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_LIVE_DIRECTDATA_H
#define SOURCE_LIVE_DIRECTDATA_H

/* Where tables are read directly, and there is a xen-syms: what Xen itself has in memory. */

#include "source/live/gdbsx.h"
#include "source/live/live.h"

struct direct_data;

/*
 * Finds Xen's structures by the xen-syms that is named, or lies where distributions put it. *data
 * becomes NULL where none is named and none fits. Returns 0 or a negative errno value.
 */
int direct_data_open(struct live *live, struct gdbsx *gdbsx, const struct source_options *options,
		     struct direct_data **data, struct error *err);
void direct_data_close(struct direct_data *data);

/* The roots of targets that have none yet, their views besides. data may be NULL. 0 or -ENOMEM. */
int direct_data_roots(struct live *live, struct direct_data *data, struct error *err);

/*
 * What is known of the targets, over what they have already; once before their tables are copied,
 * and again behind it. data may be NULL. Returns 0 or a negative errno value.
 */
int direct_data_before(struct live *live, struct direct_data *data, struct error *err);
int direct_data_facts(struct live *live, struct direct_data *data, struct error *err);

/*
 * Reads what an image is searched for to find Xen in it. data may be NULL. Returns 0 or a negative
 * errno value with the reason why it would not be found.
 */
int direct_data_findable(struct direct_data *data, struct error *err);

/* What has changed of a target since then is not relied on any more. 0 or a negative errno value.
 */
int direct_data_recheck(struct direct_data *data, struct target *target, struct error *err);

#endif
