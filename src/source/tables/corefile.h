/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_TABLES_COREFILE_H
#define SOURCE_TABLES_COREFILE_H

/* Single pages of a machine's memory as an ELF64 core, which is read like any image of it. */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* The contents of the nth page into page, 4 KiB. Returns 0 or a negative errno value. */
typedef int corefile_get(void *opaque, size_t nth, void *page);

/*
 * Writes count pages, of which the nth has the frame mfns[nth], ascending: each at its physical
 * address. Returns what get did if that failed, else 0; whether all could be written the file
 * tells.
 */
int corefile_write(FILE *file, const uint64_t *mfns, size_t count, corefile_get *get, void *opaque);

#endif
