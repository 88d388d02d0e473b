/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BASE_OUTFILE_H
#define BASE_OUTFILE_H

#include "base/error.h"

#include <stdbool.h>
#include <stdio.h>

/*
 * A file that the program makes for the user. It has no name, or a temporary one beside its place,
 * until it is whole; then it takes its place. What is there and is no regular file is refused, no
 * link is followed, and nothing else is touched. Readable by its owner only, or as the file that it
 * replaces. "-" is standard output.
 */
struct outfile;

/* Writes what is left to be written. Returns 0, or the negative errno value of why it cannot be. */
int written(FILE *stream);

enum outfile_kind {
	OUTFILE_NEW,	 /* must not exist */
	OUTFILE_REPLACE, /* a regular file there is replaced */
};

/*
 * Begins such a file, if there can be one. path is copied; what is that which never overwrites,
 * "a capture". Returns 0 or a negative errno value, -EEXIST among them, with err filled.
 */
int outfile_open(const char *path, enum outfile_kind kind, const char *what, struct outfile **out,
		 struct error *err);

/*
 * outfile_open(), of which the next one of the same path and kind gets the result: while files can
 * still be opened. outfile_unprepare() if none did.
 */
int outfile_prepare(const char *path, enum outfile_kind kind, const char *what, struct error *err);
void outfile_unprepare(void);

/*
 * For what is as public as other files: a new one gets the rights that the umask leaves. Before it
 * is closed.
 */
void outfile_share(struct outfile *out);

/* Where to write. Whether that succeeded outfile_close() tells. */
FILE *outfile_stream(struct outfile *out);

/*
 * With keep, what was written takes its place; else, and on errors, nothing is left of it. Frees
 * out, which may be NULL. Returns 0 or a negative errno value.
 */
int outfile_close(struct outfile *out, bool keep, struct error *err);

/*
 * Where another process, which was the same one until now, closes this one's files: ask gets their
 * number, and returns what outfile_close_nth() returned there. The other one has nothing left to
 * write (outfile_flush_all()), and closes what nobody asked for (outfile_close_all()).
 */
void outfile_delegate(int (*ask)(unsigned int number, bool keep, struct error *err));
int outfile_close_nth(unsigned int number, bool keep, struct error *err);
void outfile_flush_all(void);
void outfile_close_all(void);

#endif
