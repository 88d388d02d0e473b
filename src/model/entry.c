/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/entry.h"

#include <string.h>

static const char *const names[P2M_TYPE_COUNT] = {
	[P2M_RAM_RW] = "ram_rw",
	[P2M_INVALID] = "invalid",
	[P2M_RAM_LOGDIRTY] = "ram_logdirty",
	[P2M_RAM_RO] = "ram_ro",
	[P2M_MMIO_DM] = "mmio_dm",
	[P2M_MMIO_DIRECT] = "mmio_direct",
	[P2M_POPULATE_ON_DEMAND] = "populate_on_demand",
	[P2M_GRANT_MAP_RW] = "grant_map_rw",
	[P2M_GRANT_MAP_RO] = "grant_map_ro",
	[P2M_RAM_PAGING_OUT] = "ram_paging_out",
	[P2M_RAM_PAGED] = "ram_paged",
	[P2M_RAM_PAGING_IN] = "ram_paging_in",
	[P2M_RAM_SHARED] = "ram_shared",
	[P2M_RAM_BROKEN] = "ram_broken",
	[P2M_MAP_FOREIGN] = "map_foreign",
	[P2M_IOREQ_SERVER] = "ioreq_server",
};

const char *p2m_type_name(unsigned int type)
{
	if (type < P2M_TYPE_COUNT)
		return names[type];
	return type == ENTRY_TYPE_UNKNOWN ? "unknown" : "unused";
}

int p2m_type_parse(const char *name)
{
	int type;

	if (!name)
		return -1;
	if (!strncmp(name, "p2m_", 4))
		name += 4;
	for (type = 0; type < P2M_TYPE_COUNT; type++)
		if (!strcmp(name, names[type]))
			return type;
	return -1;
}

enum p2m_class p2m_type_class(unsigned int type)
{
	switch (type) {
	case P2M_MMIO_DIRECT:
		return P2M_CLASS_MMIO_DIRECT;
	case P2M_GRANT_MAP_RW:
	case P2M_GRANT_MAP_RO:
	case P2M_MAP_FOREIGN:
		return P2M_CLASS_GRANT_FOREIGN;
	default:
		return P2M_CLASS_RAM;
	}
}
