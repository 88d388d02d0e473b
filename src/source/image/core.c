/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/image/core.h"

#include "base/array.h"
#include "source/image/phys.h"
#include "source/tables/corefile.h"
#include "source/tables/pages.h"
#include "x86/ept.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Frames of table pages. */
struct tables {
	uint64_t *mfns;
	size_t count;
};

struct writing {
	struct phys *phys;
	const struct tables *tables;
};

/* All tables below one, each once: seen is a bit for each page of the image. */
static int gather(struct phys *phys, uint64_t mfn, unsigned int level, uint64_t *seen,
		  struct tables *tables)
{
	const uint64_t *page = mfn < phys_frame_limit(phys) ? phys_page(phys, mfn, 0) : NULL;
	uint64_t copy[PAGE_ENTRIES], number;
	unsigned int i;
	int rc;

	if (!page)
		return 0;
	number = phys_page_number(phys, mfn);
	if (seen[number / 64] >> (number % 64) & 1)
		return 0;
	seen[number / 64] |= UINT64_C(1) << (number % 64);
	rc = array_append(&tables->mfns, &tables->count, sizeof(mfn), &mfn);
	if (rc || level == 1)
		return rc;
	memcpy(copy, page, sizeof(copy));
	for (i = 0; i < PAGE_ENTRIES && !rc; i++)
		if (ept_present(copy[i]) && !(level <= 3 && ept_superpage(copy[i])))
			rc = gather(phys, ept_mfn(copy[i]), level - 1, seen, tables);
	return rc;
}

static int ascending(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static int get_page(void *opaque, size_t nth, void *page)
{
	const struct writing *writing = opaque;

	/* A copy: what the file has lost meanwhile write() would not read as zeros. */
	memcpy(page, phys_page(writing->phys, writing->tables->mfns[nth], 0), PAGE_SIZE);
	return 0;
}

int core_write(struct phys *phys, const uint64_t *eptps, size_t count, FILE *file,
	       struct error *err)
{
	uint64_t *seen = calloc(phys_page_limit(phys) / 64 + 1, sizeof(*seen));
	struct tables tables = { NULL, 0 };
	struct writing writing = { phys, &tables };
	size_t i;
	int rc = seen ? 0 : -ENOMEM;

	for (i = 0; i < count && !rc; i++)
		rc = gather(phys, eptp_root(eptps[i]) / PAGE_SIZE, (eptps[i] >> 3 & 7) == 4 ? 5 : 4,
			    seen, &tables);
	if (!rc && !tables.count)
		rc = error_set(err, -EFAULT, "the image has no page where the EPT has its root");
	if (!rc) {
		qsort(tables.mfns, tables.count, sizeof(*tables.mfns), ascending);
		corefile_write(file, tables.mfns, tables.count, get_page, &writing);
		if (phys_shrunk(phys))
			rc = error_set(err, -EIO, "the image became shorter while it was read");
	} else if (rc == -ENOMEM) {
		error_set(err, rc, "out of memory");
	}
	free(tables.mfns);
	free(seen);
	return rc;
}
