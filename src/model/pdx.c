/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/pdx.h"

#define GROUP_FRAMES UINT64_C(0x10000) /* PDX_GROUP_COUNT with a 32-byte struct page_info */

int pdx_mfn_valid(struct facts *facts)
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
