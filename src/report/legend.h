/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef REPORT_LEGEND_H
#define REPORT_LEGEND_H

/* The end of a text report: what the words and signs mean that were used in it, and no others. */

#include "audit/effective.h"
#include "audit/judge.h"

#include <stdio.h>

struct legend {
	bool ranges, forced, pending, scattered, limits, own_rules; /* "!", "?", "+" */
	uint32_t severities, verdicts, hows;			    /* bits 1 << of each enum */
	uint32_t types;						    /* bits 1 << enum memtype */
	bool mappings, nowhere;					    /* of guests, by effective */
	uint32_t became;					    /* bits 1 << enum became */
};

/* Notes the signs in the entry, and in what is to be told of it, such as "WB!". */
void legend_entry(struct legend *legend, const struct entry *entry, const char *expected);

void legend_print(const struct legend *legend, FILE *stream);

#endif
