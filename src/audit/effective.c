/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "audit/effective.h"

#include <string.h>

const char *became_name(enum became became)
{
	static const char *const names[BECAME_COUNT] = {
		[BECAME_AS_ASKED] = "as asked",
		[BECAME_WEAKER] = "weaker",
		[BECAME_STRONGER] = "stronger",
	};

	return names[became];
}

const char *taker_name(enum taker taker)
{
	static const char *const names[TAKER_COUNT] = {
		[TAKER_EMT] = "emt",
		[TAKER_IPAT] = "ipat",
		[TAKER_GUEST_MTRR] = "guest-mtrr",
		[TAKER_HOST_MTRR] = "host-mtrr",
	};

	return names[taker];
}

/* How much may be kept in caches and buffers. */
static unsigned int strength(unsigned int type)
{
	static const unsigned char strengths[MEMTYPE_COUNT] = {
		[MEMTYPE_UC] = 0, [MEMTYPE_UC_MINUS] = 0, [MEMTYPE_WC] = 1,
		[MEMTYPE_WP] = 2, [MEMTYPE_WT] = 2,	  [MEMTYPE_WB] = 3,
	};

	return strengths[type & 7];
}

enum became became_of(unsigned int asked, int effective)
{
	if (effective < 0)
		return BECAME_UNKNOWN;
	/* UC- says itself that MTRRs, here the EPT, may make it WC. */
	if (asked == (unsigned int)effective ||
	    (asked == MEMTYPE_UC_MINUS && !memtype_cacheable(effective)))
		return BECAME_AS_ASKED;
	return strength(effective) < strength(asked) ? BECAME_WEAKER : BECAME_STRONGER;
}

/* Would a type of MTRRs, without iPAT, leave the guest what it asked for? */
static bool leaves(unsigned int emt, unsigned int asked)
{
	return became_of(asked, memtype_effective(emt, false, asked)) == BECAME_AS_ASKED;
}

static unsigned int takers(const struct effective_run *run)
{
	const struct backing *backing = &run->backing;
	unsigned int by = 0;

	if (run->became == BECAME_AS_ASKED || run->became == BECAME_UNKNOWN)
		return 0;
	if (backing->ipat && leaves(backing->emt, run->asked))
		return 1u << TAKER_IPAT;
	if (backing->guest != BACKING_UNKNOWN && !leaves(backing->guest, run->asked))
		by |= 1u << TAKER_GUEST_MTRR;
	if (backing->host != BACKING_UNKNOWN && !leaves(backing->host, run->asked))
		by |= 1u << TAKER_HOST_MTRR;
	return by ? by : 1u << TAKER_EMT;
}

static void judge(const struct effective *effective, struct effective_run *run)
{
	const struct backing *backing = &run->backing;

	run->asked = paging_pat_type(effective->registers, run->mapping.pat);
	run->effective = -1;
	if (backing->mapped && backing->emt != BACKING_UNKNOWN)
		run->effective = memtype_effective(backing->emt, backing->ipat, run->asked);
	if (paging_cache_disabled(effective->registers)) {
		run->asked = MEMTYPE_UC;
		if (backing->mapped)
			run->effective = MEMTYPE_UC;
	}
	run->half = -1;
	if (effective->backings->without_ept && backing->guest != BACKING_UNKNOWN)
		run->half = memtype_effective(backing->guest, false, run->asked);
	run->became = became_of(run->asked, run->effective);
	run->taken_by = takers(run);
}

static bool same_backing(const struct backing *a, const struct backing *b)
{
	return a->emt == b->emt && a->ipat == b->ipat && a->mapped == b->mapped &&
	       a->pending == b->pending && a->guest == b->guest && a->host == b->host &&
	       a->device == b->device;
}

static void flush(struct effective *effective)
{
	struct effective_run *run = &effective->run;
	struct effective_summary *summary = &effective->summary;
	uint64_t bytes = run->mapping.pages << 12;

	if (!run->mapping.pages)
		return;
	judge(effective, run);
	summary->runs++;
	summary->became[run->became] += bytes;
	if (run->effective < 0)
		summary->unmapped += bytes;
	else
		summary->bytes[run->effective] += bytes;
	if (!run->backing.mapped)
		summary->nowhere += bytes;
	if (run->half >= 0)
		summary->half[run->half] += bytes;
	if (effective->conflicts && run->effective >= 0)
		conflicts_add(effective->conflicts, run->mapping.gfn, run->mapping.pages,
			      run->effective);
	if (effective->emit)
		effective->emit(effective->opaque, run);
	run->mapping.pages = 0;
}

/* A part of a mapping with one backing. */
static void add_piece(struct effective *effective, const struct mapping *piece,
		      const struct backing *backing)
{
	struct effective_run *run = &effective->run;
	struct mapping *now = &run->mapping;

	if (now->pages && piece->gva == now->gva + (now->pages << 12) &&
	    piece->gfn == now->gfn + now->pages && piece->order == now->order &&
	    piece->pat == now->pat && same_backing(backing, &run->backing)) {
		now->pages += piece->pages;
		return;
	}
	flush(effective);
	*now = *piece;
	run->backing = *backing;
}

/* A mapping that is wanted, split where its backing changes. */
static void add_wanted(struct effective *effective, const struct mapping *mapping)
{
	struct mapping piece = *mapping;
	uint64_t left = mapping->pages;

	while (left) {
		struct backing backing = backings_find(effective->backings, piece.gfn);

		piece.pages =
			backing.last - piece.gfn < left - 1 ? backing.last - piece.gfn + 1 : left;
		add_piece(effective, &piece, &backing);
		left -= piece.pages;
		piece.gva += piece.pages << 12;
		piece.gfn += piece.pages;
	}
}

/*
 * Pages from at on, of those that follow at base, that lie in the set: how many to pass over first,
 * and then how many are in it.
 */
static uint64_t next_in(const struct ranges *ranges, uint64_t at, uint64_t pages, uint64_t *skip)
{
	uint64_t from = 0, to = UINT64_MAX;

	*skip = 0;
	if (!ranges->count)
		return pages;
	if (!ranges_contain(ranges, at, &from, &to)) {
		*skip = to - at < pages - 1 ? to - at + 1 : pages;
		return 0;
	}
	return to - at < pages - 1 ? to - at + 1 : pages;
}

void effective_add(struct effective *effective, const struct mapping *mapping)
{
	struct mapping part = *mapping;
	uint64_t left = mapping->pages;

	if (!effective->gvas->count && !effective->gfns->count) { /* the usual case */
		add_wanted(effective, mapping);
		return;
	}
	while (left) {
		uint64_t skip, frames = 0,
			       pages = next_in(effective->gvas, part.gva >> 12, left, &skip);

		if (pages)
			frames = next_in(effective->gfns, part.gfn, pages, &skip);
		part.pages = frames ? frames : skip;
		if (frames)
			add_wanted(effective, &part);
		left -= part.pages;
		part.gva += part.pages << 12;
		part.gfn += part.pages;
	}
}

void effective_finish(struct effective *effective)
{
	flush(effective);
	if (effective->conflicts)
		conflicts_settle(effective->conflicts);
}
