/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_GIVEN_H
#define SOURCE_GIVEN_H

#include "base/error.h"
#include "model/facts.h"
#include "model/ranges.h"

struct given;

/*
 * Reads a file of facts: {"xen":{"version"}, "phys_bits", FACT:…,
 * "domains":{"1":{FACT:…,"dumps":{"2":{…}}}}} or "domains" as an array of {"domid","facts"} as
 * audit prints it. "-" is standard input. All of it is checked here. Returns 0 or a negative errno
 * value with err filled.
 */
int given_load(const char *path, struct given **given, struct error *err);
void given_free(struct given *given);

/*
 * Lays what is given for all domains, this one, and this dump of it over facts. given may be NULL.
 * Returns 0 or -ENOMEM.
 */
int given_apply(const struct given *given, int domid, unsigned int dump, struct facts *facts,
		struct error *err);

/* Has it facts for all domains? */
bool given_for_all(const struct given *given);

/* Which dump of which domain, in one number. */
#define GIVEN_DUMP(domid, dump) ((uint64_t)(domid) << 32 | (dump))

/* The dumps that it names for themselves are added to dumps, as GIVEN_DUMP(). 0 or -ENOMEM. */
int given_dumps(const struct given *given, struct ranges *dumps);

/* The ids of the domains that it names for themselves are added to domids. 0 or -ENOMEM. */
int given_domains(const struct given *given, struct ranges *domids);

/* "phys_bits", the machine's physical-address width, or 0. */
unsigned int given_phys_bits(const struct given *given);

/* The Xen version that the file names, or NULL. */
const char *given_xen_version(const struct given *given);

#endif
