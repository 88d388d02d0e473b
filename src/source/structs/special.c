/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/structs/special.h"

#include "source/tables/walk.h"

#include <errno.h>

static int read_lists(struct xendata *data)
{
	static const enum member lists[] = { DOMAIN_XEN_LIST, DOMAIN_EXTRA_LIST };
	struct fact_ranges *special = &data->host.special;
	const struct frametable *table = &data->frametable;
	size_t i, k;
	int rc = data->listed ? 0 : 1;

	for (i = 0; i < data->count && !rc; i++)
		for (k = 0; k < 2 && !rc; k++)
			rc = pagelist_read(table, &data->mem, &data->layout,
					   xmem_place(&data->layout, lists[k],
						      data->domains[i].address),
					   k ? table->extra : table->xen_heap, &special->ranges);
	if (rc)
		ranges_clear(&special->ranges);
	else
		special->how = HOW_MEASURED;
	return rc;
}

int special_listed(struct xendata *data)
{
	unsigned int tries = 0;
	int rc;

	do
		rc = read_lists(data);
	while (rc > 0 && data->listed && xendata_again(data, &tries));
	return rc;
}

/* Can its frame be one that is in no domain's own list? Only one that is valid is in any. */
static bool doubtful(const struct facts *facts, const struct entry *entry)
{
	const struct fact_ranges *valid = &facts->mfn_valid;
	uint64_t first = 0, last = UINT64_MAX;

	if (entry->order || entry->pod || !entry->rights)
		return false;
	if (valid->how == HOW_MEASURED &&
	    !ranges_contain(&valid->ranges, entry->mfn, &first, &last))
		return false;
	first = 0;
	last = UINT64_MAX;
	if (p2m_type_class(entry->type) == P2M_CLASS_MMIO_DIRECT)
		return ranges_contain(&facts->ram.ranges, entry->mfn, &first, &last);
	return p2m_type_class(entry->type) == P2M_CLASS_GRANT_FOREIGN;
}

/* 0, 1 where an entry of Xen's table cannot be read, or -ENOMEM. */
static int look_at(struct xendata *data, const struct entry *entry, struct facts *facts)
{
	int is = doubtful(facts, entry) ? frametable_special(&data->frametable, &data->mem,
							     &data->layout, entry->mfn)
					: 0;

	if (is < 0)
		return 1;
	return is ? ranges_add(&facts->special.ranges, entry->mfn, entry->mfn) : 0;
}

int special_mapped(struct xendata *data, struct pages *tables, uint64_t eptp, struct facts *facts)
{
	static struct entry entries[PAGE_ENTRIES];
	struct walk walk;
	size_t count, i;
	int rc;

	if (facts->special.how != HOW_MEASURED || facts->ram.how != HOW_MEASURED)
		return 0;
	rc = walk_begin(&walk, tables, eptp, 52, walk_ignore, NULL);
	if (rc) /* without a root there are no entries */
		return rc == -ENOMEM ? rc : 0;
	while (!rc && (count = walk_read(&walk, entries, PAGE_ENTRIES))) {
		for (i = 0; i < count && !rc; i++)
			rc = look_at(data, &entries[i], facts);
		/* Whole tables that are like an entry that needs no look need none, either. */
		if (!rc && p2m_type_class(entries[count - 1].type) == P2M_CLASS_RAM)
			walk_skip(&walk, &entries[count - 1], &WINDOW_ALL);
	}
	walk_end(&walk);
	if (!rc)
		facts->special_possible.how = HOW_MEASURED; /* and none are in it */
	return rc < 0 ? rc : 0;
}
