/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rules/rulesets.h"

#include "model/facts.h"

#include <string.h>

/*
 * Xen's epte_get_entry_emt() as it stood in each group of releases. First answer wins. Hold a line
 * against the function in xen/arch/x86/hvm/mtrr.c (to 4.15) or xen/arch/x86/mm/p2m-ept.c.
 */
/* clang-format off */
const struct ruleset rulesets[RULES_COUNT] = {
	[RULES_4_21] = {
		"4.21", "4.21.0 and later",
		"decides like 4.19; cache_flush_permitted() also counts assigned PCI devices",
		{ RO_MMIO, NO_IO_WB, SPECIAL_WB, MMIO_UC, GRANT_FOREIGN_WB, PINNED, MTRR_MERGE },
	},
	[RULES_4_19] = {
		"4.19", "4.17.5-4.17.7, 4.18.3-4.18.6, 4.19, 4.20",
		"an invalid first frame decides nothing any more (4fdd8d75566f)",
		{ RO_MMIO, NO_IO_WB, SPECIAL_WB, MMIO_UC, GRANT_FOREIGN_WB, PINNED, MTRR_MERGE },
	},
	[RULES_4_17] = {
		"4.17", "4.17.0-4.17.4, 4.18.0-4.18.2",
		"a superpage of special pages only stays whole (60d1adfa1879)",
		{ RO_MMIO, INVALID_UC, NO_IO_WB, SPECIAL_WB_ALL, MMIO_UC, GRANT_FOREIGN_WB, PINNED,
		  MTRR_MERGE },
	},
	[RULES_4_16] = {
		"4.16", "4.16.0-4.16.7",
		"granted and foreign pages are WB! (8af4b47f061e)",
		{ RO_MMIO, INVALID_UC, NO_IO_WB, SPECIAL_SPLIT, MMIO_UC, GRANT_FOREIGN_WB, PINNED,
		  MTRR_MERGE },
	},
	[RULES_4_15] = {
		"4.15", "4.15.0-4.15.7",
		"direct MMIO is decided later, no exception for the APIC page (81fd0d3ca4b2)",
		{ RO_MMIO, INVALID_UC, NO_IO_WB, SPECIAL_SPLIT, MMIO_UC, PINNED, MTRR_MERGE },
	},
	[RULES_4_14] = {
		"4.14", "4.12.4, 4.13.2-4.13.5, 4.14.1-4.14.6",
		"special pages are WB! (ca24b2ffdbd9)",
		{ RO_MMIO, MMIO_UC_APIC_WB, INVALID_UC, NO_IO_WB_ANY, SPECIAL_SPLIT, PINNED,
		  MTRR_MERGE },
	},
	[RULES_4_11] = {
		"4.11", "4.7.2-4.7.6, 4.8.1-4.8.5, 4.9-4.11, 4.12.0-4.12.3, 4.13.0, 4.13.1, 4.14.0",
		"direct MMIO is decided before mfn_valid() (30921dc2df36)",
		{ RO_MMIO, MMIO_UC_APIC_WB, INVALID_UC, NO_IO_WB_ANY, PINNED, MTRR_MERGE },
	},
	[RULES_4_7] = {
		"4.7", "4.7.0, 4.7.1, 4.8.0",
		"pins are looked at last, so not for direct MMIO (0acc7010ac22)",
		{ INVALID_UC, RO_MMIO, MMIO_UC_APIC_WB, NO_IO_WB_ANY, PINNED, MTRR_MERGE },
	},
	[RULES_4_6_5] = {
		"4.6.5", "4.6.5, 4.6.6",
		"4.5.3 with mfn_valid() after direct MMIO (30921dc2df36)",
		{ RO_MMIO, PINNED, MMIO_UC_APIC_WB, INVALID_UC, NO_IO_WB_ANY, MTRR_MERGE },
	},
	[RULES_4_5_3] = {
		"4.5.3", "4.5.3-4.5.5, 4.6.3, 4.6.4",
		"read-only MMIO is UC! (XSA-154, c61a6f74f80e)",
		{ INVALID_UC, RO_MMIO, PINNED, NO_IO_WB_ANY, MMIO_UC_APIC_WB, MTRR_MERGE },
	},
	[RULES_4_5] = {
		"4.5", "4.5.0-4.5.2, 4.6.0, 4.6.1",
		"the first that key D shows",
		{ INVALID_UC_PLAIN, PINNED, NO_IO_WB_ANY, MMIO_UC_APIC_WB, MTRR_MERGE },
	},
	/* From the June 2024 thread on xen-devel, "x86/EPT: relax iPAT for \"invalid\" MFNs". */
	[RULES_V1_2024_06] = {
		"v1-2024-06", "none: proposed in June 2024",
		"4.17, but with IOMMU or I/O capabilities direct MMIO with an invalid frame has no iPAT",
		{ RO_MMIO, INVALID_UC_V1, NO_IO_WB, SPECIAL_WB, MMIO_UC, GRANT_FOREIGN_WB, PINNED,
		  MTRR_MERGE },
	},
	[RULES_INVALID_MFN_2024_06] = {
		"invalid-mfn-2024-06", "none: discussed in June 2024",
		"4.17, but only INVALID_MFN itself is invalid, asked first",
		{ INVALID_MFN_UC, RO_MMIO, NO_IO_WB, SPECIAL_WB, MMIO_UC, GRANT_FOREIGN_WB, PINNED,
		  MTRR_MERGE },
	},
	[RULES_MMIO_GUEST_MTRR_2024_06] = {
		"mmio-guest-mtrr-2024-06", "none: discussed in June 2024",
		"4.19, but direct MMIO follows the guest's MTRRs",
		{ RO_MMIO, NO_IO_WB, SPECIAL_WB, MMIO_GUEST_MTRR, GRANT_FOREIGN_WB, PINNED,
		  MTRR_MERGE },
	},
	[RULES_MMIO_GUEST_WC_2024_06] = {
		"mmio-guest-wc-2024-06", "none: discussed in June 2024",
		"4.19, but direct MMIO is WC where the guest's MTRRs say WC",
		{ RO_MMIO, NO_IO_WB, SPECIAL_WB, MMIO_GUEST_WC, GRANT_FOREIGN_WB, PINNED,
		  MTRR_MERGE },
	},
	[RULES_RAM_WB_2024_06] = {
		"ram-wb-2024-06", "none: discussed in June 2024",
		"4.19 the other way round: RAM is WB, everything else follows the guest's MTRRs",
		{ RO_MMIO, NO_IO_WB, SPECIAL_WB, GRANT_FOREIGN_WB, PINNED, RAM_WB_GUEST_MTRR },
	},
};
/* clang-format on */

#define F(fact)	   (1u << FACT_##fact)
#define GUEST_MTRR (F(GUEST_MTRR) | F(GUEST_MTRR_VAR))
#define HOST_MTRR  (F(HOST_MTRR) | F(HOST_MTRR_VAR))
#define NO_IO	   (F(IOMMU) | F(CACHE_FLUSH))

const struct step_info step_info[STEP_COUNT] = {
	[STEP_END] = { "END", "no step decided", 0 },
	[RO_MMIO] = { "RO_MMIO", "the frame is read-only MMIO", F(MMIO_RO) },
	[INVALID_UC] = { "INVALID_UC", "the first frame is not mfn_valid()", F(MFN_VALID) },
	[INVALID_UC_PLAIN] = { "INVALID_UC_PLAIN", "the first frame is not mfn_valid()",
			       F(MFN_VALID) },
	[INVALID_UC_V1] = { "INVALID_UC_V1", "the first frame is not mfn_valid()",
			    F(MFN_VALID) | F(P2M_TYPE) | NO_IO },
	[INVALID_MFN_UC] = { "INVALID_MFN_UC", "the first frame is INVALID_MFN", 0 },
	[NO_IO_WB] = { "NO_IO_WB", "the domain has neither IOMMU nor I/O capabilities",
		       F(P2M_TYPE) | NO_IO },
	[NO_IO_WB_ANY] = { "NO_IO_WB_ANY", "the domain has neither IOMMU nor I/O capabilities",
			   NO_IO },
	[SPECIAL_WB] = { "SPECIAL_WB", "the frame is one of Xen's special pages",
			 F(SPECIAL) | F(MFN_VALID) },
	[SPECIAL_WB_ALL] = { "SPECIAL_WB_ALL", "the frame is one of Xen's special pages",
			     F(SPECIAL) },
	[SPECIAL_SPLIT] = { "SPECIAL_SPLIT", "the frame is one of Xen's special pages",
			    F(SPECIAL) },
	[MMIO_UC] = { "MMIO_UC", "the type is mmio_direct", F(P2M_TYPE) },
	[MMIO_UC_APIC_WB] = { "MMIO_UC_APIC_WB", "the type is mmio_direct",
			      F(P2M_TYPE) | F(APIC_ACCESS_MFN) },
	[GRANT_FOREIGN_WB] = { "GRANT_FOREIGN_WB", "the page is granted or foreign", F(P2M_TYPE) },
	[PINNED] = { "PINNED", "the gfn lies in a pinned range", F(PINNED) },
	[MTRR_MERGE] = { "MTRR_MERGE", "guest and host MTRRs say so", GUEST_MTRR | HOST_MTRR },
	[MMIO_GUEST_MTRR] = { "MMIO_GUEST_MTRR", "the type is mmio_direct, and guest MTRRs say so",
			      F(P2M_TYPE) | GUEST_MTRR },
	[MMIO_GUEST_WC] = { "MMIO_GUEST_WC", "the type is mmio_direct, by guest MTRRs WC or not",
			    F(P2M_TYPE) | GUEST_MTRR },
	[RAM_WB_GUEST_MTRR] = { "RAM_WB_GUEST_MTRR", "RAM is WB, the rest as guest MTRRs say",
				F(MEMORY_MAP) | GUEST_MTRR },
};
