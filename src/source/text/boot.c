/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/text/boot.h"

#include "base/text.h"
#include "source/text/memorymap.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FRAME_SHIFT 12

/* "Xen version 4.17.7 (Debian 4.17.7+13-g2445b30a44-0+deb12u1) (…) debug=n …" */
bool boot_banner(const char *text, struct section *section)
{
	char vendor[128] = "";
	const char *open;
	size_t length;

	text = text_after(text, "Xen version ");
	if (!text)
		return false;
	length = strcspn(text, " ");
	open = strchr(text, '(');
	if (open)
		snprintf(vendor, sizeof(vendor), "%.*s", (int)strcspn(open + 1, ")"), open + 1);
	section->has_version = !xen_version_parse(text, vendor, &section->xen);
	snprintf(section->version, sizeof(section->version), "%.*s", (int)length, text);
	text_sanitize(section->version);
	return section->has_version;
}

/* "base e0000000 segment 0000 buses 00 - ff" */
static void mcfg_announced(const char *text, struct section *section)
{
	struct mcfg_window window = { 0 };
	const char *p = text ? text_hex_begin(text + strlen("base "), &window.base) : NULL;

	if (p && !(window.base >> 52) &&
	    sscanf(p, " segment %x buses %x - %x", &window.segment, &window.first, &window.last) ==
		    3 &&
	    section->mcfg_count < MCFG_MAX)
		section->mcfg[section->mcfg_count++] = window;
}

/* Where bus 0 of the window would be that is put to use. False if none was announced for it. */
static bool mcfg_base(const struct section *section, unsigned int segment, unsigned int from,
		      unsigned int to, uint64_t *base)
{
	unsigned int i;

	for (i = 0; i < section->mcfg_count; i++) {
		const struct mcfg_window *window = &section->mcfg[i];

		if (window->segment != segment || from > window->last || to < window->first)
			continue;
		*base = window->base;
		return true;
	}
	return false;
}

/* Bytes first to last of something that guests can only read. Returns 1, or -1 if out of memory. */
static int read_only(struct section *section, uint64_t first, uint64_t last, const char *what)
{
	first >>= FRAME_SHIFT;
	last >>= FRAME_SHIFT;
	return ranges_add(&section->mmio_ro, first, last) ||
			       devices_add(&section->devices, first, last, what, "", "")
		       ? -1
		       : 1;
}

/* Pages that guests can only read: io_apic.c, mmconfig_64.c. */
static int mmio_ro_line(const char *text, struct section *section)
{
	unsigned int segment, from, to;
	const char *p;
	uint64_t address;

	if (text_after(text, "IOAPIC[")) {
		p = strstr(text, "address ");
		if (p && text_hex_begin(p + 8, &address))
			return read_only(section, address, address, "IO-APIC");
		return 0;
	}
	if (text_after(text, "PCI: MCFG configuration ")) {
		mcfg_announced(strstr(text, "base "), section);
		return 1;
	}
	if (sscanf(text, "PCI: Using MCFG for segment %x bus %x-%x", &segment, &from, &to) == 3 &&
	    from <= to && to < 256 && mcfg_base(section, segment, from, to, &address))
		return read_only(section, address + ((uint64_t)from << 20),
				 address + ((uint64_t)(to + 1) << 20) - 1, "MMCFG");
	return 0;
}

int boot_line(const char *text, struct section *section, enum boot_state *state)
{
	const char *line;
	char snoop[8];
	unsigned int kib;
	int used = 0;

	if (*state == BOOT_MEMORY_MAP)
		used = memory_map_line(text, section);
	if (used)
		return used;
	*state = BOOT_NOTHING;
	if (mtrrs_line(text, &section->host))
		return 1;
	if (strstr(text, "RAM map:")) {
		memory_map_begin(section);
		*state = BOOT_MEMORY_MAP;
		return 1;
	}
	if ((line = text_after(text, "Command line: "))) {
		snprintf(section->command_line, sizeof(section->command_line), "%s", line);
		text_sanitize(section->command_line);
		return 1;
	}
	if (sscanf(text, "Allocated console ring of %u KiB", &kib) == 1)
		section->ring = (uint64_t)kib << 10;
	else if (text_after(text, "I/O virtualisation disabled"))
		section->iommu_disabled = true;
	else if (text_after(text, "I/O virtualisation enabled"))
		section->iommu_enabled = true;
	else if (text_after(text, "System RAM: "))
		memory_map_total(text, section);
	else if (sscanf(text, "Intel VT-d Snoop Control %7s", snoop) == 1) {
		section->has_snoop = true;
		section->snoop = text_after(snoop, "enabled");
	} else if (text_after(text, "PFN compression "))
		section->pfn_compression = true;
	else if (text_after(text, "HVM: Hardware Assisted Paging (HAP) ") &&
		 (strstr(text, "not detected") || strstr(text, "disabled")))
		snprintf(section->no_hap, sizeof(section->no_hap), "%s", text);
	else
		return mmio_ro_line(text, section);
	text_sanitize(section->no_hap);
	return 1;
}

void boot_interrupted(struct section *section, enum boot_state *state)
{
	if (*state == BOOT_MEMORY_MAP)
		memory_map_broken(section);
	*state = BOOT_NOTHING;
	mtrrs_interrupted(&section->host);
}

void boot_over(struct section *section, enum boot_state *state)
{
	*state = BOOT_NOTHING;
	section->host.rows = MTRR_ROWS_NONE;
}
