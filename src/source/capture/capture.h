/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_CAPTURE_CAPTURE_H
#define SOURCE_CAPTURE_CAPTURE_H

#include "source/source.h"

/* Does a file with these first bytes (uncompressed) claim to be a capture? */
bool capture_recognize(const char *head, size_t size);

/*
 * A capture file, as report/capture.h makes it. Cut or altered ones are refused before anything is
 * told of them.
 */
int capture_open(const struct source_options *options, struct source **source, struct error *err);

#endif
