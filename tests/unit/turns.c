/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How often types change within one run, and which runs are refused for it. */
#include "model/turns.h"

#include "base/array.h"
#include "test.h"

#include <string.h>

#define EVERYTHING ((UINT64_C(1) << 40) - 1)
#define FULL	   UINT64_C(0xffffffff00000) /* a range of 1 MiB, seen once */
#define OTHERS	   UINT64_C(0x8000001000)    /* every other page, of every other 512 GiB */
#define NARROW	   UINT64_C(0xe00000)	     /* 2 MiB of every 16 */

static const struct {
	const char *name;
	uint64_t guest, second, host; /* masks of var 0 of two vCPUs and of the host; 0: none */
	uint64_t count;
	unsigned int order;
	bool pod, bearable;
} rows[] = {
	{ "no ranges", 0, 0, 0, EVERYTHING, 0, false, true },
	{ "ranges seen once", FULL, FULL, FULL, EVERYTHING, 0, false, true },
	{ "a gap", OTHERS, OTHERS, 0, EVERYTHING, 0, false, false },
	{ "a gap, short", OTHERS, OTHERS, 0, 4096, 0, false, true },
	{ "a gap, 65791 turns", OTHERS, OTHERS, 0, 65792, 0, false, true },
	{ "a gap, 65792 turns", OTHERS, OTHERS, 0, 65793, 0, false, false },
	{ "a gap between superpages' bounds", OTHERS, OTHERS, 0, 1 << 22, 9, false, true },
	{ "a gap, of the second vCPU only", FULL, OTHERS, 0, EVERYTHING, 0, false, false },
	{ "a gap, of the host's", FULL, FULL, OTHERS, EVERYTHING, 0, false, false },
	{ "a gap, of the host's, without frames", FULL, FULL, OTHERS, EVERYTHING, 0, true, true },
	{ "narrow, of a large guest", NARROW, NARROW, 0, 1 << 24, 0, false, true },
	{ "narrow, of the same in superpages", NARROW, NARROW, 0, 1 << 15, 9, false, true },
	{ "narrow, of what no guest has", NARROW, NARROW, 0, EVERYTHING, 0, false, false },
};

static void set(struct mtrr_fact *mtrrs, uint64_t mask)
{
	memset(mtrrs, 0, sizeof(*mtrrs));
	mtrrs->known = MTRR_KNOWN_ALL;
	mtrrs->how = mtrrs->how_var = HOW_LOG;
	mtrrs->state.def_type = MTRR_DEF_TYPE_E | 6;
	mtrrs->state.var_count = mask != 0;
	mtrrs->state.var[0].mask = mask | MTRR_MASK_VALID;
}

static void fill(struct facts *facts, uint64_t first, uint64_t second, uint64_t host)
{
	struct mtrr_fact vcpu;

	facts_init(facts);
	set(&vcpu, first);
	check_each(!facts_add_vcpu(facts, &vcpu), "the first vCPU");
	set(&vcpu, second);
	check_each(!facts_add_vcpu(facts, &vcpu), "the second vCPU");
	set(&facts->host, host);
}

/* What short pieces do not reach, a row of them does; what is over stays over. */
static void test_sum(void)
{
	struct entry entry = { .order = 0 };
	struct facts facts;
	uint64_t turns = 0;
	unsigned int i, runs = 0;

	fill(&facts, OTHERS, OTHERS, 0);
	for (i = 0; i < 20; i++, entry.gfn += 8192)
		runs += turns_bearable(&turns, &facts, &entry, 8192);
	check(runs == 8, "%u runs of 8191 turns each, of which 256 are free", runs);
	check(!turns_bearable(&turns, &facts, &entry, 1), "a page behind them");
	facts_clear(&facts);
}

int main(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct entry entry = { .order = rows[i].order, .pod = rows[i].pod };
		struct facts facts;
		uint64_t turns = 0;

		fill(&facts, rows[i].guest, rows[i].second, rows[i].host);
		check(turns_bearable(&turns, &facts, &entry, rows[i].count) == rows[i].bearable,
		      "%s: %llu turns", rows[i].name, (unsigned long long)turns);
		check((turns >= TURNS_MOST) != rows[i].bearable, "%s: %llu turns are told",
		      rows[i].name, (unsigned long long)turns);
		facts_clear(&facts);
	}
	test_sum();
	return test_end();
}
