/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef REPORT_TEXTFACTS_H
#define REPORT_TEXTFACTS_H

/* What a text report says of facts, behind what was found of a domain. */

#include "report/backend.h"

/* What the doubtful entries rest on, and how to know it. */
void textfacts_assumed(struct report *report, const struct facts *facts,
		       const struct summary *summary);

/* The facts that differ from those of the domain before. */
void textfacts_table(struct report *report, const struct facts *facts,
		     const struct summary *summary);

#endif
