/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_LIVE_NOEPT_H
#define SOURCE_LIVE_NOEPT_H

/* Domains whose memory no EPT maps, or none that Xen shows: their guests' own tables are there. */

#include "source/live/live.h"

/* Why a domain has no EPT, where it is welcome all the same; else NULL. */
const char *noept_why(const struct source_options *options, const struct xen_domain *domain);

/* Have all that were chosen none? */
bool noept_all(const struct live *live);

/* Asks for all that is to be known of them, as ask() of live.c: Xen prints nothing. */
int noept_ask(struct live *live, const struct source_options *options, struct error *err);

#endif
