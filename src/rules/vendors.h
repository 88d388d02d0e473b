/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What vendors' builds of Xen have that the releases they are named after have not. */
#ifndef RULES_VENDORS_H
#define RULES_VENDORS_H

#include "rules/releases.h"

/* Builds of one vendor, of one point release or several of one branch. */
struct vendor_build {
	unsigned int minor, first_point, last_point; /* 4.minor.point, inclusive */
	enum vendor_banner banner;
	uint32_t first_build, last_build; /* VENDOR_BUILD(), inclusive; of suffixes only */
	const char *product;
	uint32_t sets;	    /* that it has beside the release's own, bits 1 << rule set */
	const char *source; /* where this was seen */
};

/* The builds that a version is one of, or NULL where none of these is known to be. */
const struct vendor_build *vendor_find(const struct xen_version *version);

/*
 * Whose banner is it, by what follows the version? suffix is what follows the point release,
 * builder the banner's parenthesis, or NULL. Fills build for VENDOR_NUMBERED.
 */
enum vendor_banner vendor_of_banner(const char *suffix, const char *builder, uint32_t *build);

#endif
