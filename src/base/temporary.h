/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BASE_TEMPORARY_H
#define BASE_TEMPORARY_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

/*
 * A new file without a name in $TMPDIR (/tmp): gone with the process, however it ends. Returns a
 * descriptor or a negative errno value.
 */
int temporary_file(void);

/* The same, but only if it never has a name: -EOPNOTSUPP, -EISDIR or -EINVAL where that cannot be.
 */
int temporary_unnamed(void);

/*
 * How much input is copied or unpacked at most, in bytes; 0: TEMPORARY_MOST, and of the room in
 * $TMPDIR no more than half. notice, or NULL, is told of copies that become large. For the whole
 * program.
 */
#define TEMPORARY_MOST (UINT64_C(64) << 30)
void temporary_limit(uint64_t most, void (*notice)(const char *text));

/*
 * -EFBIG and a message if size bytes are more than that. doing and name are for people: "unpacks
 * to", "log.gz". on_disk: bytes of it that take room in the file fd, or 0.
 */
int temporary_check(int fd, uint64_t size, uint64_t on_disk, const char *doing, const char *name,
		    struct error *err);

/* Tells once that a copy becomes large: "copying" or "unpacking" name. size: bytes of it so far. */
void temporary_tell(uint64_t size, const char *doing, const char *name);

/* Writes all. Returns 0 or a negative errno value. */
int temporary_write(int fd, const void *data, size_t size);

#endif
