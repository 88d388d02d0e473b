/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which known bug a wrong entry is put down to: for each signature one entry that it fits, and
 * those that differ from it in one thing, for which there is another reason or none.
 */
#include "unit/test.h"

#include "rules/bugadvice.h"
#include "rules/bugs.h"
#include "rules/rulesets.h"
#include "x86/memtype.h"

#include <string.h>

#define UC   MEMTYPE_UC
#define WC   MEMTYPE_WC
#define WT   MEMTYPE_WT
#define WB   MEMTYPE_WB
#define IPAT 8 /* added */

#define RAM  P2M_CLASS_RAM
#define MMIO P2M_CLASS_MMIO_DIRECT

/* The domain has an IOMMU and no capability, and it is certain. Cases name what is otherwise. */
enum {
	NO_IOMMU = 1,
	IOMMU_ASSUMED = 2,
	CAPS = 4,
	CAPS_ASSUMED = 8,
	OLDER = 16,
	MAYBE_OLDER = 32,
	VENDORS = 64,
	IOMMU_UNKNOWN = 128,
	BY_DEVICE = 256,
	ABOVE_RAM = 512,
	SUPERPAGE = 1024,
	VALID = 2048
};

/* clang-format off */
static const struct {
	const char *why;
	unsigned int with, classes, is;
	struct {
		unsigned int key;
		enum step step; /* STEP_END: no more */
		unsigned int guest;
	} should[2];
	const char *bug;
} cases[] = {
	{ "capability revoked", NO_IOMMU, RAM, WB, { { WB + IPAT, NO_IO_WB, 0 } }, "B19" },
	{ "up to 4.12 a device, too", NO_IOMMU | BY_DEVICE, RAM, WB, { { WB + IPAT, NO_IO_WB_ANY, 0 } },
	  "B19/B20" },
	{ "the same before 4.15", NO_IOMMU, RAM, UC, { { WB + IPAT, NO_IO_WB_ANY, 0 } }, "B19" },
	{ "MTRRs never set iPAT", NO_IOMMU, RAM, UC + IPAT, { { WB + IPAT, NO_IO_WB, 0 } }, NULL },
	{ "if the type is RAM; direct MMIO is wrong in another way",
	  NO_IOMMU,
	  RAM | MMIO,
	  WB,
	  { { WB + IPAT, NO_IO_WB, 0 }, { UC, MMIO_UC, 0 } },
	  NULL },

	{ "MTRRs enabled", 0, RAM, UC, { { WB, MTRR_MERGE, WB } }, "B18" },
	{ "4.19 re-evaluates", OLDER, RAM, UC, { { WB, MTRR_MERGE, WB } }, "B21" },
	{ "4.19 or 4.21", MAYBE_OLDER, RAM, UC, { { WB, MTRR_MERGE, WB } }, "B18" },
	{ "a vendor's 4.17", VENDORS, RAM, UC, { { WB, MTRR_MERGE, WB } }, "B18" },
	{ "no IOMMU", NO_IOMMU, RAM, UC, { { WB, MTRR_MERGE, WB } }, "B21" },
	{ "IOMMU assumed", IOMMU_ASSUMED, RAM, UC, { { WB, MTRR_MERGE, WB } }, "B18" },
	{ "IOMMU unknown: either", IOMMU_UNKNOWN, RAM, UC, { { WB, MTRR_MERGE, WB } }, NULL },
	{ "with a capability Xen does", CAPS, RAM, UC, { { WB, MTRR_MERGE, WB } }, "B21" },
	{ "capabilities assumed", CAPS_ASSUMED, RAM, UC, { { WB, MTRR_MERGE, WB } }, "B18" },
	{ "no IOMMU assumed: either", NO_IOMMU | IOMMU_ASSUMED, RAM, UC, { { WB, MTRR_MERGE, WB } }, NULL },
	{ "a capability assumed: either", CAPS | CAPS_ASSUMED, RAM, UC, { { WB, MTRR_MERGE, WB } }, NULL },
	{ "it was UC before", 0, RAM, WT, { { WB, MTRR_MERGE, WB } }, "B21" },
	{ "and without iPAT", 0, RAM, UC + IPAT, { { WB, MTRR_MERGE, WB } }, NULL },
	{ "no MTRR counts for a pin", 0, RAM, UC, { { WB + IPAT, PINNED, 0 } }, NULL },

	{ "a host's WB", OLDER, RAM, WC, { { UC, MTRR_MERGE, WC } }, "B21" },
	{ "no host makes WB of UC", OLDER, RAM, WB, { { UC, MTRR_MERGE, UC } }, NULL },
	{ "none makes iPAT", OLDER, RAM, UC + IPAT, { { WB, MTRR_MERGE, WB } }, NULL },
	{ "one of two outcomes is enough",
	  OLDER,
	  RAM | MMIO,
	  WT,
	  { { UC, MMIO_UC, WB }, { WB, MTRR_MERGE, WB } },
	  "B21" },
	{ "but by MTRRs it must be",
	  OLDER,
	  RAM | MMIO,
	  WT,
	  { { UC, MMIO_UC, WB }, { WC, MTRR_MERGE, WC } },
	  NULL },
	{ "a split has no guest's type", OLDER, RAM, UC, { { OUTCOME_SPLIT, MTRR_MERGE, 8 } }, NULL },

	{ "above RAM, 2M: MSI-X is 4K", SUPERPAGE, MMIO, UC + IPAT, { { UC, MMIO_UC, 0 } }, NULL },
	{ "above RAM, 2M: an older Xen", SUPERPAGE | ABOVE_RAM, MMIO, UC + IPAT,
	  { { UC, MMIO_UC, 0 } }, "B8" },
	{ "below it no Xen makes UC! of it", SUPERPAGE | VALID, MMIO, UC + IPAT, { { UC, MMIO_UC, 0 } }, NULL },
	{ "none makes WB! of it", SUPERPAGE | ABOVE_RAM, MMIO, WB + IPAT, { { UC, MMIO_UC, 0 } }, NULL },
	{ "no longer read-only, 2M", SUPERPAGE, MMIO, UC, { { UC + IPAT, RO_MMIO, 0 } }, NULL },
	{ "was read-only", 0, MMIO, UC + IPAT, { { UC, MMIO_UC, 0 } }, "B22" },
	{ "was, before 4.15", 0, MMIO, UC + IPAT, { { UC, MMIO_UC_APIC_WB, 0 } }, "B22" },
	{ "is read-only", 0, MMIO, UC, { { UC + IPAT, RO_MMIO, 0 } }, "B22" },
	{ "the APIC page", 0, MMIO, UC, { { WB + IPAT, MMIO_UC_APIC_WB, 0 } }, NULL },
	{ "perhaps RAM", 0, MMIO | RAM, UC + IPAT, { { UC, MMIO_UC, 0 } }, NULL },
	{ "read-only is UC", 0, MMIO, WB + IPAT, { { UC, MMIO_UC, 0 } }, NULL },
	{ "perhaps special",
	  0,
	  MMIO,
	  UC + IPAT,
	  { { UC, MMIO_UC, 0 }, { WB + IPAT, SPECIAL_WB, 0 } },
	  NULL },
};
/* clang-format on */

/* Each bug that an entry is put down to has advice of its own, and no other has. */
static void test_advice(void)
{
	static const char *const none[] = { "", "B", "B99", "b19", "B19 " };
	unsigned int i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		/* "B19/B20" is one of two. */
		check_each(!cases[i].bug || strchr(cases[i].bug, '/') ||
				   (bug_advice(cases[i].bug) != NULL &&
				    !strcmp(bug_advice(cases[i].bug)->id, cases[i].bug)),
			   "%s has none", cases[i].bug);
	for (i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		check(!bug_advice(none[i]), "'%s' has some", none[i]);
}

/* A piece has the type of its superpage by a bug only where MTRRs gave both, and others. */
static void test_inherited(void)
{
	static const struct {
		enum step whole, piece;
		unsigned int guest, host; /* of the piece; the whole has WB and UC */
		bool bug;
	} pieces[] = {
		{ MTRR_MERGE, MTRR_MERGE, WB, WB, true },  { MTRR_MERGE, MTRR_MERGE, UC, UC, true },
		{ MTRR_MERGE, MTRR_MERGE, WB, UC, false }, { MMIO_UC, MTRR_MERGE, WB, WB, false },
		{ MTRR_MERGE, PINNED, WB, WB, false },
	};
	unsigned int i;

	for (i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		struct decision whole, piece;
		const struct bug *bug;

		memset(&whole, 0, sizeof(whole));
		memset(&piece, 0, sizeof(piece));
		whole.outcome[UC].step = pieces[i].whole;
		whole.outcome[UC].guest = WB;
		whole.outcome[UC].host = UC;
		piece.outcome[WB].step = pieces[i].piece;
		piece.outcome[WB].guest = pieces[i].guest;
		piece.outcome[WB].host = pieces[i].host;
		bug = bug_inherited(&whole, UC, &piece, WB);
		check(bug ? pieces[i].bug && !strcmp(bug->id, "B23") && bug_advice(bug->id)
			  : !pieces[i].bug,
		      "piece %u: %s", i, bug ? bug->id : "none");
	}
}

int main(void)
{
	unsigned int i, k;

	test_advice();
	test_inherited();

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		unsigned int with = cases[i].with;
		struct question question = { .classes = cases[i].classes };
		struct entry entry = { .emt = cases[i].is & 7, .ipat = cases[i].is >> 3 };
		struct decision decision;
		const struct bug *bug;
		char names[16];
		struct facts facts;

		facts_init(&facts);
		facts.rules = (with & OLDER ? 0 : 1u << RULES_4_21) |
			      (with & (OLDER | MAYBE_OLDER) ? 1u << RULES_4_19 : 0);
		facts.iommu.value = !(with & NO_IOMMU);
		facts.iommu.how = with & IOMMU_UNKNOWN	 ? HOW_UNKNOWN
				  : with & IOMMU_ASSUMED ? HOW_ASSUMED
							 : HOW_LOG;
		facts.cache_flush.value = with & CAPS;
		facts.cache_flush.how = with & CAPS_ASSUMED ? HOW_ASSUMED : HOW_LOG;
		if (with & VENDORS)
			facts.rules = 1u << RULES_4_19 | 1u << RULES_XENSERVER_8;
		if (with & BY_DEVICE)
			facts.rules = 1u << RULES_4_11;
		if (with & ABOVE_RAM)
			facts.mfn_valid.how = HOW_LOG; /* no frame is */
		if (with & VALID) {
			facts.mfn_valid.how = HOW_LOG;
			ranges_add(&facts.mfn_valid.ranges, 0, 0xfff);
		}
		question.order = with & SUPERPAGE ? 9 : 0;
		memset(&decision, 0, sizeof(decision));
		for (k = 0; k < 2 && cases[i].should[k].step != STEP_END; k++) {
			struct outcome *outcome = &decision.outcome[cases[i].should[k].key];

			decision.possible |= 1u << cases[i].should[k].key;
			outcome->step = cases[i].should[k].step;
			outcome->guest = cases[i].should[k].guest;
		}
		bug = bug_find(&facts, &entry, &question, &decision);
		snprintf(names, sizeof(names), "%s%s%s", bug ? bug->id : "none",
			 bug && bug->also ? "/" : "", bug && bug->also ? bug->also : "");
		check(!strcmp(names, cases[i].bug ? cases[i].bug : "none"), "%s: %s, not %s",
		      cases[i].why, names, cases[i].bug ? cases[i].bug : "none");
		facts_clear(&facts);
	}
	return test_end();
}
