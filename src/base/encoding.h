/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BASE_ENCODING_H
#define BASE_ENCODING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How ASCII text, or that of a log, can be written other than as it is. */
enum encoding {
	ENCODING_PLAIN,
	ENCODING_UTF16LE, /* what Windows' editors and PowerShell's ">" make */
	ENCODING_UTF16BE,
	ENCODING_QUOTED, /* quoted-printable: a mail as it was sent */
	ENCODING_NBSP,	 /* no-break spaces of UTF-8 for blanks: copied from a web page */
};

/* By the first bytes of a text; some hundreds should be there. */
enum encoding encoding_recognize(const uint8_t *head, size_t size);

/*
 * Converts bytes at in to at most room bytes at out; a no-break space becomes a blank, what UTF-16
 * has besides and is not ASCII '?'. last says that nothing follows them. *written gets the number
 * of bytes at out. Returns how many of in were used: all but a few that need what follows, or room.
 */
size_t encoding_convert(enum encoding encoding, const uint8_t *in, size_t size, bool last,
			uint8_t *out, size_t room, size_t *written);

#endif
