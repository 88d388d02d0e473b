/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef REPORT_FACTWORDS_H
#define REPORT_FACTWORDS_H

/* What a fact says, in few words for people: as a whole, and at one entry. */

#include "rules/decide.h"

#include <stddef.h>

/* A fact's value: "yes", "3 frames", "unknown". Returns text. */
const char *words_fact(const struct facts *facts, enum fact fact, char *text, size_t size);

/* How it is known, for people: "from the log". */
const char *words_how(enum how how);

/* What it says of one entry: "not in it", "UC here". Returns text. */
const char *words_fact_at(const struct facts *facts, enum fact fact,
			  const struct question *question, char *text, size_t size);

#endif
