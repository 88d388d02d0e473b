/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rules/question.h"

#include "base/array.h"

#include <string.h>

#define T(type) (1u << P2M_##type)

/* ept_p2m_type_to_flags(): the types whose entries can be present at all, and can have x. */
#define TYPES_EXECUTABLE (T(RAM_RW) | T(RAM_LOGDIRTY) | T(RAM_RO) | T(RAM_SHARED) | T(MMIO_DIRECT))
#define TYPES_4K_ONLY	 (T(GRANT_MAP_RW) | T(GRANT_MAP_RO) | T(MAP_FOREIGN) | T(IOREQ_SERVER))
#define TYPES_PRESENT	 (TYPES_EXECUTABLE | TYPES_4K_ONLY)

#define APIC_GFN 0xfee00

uint32_t types_of_hvmmem(const char *name)
{
	/* hvmop_get_mem_type(): what each answer stands for. */
	static const struct {
		const char *name;
		uint32_t types;
	} table[] = {
		{ "ram_rw", T(RAM_RW) | T(RAM_PAGING_OUT) | T(RAM_PAGED) | T(RAM_PAGING_IN) |
				    T(POPULATE_ON_DEMAND) | T(GRANT_MAP_RW) },
		{ "ram_ro", T(RAM_LOGDIRTY) | T(RAM_RO) | T(RAM_SHARED) | T(GRANT_MAP_RO) },
		{ "mmio_dm",
		  T(MMIO_DM) | T(MMIO_DIRECT) | T(INVALID) | T(RAM_BROKEN) | T(MAP_FOREIGN) },
		{ "ioreq_server", T(IOREQ_SERVER) },
	};
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (!strcmp(name, table[i].name))
			return table[i].types;
	return 0;
}

static const struct type_hint *hint_for(const struct facts *facts, uint64_t first, uint64_t last,
					struct window *window)
{
	const struct type_hint *found = NULL;
	size_t i = 0, end = facts->type_count;

	if (!facts->types_overlap) { /* one can fit, its neighbours bound the window */
		size_t low = ARRAY_FIRST_FROM(facts->types, 0, end, last, first);

		i = low ? low - 1 : 0;
		end = low + 2 < end ? low + 2 : end;
	}
	for (; i < end; i++) {
		const struct type_hint *hint = &facts->types[i];
		struct range range = { hint->first, hint->last };
		struct ranges one = { .range = &range, .count = 1 };

		if (ranges_overlap(&one, first, last, &window->gfn_first, &window->gfn_last) ==
		    OVERLAP_FULL)
			found = hint; /* later ones replace earlier ones */
	}
	return found;
}

/* Types that the frame's place allows: direct MMIO is not RAM, everything else is. */
static uint32_t types_of_frame(const struct facts *facts, const struct entry *entry, uint64_t last,
			       struct window *window)
{
	enum overlap ram;

	if (!how_certain(facts->ram.how))
		return TYPES_PRESENT;
	ram = ranges_overlap(&facts->ram.ranges, entry->mfn, last, &window->mfn_first,
			     &window->mfn_last);
	if (ram == OVERLAP_NONE)
		return T(MMIO_DIRECT);
	if (ram == OVERLAP_PARTIAL)
		return TYPES_PRESENT;
	if (entry->gfn == APIC_GFN && !entry->order)
		return TYPES_PRESENT;
	/* The toolstack may map RAM as MMIO if the domain has a capability for it. */
	if (facts->iomem.how != HOW_UNKNOWN && !facts->dom0 &&
	    ranges_overlap(&facts->iomem.ranges, entry->mfn, last, &window->mfn_first,
			   &window->mfn_last) != OVERLAP_NONE)
		return TYPES_PRESENT;
	return TYPES_PRESENT & ~T(MMIO_DIRECT);
}

/* Access only takes rights away from what the type gives. */
static uint32_t types_of_rights(const struct entry *entry, bool rights_full)
{
	uint32_t types = TYPES_PRESENT;

	if (entry->order)
		return types & ~TYPES_4K_ONLY;
	if (entry->rights & ENTRY_X)
		types &= TYPES_EXECUTABLE;
	else if (rights_full)
		types &= TYPES_4K_ONLY;
	if (entry->rights & ENTRY_W)
		types &= ~(T(GRANT_MAP_RO) | T(RAM_RO) | T(RAM_SHARED));
	return types;
}

/* Types by the rights and what is told of the gfn, the less sure of which gives way. */
static uint32_t hinted(const struct entry *entry, const struct type_hint *hint, bool rights_full)
{
	uint32_t types = types_of_rights(entry, rights_full);

	return hint && hint->types & types ? types & hint->types : types;
}

/* Where gfn and mfn are equal, other types are possible: keeps that apart from where they are not.
 */
static void keep_identity(const struct entry *entry, struct window *window)
{
	uint64_t gfn = entry->gfn, mfn = entry->mfn;
	struct window kept = { gfn, gfn, mfn, mfn };

	if (gfn < mfn)
		kept = (struct window){ 0, gfn + (mfn - gfn - 1) / 2, gfn + (mfn - gfn - 1) / 2 + 1,
					UINT64_MAX };
	else if (gfn > mfn)
		kept = (struct window){ mfn + (gfn - mfn - 1) / 2 + 1, UINT64_MAX, 0,
					mfn + (gfn - mfn - 1) / 2 };
	window_narrow(window, &kept);
}

static unsigned int classes_of(uint32_t types)
{
	unsigned int classes = 0, type;

	for (type = 0; type < P2M_TYPE_COUNT; type++)
		if (types >> type & 1)
			classes |= p2m_type_class(type);
	return classes;
}

/* ept_p2m_type_to_flags() clears w exactly for direct MMIO in mmio_ro_ranges. */
static enum maybe read_only_mmio(const struct facts *facts, const struct entry *entry,
				 bool rights_full, struct window *window)
{
	const struct fact_ranges *possible = &facts->mmio_ro_possible;
	bool told = !(entry->rights & ENTRY_W);
	bool no_device = how_certain(facts->iommu.how) && !facts->iommu.value, changes;

	/*
	 * An assigned device that enables MSI-X makes pages read-only, one that disables it no
	 * longer; both leave w as it was, also when Xen recomputes the type.
	 */
	changes = !entry->order && !no_device &&
		  (!how_certain(possible->how) ||
		   ranges_contain(&possible->ranges, entry->mfn, &window->mfn_first,
				  &window->mfn_last));
	if (told)
		return rights_full && !changes ? MAYBE_YES : MAYBE_RATHER_YES;
	return changes ? MAYBE_RATHER_NO : MAYBE_NO;
}

void question_put(const struct facts *facts, const struct entry *entry, struct question *question,
		  struct window *window)
{
	const struct type_hint *hint;
	uint32_t types, of_frame;
	uint64_t size = entry_pages(entry->order);

	question->gfn = entry->gfn;
	question->mfn = entry->mfn;
	question->order = entry->order;
	question->apic_page = entry->gfn == APIC_GFN && !entry->order;
	hint = hint_for(facts, entry->gfn, entry_last(entry), window);
	question->mmio_ro = read_only_mmio(facts, entry, hint && hint->rights_full, window);
	if (question->apic_page)
		window->gfn_first = window->gfn_last = APIC_GFN;
	else if (entry->gfn < APIC_GFN && window->gfn_last >= APIC_GFN && !entry->order)
		window->gfn_last = APIC_GFN - 1;
	else if (entry->gfn > APIC_GFN && window->gfn_first <= APIC_GFN && !entry->order)
		window->gfn_first = APIC_GFN + 1;
	if (entry->type != ENTRY_TYPE_UNKNOWN) {
		question->classes = p2m_type_class(entry->type);
		return;
	}
	of_frame = types_of_frame(facts, entry, entry->mfn + size - 1, window);
	types = hinted(entry, hint, hint && hint->rights_full) & of_frame;
	/*
	 * Reserved memory that a device needs is mapped to its own address as MMIO without x,
	 * whatever the access of the domain (p2m_add_identity_entry()).
	 */
	if (!types || (hint && hint->rights_full && entry->gfn == entry->mfn))
		types |= hinted(entry, hint, false) & of_frame;
	/* What contradicts itself says nothing. */
	question->classes = classes_of(types ? types : TYPES_PRESENT);
	if (hint && hint->rights_full && !entry->order && !(entry->rights & ENTRY_X))
		keep_identity(entry, window);
}
