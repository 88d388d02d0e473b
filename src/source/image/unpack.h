/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_IMAGE_UNPACK_H
#define SOURCE_IMAGE_UNPACK_H

#include "base/error.h"

/*
 * Opens a file for mapping, "-" is standard input. What cannot be mapped is copied to an unlinked
 * file in $TMPDIR first: pipes, and what is packed (gzip, zstd), unpacked. notice, which may be
 * NULL, is told before, for it can be large. Returns a descriptor or a negative errno value.
 */
int unpack_open(const char *path, void (*notice)(const char *text), struct error *err);

#endif
