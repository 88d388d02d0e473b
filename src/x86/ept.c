/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "x86/ept.h"

#include "base/array.h"

#include <stddef.h>

/* p2m_access_t; r_pw came with 4.20. */
static const char *const access_names[] = {
	"n", "r", "w", "rw", "x", "rx", "wx", "rwx", "rx2rw", "n2rwx", "r_pw",
};

const char *p2m_access_name(unsigned int access, const struct ept_layout *layout)
{
	if (access >= ARRAY_SIZE(access_names) - (layout->minor < 20))
		return "unused";
	return access_names[access < 8 && layout->access_reversed ? 7 - access : access];
}

struct ept_layout ept_layout_for(unsigned int minor, int point)
{
	return (struct ept_layout){
		.minor = minor < EPT_NEWEST ? minor : EPT_NEWEST,
		.access_low = minor < 20 ? 58 : 59,
		.access_reversed = minor == 5 || (minor == 6 && point >= 0 && point < 2),
	};
}

/* Rows of one bit in several releases stand together, oldest first. */
/* clang-format off */
static const struct ept_field fields[] = {
	{ "r", 0, 0, 0, EPT_NEWEST, EPT_FLAG, false, "read access", NULL },
	{ "w", 1, 1, 0, EPT_NEWEST, EPT_FLAG, false, "write access", NULL },
	{ "x", 2, 2, 0, EPT_NEWEST, EPT_FLAG, false, "execute access", NULL },
	{ "emt", 5, 3, 0, EPT_NEWEST, EPT_MEMTYPE, false, "EPT memory type",
	  "reserved; Xen: 7 if what is below is to be recomputed" },
	{ "ipat", 6, 6, 0, EPT_NEWEST, EPT_FLAG, false, "ignore PAT memory type", "reserved" },
	{ "sp", 7, 7, 0, EPT_NEWEST, EPT_FLAG, false, "superpage", NULL },
	{ "rsvd1", 9, 8, 0, 5, EPT_NOTHING, false, "accessed and dirty, not used by this Xen", NULL },
	{ "a", 8, 8, 6, EPT_NEWEST, EPT_FLAG, false, "accessed", NULL },
	{ "d", 9, 9, 6, EPT_NEWEST, EPT_FLAG, false, "dirty", "ignored" },
	{ "avail1", 10, 10, 0, 4, EPT_NOTHING, true, "available", NULL },
	{ "recalc", 10, 10, 5, EPT_NEWEST, EPT_FLAG, true, "Xen: recompute the p2m type", NULL },
	{ "snp", 11, 11, 0, EPT_NEWEST, EPT_FLAG, true, "VT-d: snoop", NULL },
	{ "mfn", 51, 12, 0, EPT_NEWEST, EPT_NUMBER, false, "frame of the page", "frame of the table" },
	{ "sa_p2mt", 57, 52, 0, EPT_NEWEST, EPT_P2M_TYPE, true, "Xen: p2m type", NULL },
	{ "access", 61, 58, 0, 19, EPT_P2M_ACCESS, true, "Xen: p2m access", NULL },
	{ "tm", 62, 62, 0, 15, EPT_FLAG, true, "VT-d: transient mapping", NULL },
	{ "_rsvd", 62, 62, 16, 19, EPT_NOTHING, true, "reserved", NULL },
	{ "pw", 58, 58, 20, EPT_NEWEST, EPT_FLAG, false, "paging-write access", "ignored" },
	{ "access", 62, 59, 20, EPT_NEWEST, EPT_P2M_ACCESS, true, "Xen: p2m access", NULL },
	{ "avail3", 63, 63, 0, 5, EPT_NOTHING, true, "available", NULL },
	{ "suppress_ve", 63, 63, 6, EPT_NEWEST, EPT_FLAG, false, "suppress #VE", NULL },
};
/* clang-format on */

const struct ept_field *ept_field(unsigned int n, const struct ept_layout *layout)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(fields); i++)
		if (fields[i].since <= layout->minor && layout->minor <= fields[i].until && !n--)
			return &fields[i];
	return NULL;
}

uint64_t ept_field_value(const struct ept_field *field, uint64_t entry)
{
	return entry >> field->low & ((UINT64_C(2) << (field->high - field->low)) - 1);
}

/* SDM vol. 3, "EPT Misconfigurations"; reserved bits: "EPT Translation Mechanism". */
const char *ept_misconfiguration(uint64_t entry, unsigned int level, unsigned int phys_bits)
{
	bool leaf = level == 1 || (level < 4 && ept_superpage(entry));

	if ((entry & 7) == 2)
		return "bits 2:0 are 010b, write without read";
	if ((entry & 7) == 6)
		return "bits 2:0 are 110b, write and execute without read";
	if (!ept_present(entry))
		return NULL;
	if (entry & ept_beyond(phys_bits))
		return "a reserved bit is set, beyond the physical-address width";
	if (level >= 4 && ept_superpage(entry))
		return "a reserved bit is set, 7 at a level without superpages";
	if (!leaf)
		return entry & 0x78 ? "a reserved bit is set, of 6:3 in an entry that refers to a "
				      "table"
				    : NULL;
	if (level > 1 && ept_mfn(entry) & ((UINT64_C(1) << ((level - 1) * 9)) - 1))
		return "a reserved bit is set, in the address of a superpage below its size";
	if (ept_emt(entry) == 2 || ept_emt(entry) == 3 || ept_emt(entry) == 7)
		return "the EPT memory type is 2, 3 or 7, which are reserved";
	return NULL;
}

/* SDM vol. 3, "Extended-Page-Table Pointer (EPTP)" and "VM-Execution Control Fields". */
const char *eptp_invalid(uint64_t eptp, unsigned int phys_bits)
{
	if ((eptp & 7) != 0 && (eptp & 7) != 6)
		return "the memory type of the tables is neither 0 (UC) nor 6 (WB)";
	if (eptp_levels(eptp) != 4 && eptp_levels(eptp) != 5)
		return "bits 5:3 are neither 3 (4 levels) nor 4 (5 levels)";
	if (eptp & 0xf00)
		return "a reserved bit is set, of 11:8";
	if (eptp >> 52 || eptp & ept_beyond(phys_bits))
		return "a reserved bit is set, beyond the physical-address width";
	return NULL;
}
