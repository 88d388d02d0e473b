/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Replaces everything a terminal could act on by '?', in place: bytes that are not printable ASCII.
 */
void text_sanitize(char *text);

/*
 * Reads a hexadecimal number, with or without 0x, that ends at end (exclusive). Returns false if it
 * is empty, has another character, or does not fit in 64 bits.
 */
bool text_hex(const char *begin, const char *end, uint64_t *value);

/* text_hex() of what text begins with. Returns what follows, or NULL. */
const char *text_hex_begin(const char *text, uint64_t *value);

/* text_hex() of a whole string. */
bool text_hex_string(const char *text, uint64_t *value);

/* "FIRST" or "FIRST-LAST" that ends at end, hexadecimal. False if it is not, or LAST is below
 * FIRST. */
bool text_hex_range(const char *begin, const char *end, uint64_t *first, uint64_t *last);

/* What follows prefix in text, or NULL if text does not begin with it. */
const char *text_after(const char *text, const char *prefix);

/* A name in one word: letters, digits and _.+-, and not empty. */
bool text_is_word(const char *text);

/* "0x10-0x1f", or "0x10" where both are that. Returns buffer. */
const char *text_frames(uint64_t first, uint64_t last, char *buffer, size_t size);

/* True if a and b are the same name; '-' and '_' count as equal, case does not matter. */
bool text_same_name(const char *a, const char *b);

/* Writes a byte count as "4 KiB", "2 MiB", "1.5 GiB" into buffer. Returns buffer. */
const char *text_size(uint64_t bytes, char *buffer, size_t size);

/*
 * Prints behind what is in text, which has room for size bytes. What does not fit is left out.
 */
void text_append(char *text, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
