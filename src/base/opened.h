/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BASE_OPENED_H
#define BASE_OPENED_H

/*
 * Files that are opened before they are needed, because nothing can be opened any more when they
 * are: see base/sandbox.h.
 */

/* Opens it to be read, or remembers why it cannot be; NULL and "-" are nothing. path stays. */
void opened_ahead(const char *path);

/* This descriptor, which stays open, is the file of that name. */
void opened_as(const char *path, int fd);

/* A descriptor of the file, opened ahead or now, at its beginning; or -1 with errno. */
int opened_file(const char *path);

#endif
