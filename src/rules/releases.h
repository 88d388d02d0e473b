/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Xen versions: how they are written, and which rule sets and entry layouts they have. */
#ifndef RULES_RELEASES_H
#define RULES_RELEASES_H

#include "base/error.h"
#include "model/facts.h"
#include "x86/ept.h"

#include <stddef.h>
#include <stdint.h>

/* By which a build is known for a vendor's. */
enum vendor_banner {
	VENDOR_NONE,
	VENDOR_NUMBERED,  /* a suffix of numbers, as XenServer and XCP-ng have: "-9.49" */
	VENDOR_XENSERVER, /* their names in the banner, but no suffix */
	VENDOR_RPM,	  /* built by mock, as Fedora and Qubes OS do, and no suffix */
	VENDOR_OTHER,	  /* another suffix or builder */
};

/* The numbers of VENDOR_NUMBERED in one that can be compared. */
#define VENDOR_BUILD(n, m) ((uint32_t)(n) << 16 | (m))

/* A Xen version as banners and xc_version give it. */
struct xen_version {
	unsigned int major, minor;
	int point;		   /* -1: none given */
	bool pre_release;	   /* -rc or -unstable: before point 0 */
	bool after_release;	   /* a stable branch beyond that point: 4.17.7+13-g… */
	bool by_user;		   /* who knows whose build it is */
	enum vendor_banner vendor; /* may carry backports */
	uint32_t build;
};

/*
 * Reads "4.17.7+13-g2445b30a44", "4.19-unstable", "4.13.5-9.40" … from the start of text. vendor is
 * the banner's parenthesis behind it ("Debian 4.17.7+13-…"), or NULL. Returns 0 or -EINVAL.
 */
int xen_version_parse(const char *text, const char *vendor, struct xen_version *version);

/*
 * Rule sets that this version may have, as bits 1 << enum ruleset_id. *how is HOW_ASSUMED where
 * more than one is possible, for vendors' builds, of which none is certain, and for a Xen newer
 * than any known here, for which the newest set is taken. note gets a sentence to show the user, or
 * "". 0 for a version older than 4.5, whose key D shows no memory types.
 */
uint32_t releases_rules(const struct xen_version *version, enum how *how, char *note, size_t size);

/* The same for a version that the user names. Returns 0, or -EINVAL with err. */
int releases_parse(const char *text, uint32_t *rules, enum how *how, char *note, size_t size,
		   struct error *err);

/* First minor release of that number or later: xen_at_least(v, 4, 12). */
bool xen_at_least(const struct xen_version *version, unsigned int major, unsigned int minor);

/*
 * The releases that have a rule set, for people: "4.17.5-4.17.7, 4.18.3-4.18.6, 4.19, 4.20", or why
 * there are none. Returns text; 128 bytes are enough.
 */
const char *releases_of_set(unsigned int id, char *text, size_t size);

/* Those of any of the released sets, bits 1 << id, in ascending order. */
const char *releases_of_sets(uint32_t sets, char *text, size_t size);

/* A release of Xen 4. */
struct release {
	unsigned int minor, point;
};

#define RELEASE_BRANCHES 8

/* Releases in a row that have one of some rule sets. */
struct release_span {
	struct release first;
	bool ends;
	struct release last; /* before the first that has another */
	/* The first ones of each branch that have another; of those after them it is not told. */
	struct release other[RELEASE_BRANCHES];
	unsigned int others;
};

/* The span around the releases that have set id, one of sets (bits). */
void releases_span(uint32_t sets, unsigned int id, struct release_span *span);

/* "4.17.5", and "4.15" for the first of a branch. Returns text; 16 bytes are enough. */
const char *release_name(struct release release, char *text, size_t size);

/* Where the Xen of that version keeps its bits of an entry. False if it is none from 4.2 on. */
bool releases_layout(const char *version, struct ept_layout *layout);

#endif
