/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_TABLES_EPTP_H
#define SOURCE_TABLES_EPTP_H

#include "base/error.h"

#include <stddef.h>
#include <stdint.h>

/*
 * The nth (from 0) value of --eptp, "VALUE" or "DOMID=VALUE". Without DOMID domids count from 1.
 * Returns 0 or -EINVAL.
 */
int eptp_parse(const char *text, size_t nth, int *domid, uint64_t *eptp, struct error *err);

#endif
