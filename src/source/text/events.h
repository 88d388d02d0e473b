/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_TEXT_EVENTS_H
#define SOURCE_TEXT_EVENTS_H

#include "source/text/scan.h"

/*
 * What Xen says of a domain's devices: key o, which lists the domains that use the IOMMU, and the
 * lines of guest_loglvl=all that tell which MMIO and ports the toolstack mapped into a guest.
 */

/*
 * One of Xen's lines (NUL-terminated) if it is one of these. Returns 1 if it was, 0 if not, or
 * -ENOMEM.
 */
int key_line(const char *text, struct scan *scan, const struct place *place);
int keyo_line(const char *text, struct scan *scan, const struct place *place);
int mapping_line(const char *text, struct scan *scan, const struct place *place);

/* Looks in each of Xen's lines for what shows that others before it were lost. */
void keys_watch(const char *text, struct scan *scan);

/* What these lines tell of the domain of a dump. Return 0 or -ENOMEM. */
void keyo_facts(const struct scan *scan, const struct dump_place *dump, struct facts *facts);
int mapping_facts(const struct scan *scan, const struct dump_place *dump, struct facts *facts);

#endif
