/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef REPORT_CAUSE_H
#define REPORT_CAUSE_H

#include "audit/judge.h"

/*
 * Writes into text, in plain words, how an entry came to be otherwise than the rule says, "" where
 * it is not. Returns the known bug of Xen behind it, or NULL.
 */
const struct bug *words_cause(const struct facts *facts, const struct run *run, char *text,
			      size_t size);

#endif
