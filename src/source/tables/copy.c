/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/tables/copy.h"

#include "base/array.h"
#include "base/temporary.h"
#include "x86/ept.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define TRIES	   3
#define PLACES_MIN 1024

/* A and D: what a guest did, not what Xen decided. */
#define ACCESSED_BITS UINT64_C(0x300)

/* A table, where it stands, and what it is of. */
struct table {
	uint64_t mfn, gfn, page;
	unsigned int level;
};

struct tables {
	struct table *table;
	size_t count;
};

struct copying {
	struct frames *frames;
	const struct copy_wish *wish;
	struct table_copy *copy;
	struct tables above;		 /* that are no leaves' tables, in the order of reading */
	struct tables next;		 /* those to be read, of one level */
	uint64_t (*pages)[PAGE_ENTRIES]; /* read last */
	struct error *err;
};

static int no_memory(struct error *err)
{
	return error_set(err, -ENOMEM, "out of memory");
}

static uint64_t entry_size(unsigned int level)
{
	return UINT64_C(1) << (level - 1) * 9;
}

/* ---- which page is that of a frame ---- */

static struct copy_place *place_of(const struct table_copy *copy, uint64_t mfn)
{
	uint64_t at = mfn * UINT64_C(0x9e3779b97f4a7c15) >> 20;

	for (;; at++) {
		struct copy_place *place = &copy->places[at & copy->place_mask];

		if (!place->page || place->mfn == mfn)
			return place;
	}
}

static int make_places(struct table_copy *copy, uint64_t count)
{
	struct copy_place *old = copy->places;
	uint64_t i, old_count = old ? copy->place_mask + 1 : 0;

	copy->places = calloc(count, sizeof(*copy->places));
	if (!copy->places) {
		copy->places = old;
		return -ENOMEM;
	}
	copy->place_mask = count - 1;
	for (i = 0; i < old_count; i++)
		if (old[i].page)
			*place_of(copy, old[i].mfn) = old[i];
	free(old);
	return 0;
}

/* Takes note of a frame that will be the next page. 1 if it is one already. */
static int add_place(struct copying *copying, uint64_t mfn)
{
	struct table_copy *copy = copying->copy;
	struct copy_place *place = place_of(copy, mfn);

	if (place->page)
		return 1;
	if (copy->count >= copying->wish->most)
		return error_set(copying->err, -E2BIG,
				 "there are more than %" PRIu64
				 " tables, so that these are not the tables of this domain",
				 copying->wish->most);
	if (copy->count >= copy->place_mask / 2) {
		if (make_places(copy, 2 * (copy->place_mask + 1)))
			return no_memory(copying->err);
		place = place_of(copy, mfn);
	}
	place->mfn = mfn;
	place->page = ++copy->count;
	return 0;
}

/* ---- copying ---- */

static bool refers_to_table(uint64_t raw, unsigned int level)
{
	return ept_present(raw) && !(level <= 3 && ept_superpage(raw));
}

static bool wanted(const struct copy_wish *wish, uint64_t gfn, uint64_t size)
{
	return gfn <= wish->last && gfn + size - 1 >= wish->first;
}

/* Adds the tables that one refers to, as far as they may be read. */
static int gather(struct copying *copying, const struct table *table, const uint64_t *page,
		  struct tables *below)
{
	unsigned int i;
	int rc;

	for (i = 0; i < PAGE_ENTRIES; i++) {
		struct table child = {
			.mfn = ept_mfn(page[i]),
			.gfn = table->gfn + i * entry_size(table->level),
			.level = table->level - 1,
		};

		if (!refers_to_table(page[i], table->level) ||
		    !wanted(copying->wish, child.gfn, entry_size(table->level)) ||
		    !copying->frames->readable(copying->frames, child.mfn))
			continue;
		rc = add_place(copying, child.mfn);
		if (rc < 0)
			return rc;
		child.page = copying->copy->count;
		if (!rc && array_append(&below->table, &below->count, sizeof(child), &child))
			return no_memory(copying->err);
	}
	return 0;
}

/* What is to be known of pages that were just read, of which the first is to be that page. */
static int sum_up(struct copying *copying, uint64_t page, unsigned int count)
{
	struct table_copy *copy = copying->copy;
	struct table_sum *sums = copy->sums;
	uint64_t room;
	unsigned int i;

	if (page + count > copy->sum_room) {
		room = page + count + (page >> 3) + FRAMES_AT_ONCE;
		sums = realloc(sums, room * sizeof(*sums));
		if (!sums)
			return no_memory(copying->err);
		copy->sums = sums;
		copy->sum_room = room;
	}
	for (i = 0; i < count; i++)
		table_sum(copying->pages[i], &sums[page + i]);
	return 0;
}

static int keep(struct copying *copying, const struct table *table, unsigned int count)
{
	size_t size = (size_t)count * PAGE_SIZE;
	off_t offset = (off_t)(table->page - 1) * PAGE_SIZE;
	ssize_t n;
	int rc;

	do
		n = pwrite(copying->copy->fd, copying->pages, size, offset);
	while (n < 0 && errno == EINTR);
	if (n == (ssize_t)size)
		return 0;
	rc = n < 0 ? -errno : -ENOSPC;
	return error_set(copying->err, rc,
			 "cannot write a copy of the tables to a temporary file: %s",
			 strerror(-rc));
}

static int read_some(struct copying *copying, const struct table *tables, unsigned int count)
{
	uint64_t mfns[FRAMES_AT_ONCE];
	unsigned int i;

	for (i = 0; i < count; i++)
		mfns[i] = tables[i].mfn;
	return copying->frames->read(copying->frames, mfns, count, &copying->pages, copying->err);
}

/* Reads all tables of a level, and gathers those of the one below. */
static int copy_level(struct copying *copying, unsigned int level)
{
	struct tables now = copying->next, below = { NULL, 0 };
	size_t done, i;
	unsigned int count;
	int rc = 0;

	for (done = 0; done < now.count && !rc; done += count) {
		count = now.count - done < FRAMES_AT_ONCE ? now.count - done : FRAMES_AT_ONCE;
		rc = read_some(copying, &now.table[done], count);
		if (!rc)
			rc = keep(copying, &now.table[done], count);
		if (!rc)
			rc = sum_up(copying, now.table[done].page - 1, count);
		for (i = 0; i < count && level > 1 && !rc; i++) {
			const struct table *table = &now.table[done + i];

			rc = gather(copying, table, copying->pages[i], &below);
			if (!rc && array_append(&copying->above.table, &copying->above.count,
						sizeof(*table), table))
				rc = no_memory(copying->err);
		}
	}
	free(now.table);
	copying->next = below;
	return rc;
}

/* Which entries of a table are not what they were when it was copied? */
static int compare(struct copying *copying, const struct table *table, const uint64_t *page)
{
	const uint64_t *before = copying->copy->map[table->page - 1];
	uint64_t size = entry_size(table->level);
	unsigned int i;

	for (i = 0; i < PAGE_ENTRIES; i++) {
		uint64_t gfn = table->gfn + i * size;

		if ((before[i] ^ page[i]) & ~ACCESSED_BITS && wanted(copying->wish, gfn, size) &&
		    ranges_add(&copying->copy->changed, gfn, gfn + size - 1))
			return no_memory(copying->err);
	}
	return 0;
}

static int read_again(struct copying *copying)
{
	const struct tables *above = &copying->above;
	unsigned int count, i;
	size_t done;
	int rc = 0;

	for (done = 0; done < above->count && !rc; done += count) {
		count = above->count - done < FRAMES_AT_ONCE ? above->count - done : FRAMES_AT_ONCE;
		rc = read_some(copying, &above->table[done], count);
		for (i = 0; i < count && !rc; i++)
			rc = compare(copying, &above->table[done + i], copying->pages[i]);
	}
	return rc;
}

static int map(struct table_copy *copy, struct error *err)
{
	/* All of it has just been written, and is in memory: one fault is enough. */
	copy->map = mmap(NULL, copy->count * PAGE_SIZE, PROT_READ, MAP_SHARED | MAP_POPULATE,
			 copy->fd, 0);
	if (copy->map == MAP_FAILED) {
		copy->map = NULL;
		return error_set(err, -errno, "cannot map a copy of the tables: %s",
				 strerror(errno));
	}
	close(copy->fd); /* there may be more domains than open files */
	copy->fd = -1;
	return 0;
}

static int copy_once(struct copying *copying)
{
	struct table_copy *copy = copying->copy;
	struct table root = {
		.mfn = ept_mfn(copying->wish->eptp),
		.level = eptp_levels(copying->wish->eptp) == 5 ? 5 : 4,
	};
	unsigned int level;
	int rc;

	if (!copying->frames->readable(copying->frames, root.mfn))
		return error_set(copying->err, -ENXIO,
				 "EPTP 0x%" PRIx64 " has its root outside of RAM, so it is none",
				 copying->wish->eptp);
	rc = make_places(copy, PLACES_MIN) ? no_memory(copying->err) : add_place(copying, root.mfn);
	root.page = copy->count;
	if (!rc && array_append(&copying->next.table, &copying->next.count, sizeof(root), &root))
		rc = no_memory(copying->err);
	for (level = root.level; level && !rc; level--)
		rc = copy_level(copying, level);
	if (!rc)
		rc = map(copy, copying->err);
	return rc ? rc : read_again(copying);
}

/* ---- for the walk ---- */

static const uint64_t *copy_get(struct pages *pages, uint64_t mfn, unsigned int slot)
{
	const struct table_copy *copy = (const struct table_copy *)pages;
	uint64_t page = place_of(copy, mfn)->page;

	(void)slot;
	return page ? copy->map[page - 1] : NULL;
}

static uint64_t copy_number(const struct pages *pages, uint64_t mfn)
{
	return place_of((const struct table_copy *)pages, mfn)->page - 1;
}

static const struct table_sum *copy_sum(const struct pages *pages, uint64_t number)
{
	return &((const struct table_copy *)pages)->sums[number];
}

static const struct pages_ops copy_ops = {
	.get = copy_get,
	.number = copy_number,
	.sum = copy_sum,
};

void copy_init(struct table_copy *copy)
{
	memset(copy, 0, sizeof(*copy));
	copy->fd = -1;
}

void copy_clear(struct table_copy *copy)
{
	if (copy->map)
		munmap(copy->map, copy->count * PAGE_SIZE);
	if (copy->fd >= 0)
		close(copy->fd);
	free(copy->places);
	free(copy->sums);
	ranges_clear(&copy->changed);
	copy_init(copy);
}

int copy_tables(struct frames *frames, const struct copy_wish *wish, struct table_copy *copy,
		struct error *err)
{
	struct copying copying = { .frames = frames, .wish = wish, .copy = copy, .err = err };
	unsigned int try;
	int rc = 0;

	for (try = 0; try < TRIES && !rc && (!try || copy->changed.count); try++) {
		copy_clear(copy);
		copy->fd = temporary_file();
		if (copy->fd < 0)
			rc = error_set(err, copy->fd, "cannot make a temporary file: %s",
				       strerror(-copy->fd));
		if (!rc)
			rc = copy_once(&copying);
		free(copying.next.table);
		free(copying.above.table);
		memset(&copying.next, 0, sizeof(copying.next));
		memset(&copying.above, 0, sizeof(copying.above));
	}
	copy->pages.ops = &copy_ops;
	copy->pages.limit = copy->count;
	copy->pages.frame_limit = UINT64_MAX;
	copy->pages.absent = "is not in RAM, and was not read";
	return rc;
}
