/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tables that are copied while they change, and tables made by chance: whatever stands in them,
 * nothing is asked for but frames that may be read, and no more at a time than is allowed. With
 * COPY_TABLES=N so many tables of the latter kind are made.
 */
#include "unit/test.h"

#include "source/tables/copy.h"
#include "source/tables/walk.h"
#include "x86/ept.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FRAMES	 4096 /* of which some are no RAM */
#define ROOT	 8
#define ENTRY(m) ((uint64_t)(m) << 12 | 7)

static uint64_t memory[64][PAGE_ENTRIES];
static uint64_t seed;
static unsigned long calls, tables;
static unsigned int fail_at, flip_from, flip_to;

static uint64_t mix(uint64_t x)
{
	x ^= x >> 33;
	x *= UINT64_C(0xff51afd7ed558ccd);
	x ^= x >> 33;
	x *= UINT64_C(0xc4ceb9fe1a85ec53);
	return x ^ x >> 33;
}

/* A hole in the middle, and nothing behind the end. */
static bool readable(const struct frames *frames, uint64_t mfn)
{
	(void)frames;
	return mfn && mfn < FRAMES && (mfn < 1024 || mfn >= 1100);
}

static uint64_t entry_by_chance(uint64_t mfn, unsigned int index)
{
	uint64_t x = mix(seed ^ mix(mfn * PAGE_ENTRIES + index)), y = mix(x);

	switch (y % 64) {
	case 0:
		return x;
	case 1: /* mostly what must not be read */
		return ENTRY(x % (FRAMES * 2));
	case 2:
		return ENTRY(x % FRAMES);
	case 3:
		return ENTRY(1020 + x % 100);
	default:
		return 0;
	}
}

static int read_frames(struct frames *frames, const uint64_t *mfns, unsigned int count,
		       uint64_t (**read)[PAGE_ENTRIES], struct error *err)
{
	static uint64_t pages[FRAMES_AT_ONCE][PAGE_ENTRIES];
	unsigned int i, k;

	*read = pages;

	calls++;
	check(count && count <= FRAMES_AT_ONCE, "%u pages at once", count);
	for (i = 0; i < count; i++) {
		check(readable(frames, mfns[i]), "frame 0x%lx was asked for",
		      (unsigned long)mfns[i]);
		if (seed)
			for (k = 0; k < PAGE_ENTRIES; k++)
				pages[i][k] = entry_by_chance(mfns[i], k);
		else
			memcpy(pages[i], memory[mfns[i] % 64], PAGE_SIZE);
		if (mfns[i] == ROOT && calls >= flip_from && calls <= flip_to)
			pages[i][0] = ENTRY(20 + calls % 7);
	}
	tables += count;
	return fail_at && calls >= fail_at ? error_set(err, -EIO, "read %lu failed", calls) : 0;
}

static struct frames frames = { .read = read_frames, .readable = readable };

/* What is kept of each page's entries is what stands in it, whatever level it was found at. */
static void check_sums(const struct table_copy *copy)
{
	uint64_t page;
	unsigned int i;

	for (page = 0; page < copy->count; page++) {
		const struct table_sum *sum = copy->pages.ops->sum(&copy->pages, page);
		uint64_t any = 0, all = UINT64_MAX;

		for (i = 0; i < PAGE_ENTRIES; i++) {
			any |= copy->map[page][i];
			all &= copy->map[page][i];
		}
		if (!check(sum->any == any && sum->all == all &&
				   sum->last == copy->map[page][PAGE_ENTRIES - 1],
			   "sum of page %lu", (unsigned long)page))
			return;
	}
}

/* Entries that a walk has which passes over tables of entries that are alike. */
static unsigned long walk_again(struct table_copy *copy, uint64_t first, uint64_t last)
{
	const struct window window = { .gfn_last = UINT64_MAX, .mfn_last = UINT64_MAX };
	unsigned long count = 0;
	struct entry entry;
	struct walk walk;

	if (walk_begin(&walk, &copy->pages, ROOT << 12 | 0x1e, 52, walk_ignore, NULL))
		return 0;
	walk.first = first;
	walk.last = last;
	while (walk_read(&walk, &entry, 1))
		count += 1 + walk_skip(&walk, &entry, &window);
	walk_end(&walk);
	return count;
}

/* Entries that a walk over the copy has. */
static unsigned long walk_copy(struct table_copy *copy, uint64_t first, uint64_t last)
{
	static struct entry entries[256];
	unsigned long count = 0, skipped;
	struct walk walk;
	size_t n;

	check_sums(copy);
	if (!check(!walk_begin(&walk, &copy->pages, ROOT << 12 | 0x1e, 52, walk_ignore, NULL),
		   "begin"))
		return 0;
	walk.first = first;
	walk.last = last;
	while ((n = walk_read(&walk, entries, 256)))
		count += n;
	skipped = walk_again(copy, first, last);
	check(skipped == count, "%lu entries, and %lu where alike ones are skipped", count,
	      skipped);
	check(walk.tables <= copy->count, "%lu tables of %lu", (unsigned long)walk.tables,
	      (unsigned long)copy->count);
	walk_end(&walk);
	return count;
}

static int copy(struct table_copy *copied, uint64_t first, uint64_t last, uint64_t most)
{
	struct copy_wish wish = {
		.eptp = ROOT << 12 | 0x1e, .first = first, .last = last, .most = most
	};
	struct error err;

	calls = 0;
	copy_init(copied);
	return copy_tables(&frames, &wish, copied, &err);
}

/* 8 -> 9 -> 10 -> 11 and 12, with 512 entries each. */
static void plain_tables(void)
{
	unsigned int i;

	memset(memory, 0, sizeof(memory));
	memory[ROOT][0] = ENTRY(9);
	memory[9][0] = ENTRY(10);
	memory[10][0] = ENTRY(11);
	memory[10][1] = ENTRY(12);
	for (i = 0; i < PAGE_ENTRIES; i++) {
		memory[11][i] = ENTRY(i) | 0x30;
		memory[12][i] = ENTRY(i) | 0x30;
	}
}

static void still(void)
{
	struct table_copy copied;

	plain_tables();
	check(!copy(&copied, 0, UINT64_MAX, 100), "copy");
	check(copied.count == 5, "%lu tables", (unsigned long)copied.count);
	check(calls == 5, "%lu reads", calls); /* one of each level, and one again */
	check(!copied.changed.count, "something changed");
	check(walk_copy(&copied, 0, UINT64_MAX) == 1024, "entries");
	copy_clear(&copied);

	check(!copy(&copied, 512, 600, 100), "copy of a part");
	check(copied.count == 4, "%lu tables for a part", (unsigned long)copied.count);
	check(walk_copy(&copied, 512, 600) == 512, "entries of a part");
	copy_clear(&copied);

	check(copy(&copied, 0, UINT64_MAX, 4) == -E2BIG, "more tables than there can be");
	copy_clear(&copied);
	for (fail_at = 1; fail_at <= 5; fail_at++) {
		check(copy(&copied, 0, UINT64_MAX, 100) == -EIO, "read %u fails", fail_at);
		copy_clear(&copied);
	}
	fail_at = 0;
}

/* Tables that refer to each other, to themselves, and to what is no RAM. */
static void in_circles(void)
{
	struct table_copy copied;

	plain_tables();
	memory[ROOT][1] = ENTRY(ROOT);
	memory[9][1] = ENTRY(ROOT);
	memory[10][2] = ENTRY(10);
	memory[10][3] = ENTRY(1050);
	memory[10][4] = ENTRY(FRAMES);
	memory[10][5] = ENTRY(UINT64_C(0xffffffffff));
	check(!copy(&copied, 0, UINT64_MAX, 100), "copy");
	check(copied.count == 5, "%lu tables", (unsigned long)copied.count);
	check(walk_copy(&copied, 0, UINT64_MAX) == 1024, "entries");
	copy_clear(&copied);
}

static void while_it_changes(void)
{
	struct table_copy copied;

	plain_tables();
	/* Only when it is compared: copied anew, and the same then. */
	flip_from = flip_to = 5;
	check(!copy(&copied, 0, UINT64_MAX, 100), "copy");
	check(calls == 10, "%lu reads", calls);
	check(!copied.changed.count, "a change that was over is told");
	check(walk_copy(&copied, 0, UINT64_MAX) == 1024, "entries");
	copy_clear(&copied);

	/* A and D bits are no change. */
	memory[ROOT][0] |= 0x300;
	flip_from = flip_to = 0;
	check(!copy(&copied, 0, UINT64_MAX, 100) && calls == 5, "accessed meanwhile");
	copy_clear(&copied);

	/* Each time: three times, and told. */
	flip_from = 1;
	flip_to = 1000;
	check(!copy(&copied, 0, UINT64_MAX, 100), "copy of what does not rest");
	check(copied.changed.count == 1 && copied.changed.range[0].first == 0 &&
		      copied.changed.range[0].last == (UINT64_C(1) << 27) - 1,
	      "what changed is not told");
	copy_clear(&copied);
	flip_from = flip_to = 0;
}

static void by_chance(void)
{
	const char *wanted = getenv("COPY_TABLES");
	unsigned long most = wanted ? strtoul(wanted, NULL, 10) : 20000;
	struct table_copy copied;
	int rc;

	tables = 0;
	for (seed = 1; tables < most; seed++) {
		rc = copy(&copied, 0, UINT64_MAX, 3000);
		if (check(!rc || rc == -E2BIG, "seed %lu: %d", (unsigned long)seed, rc) && !rc)
			walk_copy(&copied, 0, UINT64_MAX);
		copy_clear(&copied);
	}
	seed = 0;
}

int main(void)
{
	still();
	in_circles();
	while_it_changes();
	by_chance();
	return test_end();
}
