/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef REPORT_GROUPS_H
#define REPORT_GROUPS_H

/*
 * Runs of one domain by what they have in common: what is, what should be, why, and what follows is
 * told once for each group, then the ranges. So many are held that a report is read in one piece;
 * what is more than that is printed as it comes.
 */

#include "audit/judge.h"
#include "report/legend.h"

#include <stdio.h>

struct groups;

/* What is to be explained of what it prints is noted in legend. NULL if out of memory. */
struct groups *groups_new(FILE *stream, struct legend *legend);

/*
 * Adds a run; prints what is held if there is no room for it. What suffers from the run must stay
 * until it is printed.
 */
void groups_add(struct groups *groups, const struct run *run);

/* Prints what is held, findings first, the worst before the others. */
void groups_flush(struct groups *groups);

/* What has to be known of the known bugs of Xen that were found: for the end of a report. */
void groups_end(struct groups *groups);

void groups_free(struct groups *groups);

#endif
