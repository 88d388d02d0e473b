/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rule sets of 4.5 to 4.8, which the vectors do not cover: cases worked by hand from Xen's
 * epte_get_entry_emt() at RELEASE-4.5.0, 4.5.3, 4.6.5 and 4.7.0, each with its reason; 4.11 stands
 * beside them. Then what all sets have in common: their steps in order, the merge of guest and host
 * types, direct MMIO at a glance, and how doubts are told.
 */
#include "rules/decide.h"
#include "rules/follow.h"
#include "test.h"
#include "x86/memtype.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* What cases add to the machine below. */
enum {
	IOMMU = 1,
	CAPS = 2, /* I/O capabilities, so cache_flush_permitted() */
	IO = IOMMU | CAPS,
	NO_VCPU = 4,
	APIC_INVALID = 8, /* the APIC page's frame is not mfn_valid() */
	APIC_NONE = 16,	  /* Xen says 0 for none, and compares with that */
};

/* Frames of one machine. RAM up to 0x7bf00; mfn_valid() up to 0x7feff, and a little at 0x98100. */
enum {
	RAM_PAGE = 0x6000,
	HOLE = 0xa0,		/* MMIO below the end of RAM: mfn_valid() */
	HOLE_2M = 0x7c000,	/* the same, a whole superpage */
	INVALID = 0x90000,	/* not mfn_valid() */
	INVALID_MMIO = 0xe8000, /* the same */
	ENDS_INVALID = 0x7fe00,
	BEGINS_INVALID = 0x98000,
	RO_PAGE = 0xb0,	      /* read-only MMIO, mfn_valid() */
	RO_PARTLY = 0,	      /* the 2M with that page in it */
	RO_2M = 0x7f000,      /* all of it */
	RO_INVALID = 0xfec00, /* one page, not mfn_valid() */
	RO_2M_INVALID = 0xe0000,
	APIC = 0x5000, /* also a special page, which these rules do not ask for */
	HOST_WT = 0x6800,
	HOST_WT_WP = 0x6a00, /* 2M: one half each */
};

/* The guest's: its MTRRs say WB where nothing else is named. */
enum {
	FREE = 0x8000,
	PIN_WC = 0x1000, /* to 0x10ff, so half of a superpage */
	PIN_UC_MINUS = 0x2000,
	PIN_2M_WP = 0x3000,
	UC_2M = 0x4000,
	WT_WP_2M = 0x4800, /* one half each */
	UC_64K = 0x5200,   /* 16 pages of the 2M */
	FIXED_WC = 0xa0,
	APIC_GFN = 0xfee00,
};

static void add_range(struct mtrr_state *state, uint64_t frame, uint64_t frames, unsigned int type)
{
	unsigned int i = state->var_count++;

	state->var[i].base = frame << 12 | type;
	state->var[i].mask = (-(frames << 12) & UINT64_C(0xffffffffff)) | MTRR_MASK_VALID;
}

static void machine(struct facts *facts, unsigned int with)
{
	struct mtrr_fact guest = {
		.known = MTRR_KNOWN_ALL,
		.how = HOW_GIVEN,
		.how_var = HOW_GIVEN,
		.state.def_type = MTRR_DEF_TYPE_E | MEMTYPE_WB,
	};
	struct mtrr_fact host = guest;
	unsigned int i;

	facts_init(facts);
	facts->iommu = (struct fact_bool){ with & IOMMU, HOW_GIVEN };
	facts->cache_flush = (struct fact_bool){ with & CAPS, HOW_GIVEN };
	ranges_add(&facts->ram.ranges, 0, 0x9e);
	ranges_add(&facts->ram.ranges, 0x100, 0x7bf00);
	facts->ram.how = HOW_GIVEN;
	ranges_add(&facts->mfn_valid.ranges, 0, 0x7feff);
	ranges_add(&facts->mfn_valid.ranges, 0x98100, 0x981ff);
	if (!(with & APIC_INVALID))
		ranges_add(&facts->special.ranges, APIC, APIC);
	ranges_add(&facts->mmio_ro.ranges, RO_PAGE, RO_PAGE);
	ranges_add(&facts->mmio_ro.ranges, RO_2M, RO_2M + 0x1ff);
	ranges_add(&facts->mmio_ro.ranges, RO_2M_INVALID, RO_2M_INVALID + 0x3ff);
	ranges_add(&facts->mmio_ro.ranges, RO_INVALID, RO_INVALID);
	facts->mfn_valid.how = facts->special.how = facts->mmio_ro.how = HOW_GIVEN;
	facts->mmio_ro_complete = true;
	facts->apic_access_mfn.value = with & APIC_NONE ? 0 : with & APIC_INVALID ? INVALID : APIC;
	facts->apic_access_mfn.how = HOW_GIVEN;
	facts_add_pin(facts, PIN_WC, PIN_WC + 0xff, MEMTYPE_WC);
	facts_add_pin(facts, PIN_UC_MINUS, PIN_UC_MINUS, MEMTYPE_UC_MINUS);
	facts_add_pin(facts, PIN_2M_WP, PIN_2M_WP + 0x1ff, MEMTYPE_WP);
	facts->how_pins = HOW_GIVEN;

	/* hvmloader's fixed ranges: all WB, but a0000-bffff WC. */
	guest.state.def_type |= MTRR_DEF_TYPE_FE;
	for (i = 0; i < MTRR_FIXED_COUNT; i++)
		guest.state.fixed[i] = UINT64_C(0x0606060606060606);
	guest.state.fixed[2] = UINT64_C(0x0101010101010101);
	add_range(&guest.state, UC_2M, 0x200, MEMTYPE_UC);
	add_range(&guest.state, WT_WP_2M, 0x100, MEMTYPE_WT);
	add_range(&guest.state, WT_WP_2M + 0x100, 0x100, MEMTYPE_WP);
	add_range(&guest.state, UC_64K, 0x10, MEMTYPE_UC);
	if (with & NO_VCPU)
		facts->no_vcpu = HOW_GIVEN;
	else
		facts_add_vcpu(facts, &guest);
	add_range(&host.state, 0xc0000, 0x40000, MEMTYPE_UC);
	add_range(&host.state, HOST_WT, 0x200, MEMTYPE_WT);
	add_range(&host.state, HOST_WT_WP, 0x100, MEMTYPE_WT);
	add_range(&host.state, HOST_WT_WP + 0x100, 0x100, MEMTYPE_WP);
	facts->host = host;
}

#define RAM   P2M_CLASS_RAM
#define MMIO  P2M_CLASS_MMIO_DIRECT
#define GRANT P2M_CLASS_GRANT_FOREIGN

static const enum ruleset_id columns[] = { RULES_4_5, RULES_4_5_3, RULES_4_6_5, RULES_4_7,
					   RULES_4_11 };

/* clang-format off */
static const struct {
	unsigned int with;
	uint64_t gfn, mfn;
	unsigned int order;
	enum p2m_class class;
	const char *outcomes; /* of 4.5, 4.5.3, 4.6.5, 4.7, 4.11 */
	const char *why;
} cases[] = {
	/* Neither IOMMU nor I/O capabilities. */
	{ 0, FREE, RAM_PAGE, 0, RAM, "WB! WB! WB! WB! WB!",
	  "no IOMMU, no capabilities" },
	{ 0, UC_2M, RAM_PAGE, 0, RAM, "WB! WB! WB! WB! WB!",
	  "the same: MTRRs are not asked" },
	{ IOMMU, UC_2M, RAM_PAGE, 0, RAM, "UC UC UC UC UC",
	  "the IOMMU alone is enough to go on" },
	{ CAPS, UC_2M, RAM_PAGE, 0, RAM, "UC UC UC UC UC",
	  "capabilities alone are enough to go on" },
	{ 0, PIN_WC, RAM_PAGE, 0, RAM, "WC! WC! WC! WB! WB!",
	  "pinned: to 4.6 pins come before that test; 0acc7010ac22, in 4.7.0, put them behind it" },
	{ 0, PIN_2M_WP, RAM_PAGE, 9, RAM, "WP! WP! WP! WB! WB!",
	  "a superpage wholly pinned, the same" },
	{ 0, PIN_WC, RAM_PAGE, 9, RAM, "split split split WB! WB!",
	  "a superpage partly pinned, the same" },

	/* Pins. */
	{ IO, PIN_WC, RAM_PAGE, 0, RAM, "WC! WC! WC! WC! WC!",
	  "pinned, with iPAT (4d66f069d6ab, in 4.5.0)" },
	{ IO, PIN_WC + 0xff, RAM_PAGE, 0, RAM, "WC! WC! WC! WC! WC!",
	  "the last page of the pin" },
	{ IO, PIN_WC + 0x100, RAM_PAGE, 0, RAM, "WB WB WB WB WB",
	  "the page behind it" },
	{ IO, PIN_UC_MINUS, RAM_PAGE, 0, RAM, "UC! UC! UC! UC! UC!",
	  "pinned UC-: there is no such EPT type, it becomes UC" },
	{ IO, PIN_2M_WP, RAM_PAGE, 9, RAM, "WP! WP! WP! WP! WP!",
	  "a superpage wholly pinned" },
	{ IO, PIN_WC, RAM_PAGE, 9, RAM, "split split split split split",
	  "a superpage partly pinned" },
	{ IO, PIN_WC, RAM_PAGE, 0, GRANT, "WC! WC! WC! WC! WC!",
	  "granted pages are RAM like any before 4.16" },

	/* MTRRs, the last step of all. */
	{ IO, FREE, RAM_PAGE, 0, RAM, "WB WB WB WB WB",
	  "guest and host WB" },
	{ IO, UC_2M, RAM_PAGE, 9, RAM, "UC UC UC UC UC",
	  "guest UC, host WB" },
	{ IO, UC_2M, RAM_PAGE, 0, GRANT, "UC UC UC UC UC",
	  "granted pages follow the guest's MTRRs before 4.16 (B13)" },
	{ IO, UC_2M, APIC, 0, RAM, "UC UC UC UC UC",
	  "a special page as RAM: asked for only from ca24b2ffdbd9 on (B9)" },
	{ IO, UC_64K, RAM_PAGE, 9, RAM, "UC UC UC UC UC",
	  "one kind of range touches the superpage: its type for all of it (B23)" },
	{ IO, UC_64K + 0x10, RAM_PAGE, 0, RAM, "WB WB WB WB WB",
	  "a 4K page of it, outside of the range" },
	{ IO, WT_WP_2M, RAM_PAGE, 9, RAM, "split split split split split",
	  "two kinds of guest ranges in the superpage" },
	{ IO, FIXED_WC, RAM_PAGE, 0, RAM, "WC WC WC WC WC",
	  "guest WC by a fixed range, host WB" },
	{ IO, 0, RAM_PAGE, 9, RAM, "split split split split split",
	  "a superpage over the fixed ranges" },
	{ IO, FREE, HOST_WT, 0, RAM, "WT WT WT WT WT",
	  "guest WB, host WT" },
	{ IO, FIXED_WC, HOST_WT, 0, RAM, "UC UC UC UC UC",
	  "guest WC, host WT: no type is right for both, so UC" },
	{ IO, FREE, HOST_WT_WP, 9, RAM, "split split split split split",
	  "two kinds of host ranges in the superpage" },
	{ IO | NO_VCPU, UC_2M, RAM_PAGE, 0, RAM, "WB WB WB WB WB",
	  "no vCPU: the guest's type is WB" },

	/* Frames that are not mfn_valid(). */
	{ IO, FREE, INVALID, 0, RAM, "UC UC! UC! UC! UC!",
	  "iPAT came with XSA-154 (c61a6f74f80e)" },
	{ 0, FREE, INVALID, 0, RAM, "UC UC! UC! UC! UC!",
	  "asked before IOMMU and capabilities, also in 4.6.5" },
	{ IO, PIN_WC, INVALID, 0, RAM, "UC UC! WC! UC! UC!",
	  "and pinned: 4.6.5 moved the test behind the pins" },
	{ 0, PIN_WC, INVALID, 0, RAM, "UC UC! WC! UC! UC!",
	  "the same without IOMMU" },
	{ IO, PIN_WC, INVALID, 9, RAM, "UC UC! split UC! UC!",
	  "a superpage partly pinned, the same" },
	{ IO, FREE, ENDS_INVALID, 9, RAM, "WB WB WB WB WB",
	  "the first frame of a superpage is valid: only that one is asked" },
	{ IO, FREE, BEGINS_INVALID, 9, RAM, "UC UC! UC! UC! UC!",
	  "only the first is not" },

	/* Direct MMIO. */
	{ IO, FREE, HOLE, 0, MMIO, "UC UC UC UC UC",
	  "valid frame" },
	{ IO, FREE, INVALID_MMIO, 0, MMIO, "UC UC! UC UC! UC",
	  "invalid frame: XSA-154 forced UC, 30921dc2df36 took that back (B7)" },
	{ 0, FREE, HOLE, 0, MMIO, "WB! WB! UC UC UC",
	  "no IOMMU: in 4.5 that is asked before the type" },
	{ 0, FREE, HOLE_2M, 9, MMIO, "WB! WB! UC UC UC",
	  "the same of a superpage" },
	{ 0, FREE, INVALID_MMIO, 0, MMIO, "UC UC! UC UC! UC",
	  "no IOMMU, invalid frame: mfn_valid() comes before in 4.5, the type in 4.6.5" },
	{ IO, FIXED_WC, HOLE, 0, MMIO, "UC UC UC UC UC",
	  "MTRRs are not asked: UC, though the guest says WC" },
	{ IO, PIN_WC, HOLE, 0, MMIO, "WC! WC! WC! UC UC",
	  "pinned: to 4.6 the pin wins" },
	{ IO, PIN_UC_MINUS, HOLE, 0, MMIO, "UC! UC! UC! UC UC",
	  "pinned UC-, the same" },
	{ 0, PIN_WC, HOLE, 0, MMIO, "WC! WC! WC! UC UC",
	  "pinned, no IOMMU" },
	{ IO, PIN_WC, HOLE_2M, 9, MMIO, "split split split UC UC",
	  "a superpage partly pinned" },
	{ IO, PIN_WC, INVALID_MMIO, 0, MMIO, "UC UC! WC! UC! UC",
	  "pinned, invalid frame: each of the three first, by set" },
	{ IO, PIN_WC, INVALID_MMIO, 9, MMIO, "UC UC! split UC! UC",
	  "the same, a superpage partly pinned" },

	/* The APIC access page is direct MMIO in RAM. */
	{ IO, APIC_GFN, APIC, 0, MMIO, "WB! WB! WB! WB! WB!",
	  "APIC page" },
	{ 0, APIC_GFN, APIC, 0, MMIO, "WB! WB! WB! WB! WB!",
	  "no IOMMU: WB! by one step or another" },
	{ IO, FREE, APIC, 9, MMIO, "split split split split split",
	  "a superpage with the APIC page in it" },
	{ 0, FREE, APIC, 9, MMIO, "WB! WB! split split split",
	  "no IOMMU: in 4.5 that is asked before" },
	{ IO, PIN_WC, APIC, 0, MMIO, "WC! WC! WC! WB! WB!",
	  "pinned" },
	{ IO, APIC_GFN, APIC + 1, 0, MMIO, "UC UC UC UC UC",
	  "the frame counts, not the gfn" },
	{ IO | APIC_INVALID, APIC_GFN, INVALID, 0, MMIO, "UC UC! WB! UC! WB!",
	  "on an invalid frame: which of the two is asked first" },
	{ IO | APIC_NONE, FREE, 0, 0, MMIO, "WB! WB! WB! WB! WB!",
	  "no APIC page: frame 0 is taken for it" },

	/* Read-only MMIO, from XSA-154 on (c61a6f74f80e). */
	{ IO, FREE, RO_PAGE, 0, MMIO, "UC UC! UC! UC! UC!",
	  "4.5.0 has no such step (B6)" },
	{ 0, FREE, RO_PAGE, 0, MMIO, "WB! UC! UC! UC! UC!",
	  "no IOMMU: 4.5.0 even made it WB!" },
	{ IO, FREE, RO_INVALID, 0, MMIO, "UC UC! UC! UC! UC!",
	  "invalid frame: UC! by the one step or the other" },
	{ IO, FREE, RO_PAGE, 0, RAM, "WB UC! UC! UC! UC!",
	  "the type is not asked" },
	{ IO, PIN_WC, RO_PAGE, 0, MMIO, "WC! UC! UC! UC! UC!",
	  "pinned: the pin comes behind in all that have the step" },
	{ IO, FREE, RO_2M, 9, MMIO, "UC UC! UC! UC! UC!",
	  "a superpage all read-only" },
	{ IO, PIN_2M_WP, RO_2M, 9, MMIO, "WP! UC! UC! UC! UC!",
	  "the same, pinned" },
	{ IO, FREE, RO_2M_INVALID, 9, MMIO, "UC UC! UC! UC! UC!",
	  "the same, invalid frames" },
	{ IO, FREE, RO_PARTLY, 9, MMIO, "UC split split split split",
	  "a superpage partly read-only" },
	{ 0, FREE, RO_PARTLY, 9, MMIO, "WB! split split split split",
	  "no IOMMU" },
	{ IO, PIN_2M_WP, RO_PARTLY, 9, MMIO, "WP! split split split split",
	  "pinned as a whole" },
	{ IO, FREE, RO_INVALID, 9, MMIO, "UC UC! split UC! split",
	  "invalid frames: mfn_valid() is asked before in 4.5.3 and 4.7" },
	{ IO, PIN_2M_WP, RO_INVALID, 9, MMIO, "UC UC! split UC! split",
	  "the same, pinned" },
};
/* clang-format on */

/* "WB!", "UC", "split", or "several". */
static const char *outcome_text(uint16_t possible)
{
	static char text[8];
	unsigned int key;

	if (__builtin_popcount(possible) != 1)
		return possible ? "several" : "none";
	key = __builtin_ctz(possible);
	if (key == OUTCOME_SPLIT)
		return "split";
	snprintf(text, sizeof(text), "%s%s", memtype_name(key & 7), key >> 3 ? "!" : "");
	return text;
}

/* Is it the word of the list at index? */
static bool is_word(const char *list, unsigned int index, const char *word)
{
	while (index--)
		list += strcspn(list, " ") + 1;
	return strlen(word) == strcspn(list, " ") && !strncmp(list, word, strlen(word));
}

static void test_by_hand(void)
{
	unsigned int column;
	size_t i;

	for (i = 0; i < COUNT(cases); i++) {
		struct question question = {
			.gfn = cases[i].gfn,
			.mfn = cases[i].mfn,
			.order = cases[i].order,
			.classes = cases[i].class,
		};
		struct facts facts;

		machine(&facts, cases[i].with);
		for (column = 0; column < COUNT(columns); column++) {
			struct decision decision;
			const char *got;

			facts.rules = 1u << columns[column];
			decide(&facts, &question, &decision);
			got = outcome_text(decision.possible);
			check(is_word(cases[i].outcomes, column, got),
			      "%s (gfn %#llx mfn %#llx order %u class %d): %s in %s, not so in '%s'",
			      cases[i].why, (unsigned long long)cases[i].gfn,
			      (unsigned long long)cases[i].mfn, cases[i].order, cases[i].class, got,
			      rulesets[columns[column]].name, cases[i].outcomes);
		}
		facts_clear(&facts);
	}
}

/*
 * rules.md A.4 as steps: hold each line against the procedure of the same name there, and that
 * against Xen. Proposals are 4.17 or 4.19 with one step of their own.
 */
/* clang-format off */
static const struct {
	enum ruleset_id rules;
	const char *name, *steps;
} orders[] = {
	{ RULES_4_5, "4.5", "INVALID_UC_PLAIN PINNED NO_IO_WB_ANY MMIO_UC_APIC_WB MTRR_MERGE" },
	{ RULES_4_5_3, "4.5.3",
	  "INVALID_UC RO_MMIO PINNED NO_IO_WB_ANY MMIO_UC_APIC_WB MTRR_MERGE" },
	{ RULES_4_6_5, "4.6.5",
	  "RO_MMIO PINNED MMIO_UC_APIC_WB INVALID_UC NO_IO_WB_ANY MTRR_MERGE" },
	{ RULES_4_7, "4.7", "INVALID_UC RO_MMIO MMIO_UC_APIC_WB NO_IO_WB_ANY PINNED MTRR_MERGE" },
	{ RULES_4_11, "4.11", "RO_MMIO MMIO_UC_APIC_WB INVALID_UC NO_IO_WB_ANY PINNED MTRR_MERGE" },
	{ RULES_4_14, "4.14",
	  "RO_MMIO MMIO_UC_APIC_WB INVALID_UC NO_IO_WB_ANY SPECIAL_SPLIT PINNED MTRR_MERGE" },
	{ RULES_4_15, "4.15",
	  "RO_MMIO INVALID_UC NO_IO_WB SPECIAL_SPLIT MMIO_UC PINNED MTRR_MERGE" },
	{ RULES_4_16, "4.16",
	  "RO_MMIO INVALID_UC NO_IO_WB SPECIAL_SPLIT MMIO_UC GRANT_FOREIGN_WB PINNED MTRR_MERGE" },
	{ RULES_4_17, "4.17",
	  "RO_MMIO INVALID_UC NO_IO_WB SPECIAL_WB_ALL MMIO_UC GRANT_FOREIGN_WB PINNED MTRR_MERGE" },
	{ RULES_4_19, "4.19",
	  "RO_MMIO NO_IO_WB SPECIAL_WB MMIO_UC GRANT_FOREIGN_WB PINNED MTRR_MERGE" },
	{ RULES_4_21, "4.21",
	  "RO_MMIO NO_IO_WB SPECIAL_WB MMIO_UC GRANT_FOREIGN_WB PINNED MTRR_MERGE" },
	{ RULES_V1_2024_06, "v1-2024-06",
	  "RO_MMIO INVALID_UC_V1 NO_IO_WB SPECIAL_WB MMIO_UC GRANT_FOREIGN_WB PINNED MTRR_MERGE" },
	{ RULES_INVALID_MFN_2024_06, "invalid-mfn-2024-06",
	  "INVALID_MFN_UC RO_MMIO NO_IO_WB SPECIAL_WB MMIO_UC GRANT_FOREIGN_WB PINNED MTRR_MERGE" },
	{ RULES_MMIO_GUEST_MTRR_2024_06, "mmio-guest-mtrr-2024-06",
	  "RO_MMIO NO_IO_WB SPECIAL_WB MMIO_GUEST_MTRR GRANT_FOREIGN_WB PINNED MTRR_MERGE" },
	{ RULES_MMIO_GUEST_WC_2024_06, "mmio-guest-wc-2024-06",
	  "RO_MMIO NO_IO_WB SPECIAL_WB MMIO_GUEST_WC GRANT_FOREIGN_WB PINNED MTRR_MERGE" },
	{ RULES_RAM_WB_2024_06, "ram-wb-2024-06",
	  "RO_MMIO NO_IO_WB SPECIAL_WB GRANT_FOREIGN_WB PINNED RAM_WB_GUEST_MTRR" },
	{ RULES_SPECIAL_FIRST_2022_09, "special-first-2022-09",
	  "RO_MMIO INVALID_UC NO_IO_WB SPECIAL_FIRST_WB MMIO_UC GRANT_FOREIGN_WB PINNED MTRR_MERGE" },
	{ RULES_CACHE_CONTROL_2025_05, "cache-control-2025-05",
	  "RO_MMIO NO_CONTROL_WB SPECIAL_WB MMIO_UC GRANT_FOREIGN_WB PINNED MTRR_MERGE" },
	{ RULES_XENSERVER_7_1, "xenserver-7.1",
	  "RO_MMIO MMIO_UC_APIC_WB INVALID_UC NO_IO_WB_ANY SPECIAL_FIRST_WB PINNED MTRR_MERGE" },
	{ RULES_XCP_NG_8_2, "xcp-ng-8.2",
	  "RO_MMIO MMIO_UC_APIC_WB INVALID_UC NO_IO_WB_ANY SPECIAL_WB_ALL PINNED MTRR_MERGE" },
	{ RULES_XENSERVER_8, "xenserver-8",
	  "RO_MMIO NO_IO_WB SPECIAL_WB MMIO_UC GRANT_FOREIGN_WB PINNED MTRR_MERGE" },
};
/* clang-format on */

static void test_sets(void)
{
	int step, other;
	size_t i;

	check(COUNT(orders) == RULES_COUNT, "a set is missing in this test");
	for (i = 0; i < COUNT(orders); i++) {
		const struct ruleset *set = &rulesets[orders[i].rules];
		char steps[256] = "";

		for (step = 0; set->steps[step] != STEP_END; step++) {
			strcat(steps, step ? " " : "");
			strcat(steps, step_info[set->steps[step]].name);
		}
		check(!strcmp(steps, orders[i].steps), "steps of %s: %s", set->name, steps);
		check(!strcmp(set->name, orders[i].name), "%s is called %s", orders[i].name,
		      set->name);
		check(ruleset_parse(orders[i].name) == (int)orders[i].rules, "%s is parsed",
		      orders[i].name);
		check(ruleset(orders[i].rules) == set, "%s by its number", set->name);
		check(!ruleset_wrong(set), "%s %s", set->name, ruleset_wrong(set));
		check(set->origin[0], "%s tells where it comes from", set->name);
	}
	check(ruleset_count() == RULES_COUNT, "without a file there are no others");
	for (step = STEP_END + 1; step < STEP_COUNT; step++) {
		check(step_info[step].name && step_info[step].reason[0], "step %d has words", step);
		for (other = STEP_END; other < step; other++)
			check(strcmp(step_info[step].name, step_info[other].name),
			      "two steps are called %s", step_info[step].name);
	}
	check(ruleset_parse("4.18") == -1, "4.18 is no set of its own");
	check(ruleset_parse("4.1") < 0 && ruleset_parse("4.190") < 0 && ruleset_parse("") < 0,
	      "names are whole");
}

/* What of the user's own cannot be a rule set: it would not always decide, or not by all steps. */
static void test_wrong_sets(void)
{
	static const struct {
		enum step steps[RULESET_STEPS];
		bool wrong;
	} rows[] = {
		{ { MTRR_MERGE }, false },
		{ { RAM_WB_GUEST_MTRR }, false },
		{ { PINNED, RO_MMIO, MTRR_MERGE }, false },
		{ { STEP_END }, true },
		{ { RO_MMIO }, true },
		{ { RO_MMIO, PINNED, RO_MMIO, MTRR_MERGE }, true },
		{ { RO_MMIO, MTRR_MERGE, MTRR_MERGE }, true },
		{ { RO_MMIO, MTRR_MERGE, PINNED }, true },
		{ { MTRR_MERGE, RAM_WB_GUEST_MTRR }, true },
		{ { RAM_WB_GUEST_MTRR, PINNED, MTRR_MERGE }, true },
	};
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		struct ruleset set = { .name = "own" };

		memcpy(set.steps, rows[i].steps, sizeof(set.steps));
		check(!ruleset_wrong(&set) == !rows[i].wrong, "own set %zu: %s", i,
		      ruleset_wrong(&set) ? ruleset_wrong(&set) : "taken");
	}
}

/* A.6: Xen's merge, which is not the minimum (B2). */
static void test_merge(void)
{
	static const unsigned int types[] = { MEMTYPE_UC, MEMTYPE_WC, MEMTYPE_WT, MEMTYPE_WP,
					      MEMTYPE_WB };
	static const char *const rows[] = {
		"UC UC UC UC UC", /* guest UC; host UC, WC, WT, WP, WB */
		"UC WC UC UC WC", /* guest WC */
		"UC UC WT WP WT", /* guest WT */
		"UC UC WP WP WP", /* guest WP */
		"UC WC WT WP WB", /* guest WB */
	};
	unsigned int g, h;

	for (g = 0; g < 5; g++)
		for (h = 0; h < 5; h++)
			check(is_word(rows[g], h, memtype_name(merge_types(types[g], types[h]))),
			      "guest %s, host %s merge to %s", memtype_name(types[g]),
			      memtype_name(types[h]),
			      memtype_name(merge_types(types[g], types[h])));
}

/* A.4, "MMIO signature at a glance": direct MMIO that is not read-only; the guest's MTRRs say WB.
 */
static void test_mmio_signature(void)
{
	/* IOMMU and invalid frame; IOMMU, valid; no IOMMU, invalid; no IOMMU, valid. */
	static const struct {
		enum ruleset_id rules;
		const char *outcomes;
	} rows[] = {
		{ RULES_4_5, "UC UC UC WB!" },
		{ RULES_4_5_3, "UC! UC UC! WB!" },
		{ RULES_4_6_5, "UC UC UC UC" },
		{ RULES_4_7, "UC! UC UC! UC" },
		{ RULES_4_11, "UC UC UC UC" },
		{ RULES_4_14, "UC UC UC UC" },
		{ RULES_4_15, "UC! UC UC! UC" },
		{ RULES_4_16, "UC! UC UC! UC" },
		{ RULES_4_17, "UC! UC UC! UC" },
		{ RULES_4_19, "UC UC UC UC" },
		{ RULES_4_21, "UC UC UC UC" },
		{ RULES_V1_2024_06, "UC UC UC! UC" },
		{ RULES_INVALID_MFN_2024_06, "UC UC UC UC" },
		{ RULES_MMIO_GUEST_MTRR_2024_06, "WB WB WB WB" },
		{ RULES_MMIO_GUEST_WC_2024_06, "UC UC UC UC" },
		{ RULES_RAM_WB_2024_06, "WB WB WB WB" },
		{ RULES_SPECIAL_FIRST_2022_09, "UC! UC UC! UC" },
		{ RULES_XENSERVER_7_1, "UC UC UC UC" },
		{ RULES_XCP_NG_8_2, "UC UC UC UC" },
		{ RULES_XENSERVER_8, "UC UC UC UC" },
	};
	unsigned int column;
	size_t i;

	for (i = 0; i < COUNT(rows); i++)
		for (column = 0; column < 4; column++) {
			struct question question = {
				.gfn = FREE,
				.mfn = column & 1 ? HOLE : INVALID_MMIO,
				.classes = MMIO,
			};
			struct decision decision;
			struct facts facts;

			machine(&facts, column & 2 ? 0 : IO);
			facts.rules = 1u << rows[i].rules;
			decide(&facts, &question, &decision);
			check(is_word(rows[i].outcomes, column, outcome_text(decision.possible)),
			      "MMIO signature %u of %s: %s", column, rulesets[rows[i].rules].name,
			      outcome_text(decision.possible));
			facts_clear(&facts);
		}
}

/*
 * special-first-2022-09 beside 4.16, 4.17 and 4.19: blocks of which some frames are special. 4.17
 * and later walk over all frames, it looks at the first. The frames are mfn_valid() RAM; with an
 * IOMMU the guest's MTRRs say UC for the block, where nothing comes before.
 */
static void test_special_first(void)
{
	static const enum ruleset_id sets[] = { RULES_4_16, RULES_4_17, RULES_4_19,
						RULES_SPECIAL_FIRST_2022_09 };
	enum { BLOCK = 0x40000, LAST_2M = BLOCK + 0x1ff, LAST_1G = BLOCK + 0x3ffff };
	static const struct {
		uint64_t first, last; /* special */
		unsigned int order, with;
		enum p2m_class class;
		const char *outcomes;
		const char *why;
	} rows[] = {
		{ BLOCK, BLOCK, 0, IO, RAM, "WB! WB! WB! WB!", "one page" },
		{ BLOCK + 1, BLOCK + 1, 0, IO, RAM, "UC UC UC UC", "the page behind it" },
		{ BLOCK, BLOCK, 9, IO, RAM, "split split split WB!",
		  "the first of 2M: the other 511 become WB!, too" },
		{ LAST_2M, LAST_2M, 9, IO, RAM, "split split split UC",
		  "the last of 2M: it becomes UC like the rest" },
		{ BLOCK, LAST_2M, 9, IO, RAM, "split WB! WB! WB!", "all of 2M" },
		{ BLOCK + 1, LAST_2M, 9, IO, RAM, "split split split UC", "all but the first" },
		{ BLOCK, BLOCK, 18, IO, RAM, "split split split WB!", "the first of 1G" },
		{ LAST_1G, LAST_1G, 18, IO, RAM, "split split split UC", "the last of 1G" },
		{ BLOCK, LAST_1G, 18, IO, RAM, "split WB! WB! WB!", "all of 1G" },
		{ BLOCK, BLOCK, 9, 0, RAM, "WB! WB! WB! WB!",
		  "no IOMMU, no capabilities: that is asked before" },
		{ BLOCK, BLOCK, 9, 0, MMIO, "split split split WB!",
		  "direct MMIO: that is not, but special pages are" },
		{ BLOCK, BLOCK, 0, 0, MMIO, "WB! WB! WB! WB!", "the APIC access page" },
		{ LAST_2M, LAST_2M, 9, IO, MMIO, "split split split UC", "direct MMIO, the last" },
		{ BLOCK, BLOCK, 9, IO, GRANT, "split split split WB!", "granted pages" },
		{ LAST_2M, LAST_2M, 9, IO, GRANT, "split split split WB!",
		  "granted pages are WB! anyway" },
	};
	unsigned int column;
	size_t i;

	for (i = 0; i < COUNT(rows); i++)
		for (column = 0; column < COUNT(sets); column++) {
			struct question question = {
				.gfn = UC_2M,
				.mfn = BLOCK,
				.order = rows[i].order,
				.classes = rows[i].class,
			};
			struct decision decision;
			struct facts facts;

			machine(&facts, rows[i].with);
			if (rows[i].order == 18) /* pins and MTRRs alike for all of 1G */
				question.gfn = 0x100000;
			facts_clear_pins(&facts);
			ranges_clear(&facts.mmio_ro.ranges);
			ranges_add(&facts.mfn_valid.ranges, 0, 0xfffff);
			add_range(&facts.vcpus[0].state, 0x100000, 0x40000, MEMTYPE_UC);
			ranges_add(&facts.special.ranges, rows[i].first, rows[i].last);
			facts.rules = 1u << sets[column];
			decide(&facts, &question, &decision);
			check(is_word(rows[i].outcomes, column, outcome_text(decision.possible)),
			      "%s: %s by %s", rows[i].why, outcome_text(decision.possible),
			      rulesets[sets[column]].name);
			facts_clear(&facts);
		}
}

/* All of them, as "UC WB!". */
static const char *outcomes_text(uint16_t possible)
{
	static char text[128];
	unsigned int key;

	*text = '\0';
	for (key = 0; key < OUTCOME_COUNT; key++)
		if (possible >> key & 1)
			snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s",
				 *text ? " " : "", outcome_text(1u << key));
	return text;
}

/* "yes", "no", "?" (unknown), "yes?" and "no?" (assumed). */
static struct fact_bool fact_of(const char *word)
{
	struct fact_bool fact = { *word == 'y', HOW_GIVEN };

	if (strchr(word, '?'))
		fact.how = word[1] ? HOW_ASSUMED : HOW_UNKNOWN;
	return fact;
}

/*
 * cache-control-2025-05 beside 4.21. Without control every page but direct MMIO is WB!. A domain
 * has control if it was created with I/O memory or ports (flag), or if it has an IOMMU and the
 * host's cannot all force snooping. 4.21 asks for IOMMU and capabilities, which here are those that
 * the flag was set for. The guest's MTRRs say UC for the page, the host's WB.
 */
static void test_cache_control(void)
{
	static const struct {
		const char *iommu, *snoop, *flag;
		enum p2m_class class;
		const char *now, *proposed; /* outcomes by 4.21 and by the proposal */
		const char *assumes;	    /* that the proposal's rest on, by their initials */
		const char *why;
	} rows[] = {
		{ "no", "yes", "no", RAM, "WB!", "WB!", "", "nothing to do with devices" },
		{ "no", "no", "no", RAM, "WB!", "WB!", "", "an IOMMU that it does not use" },
		{ "no", "yes", "yes", RAM, "UC", "UC", "", "iomem= in its configuration" },
		{ "no", "no", "yes", RAM, "UC", "UC", "", "the same without snooping" },
		{ "yes", "yes", "no", RAM, "UC", "WB!", "",
		  "what the proposal is about: a PCI device, snooping is forced" },
		{ "yes", "no", "no", RAM, "UC", "UC", "", "a device, no snooping" },
		{ "yes", "yes", "yes", RAM, "UC", "UC", "", "a device, and iomem=" },
		{ "yes", "no", "yes", RAM, "UC", "UC", "", "all of it" },
		{ "yes", "yes", "no", MMIO, "UC", "UC", "", "direct MMIO is not asked" },
		{ "no", "yes", "no", MMIO, "UC", "UC", "", "direct MMIO, no device" },
		{ "yes", "no", "no", MMIO, "UC", "UC", "", "direct MMIO, no snooping" },
		{ "yes", "yes", "no", GRANT, "WB!", "WB!", "",
		  "granted pages are WB! in any case" },
		{ "yes", "no", "yes", GRANT, "WB!", "WB!", "", "the same with control" },
		{ "yes", "?", "no", RAM, "UC", "UC WB!", "s", "snooping unknown" },
		{ "no", "?", "no", RAM, "WB!", "WB!", "", "unknown, but there is no IOMMU" },
		{ "yes", "?", "yes", RAM, "UC", "UC", "", "unknown, but the flag decides" },
		{ "yes", "yes", "?", RAM, "UC", "UC WB!", "c", "flag unknown" },
		{ "yes", "no", "?", RAM, "UC", "UC", "", "unknown, but snooping decides" },
		{ "yes", "yes", "no?", RAM, "UC", "UC WB!", "c", "no capability now: no flag?" },
		{ "yes", "yes", "yes?", RAM, "UC", "UC WB!", "c", "capabilities now: a flag?" },
		{ "?", "no", "no", RAM, "UC WB!", "UC WB!", "i", "IOMMU unknown, no snooping" },
		{ "?", "yes", "no", RAM, "UC WB!", "WB!", "", "IOMMU unknown, snooping" },
		{ "?", "?", "?", RAM, "UC WB!", "UC WB!", "cis", "nothing is known" },
	};
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		struct question question = { .gfn = UC_2M,
					     .mfn = RAM_PAGE,
					     .classes = rows[i].class };
		struct fact_bool flag = fact_of(rows[i].flag);
		struct decision decision;
		struct facts facts;
		char assumes[4] = "";
		unsigned int key;
		uint32_t rests = 0;

		machine(&facts, 0);
		facts_clear_pins(&facts);
		facts.iommu = fact_of(rows[i].iommu);
		facts.iommu_snoop = fact_of(rows[i].snoop);
		facts.cache_control = flag;
		facts.cache_flush = (struct fact_bool){ flag.value, HOW_GIVEN };
		facts.rules = 1u << RULES_4_21;
		decide(&facts, &question, &decision);
		check(!strcmp(outcomes_text(decision.possible), rows[i].now), "%s: %s by 4.21",
		      rows[i].why, outcomes_text(decision.possible));
		facts.rules = 1u << RULES_CACHE_CONTROL_2025_05;
		decide(&facts, &question, &decision);
		check(!strcmp(outcomes_text(decision.possible), rows[i].proposed),
		      "%s: %s as proposed", rows[i].why, outcomes_text(decision.possible));
		for (key = 0; key < OUTCOME_COUNT; key++)
			if (decision.possible >> key & 1)
				rests |= decision.outcome[key].assumes;
		if (rests >> FACT_CACHE_CONTROL & 1)
			strcat(assumes, "c");
		if (rests >> FACT_IOMMU & 1)
			strcat(assumes, "i");
		if (rests >> FACT_IOMMU_SNOOP & 1)
			strcat(assumes, "s");
		check(!strcmp(assumes, rows[i].assumes), "%s: rests on %s", rows[i].why, assumes);
		facts_clear(&facts);
	}
}

/* Which step decides, and for MTRR_MERGE the pair of types. */
static void test_deciding_step(void)
{
	static const struct {
		unsigned int with;
		uint64_t gfn, mfn;
		enum p2m_class class;
		enum step step; /* of 4.17 */
	} rows[] = {
		{ IO, FREE, RO_PAGE, MMIO, RO_MMIO },
		{ IO, FREE, INVALID, RAM, INVALID_UC },
		{ 0, FREE, RAM_PAGE, RAM, NO_IO_WB },
		{ IO, UC_2M, APIC, RAM, SPECIAL_WB_ALL },
		{ IO, FREE, HOLE, MMIO, MMIO_UC },
		{ IO, FREE, RAM_PAGE, GRANT, GRANT_FOREIGN_WB },
		{ IO, PIN_WC, RAM_PAGE, RAM, PINNED },
		{ IO, FIXED_WC, HOST_WT, RAM, MTRR_MERGE },
	};
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		struct question question = {
			.gfn = rows[i].gfn,
			.mfn = rows[i].mfn,
			.classes = rows[i].class,
		};
		const struct outcome *outcome;
		struct decision decision;
		struct facts facts;

		machine(&facts, rows[i].with);
		facts.rules = 1u << RULES_4_17;
		decide(&facts, &question, &decision);
		outcome = &decision.outcome[__builtin_ctz(decision.possible)];
		check(outcome->step == rows[i].step, "%s decides, not %s",
		      step_info[outcome->step].name, step_info[rows[i].step].name);
		if (rows[i].step == MTRR_MERGE)
			check(outcome->guest == MEMTYPE_WC && outcome->host == MEMTYPE_WT,
			      "guest %u, host %u", outcome->guest, outcome->host);
		facts_clear(&facts);
	}
}

/* One outcome of an entry: -1 if it is not possible, else the facts that would be unusual. */
static int unusual(const struct facts *facts, const struct question *question, unsigned int key)
{
	struct decision decision;

	decide(facts, question, &decision);
	return decision.possible >> key & 1 ? (int)decision.outcome[key].unusual : -1;
}

#define UC_KEY	    OUTCOME_KEY(MEMTYPE_UC, 0)
#define UC_IPAT_KEY OUTCOME_KEY(MEMTYPE_UC, 1)
#define WB_KEY	    OUTCOME_KEY(MEMTYPE_WB, 0)
#define WB_IPAT_KEY OUTCOME_KEY(MEMTYPE_WB, 1)

/* What is assumed may be wrong, and the outcome that needs it to be wrong says so. */
static void test_assumed(void)
{
	struct question ram = { .gfn = UC_2M, .mfn = RAM_PAGE, .classes = RAM };
	struct question mmio = { .gfn = FREE, .mfn = INVALID_MMIO, .classes = MMIO };
	struct question fixed = { .gfn = FIXED_WC, .mfn = RAM_PAGE, .classes = RAM };
	struct question read_only = { .gfn = FREE, .mfn = RO_INVALID, .classes = MMIO };
	struct decision decision;
	struct facts facts;

	machine(&facts, 0);
	facts.rules = 1u << RULES_4_19;
	facts.iommu.how = HOW_ASSUMED;
	check(unusual(&facts, &ram, WB_IPAT_KEY) == 0, "no IOMMU, as assumed: WB!");
	check(unusual(&facts, &ram, UC_KEY) == 1 << FACT_IOMMU,
	      "no IOMMU assumed: UC needs one, unusual facts %#x",
	      (unsigned int)unusual(&facts, &ram, UC_KEY));
	facts.iommu.how = HOW_GIVEN;
	facts.cache_flush.how = HOW_ASSUMED;
	check(unusual(&facts, &ram, UC_KEY) == 1 << FACT_CACHE_FLUSH,
	      "no capabilities assumed: UC needs some");
	facts.cache_flush.how = HOW_UNKNOWN;
	check(unusual(&facts, &ram, UC_KEY) == 0 && unusual(&facts, &ram, WB_IPAT_KEY) == 0,
	      "capabilities unknown: nothing is unusual");
	facts_clear(&facts);

	machine(&facts, IOMMU);
	facts.iommu.how = HOW_ASSUMED;
	facts.rules = 1u << RULES_4_19;
	check(unusual(&facts, &ram, UC_KEY) == 0, "IOMMU, as assumed: UC");
	check(unusual(&facts, &ram, WB_IPAT_KEY) == 1 << FACT_IOMMU,
	      "IOMMU assumed: WB! needs none");
	facts.rules = 1u << RULES_V1_2024_06;
	check(unusual(&facts, &mmio, UC_KEY) == 0, "v1, IOMMU, as assumed: UC");
	check(unusual(&facts, &mmio, UC_IPAT_KEY) == 1 << FACT_IOMMU,
	      "v1, IOMMU assumed: UC! needs none, unusual facts %#x",
	      (unsigned int)unusual(&facts, &mmio, UC_IPAT_KEY));
	facts_clear(&facts);

	/* A register of the guest that is not known is blamed, not only its ranges. */
	machine(&facts, IO);
	facts.rules = 1u << RULES_4_19;
	facts.vcpus[0].known.fixed = false;
	decide(&facts, &fixed, &decision);
	check(decision.outcome[WB_KEY].assumes & 1u << FACT_GUEST_MTRR, "fixed ranges are blamed");
	facts.vcpus[0].known.fixed = true;
	facts.vcpus[0].known.def_type = false;
	decide(&facts, &fixed, &decision);
	check(decision.outcome[WB_KEY].assumes & 1u << FACT_GUEST_MTRR, "default type is blamed");
	facts_clear(&facts);

	/* --given '{"mmio-ro": {"how": "assumed", "value": ["fec00"]}}' */
	machine(&facts, IO);
	facts.rules = 1u << RULES_4_19;
	facts.mmio_ro.how = HOW_ASSUMED;
	read_only.mmio_ro = MAYBE_RATHER_NO; /* w = 1 */
	check(unusual(&facts, &read_only, UC_IPAT_KEY) >= 0, "read-only MMIO, as assumed: UC!");
	check(unusual(&facts, &read_only, UC_KEY) >= 0,
	      "read-only MMIO only assumed: UC is possible");
	facts_clear(&facts);
}

#define F(fact) (1u << FACT_##fact)

/* Facts become unknown, or only assumed to be as they are. */
static void doubt(struct facts *facts, uint32_t which, enum how how)
{
	if (which & F(IOMMU))
		facts->iommu.how = how;
	if (which & F(CACHE_FLUSH))
		facts->cache_flush.how = how;
	if (which & F(MFN_VALID))
		facts->mfn_valid.how = how;
	if (which & F(SPECIAL))
		facts->special.how = how;
	if (which & F(APIC_ACCESS_MFN))
		facts->apic_access_mfn.how = how;
	if (which & F(PINNED))
		facts->how_pins = how;
	if (which & F(MEMORY_MAP))
		facts->ram.how = how;
	if (which & F(GUEST_MTRR))
		facts->vcpus[0].how = how;
	if (which & F(GUEST_MTRR_VAR))
		facts->vcpus[0].how_var = how;
	if (which & F(HOST_MTRR_VAR))
		facts->host.how_var = how;
	if (which & F(MMIO_RO)) /* what is listed is true, but there may be more */
		facts->mmio_ro_complete = false;
}

#define GUEST (F(GUEST_MTRR) | F(GUEST_MTRR_VAR))

/*
 * Of what little is known, exactly what is possible: no less, which property.c tests, and no more.
 * With each outcome the facts it rests on, and those that would have to be unusual.
 */
/* clang-format off */
static const struct {
	const char *why;
	uint32_t rules;
	unsigned int with;
	uint32_t unknown, assumed;
	uint64_t gfn, mfn;
	unsigned int order, classes;
	enum maybe mmio_ro;
	bool apic_page;
	struct {
		const char *outcome;
		uint32_t assumes, unusual;
	} outcomes[8];
} doubts[] = {
	{ "capabilities unknown", 1 << RULES_4_19, 0, F(CACHE_FLUSH), 0,
	  UC_2M, RAM_PAGE, 0, RAM, 0, false,
	  { { "WB!", F(CACHE_FLUSH), 0 }, { "UC", F(CACHE_FLUSH), 0 } } },
	{ "capabilities unknown, but there is an IOMMU", 1 << RULES_4_19, IOMMU, F(CACHE_FLUSH), 0,
	  UC_2M, RAM_PAGE, 0, RAM, 0, false, { { "UC", 0, 0 } } },
	{ "direct MMIO need not ask", 1 << RULES_4_19, 0, F(CACHE_FLUSH), 0,
	  FREE, HOLE, 0, MMIO, 0, false, { { "UC", 0, 0 } } },
	{ "no capabilities assumed, pins unknown: WC! needs both to be unusual",
	  1 << RULES_4_19, 0, F(PINNED), F(CACHE_FLUSH),
	  FREE, RAM_PAGE, 0, RAM, 0, false,
	  { { "WB!", F(CACHE_FLUSH), 0 }, { "WB", F(CACHE_FLUSH) | F(PINNED), F(CACHE_FLUSH) },
	    { "UC!", F(CACHE_FLUSH) | F(PINNED), F(CACHE_FLUSH) | F(PINNED) },
	    { "WC!", F(CACHE_FLUSH) | F(PINNED), F(CACHE_FLUSH) | F(PINNED) },
	    { "WT!", F(CACHE_FLUSH) | F(PINNED), F(CACHE_FLUSH) | F(PINNED) },
	    { "WP!", F(CACHE_FLUSH) | F(PINNED), F(CACHE_FLUSH) | F(PINNED) } } },
	{ "pins unknown, a superpage", 1 << RULES_4_19, IO, F(PINNED), 0,
	  FREE, RAM_PAGE, 9, RAM, 0, false,
	  { { "WB", F(PINNED), 0 }, { "WB!", F(PINNED), F(PINNED) }, { "UC!", F(PINNED), F(PINNED) },
	    { "WC!", F(PINNED), F(PINNED) }, { "WT!", F(PINNED), F(PINNED) },
	    { "WP!", F(PINNED), F(PINNED) }, { "split", F(PINNED), F(PINNED) } } },

	/* Special pages are RAM, and not in superpages; the APIC page is one. */
	{ "special unknown", 1 << RULES_4_19, IO, F(SPECIAL), 0,
	  FREE, RAM_PAGE, 0, RAM, 0, false,
	  { { "WB!", F(SPECIAL), F(SPECIAL) }, { "WB", F(SPECIAL), 0 } } },
	{ "special unknown, a superpage", 1 << RULES_4_19, IO, F(SPECIAL), 0,
	  FREE, RAM_PAGE, 9, RAM, 0, false, { { "WB", 0, 0 } } },
	{ "special unknown, not RAM", 1 << RULES_4_19, IO, F(SPECIAL), 0,
	  FREE, HOLE, 0, MMIO, 0, false, { { "UC", 0, 0 } } },
	{ "special unknown, and what is RAM", 1 << RULES_4_19, IO, F(SPECIAL) | F(MEMORY_MAP), 0,
	  FREE, HOLE, 0, MMIO, 0, false,
	  { { "WB!", F(SPECIAL), F(SPECIAL) }, { "UC", F(SPECIAL), 0 } } },
	{ "special unknown, at the APIC page's gfn", 1 << RULES_4_19, IO, F(SPECIAL), 0,
	  APIC_GFN, APIC, 0, MMIO, 0, true,
	  { { "WB!", F(SPECIAL), 0 }, { "UC", F(SPECIAL), F(SPECIAL) } } },
	{ "the same, but it is not MMIO", 1 << RULES_4_19, IO, F(SPECIAL), 0,
	  FREE, APIC, 0, RAM, 0, true,
	  { { "WB!", F(SPECIAL), F(SPECIAL) }, { "WB", F(SPECIAL), 0 } } },
	{ "special assumed, listed", 1 << RULES_4_19, IO, 0, F(SPECIAL),
	  FREE, APIC, 0, RAM, 0, false,
	  { { "WB!", F(SPECIAL), 0 }, { "WB", F(SPECIAL), F(SPECIAL) } } },
	{ "special assumed, not listed", 1 << RULES_4_16, IO, 0, F(SPECIAL),
	  FREE, RAM_PAGE, 0, RAM, 0, false,
	  { { "WB!", F(SPECIAL), F(SPECIAL) }, { "WB", F(SPECIAL), 0 } } },
	{ "no capabilities and a special page assumed: WB needs both to be unusual",
	  1 << RULES_4_19, 0, 0, F(CACHE_FLUSH) | F(SPECIAL),
	  FREE, APIC, 0, RAM, 0, false,
	  { { "WB!", F(CACHE_FLUSH), 0 },
	    { "WB", F(CACHE_FLUSH) | F(SPECIAL), F(CACHE_FLUSH) | F(SPECIAL) } } },

	/* The APIC page of 4.14 and before. */
	{ "APIC page unknown, its gfn", 1 << RULES_4_14, IO, F(APIC_ACCESS_MFN), 0,
	  APIC_GFN, APIC, 0, MMIO, 0, true,
	  { { "WB!", F(APIC_ACCESS_MFN), 0 }, { "UC", F(APIC_ACCESS_MFN), F(APIC_ACCESS_MFN) } } },
	{ "APIC page unknown, another gfn", 1 << RULES_4_14, IO, F(APIC_ACCESS_MFN), 0,
	  FREE, APIC, 0, MMIO, 0, false,
	  { { "WB!", F(APIC_ACCESS_MFN), F(APIC_ACCESS_MFN) }, { "UC", F(APIC_ACCESS_MFN), 0 } } },
	{ "APIC page unknown, a superpage", 1 << RULES_4_14, IO, F(APIC_ACCESS_MFN), 0,
	  FREE, APIC, 9, MMIO, 0, false,
	  { { "split", F(APIC_ACCESS_MFN), F(APIC_ACCESS_MFN) }, { "UC", F(APIC_ACCESS_MFN), 0 } } },
	{ "APIC page unknown, but it is RAM", 1 << RULES_4_14, IO, F(APIC_ACCESS_MFN), 0,
	  FREE, HOLE, 0, MMIO, 0, false, { { "UC", 0, 0 } } },

	/* RAM is mfn_valid(). */
	{ "mfn_valid() unknown, RAM", 1 << RULES_4_17, IO, F(MFN_VALID), 0,
	  FREE, RAM_PAGE, 0, RAM, 0, false, { { "WB", 0, 0 } } },
	{ "mfn_valid() unknown, not RAM", 1 << RULES_4_17, IO, F(MFN_VALID), 0,
	  FREE, HOLE, 0, MMIO, 0, false, { { "UC!", F(MFN_VALID), 0 }, { "UC", F(MFN_VALID), 0 } } },
	{ "mfn_valid() unknown, not all RAM", 1 << RULES_4_17, IO, F(MFN_VALID), 0,
	  FREE, 0x7be00, 9, RAM, 0, false,
	  { { "UC!", F(MFN_VALID), 0 }, { "WB", F(MFN_VALID), 0 } } },
	{ "v1, IOMMU unknown, invalid", 1 << RULES_V1_2024_06, 0, F(IOMMU), 0,
	  FREE, INVALID_MMIO, 0, MMIO, 0, false, { { "UC!", F(IOMMU), 0 }, { "UC", F(IOMMU), 0 } } },
	/* The pages of a domain that may have devices are as usual, whatever is valid. */
	{ "v1, IOMMU and mfn_valid() unknown", 1 << RULES_V1_2024_06, 0, F(IOMMU) | F(MFN_VALID), 0,
	  FREE, INVALID_MMIO, 0, MMIO, 0, false,
	  { { "UC!", F(IOMMU) | F(MFN_VALID), 0 }, { "UC", F(IOMMU) | F(MFN_VALID), 0 } } },
	{ "v1, the same of special pages", 1 << RULES_V1_2024_06, 0,
	  F(IOMMU) | F(MFN_VALID) | F(SPECIAL) | F(MEMORY_MAP), 0,
	  FREE, INVALID_MMIO, 0, MMIO, 0, false,
	  { { "UC!", F(IOMMU) | F(MFN_VALID), 0 }, { "UC", F(IOMMU) | F(MFN_VALID), 0 },
	    { "WB!", F(IOMMU) | F(MFN_VALID) | F(SPECIAL), F(SPECIAL) } } },
	{ "v1, IOMMU unknown, valid", 1 << RULES_V1_2024_06, 0, F(IOMMU), 0,
	  FREE, HOLE_2M, 9, RAM, 0, false, { { "WB!", F(IOMMU), 0 }, { "WB", F(IOMMU), 0 } } },

	/* Read-only MMIO: the list, where it has the frame, then w. */
	{ "listed, though w = 1", 1 << RULES_4_19, IO, F(MMIO_RO), 0,
	  FREE, RO_PAGE, 0, MMIO, MAYBE_RATHER_NO, false, { { "UC!", 0, 0 } } },
	{ "partly listed", 1 << RULES_4_19, IO, F(MMIO_RO), 0,
	  FREE, RO_PARTLY, 9, MMIO, MAYBE_NO, false, { { "split", 0, 0 } } },
	{ "not listed, surely not", 1 << RULES_4_19, IO, F(MMIO_RO), 0,
	  FREE, HOLE, 0, MMIO, MAYBE_NO, false, { { "UC", 0, 0 } } },
	{ "not listed, surely", 1 << RULES_4_19, IO, F(MMIO_RO), 0,
	  FREE, HOLE, 0, MMIO, MAYBE_YES, false, { { "UC!", 0, 0 } } },
	{ "not listed, rather not", 1 << RULES_4_19, IO, F(MMIO_RO), 0,
	  FREE, HOLE, 0, MMIO, MAYBE_RATHER_NO, false,
	  { { "UC!", F(MMIO_RO), F(MMIO_RO) }, { "UC", F(MMIO_RO), 0 } } },
	{ "not listed, rather yes", 1 << RULES_4_19, IO, F(MMIO_RO), 0,
	  FREE, HOLE, 0, MMIO, MAYBE_RATHER_YES, false,
	  { { "UC!", F(MMIO_RO), 0 }, { "UC", F(MMIO_RO), F(MMIO_RO) } } },
	{ "w = 0, but RAM", 1 << RULES_4_19, IO, F(MMIO_RO), 0,
	  FREE, RAM_PAGE, 0, RAM, MAYBE_RATHER_YES, false, { { "WB", 0, 0 } } },
	{ "w = 0, but the list is complete", 1 << RULES_4_19, IO, 0, 0,
	  FREE, HOLE, 0, MMIO, MAYBE_RATHER_YES, false, { { "UC", 0, 0 } } },
	{ "4.5.3, w = 0, IOMMU assumed: WB! needs both to be unusual",
	  1 << RULES_4_5_3, IOMMU, F(MMIO_RO), F(IOMMU),
	  FREE, HOLE, 0, MMIO, MAYBE_RATHER_YES, false,
	  { { "UC!", F(MMIO_RO), 0 }, { "UC", F(MMIO_RO) | F(IOMMU), F(MMIO_RO) },
	    { "WB!", F(MMIO_RO) | F(IOMMU), F(MMIO_RO) | F(IOMMU) } } },
	{ "4.5.3, w = 0, no capabilities assumed: UC needs both to be unusual",
	  1 << RULES_4_5_3, 0, F(MMIO_RO), F(CACHE_FLUSH),
	  FREE, HOLE, 0, MMIO, MAYBE_RATHER_YES, false,
	  { { "UC!", F(MMIO_RO), 0 }, { "WB!", F(MMIO_RO) | F(CACHE_FLUSH), F(MMIO_RO) },
	    { "UC", F(MMIO_RO) | F(CACHE_FLUSH), F(MMIO_RO) | F(CACHE_FLUSH) } } },

	/* MTRRs. */
	{ "guest's ranges assumed, in range 0", 1 << RULES_4_19, IO, 0, F(GUEST_MTRR_VAR),
	  UC_2M, RAM_PAGE, 0, RAM, 0, false, { { "UC", 0, 0 } } },
	{ "guest's ranges assumed, beside", 1 << RULES_4_19, IO, 0, F(GUEST_MTRR_VAR),
	  FREE, RAM_PAGE, 0, RAM, 0, false,
	  { { "WB", F(GUEST_MTRR_VAR), 0 }, { "UC", F(GUEST_MTRR_VAR), F(GUEST_MTRR_VAR) },
	    { "WC", F(GUEST_MTRR_VAR), F(GUEST_MTRR_VAR) },
	    { "WT", F(GUEST_MTRR_VAR), F(GUEST_MTRR_VAR) },
	    { "WP", F(GUEST_MTRR_VAR), F(GUEST_MTRR_VAR) } } },
	{ "guest's MTRRs unknown: nothing is usual", 1 << RULES_4_19, IO, GUEST, 0,
	  FREE, RAM_PAGE, 0, RAM, 0, false,
	  { { "WB", GUEST, 0 }, { "UC", GUEST, 0 }, { "WC", GUEST, 0 }, { "WT", GUEST, 0 },
	    { "WP", GUEST, 0 } } },
	{ "guest's MTRRs unknown, host UC", 1 << RULES_4_19, IO, GUEST, 0,
	  FREE, 0xc0000, 0, RAM, 0, false, { { "UC", GUEST, 0 } } },
	{ "host's ranges assumed: RAM has those of boot", 1 << RULES_4_19, IO, 0, F(HOST_MTRR_VAR),
	  FREE, HOST_WT, 0, RAM, 0, false, { { "WT", 0, 0 } } },
	{ "host's ranges assumed, and what is RAM unknown", 1 << RULES_4_19, IO, F(MEMORY_MAP),
	  F(HOST_MTRR_VAR), FREE, HOST_WT, 0, RAM, 0, false,
	  { { "WB", F(HOST_MTRR_VAR), 0 }, { "UC", F(HOST_MTRR_VAR), F(HOST_MTRR_VAR) },
	    { "WC", F(HOST_MTRR_VAR), F(HOST_MTRR_VAR) },
	    { "WP", F(HOST_MTRR_VAR), F(HOST_MTRR_VAR) },
	    { "WT", F(HOST_MTRR_VAR), F(HOST_MTRR_VAR) } } },
	{ "host's default type assumed: a range decides", 1 << RULES_4_19, IO, 0, F(HOST_MTRR),
	  FREE, HOST_WT, 0, RAM, 0, false, { { "WT", 0, 0 } } },
	{ "no capabilities and host's ranges assumed", 1 << RULES_4_19, 0, 0,
	  F(CACHE_FLUSH) | F(HOST_MTRR_VAR), FIXED_WC, RAM_PAGE, 0, RAM, 0, false,
	  { { "WB!", F(CACHE_FLUSH), 0 }, { "WC", F(CACHE_FLUSH), F(CACHE_FLUSH) } } },
	{ "no capabilities and guest's ranges assumed", 1 << RULES_4_19, 0, 0,
	  F(CACHE_FLUSH) | F(GUEST_MTRR_VAR), FREE, 0xc0000, 0, RAM, 0, false,
	  { { "WB!", F(CACHE_FLUSH), 0 },
	    { "UC", F(CACHE_FLUSH) | F(GUEST_MTRR_VAR), F(CACHE_FLUSH) } } },
	{ "direct MMIO as the guest says", 1 << RULES_MMIO_GUEST_WC_2024_06, IO, 0, F(GUEST_MTRR_VAR),
	  FREE, HOLE, 0, MMIO, 0, false,
	  { { "UC", F(GUEST_MTRR_VAR), 0 }, { "WC", F(GUEST_MTRR_VAR), F(GUEST_MTRR_VAR) } } },
	{ "what is RAM unknown", 1 << RULES_RAM_WB_2024_06, IO, F(MEMORY_MAP), 0,
	  FIXED_WC, RAM_PAGE, 0, RAM, 0, false,
	  { { "WB", F(MEMORY_MAP), 0 }, { "WC", F(MEMORY_MAP), 0 } } },

	/* Types and rule sets. */
	{ "RAM or direct MMIO", 1 << RULES_4_19, IO, 0, 0,
	  FREE, RAM_PAGE, 0, RAM | MMIO, 0, false,
	  { { "WB", F(P2M_TYPE), 0 }, { "UC", F(P2M_TYPE), 0 } } },
	{ "4.17 or 4.19", 1 << RULES_4_17 | 1 << RULES_4_19, IO, 0, 0,
	  FREE, INVALID_MMIO, 0, MMIO, 0, false, { { "UC!", F(RULES), 0 }, { "UC", F(RULES), 0 } } },
	{ "of two ways to UC the one that rests on less is told, though it comes later",
	  1 << RULES_4_17 | 1 << RULES_4_19, IO, F(MFN_VALID), 0,
	  FREE, INVALID_MMIO, 0, MMIO, 0, false,
	  { { "UC!", F(RULES) | F(MFN_VALID), 0 }, { "UC", F(RULES), 0 } } },
	{ "frames behind INVALID_MFN begin at 0, and one of them is special", 1 << RULES_4_19, IO, 0, 0,
	  FREE, UINT64_MAX, 18, MMIO, 0, false, { { "split", 0, 0 } } },
	{ "both in doubt", 1 << RULES_4_17 | 1 << RULES_4_19, IO, 0, 0,
	  FREE, INVALID, 0, RAM | MMIO, 0, false,
	  { { "UC!", F(RULES) | F(P2M_TYPE), 0 }, { "UC", F(RULES) | F(P2M_TYPE), 0 },
	    { "WB", F(RULES) | F(P2M_TYPE), 0 } } },
};
/* clang-format on */

static void test_doubts(void)
{
	size_t i, k;

	for (i = 0; i < COUNT(doubts); i++) {
		struct question question = {
			.gfn = doubts[i].gfn,
			.mfn = doubts[i].mfn,
			.order = doubts[i].order,
			.classes = doubts[i].classes,
			.mmio_ro = doubts[i].mmio_ro,
			.apic_page = doubts[i].apic_page,
		};
		struct decision decision;
		struct facts facts;
		unsigned int key;

		machine(&facts, doubts[i].with);
		facts.rules = doubts[i].rules;
		doubt(&facts, doubts[i].unknown, HOW_UNKNOWN);
		doubt(&facts, doubts[i].assumed, HOW_ASSUMED);
		decide(&facts, &question, &decision);
		for (key = 0; key < OUTCOME_COUNT; key++) {
			const struct outcome *outcome = &decision.outcome[key];
			const char *text = outcome_text(1u << key);

			for (k = 0; k < COUNT(doubts[i].outcomes); k++)
				if (doubts[i].outcomes[k].outcome &&
				    !strcmp(doubts[i].outcomes[k].outcome, text))
					break;
			if (k == COUNT(doubts[i].outcomes)) {
				check(!(decision.possible >> key & 1), "%s: %s is possible",
				      doubts[i].why, text);
				continue;
			}
			check(decision.possible >> key & 1, "%s: %s is not possible", doubts[i].why,
			      text);
			check(outcome->assumes == doubts[i].outcomes[k].assumes &&
				      outcome->unusual == doubts[i].outcomes[k].unusual,
			      "%s: %s rests on %#x, unusual %#x, not %#x and %#x", doubts[i].why,
			      text, outcome->assumes, outcome->unusual,
			      doubts[i].outcomes[k].assumes, doubts[i].outcomes[k].unusual);
		}
		facts_clear(&facts);
	}
}

/*
 * Key q lists Xen's special pages by domain. Pages that no domain owns are not among them, and
 * foreign ones are listed for another: such a page may be special all the same.
 */
static void test_unlisted(void)
{
	static const struct {
		const char *why;
		enum how how;
		enum { NOT_KNOWN, NONE, THIS } can_be; /* special, by what is known of all pages */
		enum ruleset_id rules;
		uint64_t mfn;
		enum p2m_class class;
		bool apic_page;
		int usual, unusual; /* outcomes, -1: none */
	} rows[] = {
		{ "RAM", HOW_LOG, NOT_KNOWN, RULES_4_16, RAM_PAGE, RAM, false, UC_KEY, -1 },
		{ "the APIC page", HOW_LOG, NOT_KNOWN, RULES_4_16, RAM_PAGE, MMIO, true,
		  WB_IPAT_KEY, UC_KEY },
		{ "its gfn, but not MMIO", HOW_LOG, NOT_KNOWN, RULES_4_16, RAM_PAGE, RAM, true,
		  UC_KEY, WB_IPAT_KEY },
		{ "a Xen that lists it", HOW_LOG, NOT_KNOWN, RULES_4_19, RAM_PAGE, MMIO, true,
		  UC_KEY, -1 },
		{ "not RAM", HOW_LOG, NOT_KNOWN, RULES_4_16, HOLE, MMIO, true, UC_KEY, -1 },
		{ "foreign", HOW_LOG, NOT_KNOWN, RULES_4_14, RAM_PAGE, GRANT, false, UC_KEY,
		  WB_IPAT_KEY },
		{ "foreign, and ruled out", HOW_LOG, NONE, RULES_4_14, RAM_PAGE, GRANT, false,
		  UC_KEY, -1 },
		{ "foreign, and one of those that can be", HOW_LOG, THIS, RULES_4_14, RAM_PAGE,
		  GRANT, false, UC_KEY, WB_IPAT_KEY },
		{ "foreign, all given", HOW_GIVEN, NOT_KNOWN, RULES_4_14, RAM_PAGE, GRANT, false,
		  UC_KEY, -1 },
	};
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		struct question question = { .gfn = UC_2M,
					     .mfn = rows[i].mfn,
					     .classes = rows[i].class,
					     .apic_page = rows[i].apic_page };
		struct decision decision;
		struct facts facts;
		unsigned int key;

		machine(&facts, IO);
		facts.rules = 1u << rows[i].rules;
		facts.special.how = rows[i].how;
		if (rows[i].can_be)
			facts.special_possible.how = HOW_MEASURED;
		if (rows[i].can_be == THIS)
			check(!ranges_add(&facts.special_possible.ranges, rows[i].mfn, rows[i].mfn),
			      "a frame that can be special");
		decide(&facts, &question, &decision);
		for (key = 0; key < OUTCOME_COUNT; key++) {
			bool possible = (int)key == rows[i].usual || (int)key == rows[i].unusual;

			check(decision_allows(&decision, key) == possible, "%s: outcome %#x is %s",
			      rows[i].why, key, possible ? "not possible" : "possible");
			check(!possible || decision.outcome[key].unusual ==
						   ((int)key == rows[i].unusual ? F(SPECIAL) : 0),
			      "%s: outcome %#x needs %#x to be unusual", rows[i].why, key,
			      decision.outcome[key].unusual);
		}
		facts_clear(&facts);
	}
}

/* The frames of a superpage at the 64-bit INVALID_MFN are that one, and then those from 0 on. */
static void test_wrap(void)
{
	static const uint64_t inside[] = { UINT64_MAX, 0, 0x1fe };
	static const uint64_t beside[] = { UINT64_MAX - 1, 0x1ff, APIC };
	static const enum ruleset_id sets[] = { RULES_4_17, RULES_4_19 };
	struct question question = { .gfn = FREE, .mfn = UINT64_MAX, .order = 9, .classes = MMIO };
	unsigned int i, set;

	for (i = 0; i < 2 * COUNT(inside); i++)
		for (set = 0; set < COUNT(sets); set++) {
			bool in = i < COUNT(inside);
			uint64_t special = in ? inside[i] : beside[i - COUNT(inside)];
			struct decision decision;
			struct facts facts;

			machine(&facts, IO);
			facts.rules = 1u << sets[set];
			ranges_add(&facts.mfn_valid.ranges, UINT64_MAX - 1, UINT64_MAX);
			ranges_clear(&facts.special.ranges);
			ranges_add(&facts.special.ranges, special, special);
			decide(&facts, &question, &decision);
			check(decision.possible == 1u << (in ? OUTCOME_SPLIT : UC_KEY),
			      "%s, special page %#llx: %#x", rulesets[sets[set]].name,
			      (unsigned long long)special, decision.possible);
			facts_clear(&facts);
		}
}

/* What is left of a decision if every fact is as usual, and the one outcome to tell. */
static void test_usual(void)
{
	struct decision decision = { .possible = 1 << UC_KEY | 1 << WB_KEY | 1 << WB_IPAT_KEY };

	decision.outcome[UC_KEY].unusual = F(PINNED);
	check(decision_usual(&decision) == (1 << WB_KEY | 1 << WB_IPAT_KEY), "two are usual");
	check(decision_likeliest(&decision) == WB_KEY, "the first of them");
	decision.outcome[WB_KEY].unusual = F(SPECIAL);
	check(decision_usual(&decision) == 1 << WB_IPAT_KEY &&
		      decision_likeliest(&decision) == WB_IPAT_KEY,
	      "one is usual");
	decision.outcome[WB_IPAT_KEY].unusual = F(SPECIAL);
	check(decision_usual(&decision) == decision.possible &&
		      decision_likeliest(&decision) == UC_KEY,
	      "none is usual, so all count");
}

static void test_window_narrow(void)
{
	struct window window = { 10, 20, 30, 40 };

	window_narrow(&window, &WINDOW_ALL);
	check(window.gfn_first == 10 && window.gfn_last == 20 && window.mfn_first == 30 &&
		      window.mfn_last == 40,
	      "by all");
	window_narrow(&window, &(struct window){ 12, 19, 33, 36 });
	check(window.gfn_first == 12 && window.gfn_last == 19 && window.mfn_first == 33 &&
		      window.mfn_last == 36,
	      "by one within");
	window_narrow(&window, &(struct window){ 11, 18, 32, 35 });
	check(window.gfn_first == 12 && window.gfn_last == 18 && window.mfn_first == 33 &&
		      window.mfn_last == 35,
	      "by one that overlaps");
}

/* decide_steps(): how each step of 4.19 answers for an entry of which little is known. */
static void test_steps(void)
{
	static const struct {
		const char *what;
		unsigned int with;
		enum how iommu;
		unsigned int classes;
		struct {
			bool reached, decided;
			uint16_t outcomes;
		} steps[7]; /* RO_MMIO NO_IO_WB SPECIAL_WB MMIO_UC GRANT_FOREIGN_WB PINNED
			       MTRR_MERGE */
	} rows[] = {
		{ "no IOMMU",
		  0,
		  HOW_GIVEN,
		  RAM,
		  { { true, false, 0 }, { true, true, 1 << WB_IPAT_KEY } } },
		{ "IOMMU unknown",
		  0,
		  HOW_UNKNOWN,
		  RAM,
		  { { true, false, 0 },
		    { true, false, 1 << WB_IPAT_KEY },
		    { true, false, 0 },
		    { true, false, 0 },
		    { true, false, 0 },
		    { true, false, 0 },
		    { true, true, 1 << UC_KEY } } },
		{ "no IOMMU, RAM or direct MMIO: the one is WB!, the other goes on",
		  0,
		  HOW_GIVEN,
		  RAM | MMIO,
		  { { true, false, 0 },
		    { true, false, 1 << WB_IPAT_KEY },
		    { true, false, 0 },
		    { true, true, 1 << UC_KEY } } },
		{ "IOMMU, any type: each has its step",
		  IO,
		  HOW_GIVEN,
		  RAM | MMIO | GRANT,
		  { { true, false, 0 },
		    { true, false, 0 },
		    { true, false, 0 },
		    { true, false, 1 << UC_KEY },
		    { true, false, 1 << WB_IPAT_KEY },
		    { true, false, 0 },
		    { true, true, 1 << UC_KEY } } }, /* as MMIO has already */
	};
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		struct question question = { .gfn = UC_2M,
					     .mfn = RAM_PAGE,
					     .classes = rows[i].classes };
		struct step_answer answers[RULESET_STEPS];
		unsigned int count, step;
		struct facts facts;

		machine(&facts, rows[i].with);
		facts.iommu.how = rows[i].iommu;
		count = decide_steps(&facts, &question, RULES_4_19, answers);
		check(count == 7, "4.19 has %u steps", count);
		for (step = 0; step < count; step++)
			check(answers[step].step == rulesets[RULES_4_19].steps[step] &&
				      answers[step].reached == rows[i].steps[step].reached &&
				      answers[step].decided == rows[i].steps[step].decided &&
				      answers[step].outcomes == rows[i].steps[step].outcomes,
			      "%s: %s is %sreached, %sdecides, gives %#x, not %#x", rows[i].what,
			      step_info[answers[step].step].name,
			      answers[step].reached ? "" : "not ",
			      answers[step].decided ? "" : "not ", answers[step].outcomes,
			      rows[i].steps[step].outcomes);
		facts_clear(&facts);
	}
}

int main(void)
{
	test_by_hand();
	test_sets();
	test_wrong_sets();
	test_merge();
	test_mmio_signature();
	test_special_first();
	test_cache_control();
	test_deciding_step();
	test_assumed();
	test_doubts();
	test_unlisted();
	test_wrap();
	test_usual();
	test_window_narrow();
	test_steps();
	return test_end();
}
