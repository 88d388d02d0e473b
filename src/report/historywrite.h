/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef REPORT_HISTORYWRITE_H
#define REPORT_HISTORYWRITE_H

#include "base/jsonwrite.h"
#include "rules/history.h"

#include <stddef.h>

/* {"id","date","first","backports","what"}, or null. */
void commit_write(struct jsonwrite *json, const char *key, const struct xen_commit *commit);

/* [{"deed", …as commit_write()},…]: how a step came to be as it stands in a rule set. */
void past_write(struct jsonwrite *json, const char *key, unsigned int id, enum step step);

/* "4fdd8d75566f (2024-06-13, first in 4.19.0, also from 4.17.5, 4.18.3 on)". Returns text. */
const char *words_commit(const struct xen_commit *commit, char *text, size_t size);

#endif
