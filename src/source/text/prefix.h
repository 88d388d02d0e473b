/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_TEXT_PREFIX_H
#define SOURCE_TEXT_PREFIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * What a log has before "(XEN) " on every line, put there by who wrote the log down: xenconsoled's
 * or syslog's time, a mail's quotes, blanks. It is learned once. From then on a line without it is
 * not Xen's, so that a guest's line, whose "(dN) " stands behind the same prefix, never becomes
 * one.
 */

#define PREFIX_MAX 96 /* bytes of it */

struct prefix {
	char pattern[PREFIX_MAX]; /* see prefix.c */
	size_t length;		  /* of the pattern; 0: nothing stands before "(XEN) " */
};

/*
 * Learns from the lines of a text that have "(XEN) " in them: the form that the first dozens have
 * alike, else that most of them have, and none if one of them has nothing before it. Returns false
 * where the text tells nothing.
 */
bool prefix_learn(struct prefix *prefix, const char *text, size_t length);

/* What follows the prefix in a line that ends at end, or NULL if the line does not begin with it.
 */
const char *prefix_behind(const struct prefix *prefix, const char *line, const char *end);

/*
 * One prefix as it was read, in a form that is compared fast: digits may differ, nothing else.
 * Whatever fits has the prefix, too.
 */
#define PREFIX_WORDS (PREFIX_MAX / 8)
struct prefix_shape {
	unsigned int length, words;
	/* The one that fitted last; masks of what is compared, all of it and its digits. */
	uint64_t literal[PREFIX_WORDS], all[PREFIX_WORDS], digits[PREFIX_WORDS];
	uintptr_t differed; /* where the line stood that last was not as the one before */
	bool varies;	    /* each of them is not */
};

/* Of the prefix that stands at line and is length bytes, at most PREFIX_MAX, long. */
void prefix_shape_set(struct prefix_shape *shape, const char *line, size_t length);

/* Does the line fit though it is not as the last one? Then it is the last one. */
bool prefix_shape_fits_otherwise(struct prefix_shape *shape, const char *line);

/* Does the line fit? Up to 7 bytes behind the prefix are looked at, too. */
static inline bool prefix_shape_fits(struct prefix_shape *shape, const char *line)
{
	uint64_t differs = 0, word;
	unsigned int i;

	if (shape->varies)
		return prefix_shape_fits_otherwise(shape, line);
	/* Most lines of a dump are of the same moment. */
	for (i = 0; i < shape->words; i++) {
		__builtin_memcpy(&word, line + i * 8, sizeof(word));
		differs |= (word ^ shape->literal[i]) & shape->all[i];
	}
	return !differs || prefix_shape_fits_otherwise(shape, line);
}

#endif
