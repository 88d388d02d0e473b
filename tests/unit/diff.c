/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Two moments of a p2m, gfn by gfn: what diff_pieces() tells must be what a table of gfns tells. */
#include "unit/test.h"

#include "audit/diff.h"

#include <stdlib.h>
#include <string.h>

#define GFNS 64

struct cell {
	bool mapped;
	uint64_t mfn;
	unsigned int emt, verdict;
};

static struct cell cells[2][GFNS];
static bool told[GFNS];

static void note(void *opaque, const struct difference *difference)
{
	bool follow[2] = { true, true };
	unsigned int side;
	uint64_t gfn;

	(void)opaque;
	for (gfn = difference->first; gfn <= difference->last && gfn < GFNS; gfn++) {
		check_each(!told[gfn], "gfn %d is told twice", (int)gfn);
		told[gfn] = true;
		for (side = 0; side < 2; side++) {
			const struct cell *cell = &cells[side][gfn];
			const struct piece *piece = &difference->piece[side];
			uint64_t mfn = piece->first.mfn + (gfn - difference->first);

			check_each(cell->mapped == difference->mapped[side], "gfn %d: mapped",
				   (int)gfn);
			if (cell->mapped)
				check_each(piece->first.emt == cell->emt &&
						   piece->verdict == cell->verdict &&
						   (mfn == cell->mfn ||
						    !difference->mfn_contiguous[side]),
					   "gfn %d: entry of side %u", (int)gfn, side);
			follow[side] &= mfn == cell->mfn;
		}
	}
	for (side = 0; side < 2; side++)
		check_each(!difference->mapped[side] || !follow[side] ||
				   difference->mfn_contiguous[side],
			   "from gfn %d: frames of side %u follow each other",
			   (int)difference->first, side);
	/* Beyond the last mapping nothing differs. */
	check_each(difference->last < GFNS, "ends at 0x%x", (unsigned int)difference->last);
}

static unsigned int random_below(unsigned int limit)
{
	static uint64_t state = 1;

	state = state * UINT64_C(6364136223846793005) + 1442695040888963407;
	return (state >> 33) % limit;
}

static void fill(unsigned int side, struct pieces *pieces)
{
	unsigned int gfn;

	for (gfn = 0; gfn < GFNS; gfn++) {
		const struct cell *cell = &cells[side][gfn], *before = cell - 1;
		struct run run;

		if (!cell->mapped)
			continue;
		if (gfn && before->mapped && before->emt == cell->emt &&
		    before->verdict == cell->verdict && before->mfn + 1 == cell->mfn) {
			pieces->list[pieces->count - 1].gfn_last = gfn;
			continue;
		}
		memset(&run, 0, sizeof(run));
		run.first.gfn = run.gfn_last = gfn;
		run.first.mfn = cell->mfn;
		run.first.emt = cell->emt;
		run.first.type = ENTRY_TYPE_UNKNOWN;
		run.verdict = cell->verdict;
		pieces_add(pieces, &run);
	}
}

static void count_only(void *opaque, const struct difference *difference)
{
	(void)opaque;
	(void)difference;
}

/* Is an entry that is so instead told as a difference? */
static void test_each(void)
{
	static const struct entry entry = {
		.gfn = 5, .mfn = 7, .rights = 7, .emt = 6, .type = P2M_RAM_RW
	};
	struct {
		const char *what;
		bool differs;
		struct entry entry;
		enum verdict verdict;
	} cases[] = {
		{ "nothing", false, entry, VERDICT_OK },
		{ "type", true, entry, VERDICT_OK },
		{ "no type known", false, entry, VERDICT_OK },
		{ "rights", true, entry, VERDICT_OK },
		{ "EMT", true, entry, VERDICT_OK },
		{ "iPAT", true, entry, VERDICT_OK },
		{ "iPAT hidden", true, entry, VERDICT_OK },
		{ "PoD", true, entry, VERDICT_OK },
		{ "pending", true, entry, VERDICT_OK },
		{ "mfn", true, entry, VERDICT_OK },
		{ "verdict", true, entry, VERDICT_OK_IF },
	};
	unsigned int i, side;

	cases[1].entry.type = P2M_RAM_RO;
	cases[2].entry.type = ENTRY_TYPE_UNKNOWN;
	cases[3].entry.rights = 3;
	cases[4].entry.emt = 0;
	cases[5].entry.ipat = true;
	cases[6].entry.ipat_hidden = true;
	cases[7].entry.pod = true;
	cases[8].entry.pending = true;
	cases[9].entry.mfn = 8;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (side = 0; side < 2; side++) {
			struct pieces pieces[2] = { { .list = NULL }, { .list = NULL } };
			struct run runs[2] = {
				{ .first = entry, .gfn_last = 5, .verdict = VERDICT_OK },
				{ .first = cases[i].entry,
				  .gfn_last = 5,
				  .verdict = cases[i].verdict },
			};

			pieces_add(&pieces[side], &runs[0]);
			pieces_add(&pieces[!side], &runs[1]);
			check_each(diff_pieces(&pieces[0], &pieces[1], count_only, NULL) ==
					   cases[i].differs,
				   "%s, side %u", cases[i].what, side);
			pieces_clear(&pieces[0]);
			pieces_clear(&pieces[1]);
		}
	/* What is hidden or not there has no value that could differ. */
	for (i = 0; i < 2; i++) {
		struct pieces pieces[2] = { { .list = NULL }, { .list = NULL } };
		struct run run = { .first = entry, .gfn_last = 5 };

		run.first.ipat_hidden = !i;
		run.first.pod = i;
		pieces_add(&pieces[0], &run);
		run.first.ipat = !i;
		run.first.mfn += i;
		pieces_add(&pieces[1], &run);
		check_each(!diff_pieces(&pieces[0], &pieces[1], count_only, NULL), "%s",
			   i ? "frame of PoD" : "iPAT behind ?");
		pieces_clear(&pieces[0]);
		pieces_clear(&pieces[1]);
	}
}

/* Where entries were lost, one that is not there tells nothing, but another one does. */
static void test_incomplete(void)
{
	struct pieces pieces[2] = { { .list = NULL }, { .list = NULL } };
	struct run run = { .gfn_last = 1 },
		   other = { .first = { .gfn = 1, .emt = 6 }, .gfn_last = 2 };

	pieces_add(&pieces[0], &run);
	pieces_add(&pieces[1], &other);
	check(diff_pieces(&pieces[0], &pieces[1], count_only, NULL) == 3, "all three differ");
	pieces[1].incomplete = true;
	check(diff_pieces(&pieces[0], &pieces[1], count_only, NULL) == 2, "0 may be mapped later");
	check(diff_pieces(&pieces[1], &pieces[0], count_only, NULL) == 2, "or before");
	pieces[0].incomplete = true;
	check(diff_pieces(&pieces[0], &pieces[1], count_only, NULL) == 1, "both have 1");
	pieces_clear(&pieces[0]);
	pieces_clear(&pieces[1]);
}

int main(void)
{
	unsigned int round, gfn, side, differing;

	test_each();
	test_incomplete();
	for (round = 0; round < 5000; round++) {
		struct pieces pieces[2] = { { .list = NULL }, { .list = NULL } };

		differing = 0;
		memset(cells, 0, sizeof(cells));
		memset(told, 0, sizeof(told));
		for (gfn = 0; gfn < GFNS; gfn++) {
			struct cell *cell = &cells[0][gfn];

			cell->mapped = random_below(4);
			cell->mfn = cell->mapped ? 100 + gfn + random_below(8) / 7 * 50 : 0;
			cell->emt = cell->mapped ? random_below(8) / 7 * 6 : 0;
			cell->verdict = cell->mapped ? random_below(8) / 7 : 0;
			cells[1][gfn] = *cell;
			if (random_below(6) < round % 7)
				continue;
			cell = &cells[1][gfn];
			cell->mapped = random_below(4);
			cell->mfn = cell->mapped ? 100 + gfn + random_below(2) * 50 : 0;
			cell->emt = cell->mapped ? random_below(2) * 6 : 0;
			cell->verdict = cell->mapped ? random_below(2) : 0;
		}
		for (gfn = 0; gfn < GFNS; gfn++)
			differing +=
				memcmp(&cells[0][gfn], &cells[1][gfn], sizeof(cells[0][0])) != 0;
		fill(0, &pieces[0]);
		fill(1, &pieces[1]);
		check_each(diff_pieces(&pieces[0], &pieces[1], note, NULL) == differing,
			   "round %u: %u gfns differ", round, differing);
		for (gfn = 0; gfn < GFNS; gfn++)
			check_each(told[gfn] == !!memcmp(&cells[0][gfn], &cells[1][gfn],
							 sizeof(cells[0][0])),
				   "round %u: gfn %u", round, gfn);
		for (side = 0; side < 2; side++)
			pieces_clear(&pieces[side]);
	}
	return test_end();
}
