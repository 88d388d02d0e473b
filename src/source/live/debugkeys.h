/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_LIVE_DEBUGKEYS_H
#define SOURCE_LIVE_DEBUGKEYS_H

#include "source/live/live.h"

/* What Xen prints when its debug keys are pressed. All return 0 or a negative errno value. */

/* Has Xen print all EPTs (key D), and copies that. */
int debugkeys_dump(struct live *live, struct transcript *transcript, struct error *err);

/*
 * The same into live->dumps, with what domains may do behind it (key q) unless options forbid that.
 * -ENOBUFS if something of a chosen domain was overwritten, unless options accept that.
 */
int debugkeys_all(struct live *live, const struct source_options *options, struct error *err);

/* What domains may do (key q), into live->dumps. */
int debugkeys_q(struct live *live, struct error *err);

/* The dumps of those that were chosen; who is gone is left out, or an error if it was the one. */
int debugkeys_find(struct live *live, const struct source_options *options, struct error *err);

/* Where a domain's dump is, or NULL. */
const struct dump_place *debugkeys_place(const struct transcript *transcript, int domid);

/* Was the beginning of this dump overwritten, all but the header that was put there? */
bool debugkeys_late(const struct live *live, const struct dump_place *place);

/* Was something in this dump overwritten behind its beginning? */
bool debugkeys_gap(const struct live *live, const struct dump_place *place);

/* Begins to read one into dump, which has no entry of its own. */
int debugkeys_read(struct live *live, struct transcript *transcript, const struct dump_place *place,
		   struct dump *dump, struct dumpreader *reading, struct error *err);

#endif
