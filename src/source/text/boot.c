/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/text/boot.h"

#include "base/text.h"
#include "x86/memtype.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FRAME_SHIFT 12

static bool starts(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

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

	if (!starts(text, "Xen version "))
		return false;
	text += strlen("Xen version ");
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
	bool inclusive = starts(text, " [");
	uint64_t first, last;
	const char *p = hex(text + (inclusive ? 2 : 1), &first);

	if (*text != ' ' || !p) {
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

/* mtrr_attrib_to_str() */
static int mtrr_name(const char *text)
{
	static const struct {
		const char *name;
		enum memtype type;
	} table[] = {
		{ "uncachable", MEMTYPE_UC },	 { "write-combining", MEMTYPE_WC },
		{ "write-through", MEMTYPE_WT }, { "write-protect", MEMTYPE_WP },
		{ "write-back", MEMTYPE_WB },
	};
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (starts(text, table[i].name))
			return table[i].type;
	return -1;
}

/* Index into the 88 fixed sub-ranges, and the size in bytes of the one that address is in. */
static unsigned int fixed_index(uint64_t address, uint64_t *size)
{
	if (address < 0x80000) {
		*size = 0x10000;
		return address >> 16;
	}
	if (address < 0xc0000) {
		*size = 0x4000;
		return 8 + ((address - 0x80000) >> 14);
	}
	*size = 0x1000;
	return 24 + ((address - 0xc0000) >> 12);
}

/* "  00000-9ffff write-back" */
static int mtrr_fixed_line(const char *text, struct section *section)
{
	uint64_t first, last, size;
	const char *p = hex(text + strspn(text, " "), &first);
	int type;

	if (!p || *p != '-')
		return 0;
	p = hex(p + 1, &last);
	if (!p || *p != ' ' || last > 0xfffff || first > last)
		return 0;
	type = mtrr_name(p + 1);
	if (type < 0)
		return 0;
	for (; first <= last; first += size) {
		unsigned int index = fixed_index(first, &size);
		unsigned int shift = index % 8 * 8;

		section->host.fixed[index / 8] &= ~(UINT64_C(0xff) << shift);
		section->host.fixed[index / 8] |= (uint64_t)type << shift;
	}
	section->has_host_fixed = true;
	return 1;
}

/* "  0 base 00c0000000 mask ffc0000000 uncachable", "  1 disabled" */
static int mtrr_var_line(const char *text, struct section *section)
{
	struct mtrr_state *host = &section->host;
	char *end;
	unsigned long index = strtoul(text, &end, 10);
	uint64_t base, mask;
	const char *p = end, *digits;
	int type;

	if (*text != ' ' || end == text || index >= MTRR_VAR_MAX || index != host->var_count)
		return 0;
	if (starts(p, " disabled")) {
		host->var_count++;
		return 1;
	}
	if (!starts(p, " base ") || !(p = hex(p + 6, &base)) || !starts(p, " mask "))
		return 0;
	digits = p + 6;
	p = hex(digits, &mask);
	if (!p || *p != ' ')
		return 0;
	if (p - digits >= 8 && p - digits <= 13)
		section->mask_digits = p - digits;
	type = mtrr_name(p + 1);
	if (type < 0)
		return 0;
	host->var[index].base = base | type;
	host->var[index].mask = mask | MTRR_MASK_VALID;
	host->var_count++;
	return 1;
}

static int mtrr_header(const char *text, struct section *section, enum boot_state *state)
{
	int type;

	text += strlen("MTRR ");
	if (starts(text, "default type: ")) {
		type = mtrr_name(text + strlen("default type: "));
		if (type < 0)
			return 0;
		memset(&section->host, 0, sizeof(section->host));
		section->host.def_type = type;
		section->has_host_default = true;
		section->has_host_fixed = section->has_host_var = false;
	} else if (starts(text, "fixed ranges ")) {
		*state = BOOT_MTRR_FIXED;
		if (strstr(text, "enabled"))
			section->host.def_type |= MTRR_DEF_TYPE_FE;
		else
			section->has_host_fixed = true; /* not used, so nothing is unknown */
	} else if (starts(text, "variable ranges ")) {
		*state = BOOT_MTRR_VAR;
		section->has_host_var = true;
		section->host.var_count = 0;
		if (strstr(text, "enabled"))
			section->host.def_type |= MTRR_DEF_TYPE_E;
	} else {
		return 0;
	}
	return 1;
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

/* Pages that guests can only read: io_apic.c, mmconfig_64.c. */
static int mmio_ro_line(const char *text, struct section *section)
{
	unsigned int segment, from, to;
	const char *p;
	uint64_t address;

	if (starts(text, "IOAPIC[")) {
		p = strstr(text, "address ");
		if (p && hex(p + 8, &address))
			return ranges_add(&section->mmio_ro, address >> FRAME_SHIFT,
					  address >> FRAME_SHIFT)
				       ? -1
				       : 1;
		return 0;
	}
	if (starts(text, "PCI: MCFG configuration ")) {
		mcfg_announced(strstr(text, "base "), section);
		return 1;
	}
	if (sscanf(text, "PCI: Using MCFG for segment %x bus %x-%x", &segment, &from, &to) == 3 &&
	    from <= to && to < 256 && mcfg_base(section, segment, from, to, &address))
		return ranges_add(&section->mmio_ro,
				  (address + ((uint64_t)from << 20)) >> FRAME_SHIFT,
				  (address + ((uint64_t)(to + 1) << 20) - 1) >> FRAME_SHIFT)
			       ? -1
			       : 1;
	return 0;
}

int boot_line(const char *text, struct section *section, enum boot_state *state)
{
	unsigned int kib;
	int used = 0;

	switch (*state) {
	case BOOT_MEMORY_MAP:
		used = memory_map_line(text, section, state);
		break;
	case BOOT_MTRR_FIXED:
		used = mtrr_fixed_line(text, section);
		break;
	case BOOT_MTRR_VAR:
		used = mtrr_var_line(text, section);
		break;
	default:
		break;
	}
	if (used)
		return used;
	if (starts(text, "MTRR "))
		return mtrr_header(text, section, state);
	*state = BOOT_NOTHING;
	if (strstr(text, "RAM map:")) {
		ranges_clear(&section->ram);
		*state = BOOT_MEMORY_MAP;
		return 1;
	}
	if (starts(text, "Command line: ")) {
		snprintf(section->command_line, sizeof(section->command_line), "%s",
			 text + strlen("Command line: "));
		text_sanitize(section->command_line);
		return 1;
	}
	if (sscanf(text, "Allocated console ring of %u KiB", &kib) == 1)
		section->ring = (uint64_t)kib << 10;
	else if (starts(text, "I/O virtualisation disabled"))
		section->iommu_disabled = true;
	else if (starts(text, "PFN compression "))
		section->pfn_compression = true;
	else
		return mmio_ro_line(text, section);
	return 1;
}
