/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When Xen began to decide so, and when it ended. */
#include "rules/every_set.h"
#include "test.h"
#include "x86/memtype.h"

#include <string.h>

static struct every_set every;

static void ask(unsigned int class, bool capable, uint64_t mfn)
{
	struct question question = {
		.gfn = 0xe0000, .mfn = mfn, .classes = class, .mmio_ro = MAYBE_NO
	};
	struct facts facts;

	facts_init(&facts);
	facts.iommu = (struct fact_bool){ false, HOW_GIVEN };
	facts.cache_flush = (struct fact_bool){ capable, HOW_GIVEN };
	facts.special.how = HOW_GIVEN;
	facts.mmio_ro_complete = true;
	facts.mmio_ro.how = HOW_GIVEN;
	ranges_add(&facts.mfn_valid.ranges, 0, 0x7ffff);
	facts.mfn_valid.how = HOW_GIVEN;
	facts.apic_access_mfn = (struct fact_number){ 0x4fff, HOW_GIVEN };
	every_set_ask(&facts, &question, &every);
	facts_clear(&facts);
}

static void expect(unsigned int id, const char *since, const char *until)
{
	const struct xen_commit *began = every_set_since(&every, id),
				*ended = every_set_until(&every, id);

	check(!strcmp(began ? began->id : "", since), "%s: since %s", ruleset(id)->name,
	      began ? began->id : "ever");
	check(!strcmp(ended ? ended->id : "", until), "%s: until %s", ruleset(id)->name,
	      ended ? ended->id : "now");
}

int main(void)
{
	/* Direct MMIO above RAM: forced to UC by XSA-154's fix, and again by 81fd0d3ca4b2. */
	ask(P2M_CLASS_MMIO_DIRECT, true, 0x100000);
	expect(RULES_4_5, "", "c61a6f74f80e");
	expect(RULES_4_5_3, "c61a6f74f80e", "30921dc2df36");
	expect(RULES_4_7, "c61a6f74f80e", "30921dc2df36");
	expect(RULES_4_6_5, "30921dc2df36", "");
	expect(RULES_4_11, "30921dc2df36", "81fd0d3ca4b2");
	expect(RULES_4_16, "81fd0d3ca4b2", "4fdd8d75566f");
	expect(RULES_4_21, "4fdd8d75566f", "");
	check(every_set_same(&every, RULES_4_15, RULES_4_17) &&
		      !every_set_same(&every, RULES_4_17, RULES_4_19),
	      "4.15 is like 4.17, not like 4.19");

	/* RAM of a domain without I/O: the same ever since, by whatever name the step has. */
	ask(P2M_CLASS_RAM, false, 0x1000);
	expect(RULES_4_5, "", "");
	expect(RULES_4_21, "", "");
	check(!every_set_same(&every, RULES_4_14, RULES_4_15), "by another step");

	/* A grant follows the guest's MTRRs, not known here, until 8af4b47f061e. */
	ask(P2M_CLASS_GRANT_FOREIGN, true, 0x1000);
	expect(RULES_4_15, "", "8af4b47f061e");
	expect(RULES_4_19, "8af4b47f061e", "");
	return test_end();
}
