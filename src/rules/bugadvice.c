/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What helps follows from what makes Xen recompute entries: memory_type_changed() and its
 * condition in each release, p2m_change_entry_type_global(), and a p2m that is made anew.
 */
#include "rules/bugadvice.h"

#include <stddef.h>
#include <string.h>

static const struct bug_advice advice[] = {
	{ .id = "B8",
	  .what = "MMIO above RAM is forced to UC.",
	  .event = "the frames were mapped to the guest",
	  .fixed = "4.17.5, 4.18.3, 4.19.0 and later",
	  .means =
		  "No data is at risk. The guest cannot have write-combining on MMIO above RAM, such as "
		  "the memory of a graphics card, and draws slowly.",
	  .now = "No Xen of the version that is named does so: look which one runs, in xl info. If it is one "
		 "of those above, update it to a release that is fixed, and start the domain anew" },
	{ .id = "B18",
	  .what = "Xen does not look at entries again when a domain that has an IOMMU, but neither device nor I/O capability, enables its MTRRs (2d779cabddfa).",
	  .event = "the guest enabled its MTRRs, which it does early in its boot",
	  .fixed = "none so far",
	  .means =
		  "No data is at risk: the memory is less cacheable than it should be. The guest is very "
		  "slow in it.",
	  /* iomem_permit_access() passes over domains with an IOMMU: capabilities do not help. */
	  .now = "If the domain needs no device, start it without passthrough=; if it does, have the "
		 "device in its configuration, so that it has it when it boots. To restart the domain as "
		 "it is, or to save and restore it, does not help." },
	{ .id = "B19",
	  .what = "Xen does not look at the entries of a domain again when it loses its last I/O capability.",
	  .event = "the domain lost its last I/O capability: a device, iomem= or ioports=",
	  .fixed = "none so far",
	  .means =
		  "No data is at risk, since no entry is more cacheable than it should be. The guest is slow "
		  "where an entry is UC or WC; where it is WB, the guest's own settings decide, as if it "
		  "still had the capability.",
	  .now = "Restart the domain, or save and restore it (xl save, xl restore): all its entries are "
		 "made anew. If that cannot be: pause the domain (xl pause), give it an I/O capability, "
		 "which marks every entry, take that away again (xc_domain_ioport_permission() of "
		 "libxenctrl; xl has no command for it), and unpause it. Xen then recomputes each entry when "
		 "it is next touched: by the source of Xen 4.10.4, 4.11.2, 4.12.1 and later, and tried on "
		 "4.17. It must be paused: what the guest touches while it has the capability stays wrong." },
	{ .id = "B20",
	  .what = "Xen does not look at the entries of a domain again when it loses its last device.",
	  .event = "the last device of the domain was taken away",
	  .fixed = "4.13.0 and later, which tell by the domain's creation whether it has an IOMMU",
	  .means =
		  "No data is at risk: no entry is more cacheable than it should be. The guest is slow "
		  "where an entry is UC or WC.",
	  .now = "Restart the domain, or save and restore it: all its entries are made anew." },
	{ .id = "B21",
	  .what = "Xen does not look at entries again when an MTRR of the host is changed.",
	  .event = "dom0 changed an MTRR of the host",
	  .fixed = "none: Xen never does so",
	  .means =
		  "Where the host's type is now stricter than the entry's, the guest caches what the host "
		  "does not, and both can see different data; else the guest is only slower.",
	  .now = "Start the domain anew, and change MTRRs of the host before any domain is started." },
	{ .id = "B22",
	  .what = "Xen does not look at entries again when MMIO becomes read-only, or no longer is.",
	  .event = "the domain's device enabled or disabled MSI-X",
	  .fixed = "none so far",
	  .means =
		  "Little: the frames of a device's MSI-X table stay UC, unless the guest asks for "
		  "write-combining there.",
	  .now = "Nothing need be done. Entries are right again when the device's memory is mapped anew, "
		 "as when the domain is restarted." },
	{ .id = "B23",
	  .what = "A larger page has the type of an MTRR range that touches only a part of it, and its pieces keep that.",
	  .event = "the larger page was mapped",
	  .fixed = "none so far",
	  .means =
		  "A page of 2 MiB or 1 GiB has the type of an MTRR range that covers only a part of it: "
		  "if that is UC, the guest is slow in all of it.",
	  .now = "Let the guest's MTRR ranges begin and end where such pages do, or give it smaller ones." },
};

const struct bug_advice *bug_advice(const char *id)
{
	size_t i;

	for (i = 0; i < sizeof(advice) / sizeof(advice[0]); i++)
		if (!strcmp(advice[i].id, id))
			return &advice[i];
	return NULL;
}
