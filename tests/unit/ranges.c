/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sets of ranges against a plain bitmap, at both ends of the numbers and in between; and the facts
 * that hold them.
 */
#include "model/ranges.h"

#include "model/facts.h"
#include "model/pdx.h"
#include "test.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#define SPAN	192 /* numbers that a random set is made of */
#define ROUNDS	20000
#define QUERIES 20

/* The stretch of equal members around value; it may go on beyond the bitmap. */
static void stretch(const bool *in, unsigned int value, uint64_t base, uint64_t *from, uint64_t *to)
{
	unsigned int a = value, b = value;

	while (a > 0 && in[a - 1] == in[value])
		a--;
	while (b < SPAN - 1 && in[b + 1] == in[value])
		b++;
	*from = a == 0 && !in[value] ? 0 : base + a;
	*to = b == SPAN - 1 && !in[value] ? UINT64_MAX : base + b;
}

/* Sorted, disjoint, not adjacent, and the very members. */
static void check_set(const struct ranges *set, const bool *in, uint64_t base)
{
	unsigned int i, members = 0;
	uint64_t total = 0;
	size_t r;

	for (i = 0; i < SPAN; i++)
		members += in[i];
	for (r = 0; r < set->count; r++) {
		check_each(set->range[r].first <= set->range[r].last, "range %zu is upside down",
			   r);
		check_each(!r || (set->range[r].first > set->range[r - 1].last &&
				  set->range[r].first - set->range[r - 1].last > 1),
			   "ranges %zu and the one before touch", r);
		for (i = 0; i < SPAN; i++)
			if (base + i >= set->range[r].first && base + i <= set->range[r].last)
				check_each(in[i], "%#" PRIx64 " is no member", base + i);
		total += set->range[r].last - set->range[r].first + 1;
	}
	check_each(total == members, "%" PRIu64 " members, not %u", total, members);
}

static void check_query(const struct ranges *set, const bool *in, uint64_t base)
{
	static const enum overlap expected[] = { OVERLAP_NONE, OVERLAP_PARTIAL, OVERLAP_FULL };
	unsigned int first = below(SPAN), last, i, members = 0;
	uint64_t from = 0, to = UINT64_MAX, want_from, want_to;
	uint64_t narrow_from, narrow_to, was_from, was_to;
	enum overlap overlap, want;

	last = first + below(one_in(2) ? 4 : SPAN);
	if (last >= SPAN)
		last = SPAN - 1;
	for (i = first; i <= last; i++)
		members += in[i];
	want = expected[!members ? 0 : members == last - first + 1 ? 2 : 1];
	overlap = ranges_overlap(set, base + first, base + last, &from, &to);
	check_each(overlap == want, "%#" PRIx64 "-%#" PRIx64 ": overlap %d, not %d", base + first,
		   base + last, overlap, want);
	if (want == OVERLAP_PARTIAL) {
		want_from = base + first;
		want_to = base + last;
	} else {
		stretch(in, first, base, &want_from, &want_to);
	}
	check_each(from == want_from && to == want_to,
		   "%#" PRIx64 "-%#" PRIx64 ": window %#" PRIx64 "-%#" PRIx64 ", not %#" PRIx64
		   "-%#" PRIx64,
		   base + first, base + last, from, to, want_from, want_to);
	check_each(ranges_count(set, base + first, base + last) == members, "count of %#" PRIx64,
		   base);

	/* A window handed in is only made smaller. */
	was_from = narrow_from = base + below(first + 1);
	was_to = narrow_to = base + last + below(SPAN - last);
	check_each(ranges_overlap(set, base + first, base + last, &narrow_from, &narrow_to) ==
				   want &&
			   narrow_from == (from > was_from ? from : was_from) &&
			   narrow_to == (to < was_to ? to : was_to),
		   "window %#" PRIx64 "-%#" PRIx64 " became %#" PRIx64 "-%#" PRIx64, was_from,
		   was_to, narrow_from, narrow_to);

	from = 0;
	to = UINT64_MAX;
	stretch(in, first, base, &want_from, &want_to);
	check_each(ranges_contain(set, base + first, &from, &to) == in[first] &&
			   from == want_from && to == want_to,
		   "%#" PRIx64 " contained, window %#" PRIx64 "-%#" PRIx64, base + first, from, to);
}

static void test_random(void)
{
	static const uint64_t bases[] = { 0, UINT64_C(1) << 40, UINT64_MAX - (SPAN - 1) };
	unsigned int round, i;

	for (round = 0; round < ROUNDS; round++) {
		uint64_t base = bases[below(3)];
		struct ranges set = { .count = 0 }, other = { .count = 0 };
		bool in[SPAN] = { false };
		unsigned int adds = below(30), longest = 1 + below(40);

		while (adds--) {
			unsigned int first = below(SPAN), last = first + below(longest);

			if (last >= SPAN)
				last = SPAN - 1;
			check_each(!ranges_add(one_in(3) ? &other : &set, base + first,
					       base + last),
				   "added");
			memset(in + first, true, last - first + 1);
		}
		check_each(!ranges_add_all(&set, &other), "added all");
		check_set(&set, in, base);
		for (i = 0; i < QUERIES; i++)
			check_query(&set, in, base);
		ranges_clear(&set);
		check_each(!set.count && !set.range, "cleared");
		ranges_clear(&other);
	}
}

/* Members that come and go. */
static void test_remove(void)
{
	static const uint64_t bases[] = { 0, UINT64_C(1) << 40, UINT64_MAX - (SPAN - 1) };
	unsigned int round, step, i;

	for (round = 0; round < ROUNDS / 10; round++) {
		uint64_t base = bases[below(3)];
		struct ranges set = { .count = 0 };
		bool in[SPAN] = { false };

		for (step = 0; step < 40; step++) {
			unsigned int first = below(SPAN), last = first + below(SPAN - first);
			bool add = below(2);

			check_each(!(add ? ranges_add : ranges_remove)(&set, base + first,
								       base + last),
				   "adding or removing fails");
			for (i = first; i <= last; i++)
				in[i] = add;
			check_set(&set, in, base);
		}
		check_each(ranges_remove(&set, 2, 1) == -EINVAL, "upside down");
		check_each(!ranges_remove(&set, 0, UINT64_MAX) && !set.count, "all");
		ranges_clear(&set);
	}
}

static void test_edges(void)
{
	struct ranges set = { .count = 0 };
	uint64_t from = 0, to = UINT64_MAX;

	check(ranges_overlap(&set, 0, UINT64_MAX, &from, &to) == OVERLAP_NONE && from == 0 &&
		      to == UINT64_MAX,
	      "the empty set");
	check(ranges_count(&set, 0, UINT64_MAX) == 0, "no members");
	check(ranges_add(&set, 2, 1) == -EINVAL && !set.count, "upside down");
	check(!ranges_add(&set, UINT64_MAX, UINT64_MAX) && !ranges_add(&set, 0, 0) &&
		      set.count == 2,
	      "both ends are not adjacent");
	check(ranges_contain(&set, 0, &from, &to) && from == 0 && to == 0, "0");
	from = 0;
	to = UINT64_MAX;
	check(!ranges_contain(&set, 1, &from, &to) && from == 1 && to == UINT64_MAX - 1, "between");
	from = 0;
	to = UINT64_MAX;
	check(ranges_overlap(&set, 0, UINT64_MAX, &from, &to) == OVERLAP_PARTIAL, "all numbers");
	check(ranges_count(&set, 0, UINT64_MAX) == 2, "two members");
	check(!ranges_add(&set, 1, UINT64_MAX - 1) && set.count == 1 && set.range[0].first == 0 &&
		      set.range[0].last == UINT64_MAX,
	      "everything");
	check(ranges_overlap(&set, 0, UINT64_MAX, &from, &to) == OVERLAP_FULL, "everything, full");
	check(!ranges_add(&set, 5, 7) && set.count == 1, "nothing new");
	ranges_clear(&set);

	/* One range absorbs many. */
	for (from = 0; from < 100; from++)
		ranges_add(&set, from * 10, from * 10 + 1);
	check(set.count == 100, "a hundred ranges");
	check(!ranges_add(&set, 2, 989) && set.count == 1 && set.range[0].last == 991, "one range");
	check(!ranges_add_all(&set, &set) && set.count == 1, "itself");
	ranges_clear(&set);
}

/*
 * rules.md E: group 0 always, then all groups of 256 MiB that RAM above 1 MiB lies in, up to the
 * end of RAM.
 */
static void test_mfn_valid(void)
{
	static const struct {
		const char *why;
		struct range ram[4], valid[4]; /* up to one that is all 0 */
	} rows[] = {
		{ "one group", { { 0x100, 0xffff } }, { { 0, 0xffff } } },
		{ "less than a group", { { 0x100, 0x5000 } }, { { 0, 0x5000 } } },
		{ "the hole below 256 MiB counts", { { 0x100, 0x10000 } }, { { 0, 0x10000 } } },
		{ "the hole from 3 to 4 GiB shares its first group with RAM",
		  { { 0x1, 0x9e }, { 0x100, 0xbf5ff }, { 0x100000, 0x1fffff } },
		  { { 0, 0xbffff }, { 0x100000, 0x1fffff } } },
		{ "RAM that begins within a group: all of that",
		  { { 0x100, 0x7ffff }, { 0x128000, 0x137fff } },
		  { { 0, 0x7ffff }, { 0x120000, 0x137fff } } },
		{ "nothing behind the end of RAM",
		  { { 0x100, 0x7ffff }, { 0x100000, 0x100fff } },
		  { { 0, 0x7ffff }, { 0x100000, 0x100fff } } },
		{ "RAM in one group twice",
		  { { 0x20000, 0x20fff }, { 0x28000, 0x28fff }, { 0x30000, 0x3ffff } },
		  { { 0, 0xffff }, { 0x20000, 0x3ffff } } },
		{ "only low RAM", { { 0x1, 0x9e } }, { { 0, 0x9e } } },
	};
	unsigned int i, k;
	size_t row;

	for (row = 0; row < sizeof(rows) / sizeof(rows[0]); row++) {
		struct ranges expected = { .count = 0 };
		struct facts facts;
		bool same;

		facts_init(&facts);
		for (i = 0; i < 4; i++) {
			const struct range *ram = &rows[row].ram[i], *valid = &rows[row].valid[i];

			if (ram->last > ram->first)
				ranges_add(&facts.ram.ranges, ram->first, ram->last);
			if (valid->last)
				ranges_add(&expected, valid->first, valid->last);
		}
		/* Not from a map that is only assumed. */
		facts.ram.how = HOW_ASSUMED;
		check(!pdx_mfn_valid(&facts) && facts.mfn_valid.how == HOW_UNKNOWN &&
			      !facts.mfn_valid.ranges.count,
		      "%s: derived from an assumption", rows[row].why);
		facts.ram.how = HOW_LOG;
		ranges_add(&facts.mfn_valid.ranges, 0x12345678, 0x12345678); /* goes */
		check(!pdx_mfn_valid(&facts) && facts.mfn_valid.how == HOW_DERIVED, "%s: derived",
		      rows[row].why);
		same = facts.mfn_valid.ranges.count == expected.count;
		for (k = 0; same && k < expected.count; k++)
			same = facts.mfn_valid.ranges.range[k].first == expected.range[k].first &&
			       facts.mfn_valid.ranges.range[k].last == expected.range[k].last;
		check(same, "%s: %zu ranges", rows[row].why, facts.mfn_valid.ranges.count);
		ranges_clear(&expected);
		facts_clear(&facts);
		check(!facts.ram.how && !facts.mfn_valid.ranges.count, "cleared");
	}
}

static void test_no_ram(void)
{
	struct facts facts;

	facts_init(&facts);
	facts.ram.how = HOW_LOG;
	check(!pdx_mfn_valid(&facts) && facts.mfn_valid.how == HOW_UNKNOWN, "derived from nothing");
	facts_clear(&facts);
}

/* A copy has everything, and nothing in common. */
static void test_facts_copy(void)
{
	struct type_hint hint = { .first = 1, .last = 2, .types = 3 };
	struct mtrr_fact vcpu = { .how = HOW_LOG };
	struct facts facts, copy;
	unsigned int i;

	facts_init(&facts);
	ranges_add(&facts.special.ranges, 1, 1);
	ranges_add(&facts.mmio_ro.ranges, 2, 2);
	ranges_add(&facts.mfn_valid.ranges, 3, 3);
	ranges_add(&facts.ram.ranges, 4, 4);
	ranges_add(&facts.iomem.ranges, 5, 5);
	for (i = 0; i < 5; i++) {
		hint.last = i + 10;
		vcpu.state.def_type = 0x800 | (i < 2 ? i : i + 2); /* types there are */
		check_each(!facts_add_pin(&facts, i, i, i) && !facts_add_vcpu(&facts, &vcpu) &&
				   !facts_add_types(&facts, &hint),
			   "added");
	}
	facts.no_vcpu = HOW_GIVEN;
	check(!facts_copy(&copy, &facts), "copied");
	/* Both can grow. */
	check(!facts_add_pin(&copy, 9, 9, 0) && !facts_add_vcpu(&copy, &vcpu) &&
		      !facts_add_types(&copy, &hint) && !ranges_add(&copy.ram.ranges, 8, 8),
	      "the copy grows");
	check(!facts_add_pin(&facts, 7, 7, 1), "the first grows");
	check(facts.pin_count == 6 && facts.vcpu_count == 5 && facts.type_count == 5 &&
		      facts.ram.ranges.count == 1 && copy.pin_count == 6 && copy.vcpu_count == 6 &&
		      copy.type_count == 6,
	      "counts");
	check(copy.pins[4].first == 4 && copy.pins[5].first == 9 && facts.pins[5].first == 7 &&
		      copy.vcpus[4].state.def_type == 0x806 && copy.types[3].last == 13,
	      "what they hold");
	check(copy.special.ranges.range[0].first == 1 && copy.mmio_ro.ranges.range[0].first == 2 &&
		      copy.mfn_valid.ranges.range[0].first == 3 &&
		      copy.ram.ranges.range[0].first == 4 && copy.iomem.ranges.range[0].first == 5,
	      "sets");
	facts_clear_pins(&copy);
	facts_clear_vcpus(&copy);
	check(!copy.pin_count && !copy.vcpu_count && !copy.no_vcpu && facts.pin_count == 6 &&
		      facts.vcpu_count == 5 && facts.no_vcpu,
	      "cleared in the copy only");
	for (i = 0; i < FACTS_VCPU_MAX; i++)
		check_each(!facts_add_vcpu(&copy, &vcpu), "vCPU %u", i);
	check(facts_add_vcpu(&copy, &vcpu) == -E2BIG && copy.vcpu_count == FACTS_VCPU_MAX,
	      "one vCPU too many");
	facts_clear(&copy);
	facts_clear(&facts);
	check(!facts.pins && !facts.vcpus && !facts.types && !facts.pin_count && !facts.no_vcpu,
	      "cleared");
}

static void test_names(void)
{
	static const char *const hows[] = { "unknown", "assumed",  "guest", "derived",
					    "log",     "measured", "given" };
	int i, k;

	for (i = HOW_UNKNOWN; i <= HOW_GIVEN; i++) {
		check(!strcmp(how_name(i), hows[i]) && how_parse(hows[i]) == i, "how %s", hows[i]);
		check(how_certain(i) == (i >= HOW_DERIVED), "%s is certain", hows[i]);
		check(how_usual(i) == (i == HOW_ASSUMED || i == HOW_GUEST), "%s is usual", hows[i]);
	}
	check(how_parse("") == -1 && how_parse("known") == -1, "no such how");
	for (i = 0; i < FACT_COUNT; i++) {
		check(fact_info[i].name && fact_info[i].description &&
			      fact_parse(fact_info[i].name) == i,
		      "fact %d", i);
		for (k = 0; k < i; k++)
			check(strcmp(fact_info[i].name, fact_info[k].name), "two facts are %s",
			      fact_info[i].name);
	}
	check(fact_parse("guest_mtrr") == FACT_GUEST_MTRR && fact_parse("") == -1 &&
		      fact_parse("guest") == -1,
	      "names of facts are whole");
}

/* Many ranges in whatever order: what is in the set, and that two a number apart stay two. */
static void test_many(unsigned int step)
{
	const uint64_t count = 200003; /* a prime: step goes through all of them */
	struct ranges set = { .count = 0 };
	uint64_t i, from = 0, to = UINT64_MAX;

	for (i = 0; i < count; i++)
		check_each(!ranges_add(&set, i * step % count * 2, i * step % count * 2), "added");
	check(ranges_count(&set, 0, UINT64_MAX) == count, "%zu of them", set.count);
	check(set.count == count && !set.waiting, "%zu ranges", set.count);
	for (i = 1; i < set.count; i++)
		if (set.range[i].first != set.range[i - 1].last + 2)
			break;
	check(i == set.count, "they are not in order at %" PRIu64, i);
	check(!ranges_contain(&set, 1, &from, &to) && from == 1 && to == 1, "a gap");
	/* The same again, and what closes the gaps, in the other direction. */
	for (i = count; i-- > 0;)
		ranges_add(&set, i * step % count * 2, i * step % count * 2 + 1);
	ranges_settle(&set);
	check(set.count == 1 && set.range[0].last == count * 2 - 1, "one range");
	ranges_clear(&set);
}

int main(void)
{
	test_many(1);
	test_many(200002); /* descending */
	test_many(77777);
	test_random();
	test_remove();
	test_edges();
	test_mfn_valid();
	test_no_ram();
	test_facts_copy();
	test_names();
	return test_end();
}
