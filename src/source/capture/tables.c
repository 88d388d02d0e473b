/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/capture/tables.h"

#include "base/array.h"

#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS 512

struct table {
	uint64_t gfn;
	uint64_t *words;
};

/* Fills words from the text; false if that is wrong. */
static bool parse(const char *text, uint64_t *words)
{
	while (*text) {
		unsigned int index, count, i;
		uint64_t value, step;
		int used = 0;

		if (sscanf(text, "%x*%x=%" SCNx64 "+%" SCNx64 "%n", &index, &count, &value, &step,
			   &used) != 4 ||
		    !used || index >= WORDS || !count || count > WORDS - index)
			return false;
		for (i = 0; i < count; i++, value += step)
			words[index + i] = value;
		text += used;
		if (*text == ' ')
			text++;
		else if (*text)
			return false;
	}
	return true;
}

int tables_add(struct tables *tables, uint64_t gfn, const char *words)
{
	struct table table = { gfn, calloc(WORDS, sizeof(uint64_t)) };
	int rc = -ENOMEM;

	if (table.words && !parse(words, table.words))
		rc = -EINVAL;
	else if (table.words)
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

const void *tables_find(struct tables *tables, uint64_t gfn)
{
	const struct table wanted = { gfn, NULL }, *found;

	if (tables->sorted != tables->count)
		qsort(tables->list, tables->count, sizeof(*tables->list), ascending);
	tables->sorted = tables->count;
	found = tables->count ? bsearch(&wanted, tables->list, tables->count, sizeof(*tables->list),
					ascending)
			      : NULL;
	return found ? found->words : NULL;
}

void tables_clear(struct tables *tables)
{
	size_t i;

	for (i = 0; i < tables->count; i++)
		free(tables->list[i].words);
	free(tables->list);
	memset(tables, 0, sizeof(*tables));
}
