/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rules/rulesets.h"

/* clang-format off */

/*
 * Xen's releases by minor number. 4.6.2 was never released. The first to show memory types in
 * debug key D, and so to have a rule set here, is 4.5.
 */
const uint8_t xen_newest_point[] = {
	[5] = 5, [6] = 6, [7] = 6, [8] = 5, [9] = 4, [10] = 4, [11] = 4, [12] = 4, [13] = 5,
	[14] = 6, [15] = 7, [16] = 7, [17] = 7, [18] = 6, [19] = 6, [20] = 4, [21] = 2, [22] = 0,
};

const unsigned int xen_newest_minor = sizeof(xen_newest_point) / sizeof(xen_newest_point[0]) - 1;

/*
 * Which releases have a rule set follows from these: those that have the commits that made it and
 * the sets before it. Which tags have a commit, or its cherry-pick on a stable branch, was looked up
 * in xen.git.
 */
const struct xen_commit xen_commits[] = {
	{ "7728324966f9", "2008-07-07", "3.3.0", "",
	  "Xen chooses memory types for EPT entries at all" },
	{ "7b97780b624a", "2009-01-23", "3.4.0", "",
	  "without IOMMU everything is WB, iPAT; with one direct MMIO is UC" },
	{ "3089a6d82bdf", "2014-03-10", "4.5.0", "4.2.5, 4.3.3, 4.4.1",
	  "it depends on the domain's devices and capabilities; the APIC access page is WB" },
	{ "b99113b9d5fa", "2014-03-10", "4.5.0", "4.2.5, 4.3.3, 4.4.1",
	  "guest and host types merge by a table, not by their numbers" },
	{ "1f8b57779785", "2014-03-28", "4.5.0", "4.2.5, 4.3.3, 4.4.1",
	  "the APIC access page ignores the guest's PAT" },
	{ "4d66f069d6ab", "2014-04-10", "4.5.0", "",
	  "a pinned type ignores the guest's PAT, UC- is UC, partly pinned superpages are split" },
	{ "3d90d6e69fe2", "2014-04-10", "4.5.0", "",
	  "superpages whose pieces have different types are split" },
	{ "126018f2acd5", "2014-05-02", "4.5.0", "",
	  "a superpage around the APIC access page is split" },
	{ "c5004d346933", "2014-05-02", "4.5.0", "",
	  "an IOMMU counts for the domains that use it only" },
	{ "c61a6f74f80e", "2016-02-17", "4.7.0", "4.5.3, 4.6.3",
	  "read-only MMIO and invalid frames are UC, iPAT (XSA-154)" },
	{ "0acc7010ac22", "2016-03-04", "4.7.0", "",
	  "direct MMIO is decided before pins and capabilities are looked at" },
	{ "30921dc2df36", "2017-02-07", "4.9.0", "4.6.5, 4.7.2, 4.8.1",
	  "direct MMIO is decided before mfn_valid() is asked" },
	{ "91d4eca7add6", "2018-10-05", "4.12.0", "",
	  "an IOMMU counts for the domains that have page tables in it" },
	{ "f89f555827a6", "2019-09-25", "4.13.0", "",
	  "an IOMMU counts for the domains that were created for it, with a device or not" },
	{ "ca24b2ffdbd9", "2020-07-31", "4.15.0", "4.12.4, 4.13.2, 4.14.1",
	  "Xen's special pages are WB, iPAT" },
	{ "81fd0d3ca4b2", "2020-07-31", "4.15.0", "",
	  "direct MMIO is decided after mfn_valid(), which so decides for MMIO above RAM; the APIC "
	  "access page is no exception but a special page" },
	{ "8af4b47f061e", "2021-06-17", "4.16.0", "", "granted and foreign pages are WB, iPAT" },
	{ "60d1adfa1879", "2022-06-30", "4.17.0", "",
	  "superpages of nothing but special pages are not split" },
	{ "5540b94e8191", "2024-06-13", "4.19.0", "4.17.5, 4.18.3",
	  "only frames that are mfn_valid() are looked up as special pages" },
	{ "4fdd8d75566f", "2024-06-13", "4.19.0", "4.17.5, 4.18.3",
	  "mfn_valid() is not asked any more: direct MMIO above RAM is UC without iPAT again" },
	{ "8333e358e4cd", "2025-05-20", "4.21.0", "",
	  "an assigned PCI device counts as an I/O capability" },
};

const size_t xen_commit_count = sizeof(xen_commits) / sizeof(xen_commits[0]);

#define PATCH "[PATCH] x86/EPT: relax iPAT for \"invalid\" MFNs"

/*
 * Xen's epte_get_entry_emt() as it stood in each group of releases. First answer wins. Hold a line
 * against the function in xen/arch/x86/hvm/mtrr.c (to 4.15) or xen/arch/x86/mm/p2m-ept.c.
 */
const struct ruleset rulesets[RULES_COUNT] = {
	[RULES_4_21] = {
		.name = "4.21",
		.from = RULES_4_19,
		.commit = "8333e358e4cd",
		.origin = "decides like 4.19; cache_flush_permitted() also counts assigned PCI devices",
		.steps = { RO_MMIO, NO_IO_WB, SPECIAL_WB, MMIO_UC, GRANT_FOREIGN_WB, PINNED,
			   MTRR_MERGE },
	},
	[RULES_4_19] = {
		.name = "4.19",
		.from = RULES_4_17,
		.commit = "4fdd8d75566f",
		.origin = "an invalid first frame decides nothing any more (4fdd8d75566f)",
		.steps = { RO_MMIO, NO_IO_WB, SPECIAL_WB, MMIO_UC, GRANT_FOREIGN_WB, PINNED,
			   MTRR_MERGE },
	},
	[RULES_4_17] = {
		.name = "4.17",
		.from = RULES_4_16,
		.commit = "60d1adfa1879",
		.origin = "a superpage of special pages only stays whole (60d1adfa1879)",
		.steps = { RO_MMIO, INVALID_UC, NO_IO_WB, SPECIAL_WB_ALL, MMIO_UC, GRANT_FOREIGN_WB,
			   PINNED, MTRR_MERGE },
	},
	[RULES_4_16] = {
		.name = "4.16",
		.from = RULES_4_15,
		.commit = "8af4b47f061e",
		.origin = "granted and foreign pages are WB! (8af4b47f061e)",
		.apic_unowned = true, /* 4.16.0 to 4.16.2: one for all domains (58850b9074d3) */
		.steps = { RO_MMIO, INVALID_UC, NO_IO_WB, SPECIAL_SPLIT, MMIO_UC, GRANT_FOREIGN_WB,
			   PINNED, MTRR_MERGE },
	},
	[RULES_4_15] = {
		.name = "4.15",
		.from = RULES_4_14,
		.commit = "81fd0d3ca4b2",
		.origin = "direct MMIO is decided later, no exception for the APIC page (81fd0d3ca4b2)",
		.steps = { RO_MMIO, INVALID_UC, NO_IO_WB, SPECIAL_SPLIT, MMIO_UC, PINNED,
			   MTRR_MERGE },
	},
	[RULES_4_14] = {
		.name = "4.14",
		.from = RULES_4_11,
		.commit = "ca24b2ffdbd9",
		.origin = "special pages are WB! (ca24b2ffdbd9)",
		.steps = { RO_MMIO, MMIO_UC_APIC_WB, INVALID_UC, NO_IO_WB_ANY, SPECIAL_SPLIT,
			   PINNED, MTRR_MERGE },
	},
	[RULES_4_11] = {
		.name = "4.11",
		.from = RULES_4_7,
		.commit = "30921dc2df36",
		.origin = "direct MMIO is decided before mfn_valid() (30921dc2df36)",
		.steps = { RO_MMIO, MMIO_UC_APIC_WB, INVALID_UC, NO_IO_WB_ANY, PINNED, MTRR_MERGE },
	},
	[RULES_4_7] = {
		.name = "4.7",
		.from = RULES_4_5_3,
		.commit = "0acc7010ac22",
		.origin = "pins are looked at last, so not for direct MMIO (0acc7010ac22)",
		.steps = { INVALID_UC, RO_MMIO, MMIO_UC_APIC_WB, NO_IO_WB_ANY, PINNED, MTRR_MERGE },
	},
	[RULES_4_6_5] = {
		.name = "4.6.5",
		.from = RULES_4_5_3,
		.commit = "30921dc2df36",
		.origin = "4.5.3 with mfn_valid() after direct MMIO (30921dc2df36)",
		.steps = { RO_MMIO, PINNED, MMIO_UC_APIC_WB, INVALID_UC, NO_IO_WB_ANY, MTRR_MERGE },
	},
	[RULES_4_5_3] = {
		.name = "4.5.3",
		.from = RULES_4_5,
		.commit = "c61a6f74f80e",
		.origin = "read-only MMIO is UC! (XSA-154, c61a6f74f80e)",
		.steps = { INVALID_UC, RO_MMIO, PINNED, NO_IO_WB_ANY, MMIO_UC_APIC_WB, MTRR_MERGE },
	},
	[RULES_4_5] = {
		.name = "4.5",
		.from = -1,
		.origin = "the first that key D shows",
		.steps = { INVALID_UC_PLAIN, PINNED, NO_IO_WB_ANY, MMIO_UC_APIC_WB, MTRR_MERGE },
	},
	/* From the June 2024 thread on xen-devel, "x86/EPT: relax iPAT for \"invalid\" MFNs". */
	[RULES_V1_2024_06] = {
		.name = "v1-2024-06",
		.from = RULES_4_17,
		.origin = "4.17, but with IOMMU or I/O capabilities direct MMIO with an invalid frame has no iPAT",
		.steps = { RO_MMIO, INVALID_UC_V1, NO_IO_WB, SPECIAL_WB, MMIO_UC, GRANT_FOREIGN_WB,
			   PINNED, MTRR_MERGE },
		.message = { "Jan Beulich", "2024-06-10", PATCH,
			     "56063a8f-f569-4130-ac25-f0f064e288a1@suse.com" },
	},
	[RULES_INVALID_MFN_2024_06] = {
		.name = "invalid-mfn-2024-06",
		.from = RULES_4_17,
		.origin = "4.17, but only INVALID_MFN itself is invalid, asked first",
		.steps = { INVALID_MFN_UC, RO_MMIO, NO_IO_WB, SPECIAL_WB, MMIO_UC, GRANT_FOREIGN_WB,
			   PINNED, MTRR_MERGE },
		.message = { "Jan Beulich", "2024-06-11", "Re: " PATCH,
			     "b076dc8d-701e-4a9f-a147-c54673959009@suse.com" },
	},
	[RULES_MMIO_GUEST_MTRR_2024_06] = {
		.name = "mmio-guest-mtrr-2024-06",
		.from = RULES_4_19,
		.origin = "4.19, but direct MMIO follows the guest's MTRRs",
		.steps = { RO_MMIO, NO_IO_WB, SPECIAL_WB, MMIO_GUEST_MTRR, GRANT_FOREIGN_WB, PINNED,
			   MTRR_MERGE },
		.message = { "Roger Pau Monné", "2024-06-11", "Re: " PATCH,
			     "Zmf_k2meED8iG3H5@macbook" },
	},
	[RULES_MMIO_GUEST_WC_2024_06] = {
		.name = "mmio-guest-wc-2024-06",
		.from = RULES_4_19,
		.origin = "4.19, but direct MMIO is WC where the guest's MTRRs say WC",
		.steps = { RO_MMIO, NO_IO_WB, SPECIAL_WB, MMIO_GUEST_WC, GRANT_FOREIGN_WB, PINNED,
			   MTRR_MERGE },
		.message = { "Jan Beulich", "2024-06-11", "Re: " PATCH,
			     "f171c98a-c78d-41c8-88d8-7d631b80333b@suse.com" },
	},
	[RULES_RAM_WB_2024_06] = {
		.name = "ram-wb-2024-06",
		.from = RULES_4_19,
		.origin = "4.19 the other way round: RAM is WB, everything else follows the guest's MTRRs",
		.steps = { RO_MMIO, NO_IO_WB, SPECIAL_WB, GRANT_FOREIGN_WB, PINNED,
			   RAM_WB_GUEST_MTRR },
		.message = { "Roger Pau Monné", "2024-06-11", "Re: " PATCH,
			     "ZmgwKmcLDJDhIsl7@macbook" },
	},
	[RULES_SPECIAL_FIRST_2022_09] = {
		.name = "special-first-2022-09",
		.from = RULES_4_17,
		.origin = "4.17, but a superpage is taken for special by its first frame alone, and never split for it",
		.steps = { RO_MMIO, INVALID_UC, NO_IO_WB, SPECIAL_FIRST_WB, MMIO_UC,
			   GRANT_FOREIGN_WB, PINNED, MTRR_MERGE },
		.message = { "Roger Pau Monné", "2022-09-23",
			     "[PATCH] x86/ept: simplify detection of special pages for EMT calculation",
			     "20220923105648.12587-1-roger.pau@citrix.com" },
	},
	[RULES_CACHE_CONTROL_2025_05] = {
		.name = "cache-control-2025-05",
		.from = RULES_4_21,
		.origin = "4.21, but neither IOMMU nor capabilities count, only whether the domain may control caches",
		.steps = { RO_MMIO, NO_CONTROL_WB, SPECIAL_WB, MMIO_UC, GRANT_FOREIGN_WB, PINNED,
			   MTRR_MERGE },
		.message = { "Roger Pau Monné", "2025-05-06",
			     "[PATCH 8/9] xen: introduce flag when a domain requires cache control",
			     "20250506083148.34963-9-roger.pau@citrix.com" },
	},
	/* What is in the patch queues of vendors; rules/vendors.c says which builds have it. */
	[RULES_XENSERVER_7_1] = {
		.name = "xenserver-7.1",
		.from = RULES_4_11,
		.origin = "4.11, but Xen's heap pages are WB!, a superpage by its first frame alone",
		.vendors = "XenServer 7.1 to 8.1, XCP-ng 7.5 to 8.1",
		.steps = { RO_MMIO, MMIO_UC_APIC_WB, INVALID_UC, NO_IO_WB_ANY, SPECIAL_FIRST_WB,
			   PINNED, MTRR_MERGE },
	},
	[RULES_XCP_NG_8_2] = {
		.name = "xcp-ng-8.2",
		.from = RULES_4_14,
		.origin = "4.14, but a superpage of special pages only stays whole (60d1adfa1879)",
		.vendors = "Citrix Hypervisor 8.2, XCP-ng 8.2",
		.steps = { RO_MMIO, MMIO_UC_APIC_WB, INVALID_UC, NO_IO_WB_ANY, SPECIAL_WB_ALL,
			   PINNED, MTRR_MERGE },
	},
	[RULES_XENSERVER_8] = {
		.name = "xenserver-8",
		.from = RULES_4_19,
		.origin = "decides like 4.19; domains without device are not re-evaluated (2d779cabddfa)",
		.vendors = "XenServer 8, XCP-ng 8.3",
		.steps = { RO_MMIO, NO_IO_WB, SPECIAL_WB, MMIO_UC, GRANT_FOREIGN_WB, PINNED,
			   MTRR_MERGE },
	},
};

/* clang-format on */
