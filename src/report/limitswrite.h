/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef REPORT_LIMITSWRITE_H
#define REPORT_LIMITSWRITE_H

#include "audit/limits.h"
#include "base/jsonwrite.h"

#include <stddef.h>

/*
 * "Direct MMIO forced UC: 0xc0000-0xc01ff, 2 MiB. The guest cannot have write-combining there.
 * Rules of 4.15 to 4.17.4; from 4.17.5 and 4.18.3 on it can. Step INVALID_UC, commit 4fdd8d75566f."
 * Returns text.
 */
const char *words_limit(const struct limit *limit, char *text, size_t size);

/* An array of all, with the same as text. */
void limits_write(struct jsonwrite *json, const char *key, const struct limits *limits);

#endif
