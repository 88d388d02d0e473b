/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_IMAGE_IMAGE_H
#define SOURCE_IMAGE_IMAGE_H

#include "source/source.h"

/* Does a file with these first bytes (uncompressed) look like a memory image with a header? */
bool image_recognize(const char *head, size_t size);

/* A memory image and EPT roots in it (options->eptp). Types and raw entries come from the image. */
int image_open(const struct source_options *options, struct source **source, struct error *err);

#endif
