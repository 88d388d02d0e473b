/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_IMAGE_IMAGE_H
#define SOURCE_IMAGE_IMAGE_H

#include "source/source.h"

/* A memory image and EPT roots in it (options->eptp). Types and raw entries come from the image. */
int image_open(const struct source_options *options, struct source **source, struct error *err);

#endif
