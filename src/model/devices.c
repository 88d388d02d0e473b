/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/devices.h"

#include "base/array.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void keep(char *to, size_t size, const char *from)
{
	snprintf(to, size, "%s", from);
	text_sanitize(to);
}

int devices_add(struct devices *devices, uint64_t first, uint64_t last, const char *part,
		const char *which, const char *kind)
{
	struct device_range range = { .first = first, .last = last };

	if (devices->count >= DEVICES_MAX)
		return 0;
	keep(range.part, sizeof(range.part), part);
	keep(range.which, sizeof(range.which), which);
	keep(range.kind, sizeof(range.kind), kind);
	return array_append(&devices->list, &devices->count, sizeof(range), &range);
}

static bool has(const struct devices *devices, const struct device_range *range)
{
	size_t i;

	for (i = 0; i < devices->count; i++) {
		const struct device_range *other = &devices->list[i];

		if (other->first == range->first && other->last == range->last &&
		    !strcmp(other->part, range->part) && !strcmp(other->which, range->which) &&
		    !strcmp(other->kind, range->kind))
			return true;
	}
	return false;
}

int devices_add_all(struct devices *devices, const struct devices *from)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < from->count && !rc; i++)
		if (!has(devices, &from->list[i]))
			rc = array_append(&devices->list, &devices->count, sizeof(from->list[i]),
					  &from->list[i]);
	return rc;
}

void devices_clear(struct devices *devices)
{
	free(devices->list);
	memset(devices, 0, sizeof(*devices));
}

const struct device_range *devices_around(const struct devices *devices, uint64_t mfn,
					  uint64_t *first, uint64_t *last)
{
	const struct device_range *best = NULL;
	size_t i;

	*first = 0;
	*last = UINT64_MAX;
	for (i = 0; i < devices->count; i++) {
		const struct device_range *range = &devices->list[i];
		bool inside = range->first <= mfn && mfn <= range->last;
		uint64_t from = inside ? range->first : range->last < mfn ? range->last + 1 : 0;
		uint64_t to = inside ? range->last : range->first > mfn ? range->first - 1 : *last;

		if (from > *first)
			*first = from;
		if (to < *last)
			*last = to;
		if (inside && (!best || range->last - range->first < best->last - best->first))
			best = range;
	}
	return best;
}

const struct device_range *devices_at(const struct devices *devices, uint64_t mfn)
{
	uint64_t first, last;

	return devices_around(devices, mfn, &first, &last);
}

const char *device_name(const struct device_range *device, char *text, size_t size)
{
	const char *kind = device->kind[0] ? ", " : "";

	if (device->which[0])
		snprintf(text, size, "%s of %s%s%s", device->part, device->which, kind,
			 device->kind);
	else
		snprintf(text, size, "%s%s%s", device->part, kind, device->kind);
	return text;
}
