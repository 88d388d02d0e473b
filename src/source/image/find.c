/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/image/find.h"

#include "base/array.h"
#include "source/tables/walk.h"
#include "x86/ept.h"

#include <errno.h>
#include <stdlib.h>

#define SUPPRESS_VE (UINT64_C(1) << 63)
#define ROOT_LEVEL  4

/* Tables looked at for each page of the image: without tricks a few at most. */
#define PATIENCE 16

struct search {
	struct phys *phys;
	uint64_t *seen;	  /* a bit for each page: tables of the tree at hand */
	uint64_t *inside; /* tables below a root */
	uint64_t *pages;  /* those in seen, by number; the root first */
	size_t page_count;
	uint64_t patience;
	bool failed; /* out of memory */
};

static bool bit(const uint64_t *bits, uint64_t n)
{
	return bits[n / 64] >> (n % 64) & 1;
}

static void flip(uint64_t *bits, uint64_t n)
{
	bits[n / 64] ^= UINT64_C(1) << (n % 64);
}

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
static bool plausible(struct search *search, uint64_t mfn, unsigned int level)
{
	const uint64_t *table = phys_page(search->phys, mfn, level);
	uint64_t copy[PAGE_ENTRIES], page;
	unsigned int i;

	if (!table || !search->patience)
		return false;
	search->patience--;
	page = phys_page_number(search->phys, mfn);
	if (bit(search->seen, page))
		return false;
	if (array_append(&search->pages, &search->page_count, sizeof(page), &page)) {
		search->failed = true;
		return false;
	}
	flip(search->seen, page);
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
		} else if (!middle_entry(search->phys, raw) ||
			   !plausible(search, ept_mfn(raw), level - 1)) {
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

static int count_entries(struct phys *phys, struct ept_root *root)
{
	static struct entry entries[PAGE_ENTRIES];
	struct walk walk;
	size_t n, i;
	int rc = walk_begin(&walk, phys_pages(phys), root->eptp, 52, walk_ignore, NULL);

	while (!rc && (n = walk_read(&walk, entries, PAGE_ENTRIES))) {
		root->entries += n;
		for (i = 0; i < n; i++)
			root->pages += entry_pages(entries[i].order);
	}
	root->tables = walk.tables;
	walk_end(&walk);
	return rc;
}

/* Forgets the tree at hand; a root's tables are remembered. */
static void settle(struct search *search, bool is_root)
{
	size_t i;

	for (i = 0; i < search->page_count; i++) {
		uint64_t page = search->pages[i];

		flip(search->seen, page);
		if (is_root && i && !bit(search->inside, page))
			flip(search->inside, page);
	}
	free(search->pages);
	search->pages = NULL;
	search->page_count = 0;
}

/* Is the page the root of such a tree, with entries? 1, 0, or -ENOMEM. */
static int is_root(struct search *search, uint64_t mfn, struct ept_root *root)
{
	const uint64_t *table = phys_page(search->phys, mfn, 0);
	bool found;
	int rc = 0;

	/* What an image claims to have beyond the 40 bits of a frame, no EPTP refers to. */
	if (mfn >> 40 || !table || !root_page(search->phys, table))
		return 0;
	root->eptp = mfn * PAGE_SIZE | 0x1e;
	found = plausible(search, mfn, ROOT_LEVEL);
	if (found)
		rc = count_entries(search->phys, root);
	found = found && root->entries;
	settle(search, found);
	return rc || search->failed ? -ENOMEM : found;
}

/* A domain's third level can pass for a root, too, where what it maps is empty. */
static void drop_inner(const struct search *search, struct ept_root *roots, size_t *count)
{
	size_t i, kept = 0;

	for (i = 0; i < *count; i++)
		if (!bit(search->inside, phys_page_number(search->phys, roots[i].eptp / PAGE_SIZE)))
			roots[kept++] = roots[i];
	*count = kept;
}

int find_roots(struct phys *phys, struct ept_root **roots, size_t *count)
{
	size_t words = phys_page_limit(phys) / 64 + 1;
	/* Parts of them that stay untouched take no memory. */
	struct search search = {
		.phys = phys,
		.seen = calloc(words, sizeof(uint64_t)),
		.inside = calloc(words, sizeof(uint64_t)),
		.patience = phys_page_limit(phys) * PATIENCE,
	};
	uint64_t mfn;
	int rc = search.seen && search.inside ? 0 : -ENOMEM;

	*roots = NULL;
	*count = 0;
	for (mfn = rc ? UINT64_MAX : phys_next_frame(phys, 0); rc >= 0 && mfn != UINT64_MAX;
	     mfn = phys_next_frame(phys, mfn + 1)) {
		struct ept_root root = { 0 };

		rc = is_root(&search, mfn, &root);
		if (rc == 1)
			rc = array_append(roots, count, sizeof(root), &root);
		if (!search.patience)
			rc = -ELOOP;
	}
	if (search.inside)
		drop_inner(&search, *roots, count);
	free(search.seen);
	free(search.inside);
	return rc;
}
