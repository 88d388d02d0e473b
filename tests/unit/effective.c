/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a guest gets: random mappings over a random p2m, page by page against what is told in runs;
 * and what became of each type, by hand.
 */
#include "audit/effective.h"
#include "test.h"

#include <string.h>

#define ROUNDS 400
#define FRAMES 64  /* of the p2m */
#define PAGES  200 /* of the address space */

static const struct paging_registers registers = { .cr0 = UINT64_C(1) << 31,
						   .pat = UINT64_C(0x0007040600070106) };

/* How strong a type is, by what it allows: nothing, combining of writes, caching, write-back. */
static int strength(int type)
{
	return type == MEMTYPE_WB ? 3 : memtype_cacheable(type) ? 2 : type == MEMTYPE_WC ? 1 : 0;
}

/* All types that can be asked for, with all that they can become. */
static void test_became(void)
{
	unsigned int asked;
	int got;

	for (asked = 0; asked < MEMTYPE_COUNT; asked++)
		for (got = -1; got < MEMTYPE_UC_MINUS; got++) {
			enum became wanted;

			if (asked == 2 || asked == 3 || got == 2 || got == 3)
				continue;
			if (got < 0)
				wanted = BECAME_UNKNOWN;
			else if (got == (int)asked || (asked == MEMTYPE_UC_MINUS && got <= 1))
				wanted = BECAME_AS_ASKED;
			else
				wanted = strength(got) < strength(asked) ? BECAME_WEAKER
									 : BECAME_STRONGER;
			check_each(became_of(asked, got) == wanted, "%s becomes %s: %d, not %d",
				   memtype_name(asked), got < 0 ? "nothing" : memtype_name(got),
				   became_of(asked, got), wanted);
		}
}

/* A page of the address space, as it was mapped. */
struct page {
	bool mapped;
	uint64_t gfn;
	unsigned int pat;
};

struct world {
	struct facts facts;
	struct backings backings;
	struct entry entry[FRAMES]; /* rights 0: a hole */
	struct page page[PAGES];
	struct ranges gvas, gfns;
	uint64_t next; /* page behind the runs told so far */
	uint64_t runs, bytes[MEMTYPE_COUNT], unmapped, nowhere, became[BECAME_COUNT];
	struct effective_run before;
};

static bool wanted(const struct world *world, unsigned int n)
{
	uint64_t first = 0, last = UINT64_MAX;

	return world->page[n].mapped &&
	       (!world->gvas.count || ranges_contain(&world->gvas, n, &first, &last)) &&
	       (!world->gfns.count ||
		(first = 0, last = UINT64_MAX,
		 ranges_contain(&world->gfns, world->page[n].gfn, &first, &last)));
}

/* The type of one page: by its entry, which may be none. */
static int type_of(const struct world *world, const struct page *page)
{
	const struct entry *entry;

	if (page->gfn >= FRAMES)
		return -1;
	entry = &world->entry[page->gfn];
	if (!entry->rights)
		return -1;
	return memtype_effective(entry->emt, entry->ipat, registers.pat >> (8 * page->pat) & 7);
}

static void told(void *opaque, const struct effective_run *run)
{
	struct world *world = opaque;
	uint64_t first = run->mapping.gva >> 12, n;

	for (n = world->next; n < first; n++)
		check_each(!wanted(world, n), "page %lu is left out", (long)n);
	check_each(first + run->mapping.pages <= PAGES, "%lu pages from %lu on are too many",
		   (long)run->mapping.pages, (long)first);
	for (n = first; n < first + run->mapping.pages && n < PAGES; n++) {
		const struct page *page = &world->page[n];
		bool nowhere = page->gfn >= FRAMES || !world->entry[page->gfn].rights;
		int type = type_of(world, page);

		check_each(wanted(world, n), "page %lu is not wanted", (long)n);
		check_each(run->mapping.gfn + (n - first) == page->gfn &&
				   run->mapping.pat == page->pat,
			   "page %lu is of gfn %#lx", (long)n, (long)run->mapping.gfn);
		check_each(run->effective == type &&
				   run->asked == (registers.pat >> (8 * page->pat) & 7) &&
				   run->became == became_of(run->asked, type),
			   "page %lu is %d, not %d", (long)n, run->effective, type);
		check_each(run->backing.mapped == !nowhere, "page %lu is mapped", (long)n);
		world->became[became_of(run->asked, type)] += 4096;
		world->nowhere += nowhere ? 4096 : 0;
		if (type < 0)
			world->unmapped += 4096;
		else
			world->bytes[type] += 4096;
	}
	/* What goes on alike is one run. */
	check_each(!world->runs || first != world->next ||
			   run->mapping.gfn !=
				   world->before.mapping.gfn + world->before.mapping.pages ||
			   run->mapping.pat != world->before.mapping.pat ||
			   run->backing.emt != world->before.backing.emt ||
			   run->backing.ipat != world->before.backing.ipat ||
			   run->backing.mapped != world->before.backing.mapped,
		   "page %lu begins a run", (long)first);
	world->before = *run;
	world->next = first + run->mapping.pages;
	world->runs++;
}

/* Entries of few kinds, so that neighbours are often alike. */
static void make_p2m(struct world *world)
{
	static const unsigned char types[] = { MEMTYPE_UC, MEMTYPE_WC, MEMTYPE_WB, 7 };
	unsigned int i;

	facts_init(&world->facts); /* of no rule set */
	backings_begin(&world->backings, &world->facts);
	for (i = 0; i < FRAMES; i++) {
		struct entry *entry = &world->entry[i];

		if (i && !one_in(3))
			*entry = entry[-1];
		else
			*entry = (struct entry){ .rights = one_in(4) ? 0 : 7,
						 .emt = types[below(4)],
						 .ipat = one_in(2),
						 .type = ENTRY_TYPE_UNKNOWN };
		entry->gfn = i;
		entry->mfn = 0x1000 + i;
		if (entry->rights)
			backings_add(&world->backings, entry, 1);
	}
}

static void add_mappings(struct world *world, struct effective *effective)
{
	unsigned int n, i;

	for (n = 0; n < PAGES; n += below(3)) {
		struct mapping mapping = { .gva = (uint64_t)n << 12,
					   .gfn = below(FRAMES + 16),
					   .pages = 1 + below(30),
					   .pat = below(2) };

		if (n && one_in(2)) { /* goes on with the one before */
			mapping.gfn = world->page[n - 1].gfn + 1;
			mapping.pat = world->page[n - 1].pat;
		}
		if (mapping.pages > PAGES - n)
			mapping.pages = PAGES - n;
		for (i = 0; i < mapping.pages; i++)
			world->page[n + i] = (struct page){ true, mapping.gfn + i, mapping.pat };
		n += mapping.pages;
	}
	/* Runs are told as soon as they are over: by then all pages must be known above. */
	for (n = 0; n < PAGES; n++) {
		struct mapping mapping = { .gva = (uint64_t)n << 12,
					   .gfn = world->page[n].gfn,
					   .pages = 1,
					   .pat = world->page[n].pat };

		while (n + 1 < PAGES && world->page[n].mapped && world->page[n + 1].mapped &&
		       world->page[n + 1].gfn == world->page[n].gfn + 1 &&
		       world->page[n + 1].pat == mapping.pat && !one_in(8)) {
			mapping.pages++;
			n++;
		}
		if (world->page[n].mapped)
			effective_add(effective, &mapping);
	}
}

static void test_round(void)
{
	struct world world;
	struct effective effective;
	const struct effective_summary *summary = &effective.summary;
	unsigned int i;
	uint64_t at;

	memset(&world, 0, sizeof(world));
	memset(&effective, 0, sizeof(effective));
	make_p2m(&world);
	for (i = below(3); i; i--) {
		at = below(PAGES);
		ranges_add(&world.gvas, at, at + below(60));
	}
	for (i = below(3); i; i--) {
		at = below(FRAMES);
		ranges_add(&world.gfns, at, at + below(30));
	}
	effective.registers = &registers;
	effective.backings = &world.backings;
	effective.gvas = &world.gvas;
	effective.gfns = &world.gfns;
	effective.emit = told;
	effective.opaque = &world;
	add_mappings(&world, &effective);
	effective_finish(&effective);
	for (i = world.next; i < PAGES; i++)
		check_each(!wanted(&world, i), "page %u is left out", i);
	check_each(summary->runs == world.runs && summary->unmapped == world.unmapped &&
			   summary->nowhere == world.nowhere &&
			   !memcmp(summary->bytes, world.bytes, sizeof(world.bytes)) &&
			   !memcmp(summary->became, world.became, sizeof(world.became)),
		   "the sums: %lu runs, not %lu", (long)summary->runs, (long)world.runs);
	backings_clear(&world.backings);
	ranges_clear(&world.gvas);
	ranges_clear(&world.gfns);
	facts_clear(&world.facts);
}

/* Without an EPT the guest's own MTRRs and PAT are half of the type. */
static void test_half(void)
{
	struct mapping mapping = { .gva = 0x1000, .gfn = 1, .pages = 3, .pat = 0 };
	struct mtrr_fact vcpu = { .how = HOW_LOG,
				  .known = { .def_type = true, .var = ~UINT64_C(0) } };
	struct ranges all = { .count = 0 };
	struct effective effective;
	struct backings backings;
	struct facts facts;
	unsigned int with;

	for (with = 0; with < 3; with++) {
		memset(&effective, 0, sizeof(effective));
		facts_init(&facts);
		vcpu.state.def_type = MTRR_DEF_TYPE_E | MEMTYPE_WT;
		if (with)
			check(!facts_add_vcpu(&facts, &vcpu), "no memory");
		check(!(with < 2 ? backings_begin_without : backings_begin)(&backings, &facts),
		      "no memory");
		effective.registers = &registers;
		effective.backings = &backings;
		effective.gvas = effective.gfns = &all;
		effective_add(&effective, &mapping);
		effective_finish(&effective);
		check(effective.summary.half[MEMTYPE_WT] == (with == 1 ? 0x3000 : 0) &&
			      effective.summary.runs == 1,
		      "%u: %lu bytes are WT", with, (long)effective.summary.half[MEMTYPE_WT]);
		backings_clear(&backings);
		facts_clear(&facts);
	}
}

/* With caches off all is UC that is mapped. */
static void test_caches_off(void)
{
	const struct paging_registers off = { .cr0 = UINT64_C(1) << 31 | UINT64_C(1) << 30,
					      .pat = registers.pat };
	struct entry entry = { .gfn = 1, .mfn = 1, .rights = 7, .emt = MEMTYPE_WB, .ipat = true };
	struct mapping mapping = { .gva = 0x1000, .gfn = 1, .pages = 3 };
	struct ranges all = { .count = 0 };
	struct effective effective;
	struct backings backings;
	struct facts facts;

	memset(&effective, 0, sizeof(effective));
	facts_init(&facts);
	check(!backings_begin(&backings, &facts), "no memory");
	backings_add(&backings, &entry, 1);
	effective.registers = &off;
	effective.backings = &backings;
	effective.gvas = effective.gfns = &all;
	effective_add(&effective, &mapping);
	effective_finish(&effective);
	check(effective.summary.bytes[MEMTYPE_UC] == 0x1000 &&
		      effective.summary.nowhere == 0x2000 && effective.summary.unmapped == 0x2000 &&
		      !effective.summary.bytes[MEMTYPE_WB],
	      "%lu bytes are UC", (long)effective.summary.bytes[MEMTYPE_UC]);
	backings_clear(&backings);
	facts_clear(&facts);
}

int main(void)
{
	unsigned int round;

	test_became();
	test_half();
	test_caches_off();
	for (round = 0; round < ROUNDS; round++)
		test_round();
	return test_end();
}
