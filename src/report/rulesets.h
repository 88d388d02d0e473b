/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef REPORT_RULESETS_H
#define REPORT_RULESETS_H

/* What is told of the rule sets themselves, on standard output. */

#include "rules/rulesets.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * A list of these sets, bits 1 << id, as text or as a JSON document. how and note are of the choice
 * of them, and NULL where they were not chosen by a version.
 */
void rulesets_list(bool json_form, uint32_t which, const char *how, const char *note);

/* One set with its steps, and how each of them came to be, as text. */
void rulesets_show(unsigned int id);

#endif
