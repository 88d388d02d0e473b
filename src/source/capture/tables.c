/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/capture/tables.h"

#include "base/array.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct table {
	uint64_t gfn;
	char *words;
};

int tables_add(struct tables *tables, uint64_t gfn, const char *words)
{
	struct table table = { gfn, strdup(words) };
	int rc = -ENOMEM;

	if (table.words)
		rc = array_append(&tables->list, &tables->count, sizeof(table), &table);
	if (rc)
		free(table.words);
	return rc;
}

static int ascending(const void *a, const void *b)
{
	const struct table *x = a, *y = b;

	return (x->gfn > y->gfn) - (x->gfn < y->gfn);
}

int tables_settle(struct tables *tables)
{
	size_t i;

	if (tables->count)
		qsort(tables->list, tables->count, sizeof(*tables->list), ascending);
	for (i = 1; i < tables->count; i++)
		if (tables->list[i].gfn == tables->list[i - 1].gfn)
			return -EEXIST;
	return 0;
}

const void *tables_find(struct tables *tables, uint64_t gfn, unsigned int level)
{
	const struct table wanted = { gfn, NULL }, *found;

	found = tables->count ? bsearch(&wanted, tables->list, tables->count, sizeof(*tables->list),
					ascending)
			      : NULL;
	if (!found || level > PAGING_LEVELS || form_parse_words(found->words, tables->words[level]))
		return NULL;
	return tables->words[level];
}

void tables_clear(struct tables *tables)
{
	size_t i;

	for (i = 0; i < tables->count; i++)
		free(tables->list[i].words);
	free(tables->list);
	tables->list = NULL;
	tables->count = 0;
}
