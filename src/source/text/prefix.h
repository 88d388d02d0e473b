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
 * One prefix as it was read, in a form that is compared eight bytes at once: digits may differ,
 * nothing else. Whatever fits has the prefix, too.
 */
#define PREFIX_WORDS (PREFIX_MAX / 8)
struct prefix_shape {
	unsigned int length, words;
	/* The prefix with '0' for each digit; which bits of it count; 6 for each digit. */
	uint64_t zeros[PREFIX_WORDS], counts[PREFIX_WORDS], six[PREFIX_WORDS];
};

/* Of the prefix that stands at line and is length bytes, at most PREFIX_MAX, long. */
void prefix_shape_set(struct prefix_shape *shape, const char *line, size_t length);

/* Does the line fit? Up to 7 bytes behind the prefix are read, too. */
static inline bool prefix_shape_fits(const struct prefix_shape *shape, const char *line)
{
	uint64_t wrong = 0, word;
	unsigned int i;

	for (i = 0; i < shape->words; i++) {
		__builtin_memcpy(&word, line + i * 8, sizeof(word));
		word ^= shape->zeros[i];
		/* A digit is 0 to 9 now, and 6 more than that stays below 16. */
		wrong |= (word | (word + shape->six[i])) & shape->counts[i];
	}
	return !wrong;
}

#endif
