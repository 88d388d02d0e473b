/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/live/guestpages.h"

#include "model/entry.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS (4 * GUEST_PAGES)
#define PAGE  4096

int guest_pages_begin(struct guest_pages *pages, struct xen *xen, int domid)
{
	guest_pages_end(pages);
	pages->xen = xen;
	pages->domid = domid;
	pages->pages = calloc(GUEST_PAGES, sizeof(*pages->pages));
	pages->index = calloc(SLOTS, sizeof(*pages->index));
	return pages->pages && pages->index ? 0 : -ENOMEM;
}

void guest_pages_end(struct guest_pages *pages)
{
	unsigned int i;

	for (i = 0; pages->pages && i < GUEST_PAGES; i++)
		free(pages->pages[i].copy);
	free(pages->pages);
	free(pages->index);
	pages->pages = NULL;
	pages->index = NULL;
	pages->count = 0;
}

/* The slot that has the gfn, or the free one where it belongs. */
static uint16_t *slot(const struct guest_pages *pages, uint64_t gfn)
{
	unsigned int at = (gfn * UINT64_C(0x9e3779b97f4a7c15) >> 32) % SLOTS;

	while (pages->index[at] && pages->pages[pages->index[at] - 1].gfn != gfn)
		at = (at + 1) % SLOTS;
	return &pages->index[at];
}

static void index_all(struct guest_pages *pages)
{
	unsigned int i;

	memset(pages->index, 0, SLOTS * sizeof(*pages->index));
	for (i = 0; i < pages->count; i++)
		*slot(pages, pages->pages[i].gfn) = i + 1;
}

/* Sees to it that so many more can be kept: those that were fetched first go, half of all. */
static void make_room(struct guest_pages *pages, unsigned int more)
{
	const unsigned int half = GUEST_PAGES / 2;
	unsigned int i;

	if (pages->count + more <= GUEST_PAGES)
		return;
	for (i = 0; i < half; i++) {
		struct guest_page old = pages->pages[i];

		pages->pages[i] = pages->pages[i + half];
		pages->pages[i + half] = old;
	}
	pages->count -= half;
	index_all(pages);
}

/* A place for the page of a gfn, at which it is found from now on; NULL if out of memory. */
static struct guest_page *place(struct guest_pages *pages, uint64_t gfn)
{
	struct guest_page *page = &pages->pages[pages->count];

	if (!page->copy)
		page->copy = malloc(PAGE);
	if (!page->copy)
		return NULL;
	page->gfn = gfn;
	page->there = false;
	*slot(pages, gfn) = ++pages->count;
	return page;
}

/* Types of which a page is there to be read. Xen's answer for RAM stands for several. */
#define READABLE (1u << P2M_RAM_RW | 1u << P2M_RAM_LOGDIRTY | 1u << P2M_RAM_RO)

/* Fetches up to XEN_PAGES_MAX pages that are not there yet. What fails stays not there. */
static void fetch(struct guest_pages *pages, const uint64_t *gfns, unsigned int count)
{
	uint32_t types[XEN_TYPES_MAX];
	uint64_t wanted[XEN_PAGES_MAX];
	struct guest_page *into[XEN_PAGES_MAX];
	void *copies[XEN_PAGES_MAX];
	int rcs[XEN_PAGES_MAX];
	unsigned int i, kept = 0;

	_Static_assert(XEN_PAGES_MAX <= XEN_TYPES_MAX, "types are asked for once");
	make_room(pages, count);
	if (xen_types(pages->xen, pages->domid, gfns, types, count))
		memset(types, 0, sizeof(types));
	for (i = 0; i < count; i++) {
		struct guest_page *page = place(pages, gfns[i]);

		if (!page)
			return;
		if (!(types[i] & READABLE))
			continue;
		wanted[kept] = gfns[i];
		copies[kept] = page->copy;
		into[kept++] = page;
	}
	if (!kept || xen_guest_pages(pages->xen, pages->domid, wanted, kept, copies, rcs))
		return;
	for (i = 0; i < kept; i++)
		into[i]->there = !rcs[i];
}

void guest_pages_ahead(struct guest_pages *pages, const uint64_t *gfns, unsigned int count)
{
	uint64_t batch[XEN_PAGES_MAX];
	unsigned int i, k, waiting = 0;

	for (i = 0; i < count; i++) {
		if (*slot(pages, gfns[i]))
			continue;
		for (k = 0; k < waiting && batch[k] != gfns[i]; k++)
			;
		if (k < waiting)
			continue;
		batch[waiting++] = gfns[i];
		if (waiting == XEN_PAGES_MAX) {
			fetch(pages, batch, waiting);
			waiting = 0;
		}
	}
	if (waiting)
		fetch(pages, batch, waiting);
}

const void *guest_pages_get(struct guest_pages *pages, uint64_t gfn, unsigned int level)
{
	const struct guest_page *page;

	if (!*slot(pages, gfn))
		fetch(pages, &gfn, 1);
	if (!*slot(pages, gfn))
		return NULL;
	page = &pages->pages[*slot(pages, gfn) - 1];
	if (!page->there)
		return NULL;
	/* A page of a higher level may be replaced while it is being read. */
	memcpy(pages->level[level], page->copy, PAGE);
	return pages->level[level];
}
