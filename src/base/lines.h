/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BASE_LINES_H
#define BASE_LINES_H

#include "base/error.h"

/*
 * Takes one line, which may be changed; number is its place in the file, from 1. A negative errno
 * value, with err set, ends the reading.
 */
typedef int lines_take(void *opaque, char *text, unsigned int number, struct error *err);

/*
 * Reads a file of lines that people write: '#' begins a comment; blanks around a line, and lines
 * with nothing else, are passed over. what names the file in messages: "the baseline". Returns 0,
 * or a negative errno value with err naming file and line.
 */
int lines_read(const char *path, const char *what, lines_take *take, void *opaque,
	       struct error *err);

#endif
