/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_REGISTERSJSON_H
#define SOURCE_REGISTERSJSON_H

/* vCPUs' registers in JSON: [{"cr0","cr3","cr4","efer","pat"},…], hex strings. */

#include "base/error.h"
#include "model/facts.h"

struct json_object;
struct jsonwrite;

void registers_write(struct jsonwrite *json, const char *key, const struct facts *facts);

/*
 * In place of what facts hold. The first is vCPU 0 and so on, but for those that say "vcpu".
 * Returns 0 or a negative errno with err filled.
 */
int registers_read(struct json_object *json, struct facts *facts, enum how how, struct error *err);

#endif
