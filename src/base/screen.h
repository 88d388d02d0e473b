/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BASE_SCREEN_H
#define BASE_SCREEN_H

/* Text that fits the terminal: how wide it is, folded text, and colour. */

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/*
 * Columns of a line: those of the terminal that standard output is, else those that COLUMNS says,
 * else 80; 40 at least.
 */
unsigned int screen_width(void);

/* Does the user's locale show UTF-8? */
bool screen_utf8(void);

/* Is standard output a terminal? What does not fit there may be left out; elsewhere it may not. */
bool screen_is_terminal(void);

/*
 * Writes text where the line has got to column at, folded at blanks; lines after the first are
 * indented. A word that is too long for a line stands in one of its own. Ends the line.
 */
void screen_text(FILE *stream, unsigned int at, unsigned int indent, const char *text);

/* The same with a format. */
void screen_print(FILE *stream, unsigned int at, unsigned int indent, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Writes lines, of which those that are too long are folded and go on with that indent. */
void screen_lines(FILE *stream, unsigned int indent, const char *lines, size_t length);

/* Text that is folded piece by piece. */
struct fold {
	FILE *stream;
	unsigned int indent; /* of the lines after the first */
	size_t column;	     /* where the line at hand has got to */
	bool any;	     /* something stands in it, so that a blank goes before what follows */
};

/* Writes text, which is not divided, in this line or in the next. */
void fold_put(struct fold *fold, const char *text, size_t length);

/* Writes a mark right behind what stands there. */
void fold_mark(struct fold *fold, char mark);

/* Colour in text, where it is asked for; it never says what the words do not. */
enum paint { PAINT_NONE, PAINT_BOLD, PAINT_RED, PAINT_AMBER, PAINT_GREEN, PAINT_DIM };

/* "auto", "always" or "never"; auto is a terminal without NO_COLOR. */
void screen_colors(const char *when);
bool screen_has_colors(void);

/* The sequence that begins a colour, or with PAINT_NONE ends it; "" without colours. */
const char *screen_paint(enum paint paint);

#endif
