/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef REPORT_OUTCOMEJSON_H
#define REPORT_OUTCOMEJSON_H

/* What the rules say, in JSON. */

#include "base/jsonwrite.h"
#include "rules/decide.h"

/* Members of an outcome, an OUTCOME_KEY; the object is open. */
void outcome_write(struct jsonwrite *json, unsigned int key, const struct outcome *outcome);

/* {"PAT TYPE": "TYPE",…}: the type that a guest gets of an OUTCOME_KEY by its PAT. */
void effective_write(struct jsonwrite *json, const char *key, unsigned int outcome);

#endif
