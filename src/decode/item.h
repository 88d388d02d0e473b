/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DECODE_ITEM_H
#define DECODE_ITEM_H

#include "decode/decode.h"

/* What stands around each thing that is decoded. */

/* Begins one in JSON, kind told; then come its keys, then item_close(). */
void item_open(struct decode *decode, const char *kind);
void item_close(struct decode *decode);

/* One in JSON, written before as a whole. */
void item_whole(struct decode *decode, const char *text, size_t length);

/*
 * A register that one sentence tells; wrong is what is the matter with it, or NULL. True where keys
 * of JSON should follow, and item_close().
 */
bool item_tell(struct decode *decode, const char *kind, uint64_t raw, const char *wrong,
	       const char *format, ...) __attribute__((format(printf, 5, 6)));

/* The same of a line that has no one raw value. */
bool item_say(struct decode *decode, const char *kind, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Begins and ends the document, if the form has one. */
void document_open(struct decode *decode);
void document_close(struct decode *decode, bool whole);

#endif
