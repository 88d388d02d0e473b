/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/image/find.h"

#include "base/array.h"
#include "source/image/walk.h"
#include "x86/ept.h"

#include <stdlib.h>

#define SUPPRESS_VE (UINT64_C(1) << 63)
#define ROOT_LEVEL  4

/* ept_set_middle_entry(): r, w, x, EMT 0 (7: pending), no iPAT, no superpage, a type of 0. */
static bool middle_entry(const struct phys *phys, uint64_t raw)
{
	return (raw & 7) == 7 && (ept_emt(raw) == 0 || ept_emt(raw) == 7) && !ept_ipat(raw) &&
	       !ept_superpage(raw) && ept_type(raw) == P2M_RAM_RW &&
	       ept_mfn(raw) < phys_frame_limit(phys);
}

static bool empty_entry(uint64_t raw)
{
	return !(raw & ~SUPPRESS_VE);
}

/* A leaf that Xen can have written: a type it knows, a type of memory that exists. */
static bool leaf_entry(uint64_t raw, unsigned int level)
{
	uint64_t below = (UINT64_C(1) << ((level - 1) * 9)) - 1;

	if (ept_emt(raw) == 2 || ept_emt(raw) == 3 || ept_type(raw) >= P2M_TYPE_COUNT)
		return false;
	return level == 1 || !ept_present(raw) || !(ept_mfn(raw) & below);
}

/* Is every entry of the tree below this table one that Xen can have written? */
static bool plausible(struct phys *phys, uint64_t mfn, unsigned int level, uint64_t *seen)
{
	const uint64_t *table = phys_page(phys, mfn, level);
	uint64_t copy[PAGE_ENTRIES], page;
	unsigned int i;

	if (!table)
		return false;
	page = phys_page_number(phys, mfn);
	if (seen[page / 64] >> (page % 64) & 1)
		return false;
	seen[page / 64] |= UINT64_C(1) << (page % 64);
	for (i = 0; i < PAGE_ENTRIES; i++)
		copy[i] = table[i];
	for (i = 0; i < PAGE_ENTRIES; i++) {
		uint64_t raw = copy[i];

		if (empty_entry(raw))
			continue;
		if (level == 1 || (level <= 3 && ept_present(raw) && ept_superpage(raw)) ||
		    (!ept_present(raw) && level <= 3)) {
			if (!leaf_entry(raw, level))
				return false;
		} else if (!middle_entry(phys, raw) ||
			   !plausible(phys, ept_mfn(raw), level - 1, seen)) {
			return false;
		}
	}
	return true;
}

/* Could the page be a root at all? Most pages are told by their first words. */
static bool root_page(const struct phys *phys, const uint64_t *table)
{
	bool any = false;
	unsigned int i;

	for (i = 0; i < PAGE_ENTRIES; i++) {
		if (empty_entry(table[i]))
			continue;
		if (!middle_entry(phys, table[i]))
			return false;
		any = true;
	}
	return any;
}

static void ignore(void *opaque, const char *text)
{
	(void)opaque;
	(void)text;
}

static int count_entries(struct phys *phys, struct ept_root *root)
{
	static struct entry entries[PAGE_ENTRIES];
	struct walk walk;
	size_t n, i;
	int rc = walk_begin(&walk, phys, root->eptp, ignore, NULL);

	while (!rc && (n = walk_read(&walk, entries, PAGE_ENTRIES))) {
		root->entries += n;
		for (i = 0; i < n; i++)
			root->pages += entry_pages(entries[i].order);
	}
	root->tables = walk.tables;
	walk_end(&walk);
	return rc;
}

int find_roots(struct phys *phys, struct ept_root **roots, size_t *count)
{
	size_t words = phys_page_limit(phys) / 64 + 1;
	uint64_t *seen = calloc(words, sizeof(*seen)), mfn;
	int rc = seen ? 0 : -1;

	*roots = NULL;
	*count = 0;
	for (mfn = phys_next_frame(phys, 0); !rc && mfn != UINT64_MAX;
	     mfn = phys_next_frame(phys, mfn + 1)) {
		const uint64_t *table = phys_page(phys, mfn, 0);
		struct ept_root root = { .eptp = mfn * PAGE_SIZE | 0x1e };
		size_t i;

		if (!table || !root_page(phys, table))
			continue;
		for (i = 0; i < words; i++)
			seen[i] = 0;
		if (!plausible(phys, mfn, ROOT_LEVEL, seen))
			continue;
		rc = count_entries(phys, &root);
		if (!rc && root.entries)
			rc = array_append(roots, count, sizeof(root), &root);
	}
	free(seen);
	return rc;
}
