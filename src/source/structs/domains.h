/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_STRUCTS_DOMAINS_H
#define SOURCE_STRUCTS_DOMAINS_H

#include "source/structs/xendata.h"

/*
 * Follows Xen's list of domains, and finds the root of each p2m that is an EPT, into data->domains.
 * Returns 0, 1 where the list is not whole or its place is not known, or -ENOMEM.
 */
int domains_list(struct xendata *data);

/* Domains of which a p2m may be missing there, as it is not as it must be: "1, 5". Were there any?
 */
bool domains_lost(const struct xendata *data, char *text, size_t size);

/*
 * What Xen's structures tell of a domain, added to facts, in which nothing of it is known yet. What
 * is not as it must be is left as not known; lost, of size bytes, gets its names: "pinned ranges,
 * ...". Returns 0 or -ENOMEM.
 */
int domain_facts(struct xendata *data, const struct own_domain *domain, struct facts *facts,
		 char *lost, size_t size);

/* Which p2m it is, for people: "view 1 of altp2m"; "" of the domain's own. Returns text. */
const char *domain_view_name(enum view_kind kind, unsigned int index, char *text, size_t size);

/*
 * The devices that are assigned to it, for people: "0000:03:00.0, ..."; "" if there are none, or
 * this Xen's structures do not tell. False where they cannot be read.
 */
bool domain_devices(struct xendata *data, const struct own_domain *domain, char *text, size_t size);

#endif
