/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_CONSOLE_CONSOLE_H
#define SOURCE_CONSOLE_CONSOLE_H

#include "source/source.h"

/* A log of Xen's console as a source, with what its debug keys D and q printed. */
int console_open(const struct source_options *options, struct source **source, struct error *err);

#endif
