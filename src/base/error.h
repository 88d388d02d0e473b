/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

/*
 * One sentence about what failed: the thing, the reason, the way out. Functions below cmd/ fill it
 * and return a negative errno value; only verbs print it.
 */
struct error {
	char text[640];
};

/*
 * Fills err (which may be NULL) with a printf-style sentence, control characters made harmless.
 * Returns code, which must be negative, so that callers can `return error_set(...)`.
 */
int error_set(struct error *err, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
