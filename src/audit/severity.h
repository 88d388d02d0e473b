/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How bad a mismatch is. */
#ifndef AUDIT_SEVERITY_H
#define AUDIT_SEVERITY_H

#include "rules/outcome.h"

/* Of a mismatch, by what the guest could get with some type in its PAT. Ordered, the worst counts.
 */
enum severity {
	SEVERITY_DIFFERS, /* anything else: another type than the rule's, or no difference */
	SEVERITY_SLOW,	  /* uncacheable where the rule gives cacheable, or UC where it gives WC */
	SEVERITY_DANGER,  /* cacheable where the rule gives uncacheable */
	SEVERITY_COUNT,
};

const char *severity_name(enum severity severity);
/* The severity of that name, or -1. */
int severity_parse(const char *name);

/*
 * Between two OUTCOME_KEYs; DIFFERS from a split. severity_shown() also names the PAT type that
 * shows it best, or -1 if the effective types are the same with all.
 */
enum severity severity_shown(unsigned int actual, unsigned int expected, int *shown_by);
enum severity severity_between(unsigned int actual, unsigned int expected);

/* Against the likeliest outcomes of a decision: the least of them. of_split: against a split. */
enum severity severity_of(unsigned int actual, const struct decision *decision,
			  enum severity of_split);

#endif
