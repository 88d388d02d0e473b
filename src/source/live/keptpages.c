/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/live/keptpages.h"

#include "base/array.h"
#include "base/temporary.h"
#include "source/tables/corefile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int kept_pages_begin(struct kept_pages *kept, struct error *err)
{
	memset(kept, 0, sizeof(*kept));
	kept->fd = temporary_file();
	return kept->fd < 0 ? error_set(err, kept->fd, "cannot make a temporary file: %s",
					strerror(-kept->fd))
			    : 0;
}

void kept_pages_end(struct kept_pages *kept)
{
	if (kept->fd >= 0)
		close(kept->fd);
	free(kept->pages);
	memset(kept, 0, sizeof(*kept));
	kept->fd = -1;
}

int kept_pages_add(struct kept_pages *kept, const uint64_t *mfns, unsigned int count,
		   const uint64_t (*pages)[PAGE_ENTRIES], struct error *err)
{
	unsigned int i;
	int rc = temporary_write(kept->fd, pages, (size_t)count * PAGE_SIZE);

	if (rc)
		return error_set(err, rc, "cannot keep what was read in a temporary file: %s",
				 strerror(-rc));
	for (i = 0; i < count && !rc; i++) {
		struct kept_page page = { mfns[i], kept->count };

		rc = array_append(&kept->pages, &kept->count, sizeof(page), &page);
	}
	return rc ? error_set(err, rc, "out of memory") : 0;
}

/* By frame; of one frame, what was read last is first. */
static int in_order(const void *a, const void *b)
{
	const struct kept_page *x = a, *y = b;

	if (x->mfn != y->mfn)
		return x->mfn < y->mfn ? -1 : 1;
	return x->nth > y->nth ? -1 : x->nth < y->nth;
}

static int get_page(void *opaque, size_t nth, void *page)
{
	const struct kept_pages *kept = opaque;
	ssize_t got = pread(kept->fd, page, PAGE_SIZE, (off_t)kept->pages[nth].nth * PAGE_SIZE);

	return got == PAGE_SIZE ? 0 : got < 0 ? -errno : -EIO;
}

int kept_pages_write(struct kept_pages *kept, FILE *file, struct error *err)
{
	size_t i, count = 0;
	uint64_t *mfns;
	int rc;

	if (kept->count)
		qsort(kept->pages, kept->count, sizeof(*kept->pages), in_order);
	mfns = calloc(kept->count + 1, sizeof(*mfns));
	if (!mfns)
		return error_set(err, -ENOMEM, "out of memory");
	for (i = 0; i < kept->count; i++) {
		if (count && mfns[count - 1] == kept->pages[i].mfn)
			continue;
		kept->pages[count] = kept->pages[i];
		mfns[count++] = kept->pages[i].mfn;
	}
	kept->count = count;
	rc = corefile_write(file, mfns, count, get_page, kept);
	free(mfns);
	return rc ? error_set(err, rc, "cannot read a temporary file: %s", strerror(-rc)) : 0;
}
