/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_IMAGE_CORE_H
#define SOURCE_IMAGE_CORE_H

#include "source/image/phys.h"

#include <stdio.h>

/*
 * Writes an ELF64 core that has only the table pages of these EPTs, each at its physical address:
 * what a walk needs, in kilobytes. Returns 0 or a negative errno value;
 * whether all could be written the file tells.
 */
int core_write(struct phys *phys, const uint64_t *eptps, size_t count, FILE *file,
	       struct error *err);

#endif
