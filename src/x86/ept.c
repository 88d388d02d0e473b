/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "x86/ept.h"

#include <stddef.h>

/* p2m_access_t; 4.5.* and 4.6.0-4.6.1 counted the first eight the other way round. */
static const char *const access_names[] = {
	"n", "r", "w", "rw", "x", "rx", "wx", "rwx", "rx2rw", "n2rwx", "r_pw",
};
static const char *const access_names_4_5[] = {
	"rwx", "wx", "rx", "x", "rw", "w", "r", "n", "rx2rw", "n2rwx",
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const char *ept_access_name(unsigned int access, enum ept_layout layout)
{
	if (layout == EPT_LAYOUT_4_5)
		return access < COUNT(access_names_4_5) ? access_names_4_5[access] : "unused";
	return access < COUNT(access_names) - (layout != EPT_LAYOUT_4_20) ? access_names[access]
									  : "unused";
}

enum ept_layout ept_layout_of(unsigned int minor, int point)
{
	if (minor >= 20)
		return EPT_LAYOUT_4_20;
	if (minor <= 5 || (minor == 6 && point < 3))
		return EPT_LAYOUT_4_5;
	return EPT_LAYOUT_4_6;
}

#define ANY EPT_AT_LEAF | EPT_AT_TABLE

/* Names as in Xen's ept_entry_t; what the SDM calls them behind. */
static const struct ept_field fields[] = {
	{ "r", "read access", 0, 0, ANY, EPT_ALL },
	{ "w", "write access", 1, 1, ANY, EPT_ALL },
	{ "x", "execute access", 2, 2, ANY, EPT_ALL },
	{ "emt", "EPT memory type", 5, 3, ANY, EPT_ALL },
	{ "ipat", "ignore PAT", 6, 6, ANY, EPT_ALL },
	{ "sp", "maps a page", 7, 7, ANY, EPT_ALL },
	{ "a", "accessed", 8, 8, ANY, EPT_ALL },
	{ "d", "dirty", 9, 9, EPT_AT_LEAF, EPT_ALL },
	{ "recalc", "Xen: recompute the type, too", 10, 10, ANY, EPT_ALL },
	{ "snp", "VT-d: snoop", 11, 11, ANY, EPT_ALL },
	{ "mfn", "machine frame", 51, 12, ANY, EPT_ALL },
	{ "sa_p2mt", "Xen: p2m type", 57, 52, ANY, EPT_ALL },
	{ "access", "Xen: p2m access", 61, 58, ANY, EPT_4_5 | EPT_4_6 },
	{ "pw", "paging-write access", 58, 58, ANY, EPT_4_20 },
	{ "access", "Xen: p2m access", 62, 59, ANY, EPT_4_20 },
	{ "suppress_ve", "suppress #VE", 63, 63, ANY, EPT_ALL },
};

const struct ept_field *ept_field(unsigned int n, enum ept_layout layout)
{
	size_t i;

	for (i = 0; i < COUNT(fields); i++)
		if (fields[i].layouts >> layout & 1 && !n--)
			return &fields[i];
	return NULL;
}

uint64_t ept_field_value(const struct ept_field *field, uint64_t entry)
{
	return entry >> field->low & ((UINT64_C(2) << (field->high - field->low)) - 1);
}

/* SDM vol. 3, "EPT Misconfigurations". */
const char *ept_misconfiguration(uint64_t entry, unsigned int level, unsigned int phys_bits)
{
	bool leaf = level == 1 || ept_superpage(entry);

	if (!ept_present(entry))
		return NULL;
	if ((entry & 3) == 2)
		return "bits 1:0 are 10b: writable, but not readable";
	if (phys_bits < 52 && entry >> phys_bits & ((UINT64_C(1) << (52 - phys_bits)) - 1))
		return "reserved address bits above the physical address width are set";
	if (level >= 4 && ept_superpage(entry))
		return "bit 7 is set at a level without superpages";
	if (!leaf)
		return entry & 0x78 ? "bits 6:3 are set in an entry that refers to a table" : NULL;
	if (ept_emt(entry) == 2 || ept_emt(entry) == 3 || ept_emt(entry) == 7)
		return "EMT has a reserved value";
	if (level > 1 && ept_mfn(entry) & ((UINT64_C(1) << ((level - 1) * 9)) - 1))
		return "address bits below the size of the superpage are set";
	return NULL;
}
