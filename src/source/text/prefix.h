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
 * one. Times, dates, how often a mail is quoted and process ids may change from line to line, and
 * so may the machine's name between "localhost", which it has at first, and its own.
 */

#define PREFIX_MAX	96 /* bytes of it */
#define PREFIX_HOST_MAX 64

struct prefix {
	char pattern[PREFIX_MAX];   /* see prefix.c */
	size_t length;		    /* of the pattern; 0: nothing stands before "(XEN) " */
	char host[PREFIX_HOST_MAX]; /* the machine's name in it; "" while that is not known */
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
 * Learns the machine's name, where it is not known, from one of Xen's lines that begins with the
 * prefix. Returns whether it did.
 */
bool prefix_learn_host(struct prefix *prefix, const char *line, const char *end);

/*
 * The beginning of one line as it was read, in a form that is compared sixteen bytes at once:
 * digits may differ, nothing else. What fits a line's prefix has that prefix, too.
 */
#define SHAPE_MAX   160 /* bytes of it */
#define SHAPE_BYTES 16

typedef unsigned char shape_bytes __attribute__((vector_size(SHAPE_BYTES)));
typedef uint64_t shape_words __attribute__((vector_size(SHAPE_BYTES)));

struct prefix_shape {
	size_t length;
	/* '0' for each digit; how far a byte may be from that. */
	unsigned char zeros[SHAPE_MAX], limits[SHAPE_MAX];
};

/* Of length bytes, at most SHAPE_MAX, at line. */
void prefix_shape_set(struct prefix_shape *shape, const char *line, size_t length);

/* Does the line fit? Up to SHAPE_BYTES - 1 bytes behind that length are read, too. */
static inline bool prefix_shape_fits(const struct prefix_shape *shape, const char *line)
{
	shape_words wrong = { 0 };
	size_t i;

	for (i = 0; i < shape->length; i += SHAPE_BYTES) {
		shape_bytes bytes, zeros, limits;

		__builtin_memcpy(&bytes, line + i, SHAPE_BYTES);
		__builtin_memcpy(&zeros, shape->zeros + i, SHAPE_BYTES);
		__builtin_memcpy(&limits, shape->limits + i, SHAPE_BYTES);
		wrong |= (shape_words)((bytes ^ zeros) > limits);
	}
	return !(wrong[0] | wrong[1]);
}

#endif
