/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef REPORT_FACTSAT_H
#define REPORT_FACTSAT_H

#include "rules/decide.h"

#include <stddef.h>

/* What a fact says of one entry, in few words: "frame is not in it", "UC here". Returns text. */
const char *words_fact_at(const struct facts *facts, enum fact fact,
			  const struct question *question, char *text, size_t size);

#endif
