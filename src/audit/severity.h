/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How bad a mismatch is. */
#ifndef AUDIT_SEVERITY_H
#define AUDIT_SEVERITY_H

#include "rules/outcome.h"

/* Of a mismatch, by what the guest could get with any PAT. Ordered. */
enum severity {
	SEVERITY_DIFFERS, /* iPAT only, or no effective difference */
	SEVERITY_SLOW,	  /* uncacheable or uncombinable where the rule says better */
	SEVERITY_DANGER,  /* cacheable where the rule says uncacheable */
	SEVERITY_COUNT,
};

const char *severity_name(enum severity severity);
/* The severity of that name, or -1. */
int severity_parse(const char *name);

/*
 * Between two OUTCOME_KEYs. severity_shown() also names the PAT type that shows it best, or -1 if
 * the effective types are the same with all.
 */
enum severity severity_shown(unsigned int actual, unsigned int expected, int *shown_by);
enum severity severity_between(unsigned int actual, unsigned int expected);

/* Against the likeliest outcomes of a decision: the least of them. */
enum severity severity_of(unsigned int actual, const struct decision *decision);

#endif
