/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Limits: which outcomes keep types from a guest, by which rule sets, and where they are. */
#include "audit/limits.h"
#include "test.h"
#include "x86/memtype.h"

#include <inttypes.h>
#include <string.h>

#define UCI OUTCOME_KEY(MEMTYPE_UC, 1u)

/* Frames from 0x100 on are mfn_valid(); there is an IOMMU; the host is WB. */
static void machine(struct facts *facts, unsigned int rules)
{
	facts_init(facts);
	facts->rules = 1u << rules;
	facts->iommu = (struct fact_bool){ true, HOW_GIVEN };
	facts->cache_flush = facts->cache_control = (struct fact_bool){ true, HOW_GIVEN };
	facts->iommu_snoop = (struct fact_bool){ true, HOW_GIVEN };
	ranges_add(&facts->ram.ranges, 0x100, 0xfffff);
	facts->ram.how = HOW_GIVEN;
	ranges_add(&facts->mfn_valid.ranges, 0x100, 0xfffff);
	facts->mfn_valid.how = facts->special.how = facts->mmio_ro.how = HOW_GIVEN;
	facts->mmio_ro_complete = true;
	facts->apic_access_mfn.how = facts->how_pins = facts->no_vcpu = HOW_GIVEN;
	facts->host.state.def_type = MTRR_DEF_TYPE_E | MEMTYPE_WB;
	facts->host.known = MTRR_KNOWN_ALL;
	facts->host.how = facts->host.how_var = HOW_GIVEN;
}

static struct entry an_entry(uint64_t gfn, uint64_t mfn, unsigned int order, unsigned int type)
{
	return (struct entry){
		.gfn = gfn, .mfn = mfn, .order = order, .rights = 7, .ipat = true, .type = type
	};
}

static void ask(const struct facts *facts, const struct entry *entry, struct question *question,
		struct decision *decision)
{
	struct window window = WINDOW_ALL;

	question_put(facts, entry, question, &window);
	decide(facts, question, decision);
}

/* Device memory whose frames are not valid is UC! up to 4.17, and so never WC. */
static void test_which(void)
{
	static const struct {
		unsigned int rules;
		uint64_t mfn;
		unsigned int type;
		uint16_t limits;
	} cases[] = {
		{ RULES_4_17, 0x10, P2M_MMIO_DIRECT, 1u << UCI },
		{ RULES_4_19, 0x10, P2M_MMIO_DIRECT, 0 },
		{ RULES_4_17, 0x1000, P2M_MMIO_DIRECT, 0 },
		{ RULES_4_17, 0x10, P2M_RAM_RW, 1u << UCI },
		{ RULES_4_17, 0x1000, P2M_RAM_RW, 0 },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct entry entry = an_entry(0x1000, cases[i].mfn, 0, cases[i].type);
		struct question question;
		struct decision decision;
		struct facts facts;

		machine(&facts, cases[i].rules);
		ask(&facts, &entry, &question, &decision);
		check(limits_of(&question, &decision) == cases[i].limits,
		      "%s, frame 0x%" PRIx64 ", %s: %#x of %#x", ruleset(cases[i].rules)->name,
		      cases[i].mfn, p2m_type_name(cases[i].type), limits_of(&question, &decision),
		      decision.possible);
		facts_clear(&facts);
	}
}

/* The sets of releases, one by one, by which the entry is UC!. */
static uint32_t sets_with(const struct entry *entry, unsigned int key)
{
	uint32_t sets = 0;
	unsigned int id;

	for (id = 0; id <= RULES_NEWEST; id++) {
		struct question question;
		struct decision decision;
		struct facts facts;

		machine(&facts, id);
		ask(&facts, entry, &question, &decision);
		sets |= decision.possible == 1u << key ? 1u << id : 0;
		facts_clear(&facts);
	}
	return sets;
}

static void add(struct limits *limits, const struct facts *facts, const struct entry *first,
		uint64_t count)
{
	struct question question;
	struct decision decision;

	ask(facts, first, &question, &decision);
	limits_add(limits, facts, &question, &decision, first, count);
}

/* Runs that follow each other are one range; what is behind the last that fits is counted. */
static void test_where(void)
{
	struct entry entry = an_entry(0x1000, 0x10, 0, P2M_MMIO_DIRECT);
	const struct limit *limit;
	static struct limits limits;
	struct facts facts;
	unsigned int i;

	machine(&facts, RULES_4_17);
	memset(&limits, 0, sizeof(limits));
	limit = &limits.list[0];
	add(&limits, &facts, &entry, 3);
	check(limits.count == 1 && limit->key == UCI && limit->mmio &&
		      limit->lost & 1u << MEMTYPE_WC && limit->entries == 3 && limit->pages == 3 &&
		      limit->ranges == 1 && limit->range[0].first == 0x1000 &&
		      limit->range[0].last == 0x1002,
	      "three pages: 0x%" PRIx64 "-0x%" PRIx64, limit->range[0].first, limit->range[0].last);
	check(limit->sets == sets_with(&entry, UCI) && limit->sets & limit->sets >> 1 &&
		      limit->sets >> RULES_4_17 & 1 && !(limit->sets >> RULES_4_19 & 1),
	      "by the sets %#x, not %#x", limit->sets, sets_with(&entry, UCI));
	check(limit->set == RULES_4_17 && limit->until != NULL, "4.17, and an end");
	entry.gfn = 0x1003;
	entry.mfn = 0x40;
	add(&limits, &facts, &entry, 2);
	check(limit->ranges == 1 && limit->range[0].last == 0x1004 && limit->pages == 5,
	      "two behind: to 0x%" PRIx64, limit->range[0].last);
	for (i = 1; i < LIMIT_RANGES + 2; i++) {
		entry.gfn = 0x1004 + 0x10 * i;
		add(&limits, &facts, &entry, 1);
	}
	check(limit->ranges == LIMIT_RANGES && limit->more_ranges == 2 &&
		      limit->range[LIMIT_RANGES - 1].last == 0x1004 + 0x10 * (LIMIT_RANGES - 1),
	      "%u ranges, %u more", limit->ranges, (unsigned int)limit->more_ranges);
	/* Goes on with one that was left out. */
	entry.gfn++;
	add(&limits, &facts, &entry, 4);
	check(limit->more_ranges == 2 && limit->entries == 5 + LIMIT_RANGES + 1 + 4 &&
		      limits.count == 1,
	      "%u more, %u entries", (unsigned int)limit->more_ranges,
	      (unsigned int)limit->entries);
	/* A superpage, and memory that is none of a device: causes of their own. */
	entry = an_entry(0x4000, 0, 9, P2M_MMIO_DIRECT);
	add(&limits, &facts, &entry, 1);
	check(limits.count == 1 && limit->pages == 5 + LIMIT_RANGES + 1 + 4 + 512,
	      "a superpage: %lu pages", (long)limit->pages);
	entry = an_entry(0x5000, 0x10, 0, P2M_RAM_RW);
	add(&limits, &facts, &entry, 1);
	check(limits.count == 2 && !limits.list[1].mmio && limits.list[1].lost & 1u << MEMTYPE_WB,
	      "RAM");
	facts_clear(&facts);
}

/* Each device is a cause; of those for which there is no room entries are counted. */
static void test_room(void)
{
	struct entry entry = an_entry(0x1000, 0, 0, P2M_MMIO_DIRECT);
	static struct limits limits;
	struct facts facts;
	unsigned int i;
	char which[16];

	machine(&facts, RULES_4_17);
	memset(&limits, 0, sizeof(limits));
	for (i = 0; i < LIMIT_CAUSES + 2; i++) {
		snprintf(which, sizeof(which), "0000:00:%02x.0", i);
		devices_add(&facts.devices, i * 4, i * 4 + 3, "BAR 0", which, "");
	}
	add(&limits, &facts, &entry, 4 * (LIMIT_CAUSES + 2));
	check(limits.count == LIMIT_CAUSES && limits.left_out == 8, "%u causes, %lu left out",
	      limits.count, (long)limits.left_out);
	for (i = 0; i < LIMIT_CAUSES; i++)
		check_each(limits.list[i].entries == 4 && limits.list[i].device &&
				   limits.list[i].range[0].first == 0x1000 + 4 * i &&
				   limits.list[i].range[0].last == 0x1003 + 4 * i,
			   "device %u: %lu entries", i, (long)limits.list[i].entries);
	facts_clear(&facts);
}

int main(void)
{
	test_which();
	test_where();
	test_room();
	return test_end();
}
