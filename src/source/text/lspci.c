/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/text/lspci.h"

#include "base/text.h"
#include "model/entry.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define FRAME_SHIFT 12

/* The last "[8086:3e92]" of a line. False if there is none. */
static bool find_ids(const char *line, unsigned int *vendor, unsigned int *device)
{
	const char *p = line;
	bool found = false;

	while ((p = strchr(p, '['))) {
		unsigned int v, d;
		int end = 0;

		p++;
		if (sscanf(p, "%4x:%4x%n", &v, &d, &end) != 2 || end != 9 || p[9] != ']')
			continue;
		*vendor = v;
		*device = d;
		found = true;
	}
	return found;
}

/* "00:02.0 VGA compatible controller [0300]: Intel ... [8086:3e92]" */
static bool begin_device(const char *line, struct lspci *lspci)
{
	unsigned int domain = 0, bus, slot, function, vendor, device;
	const char *name;
	int end = 0;

	if (sscanf(line, "%4x:%2x:%2x.%1u%n", &domain, &bus, &slot, &function, &end) != 4) {
		domain = 0;
		if (sscanf(line, "%2x:%2x.%1u%n", &bus, &slot, &function, &end) != 3)
			return false;
	}
	name = line + end;
	if (*name != ' ' || slot > 0x1f || function > 7 || !strchr(name, ':'))
		return false;
	name++;
	snprintf(lspci->which, sizeof(lspci->which), "%04x:%02x:%02x.%u", domain, bus, slot,
		 function);
	if (find_ids(name, &vendor, &device))
		text_append(lspci->which, sizeof(lspci->which), ", %04x:%04x", vendor, device);
	/* As it is told of a running machine. */
	if (text_after(name, "VGA compatible controller"))
		snprintf(lspci->kind, sizeof(lspci->kind), "VGA");
	else
		snprintf(lspci->kind, sizeof(lspci->kind), "%.*s",
			 (int)(strcspn(name, ":[") - (name[strcspn(name, ":[")] == '[')), name);
	return true;
}

/* "[size=256M]" in bytes, or 0. */
static uint64_t size_of(const char *line)
{
	const char *p = strstr(line, "[size=");
	unsigned int number, shift;
	char unit = '\0';

	if (!p || sscanf(p, "[size=%u%c", &number, &unit) < 1)
		return 0;
	shift = unit == 'K' ? 10 : unit == 'M' ? 20 : unit == 'G' ? 30 : unit == 'T' ? 40 : 0;
	return (uint64_t)number << shift;
}

int lspci_line(const char *line, struct lspci *lspci)
{
	uint64_t address, size;
	unsigned int region;
	char part[16];

	if (*line != '\t' && *line != ' ') {
		lspci->in_device = begin_device(line, lspci);
		return lspci->in_device;
	}
	if (!lspci->in_device)
		return 0;
	line += strspn(line, " \t");
	if (sscanf(line, "Region %1u: Memory at %" SCNx64, &region, &address) == 2)
		snprintf(part, sizeof(part), "BAR %u", region);
	else if (sscanf(line, "Expansion ROM at %" SCNx64, &address) == 1)
		snprintf(part, sizeof(part), "ROM");
	else
		return 0;
	size = size_of(line);
	if (!size || address + size - 1 < address ||
	    (address + size - 1) >> FRAME_SHIFT > FRAME_LAST)
		return 0;
	return devices_add(&lspci->devices, address >> FRAME_SHIFT,
			   (address + size - 1) >> FRAME_SHIFT, part, lspci->which, lspci->kind)
		       ? -1
		       : 1;
}
