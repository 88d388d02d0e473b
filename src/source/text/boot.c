/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/text/boot.h"

#include "base/text.h"
#include "source/text/mtrrline.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FRAME_SHIFT 12

/* A hexadecimal number at text, with or without 0x. Returns what follows it, or NULL. */
static const char *hex(const char *text, uint64_t *value)
{
	const char *end = text;

	if (end[0] == '0' && end[1] == 'x')
		end += 2;
	end += strspn(end, "0123456789abcdefABCDEF");
	return text_hex(text, end, value) ? end : NULL;
}

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

/* " [%016lx, %016lx] (usable)", or to 4.13 " %016lx - %016lx (usable)" with an exclusive end. */
static int memory_map_line(const char *text, struct section *section, enum boot_state *state)
{
	bool inclusive;
	uint64_t first, last;
	const char *p;

	text += strspn(text, " \t"); /* of which forums leave none */
	inclusive = *text == '[';
	p = hex(text + inclusive, &first);
	if (!p) {
		*state = BOOT_NOTHING;
		return 0;
	}
	p += strspn(p, inclusive ? ", " : " -");
	p = hex(p, &last);
	if (!p || last < first || (!inclusive && last == first)) {
		*state = BOOT_NOTHING;
		return 0;
	}
	section->has_memory_map = true;
	if (!strstr(p, "(usable)"))
		return 1;
	if (!inclusive)
		last--;
	first = (first + (1 << FRAME_SHIFT) - 1) >> FRAME_SHIFT;
	if (last + 1 < 1 << FRAME_SHIFT || ((last + 1) >> FRAME_SHIFT) <= first)
		return 1;
	return ranges_add(&section->ram, first, ((last + 1) >> FRAME_SHIFT) - 1) ? -1 : 1;
}

static int mtrr_fixed(const struct mtrr_line *line, struct section *section)
{
	uint64_t address, size;

	for (address = line->base; address <= line->last; address += size) {
		unsigned int index = mtrr_fixed_index(address, &size);
		unsigned int shift = index % 8 * 8;

		section->host.fixed[index / 8] &= ~(UINT64_C(0xff) << shift);
		section->host.fixed[index / 8] |= (uint64_t)line->type << shift;
	}
	section->has_host_fixed = true;
	return 1;
}

static int mtrr_variable(const struct mtrr_line *line, struct section *section)
{
	struct mtrr_state *host = &section->host;

	if (line->index >= MTRR_VAR_MAX || line->index != host->var_count)
		return 0;
	if (line->kind == MTRR_LINE_VARIABLE) {
		if (line->digits >= 8 && line->digits <= 13)
			section->mask_digits = line->digits;
		host->var[line->index].base = line->base | line->type;
		host->var[line->index].mask = line->mask | MTRR_MASK_VALID;
	}
	host->var_count++;
	return 1;
}

static int mtrr_line(const char *text, struct section *section, enum boot_state *state)
{
	struct mtrr_line line = mtrr_line_parse(text);
	struct mtrr_state *host = &section->host;

	switch (line.kind) {
	case MTRR_LINE_DEFAULT:
		memset(host, 0, sizeof(*host));
		host->def_type = line.type;
		section->has_host_default = true;
		section->has_host_fixed = section->has_host_var = false;
		return 1;
	case MTRR_LINE_FIXED_ON:
		*state = BOOT_MTRR_FIXED;
		if (line.on)
			host->def_type |= MTRR_DEF_TYPE_FE;
		else
			section->has_host_fixed = true; /* not used, so nothing is unknown */
		return 1;
	case MTRR_LINE_VARIABLE_ON:
		*state = BOOT_MTRR_VAR;
		section->has_host_var = true;
		host->var_count = 0;
		if (line.on)
			host->def_type |= MTRR_DEF_TYPE_E;
		return 1;
	case MTRR_LINE_FIXED:
		return *state == BOOT_MTRR_FIXED ? mtrr_fixed(&line, section) : 0;
	case MTRR_LINE_VARIABLE:
	case MTRR_LINE_NOT_IN_USE:
		return *state == BOOT_MTRR_VAR ? mtrr_variable(&line, section) : 0;
	default:
		return 0;
	}
}

/* "base e0000000 segment 0000 buses 00 - ff" */
static void mcfg_announced(const char *text, struct section *section)
{
	struct mcfg_window window = { 0 };
	const char *p = text ? hex(text + strlen("base "), &window.base) : NULL;

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
		if (p && hex(p + 8, &address))
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
		used = memory_map_line(text, section, state);
	if (!used)
		used = mtrr_line(text, section, state);
	if (used)
		return used;
	*state = BOOT_NOTHING;
	if (strstr(text, "RAM map:")) {
		ranges_clear(&section->ram);
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
