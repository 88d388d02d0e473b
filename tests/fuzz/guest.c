/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzz target: a guest's page tables, in every mode of paging, and what is made of them. */
#include "audit/effective.h"
#include "rules/rulesets.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PAGE  4096
#define LIMIT 100000

/* The guest's memory: the input, its frames in it modulo its size or not there. */
struct guest {
	const uint8_t *data;
	size_t pages;
	uint64_t page[PAGING_LEVELS + 1][PAGE / 8];
	uint64_t reads, gaps;
};

static const void *read_page(void *opaque, uint64_t gfn, unsigned int level)
{
	struct guest *guest = opaque;

	if (++guest->reads > LIMIT / 512 + 1)
		abort(); /* more tables than the limit of entries allows */
	if (gfn % 16 == 15 || !guest->pages)
		return NULL;
	memcpy(guest->page[level], guest->data + gfn % guest->pages * PAGE, PAGE);
	return guest->page[level];
}

static void ahead(void *opaque, const uint64_t *gfns, unsigned int count, unsigned int level)
{
	(void)opaque;
	if (!count || count > 1024 || level >= PAGING_LEVELS || gfns[count - 1] >> 40)
		abort();
}

static void gap(void *opaque, enum paging_gap what, uint64_t first, uint64_t last, uint64_t gfn)
{
	struct guest *guest = opaque;

	(void)gfn;
	if (what > PAGING_LIMIT || last < first || (first & 0xfff) || ~last & 0xfff)
		abort();
	guest->gaps++;
}

static void emit(void *opaque, const struct effective_run *run)
{
	uint64_t *bytes = opaque;

	if (!run->mapping.pages || run->mapping.gva & 0xfff ||
	    run->mapping.gva + ((run->mapping.pages << 12) - 1) < run->mapping.gva)
		abort();
	*bytes += run->mapping.pages << 12;
}

static void conflict(void *opaque, uint64_t first, uint64_t last, unsigned int types)
{
	uint64_t *next = opaque;

	if (last < first || first < *next || !(types & (types - 1)))
		abort();
	*next = last + 1;
}

/* Entries of a p2m, some of every kind. */
static void entries(struct backings *backings, const uint8_t *data, size_t size)
{
	uint64_t gfn = 0;
	size_t i;

	for (i = 0; i + 4 < size && i < 1024; i += 4) {
		struct entry entry = {
			.gfn = gfn,
			.mfn = data[i],
			.order = data[i + 1] & 1 && !(gfn & 511) ? 9 : 0,
			.rights = data[i + 1] >> 1 & 7,
			.emt = data[i + 2] & 7,
			.ipat = data[i + 2] >> 3 & 1,
			.pending = (data[i + 2] & 7) == 7,
			.pod = data[i + 3] == 1,
			.type = data[i + 3] % 16,
		};

		backings_add(backings, &entry, 1);
		gfn = entry_last(&entry) + 1 + (data[i + 3] & 1) * data[i + 2];
	}
}

/* Bytes of a mapping up to a page. */
static uint64_t up_to(const struct mapping *mapping, uint64_t last)
{
	uint64_t first = mapping->gva >> 12;

	if (first > last)
		return 0;
	return (last - first < mapping->pages - 1 ? last - first + 1 : mapping->pages) << 12;
}

static void look(const uint8_t *data, size_t size, const struct paging_registers *registers)
{
	static struct guest guest;
	static const struct ranges all;
	const struct paging_reader reader = { read_page, ahead, gap, &guest };
	struct conflicts conflicts = { .table = NULL };
	struct ranges some = { .count = 0 };
	struct mapping mappings[7];
	struct backings backings;
	struct paging_walk walk;
	struct facts facts;
	uint64_t bytes = 0, next = 0, mapped = 0, last, sum;
	unsigned int count, i;
	struct effective effective = {
		.registers = registers,
		.backings = &backings,
		.gvas = size & 2 ? &some : &all,
		.gfns = &all,
		.conflicts = &conflicts,
		.emit = emit,
		.opaque = &bytes,
	};

	facts_init(&facts);
	facts.rules = size & 1 ? 1u << RULES_NEWEST : 0;
	/* Only what is in the lower part of the addresses, or all. */
	last = size & 2 ? registers->cr3 << 12 : UINT64_MAX;
	if (ranges_add(&some, 0, last) || backings_begin(&backings, &facts))
		abort();
	entries(&backings, data, size);
	memset(&guest, 0, sizeof(guest));
	guest.data = data;
	guest.pages = size / PAGE;
	paging_begin(&walk, registers, &reader, LIMIT);
	while ((count = paging_read(&walk, mappings, 7)))
		for (i = 0; i < count; i++) {
			mapped += up_to(&mappings[i], last);
			effective_add(&effective, &mappings[i]);
		}
	effective_finish(&effective);
	sum = effective.summary.unmapped;
	for (i = 0; i < MEMTYPE_COUNT; i++)
		sum += effective.summary.bytes[i];
	if (walk.looked_at > LIMIT || bytes != mapped || sum != mapped || guest.gaps != walk.gaps)
		abort();
	conflicts_list(&conflicts, conflict, &next);
	conflicts_clear(&conflicts);
	backings_clear(&backings);
	facts_clear(&facts);
	ranges_clear(&some);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct paging_registers registers = { .cr0 = 0x80000001, .pat = 0x0007040600070406 };
	uint64_t hash = size;
	size_t i;

	for (i = 0; i < size; i += 61)
		hash = (hash ^ data[i]) * UINT64_C(0x100000001b3);
	registers.cr3 = hash >> 13 & 0xffffe0;
	registers.cr0 ^= hash & 1 ? 1u << 30 : 0;
	registers.pat ^= hash << 8 & 0x0707070707070707;
	for (i = 0; i < 4; i++) { /* 32-bit, PAE, 4-level, 5-level */
		registers.cr4 = (i ? 0x20 : 0x10) | (i == 3 ? 0x1000 : 0);
		registers.efer = i > 1 ? 0xd00 : 0;
		look(data, size, &registers);
	}
	return 0;
}
