/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef REPORT_FACTSWRITE_H
#define REPORT_FACTSWRITE_H

#include "model/facts.h"
#include "report/jsonwrite.h"
#include "rules/decide.h"

/* All facts as {NAME: {"value", "how"}}, in the form that source/factsfile.h reads. */
void facts_write(struct jsonwrite *json, const char *key, const struct facts *facts);

/* One of them: NAME: {"value", "how"}. */
void facts_write_one(struct jsonwrite *json, const struct facts *facts, enum fact fact);

/* The names of a set of facts, bits 1 << fact. */
void facts_write_names(struct jsonwrite *json, const char *key, uint32_t facts);

/* Members of an outcome, an OUTCOME_KEY; the object is open. */
void outcome_write(struct jsonwrite *json, unsigned int key, const struct outcome *outcome);

/* {"PAT TYPE": "TYPE",…}: the type that a guest gets of an OUTCOME_KEY by its PAT. */
void effective_write(struct jsonwrite *json, const char *key, unsigned int outcome);

/* [["0xFIRST","0xLAST"],…] */
void facts_write_ranges(struct jsonwrite *json, const char *key, const struct ranges *set);

#endif
