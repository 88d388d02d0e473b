/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BASE_TARFILE_H
#define BASE_TARFILE_H

#include "base/error.h"

#include <stdbool.h>
#include <stdio.h>

/* A .tar.gz with files in one folder, as POSIX's ustar has them. */
struct tarfile;

/* Begins it on stream, which the caller closes. Returns 0 or a negative errno value. */
int tarfile_new(FILE *stream, const char *folder, struct tarfile **tar, struct error *err);

/*
 * Adds a file with all that content has, from its first byte on; it must be one that can be sought
 * in. name has no slash, and at most 32 characters. Returns 0 or a negative errno value.
 */
int tarfile_add(struct tarfile *tar, const char *name, FILE *content, struct error *err);

/* Writes its end, or with keep false nothing, and frees tar, which may be NULL. Same errors. */
int tarfile_end(struct tarfile *tar, bool keep, struct error *err);

#endif
