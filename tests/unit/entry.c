/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When entries are alike, and when they make one block. */
#include "model/entry.h"
#include "test.h"

static const struct entry page = { .gfn = 0x1000, .mfn = 0x2000, .rights = 7, .emt = 6 };

static void alike(void)
{
	struct entry others[] = { page, page, page, page, page, page, page, page }, other = page;
	unsigned int i;

	others[0].order = 9;
	others[1].rights = 5;
	others[2].emt = 0;
	others[3].ipat = true;
	others[4].ipat_hidden = true;
	others[5].pending = true;
	others[6].pod = true;
	others[7].type = ENTRY_TYPE_UNKNOWN;
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		check(!entry_alike(&page, &others[i]), "field %u differs", i);
	other.gfn++;
	other.mfn += 5;
	other.raw = 0x1234;
	check(entry_alike(&page, &other), "frames and raw bits may differ");
}

static void adjoins(void)
{
	struct entry next = page, large = page;

	next.gfn++;
	check(!entry_adjoins(&page, &next), "the same mfn");
	next.mfn++;
	check(entry_adjoins(&page, &next), "a neighbour");
	check(!entry_adjoins(&next, &page), "not the other way round");
	next.gfn++;
	check(!entry_adjoins(&page, &next), "a gfn between");

	large.order = 9;
	check(entry_last(&large) == 0x11ff && entry_last(&page) == 0x1000, "the last gfn");
	next.gfn = 0x1200;
	next.mfn = 0x2200;
	check(entry_adjoins(&large, &next), "behind a superpage");
	next.mfn = 0;
	check(!entry_adjoins(&large, &next), "elsewhere");
	large.pod = true;
	check(entry_adjoins(&large, &next), "PoD has no frames");
}

int main(void)
{
	alike();
	adjoins();
	return test_end();
}
