/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_DEVICESJSON_H
#define SOURCE_DEVICESJSON_H

/* Devices in JSON: [{"mfn":[first,last],"part","which","kind"},…]. */

#include "base/error.h"
#include "model/devices.h"

struct json_object;
struct jsonwrite;

void devices_write(struct jsonwrite *json, const char *key, const struct devices *devices);

/* Appends. Returns 0 or a negative errno with err filled. */
int devices_read(struct json_object *json, struct devices *devices, struct error *err);

#endif
