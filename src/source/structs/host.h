/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_STRUCTS_HOST_H
#define SOURCE_STRUCTS_HOST_H

#include "source/structs/xendata.h"

/*
 * What holds for all domains: the memory map, the host's MTRRs, read-only MMIO, valid frames, and
 * whether IOMMUs snoop, into data->host. Returns 0 or -ENOMEM.
 */
int host_read(struct xendata *data);

/* Xen's version, "4.17.5", as its own functions return it. False where they are not as expected. */
bool host_version(struct xendata *data, char *text, size_t size);

/* A number that is a variable of Xen's. */
bool host_variable(struct xendata *data, const char *name, unsigned int size, uint64_t *value);

#endif
