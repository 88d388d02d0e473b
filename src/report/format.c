/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/format.h"

#include <string.h>

static const char *const names[FORMAT_COUNT] = {
	[FORMAT_TEXT] = "text", [FORMAT_JSON] = "json",	  [FORMAT_JSONL] = "jsonl",
	[FORMAT_TAP] = "tap",	[FORMAT_JUNIT] = "junit", [FORMAT_OPENMETRICS] = "openmetrics",
	[FORMAT_XEN] = "xen",	[FORMAT_SVG] = "svg",
};

int format_parse(const char *name)
{
	unsigned int format;

	for (format = 0; format < FORMAT_COUNT; format++)
		if (!strcmp(names[format], name))
			return format;
	return -1;
}

const char *format_name(enum format format)
{
	return names[format];
}
