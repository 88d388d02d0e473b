/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_FACTSKEYS_H
#define SOURCE_FACTSKEYS_H

/* The keys that the facts of a user's file have, so that a misspelt one is told. */

#include "base/error.h"

struct json_object;

/*
 * Looks at the members of one fact, name, and of what it lists: each must be one that the reader
 * takes. Returns 0, or -EINVAL with err filled, which then names those that there are.
 */
int facts_check_keys(const char *name, struct json_object *json, struct error *err);

#endif
