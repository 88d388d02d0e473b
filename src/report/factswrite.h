/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef REPORT_FACTSWRITE_H
#define REPORT_FACTSWRITE_H

#include "model/facts.h"
#include "report/jsonwrite.h"

/* All facts as {NAME: {"value", "how"}}, in the form that source/factsfile.h reads. */
void facts_write(struct jsonwrite *json, const char *key, const struct facts *facts);

/* One of them: NAME: {"value", "how"}. */
void facts_write_one(struct jsonwrite *json, const struct facts *facts, enum fact fact);

/* [["0xFIRST","0xLAST"],…] */
void facts_write_ranges(struct jsonwrite *json, const char *key, const struct ranges *set);

#endif
