/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Frames with several types: by chance, against an array with the types of each frame. */
#include "audit/conflicts.h"

#include "test.h"
#include "x86/memtype.h"

#include <stdlib.h>
#include <string.h>

#define FRAMES (1u << 17)

static uint8_t types[FRAMES];
static uint64_t state;

static uint64_t random_below(uint64_t end)
{
	state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (state >> 33) % end;
}

/* What is told, as it comes: stretches in order, each with several types. */
struct told {
	uint64_t next;
	uint64_t frames;
	bool wrong;
};

static void tell(void *opaque, uint64_t first, uint64_t last, unsigned int several)
{
	struct told *told = opaque;
	uint64_t gfn;

	told->wrong |= last < first || first < told->next || last >= FRAMES;
	for (gfn = first; gfn <= last && gfn < FRAMES; gfn++)
		told->wrong |= types[gfn] != several;
	/* What follows at once has others. */
	told->wrong |= first && first == told->next && types[first - 1] == several;
	told->frames += last - first + 1;
	told->next = last + 1;
}

static void add(struct conflicts *conflicts, uint64_t first, uint64_t pages, unsigned int type)
{
	uint64_t gfn;

	pages = pages > FRAMES - first ? FRAMES - first : pages;
	conflicts_add(conflicts, first, pages, type);
	for (gfn = first; gfn < first + pages; gfn++)
		types[gfn] |= 1u << type;
}

static void test_by_chance(uint64_t seed, unsigned int count, uint64_t longest)
{
	static const uint8_t valid[] = { MEMTYPE_UC, MEMTYPE_WC, MEMTYPE_WT, MEMTYPE_WP,
					 MEMTYPE_WB };
	struct conflicts conflicts = { .table = NULL };
	struct told told = { 0, 0, false };
	uint64_t gfn, several = 0;

	state = seed;
	memset(types, 0, sizeof(types));
	while (count--) {
		uint64_t first = random_below(FRAMES), pages = 1 + random_below(longest);

		if (!random_below(4)) { /* whole superpages */
			first &= ~UINT64_C(511);
			pages = 512;
		}
		add(&conflicts, first, pages, valid[random_below(random_below(5) + 1)]);
	}
	conflicts_settle(&conflicts);
	conflicts_list(&conflicts, tell, &told);
	check(!conflicts.full, "listed");
	for (gfn = 0; gfn < FRAMES; gfn++)
		several += !!(types[gfn] & (types[gfn] - 1));
	check(!told.wrong && told.frames == several, "seed %llu: %llu frames, %llu wanted",
	      (unsigned long long)seed, (unsigned long long)told.frames,
	      (unsigned long long)several);
	check(several != 0, "seed %llu has conflicts", (unsigned long long)seed);
	conflicts_clear(&conflicts);
}

/* What has no place is left out, which is told, and the rest stays right. */
static void test_limit(void)
{
	struct conflicts conflicts = { .table = NULL };
	struct told told = { 0, 0, false };
	uint64_t n;

	memset(types, 0, sizeof(types));
	add(&conflicts, 5, 1, MEMTYPE_WB);
	add(&conflicts, 5, 1, MEMTYPE_UC);
	for (n = 1; n < CONFLICTS_CHUNKS + 100 && !conflicts.full; n++)
		conflicts_add(&conflicts, n * 512, 512, MEMTYPE_WB);
	conflicts_settle(&conflicts);
	check(conflicts.full && conflicts.used == CONFLICTS_CHUNKS, "%zu chunks", conflicts.used);
	conflicts_add(&conflicts, 5, 1, MEMTYPE_WC);
	conflicts_settle(&conflicts);
	conflicts_list(&conflicts, tell, &told);
	check(told.frames == 1 && !told.wrong, "%llu frames", (unsigned long long)told.frames);
	conflicts_clear(&conflicts);
	conflicts_settle(&conflicts);
	told.frames = 0;
	conflicts_list(&conflicts, tell, &told);
	check(!told.frames, "an empty one");
	conflicts_clear(&conflicts);
}

int main(void)
{
	uint64_t seed;

	for (seed = 1; seed <= 8; seed++)
		test_by_chance(seed, seed * 500, seed % 2 ? 2 : 1500);
	test_limit();
	return test_end();
}
