/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BASE_SCREEN_H
#define BASE_SCREEN_H

#include <stdbool.h>
#include <stdio.h>

/* How many columns there are: of the terminal behind stream, else by COLUMNS, else 80. */
unsigned int screen_width(FILE *stream);

/* Does the user's locale show UTF-8? */
bool screen_utf8(void);

#endif
