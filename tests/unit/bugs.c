/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which known bug a wrong entry is put down to: for each signature one entry that it fits, and
 * those that differ from it in one thing, for which there is another reason or none.
 */
#include "unit/test.h"

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
enum { NO_IOMMU = 1, IOMMU_ASSUMED = 2, CAPS = 4, CAPS_ASSUMED = 8, OLDER = 16, MAYBE_OLDER = 32 };

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
	{ "4.19 or 4.21", MAYBE_OLDER, RAM, UC, { { WB, MTRR_MERGE, WB } }, "B21" },
	{ "no IOMMU", NO_IOMMU, RAM, UC, { { WB, MTRR_MERGE, WB } }, "B21" },
	{ "IOMMU assumed", IOMMU_ASSUMED, RAM, UC, { { WB, MTRR_MERGE, WB } }, "B21" },
	{ "with a capability Xen does", CAPS, RAM, UC, { { WB, MTRR_MERGE, WB } }, "B21" },
	{ "capabilities assumed", CAPS_ASSUMED, RAM, UC, { { WB, MTRR_MERGE, WB } }, "B21" },
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

int main(void)
{
	unsigned int i, k;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		unsigned int with = cases[i].with;
		struct question question = { .classes = cases[i].classes };
		struct entry entry = { .emt = cases[i].is & 7, .ipat = cases[i].is >> 3 };
		struct decision decision;
		const struct bug *bug;
		struct facts facts;

		facts_init(&facts);
		facts.rules = (with & OLDER ? 0 : 1u << RULES_4_21) |
			      (with & (OLDER | MAYBE_OLDER) ? 1u << RULES_4_19 : 0);
		facts.iommu.value = !(with & NO_IOMMU);
		facts.iommu.how = with & IOMMU_ASSUMED ? HOW_ASSUMED : HOW_LOG;
		facts.cache_flush.value = with & CAPS;
		facts.cache_flush.how = with & CAPS_ASSUMED ? HOW_ASSUMED : HOW_LOG;
		memset(&decision, 0, sizeof(decision));
		for (k = 0; k < 2 && cases[i].should[k].step != STEP_END; k++) {
			struct outcome *outcome = &decision.outcome[cases[i].should[k].key];

			decision.possible |= 1u << cases[i].should[k].key;
			outcome->step = cases[i].should[k].step;
			outcome->guest = cases[i].should[k].guest;
		}
		bug = bug_find(&facts, &entry, &question, &decision);
		check(cases[i].bug ? bug && !strcmp(bug->id, cases[i].bug) : !bug, "%s: %s, not %s",
		      cases[i].why, bug ? bug->id : "none", cases[i].bug ? cases[i].bug : "none");
	}
	return test_end();
}
