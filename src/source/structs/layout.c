/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/structs/layout.h"

#include <string.h>

/*
 * Held against DWARF of 4.14.6, 4.17 and 4.20. Sizes stand only where no
 * configuration changes them.
 */
const struct struct_info struct_info[STRUCT_COUNT] = {
	[STRUCT_DOMAIN] = { "domain", -1, 0 },
	[STRUCT_VCPU] = { "vcpu", -1, 0 },
	[STRUCT_P2M] = { "p2m_domain", -1, 0 },
	[STRUCT_RANGESET] = { "rangeset", -1, 0 },
	[STRUCT_RANGE] = { "range", STRUCT_RANGESET, 32 }, /* a name that others may have */
	[STRUCT_PIN] = { "hvm_mem_pinned_cacheattr_range", -1, 0 },
	[STRUCT_MTRR] = { "mtrr_state", -1, 120 },
	[STRUCT_MTRR_RANGE] = { "mtrr_var_range", -1, 16 },
	[STRUCT_E820] = { "e820map", -1, 0 },
	[STRUCT_E820_ENTRY] = { "e820entry", -1, 20 },
	[STRUCT_PAGE] = { "page_info", -1, 0 },
	[STRUCT_PCI_DEVICE] = { "pci_dev", -1, 0 },
};

#define OF(s) .of = STRUCT_##s

const struct member_info member_info[MEMBER_COUNT] = {
	[DOMAIN_ID] = { OF(DOMAIN), .path = "domain_id" },
	[DOMAIN_NEXT] = { OF(DOMAIN), .path = "next_in_list" },
	[DOMAIN_OPTIONS] = { OF(DOMAIN), .path = "options" },
	[DOMAIN_VCPUS] = { OF(DOMAIN), .path = "max_vcpus" },
	[DOMAIN_VCPU] = { OF(DOMAIN), .path = "vcpu" },
	[DOMAIN_PAGES] = { OF(DOMAIN), .path = "tot_pages" },
	[DOMAIN_EXTRA_PAGES] = { OF(DOMAIN), .path = "extra_pages" },
	[DOMAIN_XEN_LIST] = { OF(DOMAIN), .path = "xenpage_list" },
	[DOMAIN_EXTRA_LIST] = { OF(DOMAIN), .path = "extra_page_list" },
	[DOMAIN_IOMEM] = { OF(DOMAIN), .path = "iomem_caps" },
	[DOMAIN_IOPORTS] = { OF(DOMAIN), .path = "arch.ioport_caps" },
	[DOMAIN_DEVICES] = { OF(DOMAIN), .path = "pdev_list", .older = "arch.pdev_list",
			     .optional = true },
	[DOMAIN_P2M] = { OF(DOMAIN), .path = "arch.p2m" },
	[DOMAIN_ALTP2M] = { OF(DOMAIN), .path = "arch.altp2m_p2m", .optional = true },
	[DOMAIN_ALTP2M_ACTIVE] = { OF(DOMAIN), .path = "arch.altp2m_active", .optional = true },
	[DOMAIN_ALTP2M_EPTP] = { OF(DOMAIN), .path = "arch.altp2m_eptp", .optional = true },
	[DOMAIN_NESTED] = { OF(DOMAIN), .path = "arch.nested_p2m", .optional = true },
	[DOMAIN_PINS] = { OF(DOMAIN), .path = "arch.hvm.pinned_cacheattr_ranges",
			  .older = "arch.hvm_domain.pinned_cacheattr_ranges" },
	[DOMAIN_APIC_ACCESS] = { OF(DOMAIN), .path = "arch.hvm.vmx.apic_access_mfn",
				 .older = "arch.hvm_domain.vmx.apic_access_mfn" },
	[VCPU_MTRR] = { OF(VCPU), .path = "arch.hvm.mtrr", .older = "arch.hvm_vcpu.mtrr" },
	[VCPU_STATE] = { OF(VCPU), .path = "runstate.state", .optional = true },
	[VCPU_TIMES] = { OF(VCPU), .path = "runstate.time", .optional = true },
	[P2M_DOMAIN] = { OF(P2M), .path = "domain" },
	[P2M_CLASS] = { OF(P2M), .path = "p2m_class" },
	[P2M_TABLE] = { OF(P2M), .path = "phys_table" },
	[P2M_EPTP] = { OF(P2M), .path = "ept.eptp" },
	[P2M_POD_COUNT] = { OF(P2M), .path = "pod.count" },
	[P2M_NESTED_BASE] = { OF(P2M), .path = "np2m_base", .optional = true },
	[RANGESET_LIST] = { OF(RANGESET), .path = "range_list", .offset = 24, .size = 16 },
	[RANGE_LIST] = { OF(RANGE), .path = "list", .offset = 0, .size = 16 },
	[RANGE_FIRST] = { OF(RANGE), .path = "s", .offset = 16, .size = 8 },
	[RANGE_LAST] = { OF(RANGE), .path = "e", .offset = 24, .size = 8 },
	[PIN_LIST] = { OF(PIN), .path = "list" },
	[PIN_FIRST] = { OF(PIN), .path = "start" },
	[PIN_LAST] = { OF(PIN), .path = "end" },
	[PIN_TYPE] = { OF(PIN), .path = "type" },
	[MTRR_VAR] = { OF(MTRR), .path = "var_ranges", .offset = 0, .size = 8 },
	[MTRR_FIXED] = { OF(MTRR), .path = "fixed_ranges", .offset = 8, .size = 88 },
	[MTRR_ENABLED] = { OF(MTRR), .path = "enabled", .offset = 96, .size = 1 },
	[MTRR_FIXED_ENABLED] = { OF(MTRR), .path = "fixed_enabled", .offset = 97, .size = 1 },
	[MTRR_DEFAULT] = { OF(MTRR), .path = "def_type", .offset = 99, .size = 1 },
	[MTRR_CAP] = { OF(MTRR), .path = "mtrr_cap", .offset = 104, .size = 8 },
	[MTRR_BASE] = { OF(MTRR_RANGE), .path = "base", .offset = 0, .size = 8 },
	[MTRR_MASK] = { OF(MTRR_RANGE), .path = "mask", .offset = 8, .size = 8 },
	[E820_COUNT] = { OF(E820), .path = "nr_map", .offset = 0, .size = 4 },
	[E820_MAP] = { OF(E820), .path = "map", .offset = 4, .size = 20480 },
	[E820_ADDRESS] = { OF(E820_ENTRY), .path = "addr", .offset = 0, .size = 8 },
	[E820_SIZE] = { OF(E820_ENTRY), .path = "size", .offset = 8, .size = 8 },
	[E820_TYPE] = { OF(E820_ENTRY), .path = "type", .offset = 16, .size = 4 },
	[PAGE_COUNT_INFO] = { OF(PAGE), .path = "count_info" },
	[PAGE_NEXT] = { OF(PAGE), .path = "list.next" },
	[PAGE_PREV] = { OF(PAGE), .path = "list.prev" },
	[PCI_LIST] = { OF(PCI_DEVICE), .path = "domain_list", .optional = true },
	[PCI_SEGMENT] = { OF(PCI_DEVICE), .path = "seg", .older = "sbdf.seg", .optional = true },
	[PCI_BUS] = { OF(PCI_DEVICE), .path = "bus", .older = "sbdf.bus", .optional = true },
	[PCI_DEVFN] = { OF(PCI_DEVICE), .path = "devfn", .older = "sbdf.devfn", .optional = true },
};

void layout_usual(struct layout *layout)
{
	unsigned int i;

	memset(layout, 0, sizeof(*layout));
	layout->guessed = true;
	for (i = 0; i < MEMBER_COUNT; i++) {
		layout->member[i].known = member_info[i].size;
		layout->member[i].offset = member_info[i].offset;
		layout->member[i].size = member_info[i].size;
	}
	for (i = 0; i < STRUCT_COUNT; i++)
		layout->size[i] = struct_info[i].size;
}

bool layout_has(const struct layout *layout, enum member first, enum member last)
{
	unsigned int i;

	for (i = first; i <= last; i++)
		if (!layout->member[i].known)
			return false;
	return true;
}
