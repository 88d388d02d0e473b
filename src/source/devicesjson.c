/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/devicesjson.h"

#include "base/jsonread.h"
#include "base/jsonwrite.h"
#include "model/entry.h"

#include <errno.h>

void devices_write(struct jsonwrite *json, const char *key, const struct devices *devices)
{
	size_t i;

	json_open(json, key, '[');
	for (i = 0; i < devices->count; i++) {
		json_open(json, NULL, '{');
		json_hex_pair(json, "mfn", devices->list[i].first, devices->list[i].last);
		json_string(json, "part", devices->list[i].part);
		json_string(json, "which", devices->list[i].which);
		json_string(json, "kind", devices->list[i].kind);
		json_close(json, '}');
	}
	json_close(json, ']');
}

static const char *string_of(struct json_object *device, const char *key)
{
	struct json_object *member = jsonread_member(device, key);

	return member ? jsonread_string(member) : "";
}

int devices_read(struct json_object *json, struct devices *devices, struct error *err)
{
	size_t i;

	if (!jsonread_is_array(json))
		return error_set(
			err, -EINVAL,
			"must be an array of {\"mfn\": [\"0xFIRST\", \"0xLAST\"], \"part\": NAME}");
	for (i = 0; i < jsonread_length(json); i++) {
		struct json_object *device = jsonread_item(json, i);
		const char *part = jsonread_string(jsonread_member(device, "part")),
			   *which = string_of(device, "which"), *kind = string_of(device, "kind");
		uint64_t first, last;

		if (!jsonread_range(jsonread_member(device, "mfn"), FRAME_LAST, &first, &last) ||
		    !part || !which || !kind)
			return error_set(err, -EINVAL,
					 "device %zu needs \"mfn\": [\"0xFIRST\", \"0xLAST\"] and "
					 "\"part\", a string as \"which\" and \"kind\" are",
					 i);
		if (devices_add(devices, first, last, part, which, kind))
			return error_set(err, -ENOMEM, "out of memory");
	}
	return 0;
}
