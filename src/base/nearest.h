/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

/*
 * What somebody may have meant: of the names that are tried, the one that is the fewest slips of a
 * finger away from the word. Begins with the word set and the rest zero.
 */
struct nearest {
	const char *word;
	char found[64]; /* "" where none is near enough */
	unsigned int slips;
};

/* Tries a name; a slip is a letter too many, too few, wrong, or two in the wrong order. */
void nearest_try(struct nearest *nearest, const char *name);

/* Tries each of "a|b|c". */
void nearest_try_all(struct nearest *nearest, const char *names);

/* "; did you mean 'audit'?" or "". Returns text; 96 bytes are enough. */
const char *nearest_text(const struct nearest *nearest, char text[96]);

#endif
