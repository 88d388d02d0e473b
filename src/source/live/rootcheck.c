/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/live/rootcheck.h"

#include "model/entry.h"
#include "x86/ept.h"

#include <string.h>

/* Tables of one level that are to be read, in one go. */
struct some {
	uint64_t mfns[FRAMES_AT_ONCE], gfns[FRAMES_AT_ONCE];
	unsigned int count;
};

static bool in_ram(const struct gdbsx *gdbsx, uint64_t mfn)
{
	return gdbsx->frames.readable(&gdbsx->frames, mfn);
}

/* Is the first and the last frame of an entry where it says? */
static void check_leaf(struct gdbsx *gdbsx, uint64_t raw, uint64_t gfn, uint64_t pages,
		       struct root_check *check)
{
	uint64_t mfn = ept_mfn(raw), last = mfn + pages - 1;

	/* Superpages of RAM may be without x (CVE-2018-12207). */
	if ((raw & (ENTRY_R | ENTRY_W)) != (ENTRY_R | ENTRY_W) || ept_type(raw) != P2M_RAM_RW)
		return;
	if (in_ram(gdbsx, mfn) && in_ram(gdbsx, last) && m2p_get(&gdbsx->m2p, mfn) == gfn &&
	    m2p_get(&gdbsx->m2p, last) == gfn + pages - 1)
		check->right++;
	else
		check->wrong++;
}

static void look_at(struct gdbsx *gdbsx, const uint64_t *table, uint64_t gfn, unsigned int level,
		    struct some *below, struct root_check *check)
{
	uint64_t size = entry_pages((level - 1) * 9);
	unsigned int i;

	for (i = 0; i < PAGE_ENTRIES; i++) {
		uint64_t raw = table[i];

		if (!ept_present(raw))
			continue;
		if (level == 1 || (level <= 3 && ept_superpage(raw))) {
			check_leaf(gdbsx, raw, gfn + i * size, size, check);
			continue;
		}
		if (!in_ram(gdbsx, ept_mfn(raw)))
			check->tables = false;
		else if (below->count < FRAMES_AT_ONCE) {
			below->mfns[below->count] = ept_mfn(raw);
			below->gfns[below->count++] = gfn + i * size;
		}
	}
}

int root_look(struct gdbsx *gdbsx, uint64_t eptp, struct root_check *check, struct error *err)
{
	uint64_t(*pages)[PAGE_ENTRIES];
	struct some now = { .mfns = { ept_mfn(eptp) }, .count = 1 }, below;
	unsigned int level, i;
	int rc = 0;

	memset(check, 0, sizeof(*check));
	check->tables = in_ram(gdbsx, now.mfns[0]);
	for (level = eptp_levels(eptp); level && now.count && check->tables && !rc; level--) {
		rc = gdbsx->frames.read(&gdbsx->frames, now.mfns, now.count, &pages, err);
		below.count = 0;
		for (i = 0; i < now.count && !rc; i++)
			look_at(gdbsx, pages[i], now.gfns[i], level, &below, check);
		now = below;
	}
	return rc;
}

bool root_proven(const struct root_check *check)
{
	return check->tables && check->right && check->wrong <= check->right / 8;
}

bool root_fits(const struct root_check *check, uint64_t pages)
{
	return root_proven(check) || (!pages && check->tables && !check->right && !check->wrong);
}
