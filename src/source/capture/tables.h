/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_CAPTURE_TABLES_H
#define SOURCE_CAPTURE_TABLES_H

/* Pages of a guest's own tables, as a capture has them. */

#include "source/capture/form.h"

#include <stddef.h>
#include <stdint.h>

/* They are kept as text: a short line can stand for a whole page, and a capture has many. */
struct tables {
	struct table *list;
	size_t count;
	/* The page found last for each level of a walk. */
	uint64_t words[PAGING_LEVELS + 1][FORM_TABLE_WORDS];
};

/* Adds the page at a gfn; words are such as form_parse_words() takes. Returns 0 or -ENOMEM. */
int tables_add(struct tables *tables, uint64_t gfn, const char *words);

/* When all were added. Returns 0, or -EEXIST where a gfn has more than one page. */
int tables_settle(struct tables *tables);

/* That page, as it is kept until the next call for that level, or NULL. After tables_settle(). */
const void *tables_find(struct tables *tables, uint64_t gfn, unsigned int level);
void tables_clear(struct tables *tables);

#endif
