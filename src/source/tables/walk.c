/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/tables/walk.h"

#include "x86/ept.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SUPPRESS_VE   (UINT64_C(1) << 63)
#define FINDINGS_TOLD 8 /* of one walk; the rest is counted */

#define ADDRESS_BEYOND	"an address beyond the physical-address width (SDM: EPT misconfiguration)"
#define PRESENT_INVALID "maps a page, but its p2m type is invalid: key D leaves it out"

static unsigned int order_of(unsigned int level)
{
	return (level - 1) * 9;
}

/* Says what is wrong with the entry at the current place of the walk. */
static void finding(struct walk *walk, uint64_t entry, const char *what)
{
	unsigned int level = walk->level, index = walk->index[level];
	char text[256];

	if (walk->findings++ >= FINDINGS_TOLD)
		return;
	snprintf(text, sizeof(text),
		 "gfn 0x%" PRIx64 ", level %u entry 0x%x (0x%016" PRIx64 "): %s",
		 walk->gfn[level] + ((uint64_t)index << order_of(level)), level, index, entry,
		 what);
	walk->emit(walk->opaque, text);
}

static bool visited(struct walk *walk, uint64_t mfn)
{
	uint64_t page = pages_number(walk->pages, mfn), bit = UINT64_C(1) << (page % 64);

	walk->number = page;
	if (walk->visited[page / 64] & bit)
		return true;
	walk->visited[page / 64] |= bit;
	walk->tables++;
	return false;
}

void walk_ignore(void *opaque, const char *text)
{
	(void)opaque;
	(void)text;
}

int walk_begin(struct walk *walk, struct pages *pages, uint64_t eptp, unsigned int phys_bits,
	       walk_finding *emit, void *opaque)
{
	uint64_t root = eptp_root(eptp) / PAGE_SIZE;
	unsigned int levels = (eptp >> 3 & 7) + 1;

	memset(walk, 0, sizeof(*walk));
	walk->pages = pages;
	walk->emit = emit;
	walk->opaque = opaque;
	walk->last = UINT64_MAX;
	walk->reserved = ept_beyond(phys_bits);
	walk->levels = walk->level = levels == 5 ? 5 : 4;
	walk->table[walk->level] = pages_get(pages, root, walk->level);
	if (!walk->table[walk->level])
		return -EFAULT;
	/* Untouched parts of it take no memory. */
	walk->visited = calloc(pages->limit / 64 + 1, sizeof(*walk->visited));
	if (!walk->visited)
		return -ENOMEM;
	visited(walk, root);
	return 0;
}

void walk_end(struct walk *walk)
{
	free(walk->visited);
	walk->visited = NULL;
}

static void fill(const struct walk *walk, struct entry *entry, uint64_t raw)
{
	unsigned int level = walk->level;

	entry->gfn = walk->gfn[level] + ((uint64_t)walk->index[level] << order_of(level));
	entry->mfn = ept_mfn(raw);
	entry->raw = raw;
	entry->order = order_of(level);
	entry->rights = raw & 7;
	entry->emt = ept_emt(raw);
	entry->ipat = ept_ipat(raw);
	entry->ipat_hidden = walk->pending[level] || (level > 1 && entry->emt == 7);
	entry->pending = entry->ipat_hidden || entry->emt == 7;
	entry->type = ept_type(raw);
	entry->pod = false;
	entry->has_raw = true;
}

/*
 * Does the entry carry one of the accesses under which Xen makes entries that may be written but
 * not read? Which Xen it was is not known: where any has them, and however it counts.
 */
static bool write_only_access(uint64_t raw)
{
	static const struct ept_layout layouts[] = {
		{ .minor = 5, .access_low = 58, .access_reversed = true },
		{ .minor = 19, .access_low = 58 },
		{ .minor = EPT_NEWEST, .access_low = 59 },
	};
	size_t i;

	for (i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++) {
		const char *name = p2m_access_name(ept_access(raw, &layouts[i]), &layouts[i]);

		if (!strcmp(name, "w") || !strcmp(name, "wx"))
			return true;
	}
	return false;
}

/*
 * Architectural faults of a leaf, but for two that Xen makes on purpose: EMT 7, to be asked again,
 * and write without read, under mem_access w and wx.
 */
static void check_leaf(struct walk *walk, const struct entry *entry)
{
	if ((entry->rights & (ENTRY_R | ENTRY_W)) == ENTRY_W && !write_only_access(entry->raw))
		finding(walk, entry->raw, "write without read (SDM: EPT misconfiguration)");
	if (entry->emt == 2 || entry->emt == 3)
		finding(walk, entry->raw, "reserved EMT (SDM: EPT misconfiguration)");
	if (entry->raw & walk->reserved)
		finding(walk, entry->raw, ADDRESS_BEYOND);
	if (entry->order && entry->mfn & (entry_pages(entry->order) - 1))
		finding(walk, entry->raw,
			"superpage not aligned to its size (SDM: EPT misconfiguration)");
}

/* Has the entry at the current place something below it that is wanted? */
static bool wanted(const struct walk *walk)
{
	uint64_t size = entry_pages(order_of(walk->level));
	uint64_t gfn = walk->gfn[walk->level] + walk->index[walk->level] * size;

	return gfn <= walk->last && gfn + size - 1 >= walk->first;
}

/* Goes down into the table that a non-leaf refers to, if that is one. */
static void descend(struct walk *walk, uint64_t raw)
{
	unsigned int level = walk->level;
	uint64_t mfn = ept_mfn(raw);
	const uint64_t *table;
	char absent[128];

	if (!wanted(walk)) {
		walk->index[level]++;
		return;
	}
	if (ept_emt(raw) != 0 && ept_emt(raw) != 7)
		finding(walk, raw, "EMT in a table entry, where Xen keeps 0 or 7");
	if (ept_ipat(raw))
		finding(walk, raw, "iPAT in a table entry, where Xen keeps 0");
	if ((raw & 3) == ENTRY_W)
		finding(walk, raw, "write without read (SDM: EPT misconfiguration)");
	if (raw & walk->reserved) {
		finding(walk, raw, ADDRESS_BEYOND);
		walk->index[level]++;
		return;
	}
	table = mfn < walk->pages->frame_limit ? pages_get(walk->pages, mfn, level - 1) : NULL;
	if (!table) {
		snprintf(absent, sizeof(absent), "refers to a table that %s", walk->pages->absent);
		finding(walk, raw, absent);
		walk->absent++;
		walk->index[level]++;
		return;
	}
	if (visited(walk, mfn)) {
		finding(walk, raw, "refers to a table that the walk has been in before");
		walk->index[level]++;
		return;
	}
	walk->pending[level - 1] = walk->pending[level] || ept_emt(raw) == 7;
	walk->gfn[level - 1] = walk->gfn[level] + ((uint64_t)walk->index[level] << order_of(level));
	walk->table[level - 1] = table;
	walk->index[level - 1] = 0;
	walk->level--;
}

/* One entry above the 4K level. True if it filled out. */
static bool upper_entry(struct walk *walk, struct entry *out)
{
	unsigned int level = walk->level;
	uint64_t raw = walk->table[level][walk->index[level]];

	if (!ept_present(raw)) {
		walk->index[level]++;
		if (ept_type(raw) != P2M_POPULATE_ON_DEMAND || level > 3)
			return false;
		walk->index[level]--;
		fill(walk, out, raw);
		walk->index[level]++;
		out->pod = true;
		out->rights = 0;
		out->pending = false;
		return true;
	}
	if (level <= 3 && ept_superpage(raw)) {
		if (ept_type(raw) == P2M_INVALID) {
			finding(walk, raw, PRESENT_INVALID);
			walk->index[level]++;
			return false;
		}
		fill(walk, out, raw);
		check_leaf(walk, out);
		walk->index[level]++;
		return true;
	}
	if (level > 3 && ept_superpage(raw))
		finding(walk, raw, "bit 7 at a level without superpages (SDM: reserved)");
	descend(walk, raw);
	return false;
}

/* The leaves of a 4K table, which are nearly all of a walk. Key D prints those that are valid. */
static size_t leaves(struct walk *walk, struct entry *out, size_t max)
{
	const uint64_t *table = walk->table[1];
	size_t count = 0;

	while (walk->index[1] < PAGE_ENTRIES && count < max) {
		uint64_t raw = table[walk->index[1]];

		if (!(raw & ~SUPPRESS_VE) || ept_type(raw) == P2M_INVALID) {
			if (ept_present(raw))
				finding(walk, raw, PRESENT_INVALID);
			walk->index[1]++;
			continue;
		}
		fill(walk, &out[count], raw);
		if (ept_type(raw) == P2M_POPULATE_ON_DEMAND && !ept_present(raw)) {
			out[count].pod = true;
			out[count].pending = false;
		} else if (ept_present(raw)) {
			check_leaf(walk, &out[count]);
		}
		walk->index[1]++;
		count++;
	}
	return count;
}

size_t walk_read(struct walk *walk, struct entry *entries, size_t max)
{
	size_t count = 0;

	while (count < max && walk->level <= walk->levels) {
		if (walk->index[walk->level] == PAGE_ENTRIES) {
			walk->level++;
			if (walk->level <= walk->levels)
				walk->index[walk->level]++;
		} else if (walk->level == 1) {
			count += leaves(walk, entries + count, max - count);
		} else if (upper_entry(walk, &entries[count])) {
			count++;
		}
	}
	return count;
}

#define MFN_BITS      UINT64_C(0x000ffffffffff000)
#define ACCESSED_BITS UINT64_C(0x300) /* A and D: what a guest did, not what Xen decided */

/* Are all entries of a table like one, with frames in [first, last]? */
static bool alike(const uint64_t *table, const struct table_sum *sum, uint64_t like, uint64_t first,
		  uint64_t last, uint64_t reserved)
{
	uint64_t low = UINT64_MAX, high = 0;
	unsigned int i;

	if (((sum->any ^ like) | (sum->all ^ like)) & ~(MFN_BITS | ACCESSED_BITS) ||
	    sum->any & reserved)
		return false;
	/* What bits any has, and all have, bounds the frames, too: mostly that is enough. */
	if ((sum->all & MFN_BITS) >> 12 >= first && (sum->any & MFN_BITS) >> 12 <= last)
		return true;
	for (i = 0; i < PAGE_ENTRIES; i++) {
		uint64_t mfn = ept_mfn(table[i]);

		low = mfn < low ? mfn : low;
		high = mfn > high ? mfn : high;
	}
	return low >= first && high <= last;
}

uint64_t walk_skip(struct walk *walk, struct entry *like, const struct window *window)
{
	uint64_t count = 0;

	if (like->order || like->pod)
		return 0;
	while (walk->level <= walk->levels) {
		unsigned int level = walk->level, index = walk->index[level];
		uint64_t gfn = walk->gfn[level], raw;
		const struct table_sum *sum;
		struct table_sum own;

		if (index == PAGE_ENTRIES) {
			walk->level++;
			if (walk->level <= walk->levels)
				walk->index[walk->level]++;
			continue;
		}
		if (level > 1) {
			raw = walk->table[level][index];
			if (!ept_present(raw) || ept_superpage(raw))
				break; /* perhaps an entry: for walk_read() */
			descend(walk, raw);
			continue;
		}
		if (index || walk->pending[1] != like->ipat_hidden || gfn < window->gfn_first ||
		    gfn + PAGE_ENTRIES - 1 > window->gfn_last)
			break;
		sum = pages_sum(walk->pages, walk->number, walk->table[1], &own);
		if (!alike(walk->table[1], sum, like->raw, window->mfn_first, window->mfn_last,
			   walk->reserved))
			break;
		count += PAGE_ENTRIES;
		walk->index[1] = PAGE_ENTRIES - 1;
		fill(walk, like, sum->last);
		walk->index[1] = PAGE_ENTRIES;
	}
	return count;
}
