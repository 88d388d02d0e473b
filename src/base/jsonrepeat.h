/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BASE_JSONREPEAT_H
#define BASE_JSONREPEAT_H

/* Keys that stand twice in one object of JSON text, of which json-c keeps the last only. */

#include <stddef.h>

/*
 * Finds the first of them in text, which json-c has parsed. Returns 1, and where it stands there
 * the second time, without its quotes and with its escapes, in *key and *key_length (bytes); 0 if
 * there is none; or -ENOMEM.
 */
int jsonrepeat_find(const char *text, size_t length, const char **key, size_t *key_length);

#endif
