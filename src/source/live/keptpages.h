/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_LIVE_KEPTPAGES_H
#define SOURCE_LIVE_KEPTPAGES_H

/* Every page that was read directly, kept in a temporary file, for a core of them. */

#include "base/error.h"
#include "source/tables/pages.h"

#include <stddef.h>
#include <stdio.h>

struct kept_pages {
	int fd;
	/* Of the nth page in the file. */
	struct kept_page {
		uint64_t mfn, nth;
	} * pages;
	size_t count;
};

/* Empty; kept_pages_end() may be called for it. Returns 0 or a negative errno value. */
int kept_pages_begin(struct kept_pages *kept, struct error *err);
void kept_pages_end(struct kept_pages *kept);

/* Adds count pages, as they are now. Returns 0 or a negative errno value. */
int kept_pages_add(struct kept_pages *kept, const uint64_t *mfns, unsigned int count,
		   const uint64_t (*pages)[PAGE_ENTRIES], struct error *err);

/*
 * Writes them as a core: of what was read more than once, what was read last. Nothing can be added
 * then. Returns 0 or a negative errno value; whether all could be written file tells.
 */
int kept_pages_write(struct kept_pages *kept, FILE *file, struct error *err);

#endif
