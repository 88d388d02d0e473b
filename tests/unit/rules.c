/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rule sets of 4.5 to 4.8, which the vectors do not cover: cases worked by hand from Xen's
 * function at the tags named, each with its reason. "4.5" is RELEASE-4.5.0, "4.5.3" RELEASE-4.5.3,
 * "4.6.5" RELEASE-4.6.5, "4.7" RELEASE-4.7.0; 4.11 stands beside them.
 */
#include "rules/decide.h"
#include "test.h"
#include "x86/memtype.h"

#include <string.h>

/*
 * One machine: RAM and mfn_valid() to 0x7ffff; above it a hole that shares no group with RAM.
 * Read-only MMIO at 0xfec00 (invalid frame) and at 0x70 (valid: legacy area). The APIC page is
 * frame 0x5000. The guest pins gfn 0x1000-0x10ff WC, 0x2000 UC-, 0x3000-0x31ff WP. Guest MTRRs:
 * default WB, UC at gfn 0x4000-0x41ff. Host MTRRs: default WB, UC from mfn 0xc0000 on.
 */
static void machine(struct facts *facts, bool io)
{
	struct mtrr_fact guest = { .known = MTRR_KNOWN_ALL,
				   .how = HOW_GIVEN,
				   .how_var = HOW_GIVEN };

	facts_init(facts);
	facts->iommu = (struct fact_bool){ io, HOW_GIVEN };
	facts->cache_flush = (struct fact_bool){ io, HOW_GIVEN };
	ranges_add(&facts->mfn_valid.ranges, 0, 0x7ffff);
	facts->mfn_valid.how = HOW_GIVEN;
	ranges_add(&facts->mmio_ro.ranges, 0xfec00, 0xfec00);
	ranges_add(&facts->mmio_ro.ranges, 0x70, 0x70);
	facts->mmio_ro.how = HOW_GIVEN;
	facts->mmio_ro_complete = true;
	facts->special.how = HOW_GIVEN;
	facts->apic_access_mfn = (struct fact_number){ 0x5000, HOW_GIVEN };
	facts_add_pin(facts, 0x1000, 0x10ff, MEMTYPE_WC);
	facts_add_pin(facts, 0x2000, 0x2000, MEMTYPE_UC_MINUS);
	facts_add_pin(facts, 0x3000, 0x31ff, MEMTYPE_WP);
	facts->how_pins = HOW_GIVEN;
	guest.state.def_type = MTRR_DEF_TYPE_E | MEMTYPE_WB;
	guest.state.var_count = 1;
	guest.state.var[0].base = 0x4000000 | MEMTYPE_UC;
	guest.state.var[0].mask = (~UINT64_C(0x1fffff) & UINT64_C(0xfffffff000)) | MTRR_MASK_VALID;
	facts_add_vcpu(facts, &guest);
	guest.state.var[0].base = UINT64_C(0xc0000000) | MEMTYPE_UC;
	guest.state.var[0].mask = UINT64_C(0xffc0000000) | MTRR_MASK_VALID;
	facts->host = guest;
}

#define RAM  P2M_CLASS_RAM
#define MMIO P2M_CLASS_MMIO_DIRECT

static const struct {
	const char *why;
	bool io;
	uint64_t gfn, mfn;
	unsigned int order;
	enum p2m_class class;
	const char *outcome[5]; /* of 4.5, 4.5.3, 4.6.5, 4.7, 4.11 */
} cases[] = {
	{ "no IOMMU, no capabilities: WB! before any MTRR is looked at",
	  false,
	  0x4000,
	  0x6000,
	  0,
	  RAM,
	  { "WB!", "WB!", "WB!", "WB!", "WB!" } },
	{ "the same, but pinned: to 4.6 pins come before that test (0acc7010ac22 moved them)",
	  false,
	  0x1000,
	  0x6000,
	  0,
	  RAM,
	  { "WC!", "WC!", "WC!", "WB!", "WB!" } },
	{ "pinned UC- is stored as UC with iPAT (4d66f069d6ab)",
	  true,
	  0x2000,
	  0x6000,
	  0,
	  RAM,
	  { "UC!", "UC!", "UC!", "UC!", "UC!" } },
	{ "a superpage wholly pinned",
	  true,
	  0x3000,
	  0x6000,
	  9,
	  RAM,
	  { "WP!", "WP!", "WP!", "WP!", "WP!" } },
	{ "a superpage partly pinned is split",
	  true,
	  0x1000,
	  0x6000,
	  9,
	  RAM,
	  { "split", "split", "split", "split", "split" } },
	{ "guest UC and host WB merge to UC",
	  true,
	  0x4000,
	  0x6000,
	  9,
	  RAM,
	  { "UC", "UC", "UC", "UC", "UC" } },
	{ "nothing special: WB, no iPAT",
	  true,
	  0x8000,
	  0x6000,
	  0,
	  RAM,
	  { "WB", "WB", "WB", "WB", "WB" } },
	{ "RAM type on an invalid frame: UC, with iPAT from XSA-154 on (c61a6f74f80e)",
	  true,
	  0x8000,
	  0x90000,
	  0,
	  RAM,
	  { "UC", "UC!", "UC!", "UC!", "UC!" } },
	{ "the same without IOMMU: 4.6.5 asks mfn_valid() before it asks for the IOMMU",
	  false,
	  0x8000,
	  0x90000,
	  0,
	  RAM,
	  { "UC", "UC!", "UC!", "UC!", "UC!" } },
	{ "an invalid frame that is pinned: 4.6.5 looks at pins first",
	  true,
	  0x1000,
	  0x90000,
	  0,
	  RAM,
	  { "UC", "UC!", "WC!", "UC!", "UC!" } },
	{ "direct MMIO, invalid frame, IOMMU: XSA-154 made it UC!, 30921dc2df36 UC again (B7)",
	  true,
	  0x8000,
	  0xe0000,
	  0,
	  MMIO,
	  { "UC", "UC!", "UC", "UC!", "UC" } },
	{ "direct MMIO, valid frame, IOMMU",
	  true,
	  0x8000,
	  0xa0,
	  0,
	  MMIO,
	  { "UC", "UC", "UC", "UC", "UC" } },
	{ "direct MMIO, valid frame, no IOMMU: to 4.5 that test comes first",
	  false,
	  0x8000,
	  0xa0,
	  0,
	  MMIO,
	  { "WB!", "WB!", "UC", "UC", "UC" } },
	{ "direct MMIO, invalid frame, no IOMMU",
	  false,
	  0x8000,
	  0xe0000,
	  0,
	  MMIO,
	  { "UC", "UC!", "UC", "UC!", "UC" } },
	{ "direct MMIO that is pinned: to 4.6 the pin wins",
	  true,
	  0x1000,
	  0xa0,
	  0,
	  MMIO,
	  { "WC!", "WC!", "WC!", "UC", "UC" } },
	{ "APIC page", true, 0xfee00, 0x5000, 0, MMIO, { "WB!", "WB!", "WB!", "WB!", "WB!" } },
	{ "a superpage with the APIC page in it",
	  true,
	  0x8000,
	  0x5000 & ~0x1ffu,
	  9,
	  MMIO,
	  { "split", "split", "split", "split", "split" } },
	{ "read-only MMIO, valid frame: 4.5.0 has no such step (B6)",
	  true,
	  0x8000,
	  0x70,
	  0,
	  MMIO,
	  { "UC", "UC!", "UC!", "UC!", "UC!" } },
	{ "read-only MMIO, invalid frame: UC! by either step, UC where neither is",
	  true,
	  0x8000,
	  0xfec00,
	  0,
	  MMIO,
	  { "UC", "UC!", "UC!", "UC!", "UC!" } },
	{ "a superpage partly read-only, invalid frames: mfn_valid() decides before in 4.5.3 and 4.7",
	  true,
	  0x8000,
	  0xfec00,
	  9,
	  MMIO,
	  { "UC", "UC!", "split", "UC!", "split" } },
	{ "a superpage partly read-only, valid frames",
	  true,
	  0x8000,
	  0,
	  9,
	  MMIO,
	  { "UC", "split", "split", "split", "split" } },
	{ "read-only and pinned: the pin comes behind in all that have the step",
	  true,
	  0x1000,
	  0x70,
	  0,
	  MMIO,
	  { "WC!", "UC!", "UC!", "UC!", "UC!" } },
	{ "granted pages follow the guest's MTRRs before 4.16 (B13)",
	  true,
	  0x4000,
	  0x6000,
	  0,
	  P2M_CLASS_GRANT_FOREIGN,
	  { "UC", "UC", "UC", "UC", "UC" } },
	{ "only the first frame of a superpage is asked mfn_valid()",
	  true,
	  0x8000,
	  0x7fe00,
	  9,
	  RAM,
	  { "WB", "WB", "WB", "WB", "WB" } },
};

static const char *outcome_text(uint16_t possible, char *text)
{
	unsigned int key = __builtin_ctz(possible);

	if (possible & (possible - 1))
		return "several";
	if (key == OUTCOME_SPLIT)
		return "split";
	sprintf(text, "%s%s", memtype_name(key & 7), key >> 3 ? "!" : "");
	return text;
}

static void by_hand(void)
{
	static const enum ruleset_id sets[5] = { RULES_4_5, RULES_4_5_3, RULES_4_6_5, RULES_4_7,
						 RULES_4_11 };
	size_t i, set;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct question question = {
			.gfn = cases[i].gfn,
			.mfn = cases[i].mfn,
			.order = cases[i].order,
			.classes = cases[i].class,
		};
		struct facts facts;

		machine(&facts, cases[i].io);
		for (set = 0; set < 5; set++) {
			struct decision decision;
			char text[16];
			const char *got;

			facts.rules = 1u << sets[set];
			decide(&facts, &question, &decision);
			got = outcome_text(decision.possible, text);
			check(!strcmp(got, cases[i].outcome[set]), "%s: %s gives %s, not %s",
			      cases[i].why, rulesets[sets[set]].name, got, cases[i].outcome[set]);
		}
		facts_clear(&facts);
	}
}

/* "MMIO signature at a glance": direct MMIO, not read-only, IOMMU domain, frame not valid. */
static void mmio_signature(void)
{
	static const struct {
		enum ruleset_id rules;
		const char *outcome;
	} signature[] = {
		{ RULES_4_5, "UC" },   { RULES_4_5_3, "UC!" }, { RULES_4_6_5, "UC" },
		{ RULES_4_7, "UC!" },  { RULES_4_11, "UC" },   { RULES_4_14, "UC" },
		{ RULES_4_15, "UC!" }, { RULES_4_16, "UC!" },  { RULES_4_17, "UC!" },
		{ RULES_4_19, "UC" },  { RULES_4_21, "UC" },   { RULES_V1_2024_06, "UC" },
	};
	struct question question = { .gfn = 0x8000, .mfn = 0xe0000, .classes = MMIO };
	struct decision decision;
	struct facts facts;
	char text[16];
	size_t i;

	machine(&facts, true);
	for (i = 0; i < sizeof(signature) / sizeof(signature[0]); i++) {
		facts.rules = 1u << signature[i].rules;
		decide(&facts, &question, &decision);
		check(!strcmp(outcome_text(decision.possible, text), signature[i].outcome),
		      "MMIO signature of %s", rulesets[signature[i].rules].name);
	}
	facts_clear(&facts);
}

static void names(void)
{
	int id, step;

	for (id = 0; id < RULES_COUNT; id++) {
		check(ruleset_parse(rulesets[id].name) == id, "name of set %d", id);
		for (step = 0; rulesets[id].steps[step] != STEP_END; step++)
			check(step_info[rulesets[id].steps[step]].name[0],
			      "a step of %s has a name", rulesets[id].name);
		check(!ruleset_wrong(&rulesets[id]), "%s %s", rulesets[id].name,
		      ruleset_wrong(&rulesets[id]));
	}
	check(ruleset_parse("4.18") < 0, "4.18 is no set of its own");
}

int main(void)
{
	by_hand();
	mmio_signature();
	names();
	return test_end();
}
