/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_CAPTURE_TABLES_H
#define SOURCE_CAPTURE_TABLES_H

/* Pages of a guest's own tables, as a capture has them. */

#include <stddef.h>
#include <stdint.h>

struct tables {
	struct table *list; /* ascending once something was looked for */
	size_t count, sorted;
};

/*
 * Adds the page at a gfn: "INDEX*COUNT=VALUE+STEP …", hexadecimal, COUNT words from INDEX on, the
 * others 0. Returns 0, -ENOMEM, or -EINVAL if the text is wrong.
 */
int tables_add(struct tables *tables, uint64_t gfn, const char *words);

/* That page, or NULL. */
const void *tables_find(struct tables *tables, uint64_t gfn);
void tables_clear(struct tables *tables);

#endif
