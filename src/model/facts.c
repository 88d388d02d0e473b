/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/facts.h"

#include "base/array.h"
#include "base/text.h"
#include "x86/memtype.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const how_names[] = {
	[HOW_UNKNOWN] = "unknown", [HOW_ASSUMED] = "assumed",	[HOW_DERIVED] = "derived",
	[HOW_LOG] = "log",	   [HOW_MEASURED] = "measured", [HOW_GIVEN] = "given",
};

const struct fact_info fact_info[FACT_COUNT] = {
	[FACT_RULES] = { "rules", "rule sets that the running Xen may have" },
	[FACT_IOMMU] = { "iommu", "the domain uses the IOMMU" },
	[FACT_CACHE_FLUSH] = { "cache-flush",
			       "cache_flush_permitted(): the domain has I/O capabilities" },
	[FACT_P2M_TYPE] = { "p2m-type", "p2m types of gfn ranges" },
	[FACT_MMIO_RO] = { "mmio-ro", "frames of read-only MMIO" },
	[FACT_MFN_VALID] = { "mfn-valid", "frames for which mfn_valid() holds" },
	[FACT_SPECIAL] = { "special", "special frames: Xen heap and extra pages" },
	[FACT_APIC_ACCESS_MFN] = { "apic-access-mfn", "frame of the APIC access page" },
	[FACT_PINNED] = { "pinned", "gfn ranges with pinned cache attributes" },
	[FACT_GUEST_MTRR] = { "guest-mtrr", "guest MTRRs: default type, fixed ranges, range 0" },
	[FACT_GUEST_MTRR_VAR] = { "guest-mtrr-var", "guest MTRRs: variable ranges 1 and up" },
	[FACT_VCPU] = { "vcpu", "which vCPU's MTRRs Xen used" },
	[FACT_HOST_MTRR] = { "host-mtrr", "host MTRRs: default type and fixed ranges" },
	[FACT_HOST_MTRR_VAR] = { "host-mtrr-var", "host MTRRs: variable ranges" },
	[FACT_MEMORY_MAP] = { "memory-map", "frames that are RAM" },
	[FACT_IOMEM] = { "iomem", "I/O memory capabilities" },
	[FACT_IOPORTS] = { "ioports", "the domain has I/O port capabilities" },
	[FACT_NR_PAGES] = { "nr-pages",
			    "RAM pages of the domain by Xen's count, without those kept for PoD" },
};

const char *how_name(enum how how)
{
	return how_names[how];
}

int how_parse(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(how_names) / sizeof(how_names[0]); i++)
		if (!strcmp(name, how_names[i]))
			return i;
	return -1;
}

int fact_parse(const char *name)
{
	int i;

	for (i = 0; i < FACT_COUNT; i++)
		if (text_same_name(name, fact_info[i].name))
			return i;
	return -1;
}

void facts_init(struct facts *facts)
{
	memset(facts, 0, sizeof(*facts));
}

void facts_clear(struct facts *facts)
{
	ranges_clear(&facts->special.ranges);
	ranges_clear(&facts->mmio_ro.ranges);
	ranges_clear(&facts->mmio_ro_possible.ranges);
	ranges_clear(&facts->mfn_valid.ranges);
	ranges_clear(&facts->ram.ranges);
	ranges_clear(&facts->iomem.ranges);
	free(facts->pins);
	free(facts->vcpus);
	free(facts->types);
	facts_init(facts);
}

static int copy_array(void *to, const void *from, size_t count, size_t size)
{
	void *copy = NULL;

	if (count) {
		size_t room = 1;

		while (room < count) /* as array_append() leaves them */
			room *= 2;
		copy = malloc(room * size);
		if (!copy)
			return -ENOMEM;
		memcpy(copy, from, count * size);
	}
	memcpy(to, &copy, sizeof(copy));
	return 0;
}

int facts_copy(struct facts *to, const struct facts *from)
{
	static const size_t sets[] = {
		offsetof(struct facts, special),   offsetof(struct facts, mmio_ro),
		offsetof(struct facts, mfn_valid), offsetof(struct facts, ram),
		offsetof(struct facts, iomem),	   offsetof(struct facts, mmio_ro_possible),
	};
	size_t i;
	int rc = 0;

	*to = *from;
	to->pins = NULL;
	to->vcpus = NULL;
	to->types = NULL;
	for (i = 0; i < sizeof(sets) / sizeof(sets[0]); i++)
		memset(&((struct fact_ranges *)((char *)to + sets[i]))->ranges, 0,
		       sizeof(struct ranges));
	for (i = 0; i < sizeof(sets) / sizeof(sets[0]) && !rc; i++)
		rc = ranges_add_all(&((struct fact_ranges *)((char *)to + sets[i]))->ranges,
				    &((const struct fact_ranges *)((const char *)from + sets[i]))
					     ->ranges);
	if (!rc)
		rc = copy_array(&to->pins, from->pins, from->pin_count, sizeof(*to->pins));
	if (!rc)
		rc = copy_array(&to->vcpus, from->vcpus, from->vcpu_count, sizeof(*to->vcpus));
	if (!rc)
		rc = copy_array(&to->types, from->types, from->type_count, sizeof(*to->types));
	if (rc)
		facts_clear(to);
	return rc;
}

int facts_add_pin(struct facts *facts, uint64_t first, uint64_t last, unsigned int type)
{
	struct pin pin = { .first = first, .last = last, .type = type };

	return array_append(&facts->pins, &facts->pin_count, sizeof(pin), &pin);
}

int facts_add_vcpu(struct facts *facts, const struct mtrr_fact *vcpu)
{
	if (facts->vcpu_count >= FACTS_VCPU_MAX)
		return -E2BIG;
	return array_append(&facts->vcpus, &facts->vcpu_count, sizeof(*vcpu), vcpu);
}

int facts_add_types(struct facts *facts, const struct type_hint *hint)
{
	if (facts->type_count && hint->first <= facts->types[facts->type_count - 1].last)
		facts->types_overlap = true;
	return array_append(&facts->types, &facts->type_count, sizeof(*hint), hint);
}

void facts_clear_vcpus(struct facts *facts)
{
	free(facts->vcpus);
	facts->vcpus = NULL;
	facts->vcpu_count = 0;
	facts->no_vcpu = false;
}

void facts_clear_pins(struct facts *facts)
{
	free(facts->pins);
	facts->pins = NULL;
	facts->pin_count = 0;
}

/* hvmloader cacheattr.c: [start, end) as few naturally aligned UC ranges, from range first on. */
static unsigned int tile(struct mtrr_state *state, unsigned int first, uint64_t start, uint64_t end,
			 uint64_t address_mask)
{
	while (start < end && first < state->var_count) {
		uint64_t size = start & -start;

		while (start + size > end)
			size >>= 1;
		state->var[first].base = start | MEMTYPE_UC;
		state->var[first].mask = (~(size - 1) & address_mask) | MTRR_MASK_VALID;
		start += size;
		first++;
	}
	return first;
}

#define PCI_MEM_END UINT64_C(0xfc000000) /* hvmloader's, from 4.17 and recent stable releases */
#define FOUR_GIB    UINT64_C(0x100000000)

void facts_mtrr_from_record(struct mtrr_fact *fact, const struct mtrr_state *record, enum how how)
{
	uint64_t size = mtrr_range_size(record->var[0].mask);
	uint64_t base = record->var[0].base & ~UINT64_C(0xfff);
	unsigned int i;

	fact->state = *record;
	fact->known = MTRR_KNOWN_ALL;
	fact->how = how;
	fact->how_var = how;
	for (i = 1; i < record->var_count; i++)
		if (record->var[i].base != record->var[0].base ||
		    record->var[i].mask != record->var[0].mask)
			return; /* they differ: this Xen saves each */
	if (record->var_count < 2)
		return;
	fact->known.var = 1;
	fact->how_var = HOW_ASSUMED;
	for (i = 1; i < fact->state.var_count; i++)
		fact->state.var[i].base = fact->state.var[i].mask = 0;
	/* Range 0 as hvmloader makes it: UC, below 4 GiB, the first tile of the PCI hole. */
	if (size && (record->var[0].base & 0xff) == MEMTYPE_UC && base >= UINT64_C(0x80000000) &&
	    base + size <= FOUR_GIB)
		tile(&fact->state, 1, base + size, base + size > PCI_MEM_END ? 0 : PCI_MEM_END,
		     (record->var[0].mask | (size - 1)) & ~UINT64_C(0xfff));
}

#define GROUP_FRAMES UINT64_C(0x10000) /* PDX_GROUP_COUNT with a 32-byte struct page_info */

int facts_derive_mfn_valid(struct facts *facts)
{
	const struct ranges *ram = &facts->ram.ranges;
	uint64_t max_page;
	size_t i;
	int rc;

	if (!how_certain(facts->ram.how) || !ram->count)
		return 0;
	max_page = ram->range[ram->count - 1].last + 1;
	ranges_clear(&facts->mfn_valid.ranges);
	rc = ranges_add(&facts->mfn_valid.ranges, 0,
			(max_page < GROUP_FRAMES ? max_page : GROUP_FRAMES) - 1);
	for (i = 0; i < ram->count && !rc; i++) {
		uint64_t first = ram->range[i].first & ~(GROUP_FRAMES - 1);
		uint64_t last = ram->range[i].last | (GROUP_FRAMES - 1);

		if (ram->range[i].last < 0x100)
			continue; /* below 1 MiB: group 0 anyway */
		rc = ranges_add(&facts->mfn_valid.ranges, first,
				last < max_page ? last : max_page - 1);
	}
	facts->mfn_valid.how = HOW_DERIVED;
	return rc;
}
