/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "audit/conflicts.h"

#include <stdlib.h>
#include <string.h>

#define FRAMES 512

/* The frames of 2M. */
struct chunk {
	uint64_t number : 56; /* gfn / FRAMES + 1; 0: free */
	uint64_t types : 8;   /* of all of them, bits 1 << enum memtype, if there is no detail */
	uint8_t *detail;      /* or of each */
};

static struct chunk *slot(struct chunk *table, size_t size, uint64_t number)
{
	size_t at = number * UINT64_C(0x9e3779b97f4a7c15) >> 20 & (size - 1);

	while (table[at].number && table[at].number != number)
		at = (at + 1) & (size - 1);
	return &table[at];
}

static bool grow(struct conflicts *conflicts)
{
	size_t size = conflicts->size ? 2 * conflicts->size : 1024, i;
	struct chunk *table = calloc(size, sizeof(*table));

	if (!table)
		return false;
	for (i = 0; i < conflicts->size; i++)
		if (conflicts->table[i].number)
			*slot(table, size, conflicts->table[i].number) = conflicts->table[i];
	free(conflicts->table);
	conflicts->table = table;
	conflicts->size = size;
	return true;
}

/* The chunk of that number, made where there is none; NULL where there is no room. */
static struct chunk *chunk_of(struct conflicts *conflicts, uint64_t number)
{
	struct chunk *chunk;

	if (conflicts->used * 2 >= conflicts->size && !grow(conflicts))
		return NULL;
	chunk = slot(conflicts->table, conflicts->size, number + 1);
	if (chunk->number)
		return chunk;
	if (conflicts->used == CONFLICTS_CHUNKS)
		return NULL;
	conflicts->used++;
	chunk->number = number + 1;
	return chunk;
}

/* Frames first to last of one chunk. */
static void add_to(struct conflicts *conflicts, uint64_t number, unsigned int first,
		   unsigned int last, unsigned int types)
{
	struct chunk *chunk = chunk_of(conflicts, number);
	unsigned int i;

	if (!chunk) {
		conflicts->full = true;
		return;
	}
	if (!chunk->detail && (chunk->types | types) == chunk->types)
		return;
	if (!chunk->detail && first == 0 && last == FRAMES - 1) {
		chunk->types |= types;
		return;
	}
	if (!chunk->detail) {
		if (conflicts->details < CONFLICTS_DETAILS)
			chunk->detail = malloc(FRAMES);
		if (!chunk->detail) {
			conflicts->full = true;
			return;
		}
		conflicts->details++;
		memset(chunk->detail, chunk->types, FRAMES);
	}
	for (i = first; i <= last; i++)
		chunk->detail[i] |= types;
}

void conflicts_add(struct conflicts *conflicts, uint64_t gfn, uint64_t pages, unsigned int type)
{
	uint64_t last = gfn + pages - 1, number;

	for (number = gfn / FRAMES; number <= last / FRAMES && !conflicts->full; number++)
		add_to(conflicts, number, number == gfn / FRAMES ? gfn % FRAMES : 0,
		       number == last / FRAMES ? last % FRAMES : FRAMES - 1, 1u << type);
}

static int ascending(const void *a, const void *b)
{
	const struct chunk *const *x = a, *const *y = b;

	return ((*x)->number > (*y)->number) - ((*x)->number < (*y)->number);
}

/* A stretch of frames with the same types, being built. */
struct stretch {
	conflicts_emit *emit;
	void *opaque;
	uint64_t first, last;
	unsigned int types;
};

static void stretch_add(struct stretch *stretch, uint64_t first, uint64_t last, unsigned int types)
{
	if (!(types & (types - 1)))
		return;
	if (stretch->types == types && stretch->last + 1 == first) {
		stretch->last = last;
		return;
	}
	if (stretch->types)
		stretch->emit(stretch->opaque, stretch->first, stretch->last, stretch->types);
	stretch->first = first;
	stretch->last = last;
	stretch->types = types;
}

bool conflicts_list(const struct conflicts *conflicts, conflicts_emit *emit, void *opaque)
{
	struct stretch stretch = { .emit = emit, .opaque = opaque };
	struct chunk **sorted = malloc((conflicts->used + 1) * sizeof(*sorted));
	size_t i, count = 0;
	unsigned int frame;

	if (!sorted)
		return false;
	for (i = 0; i < conflicts->size; i++)
		if (conflicts->table[i].number)
			sorted[count++] = &conflicts->table[i];
	qsort(sorted, count, sizeof(*sorted), ascending);
	for (i = 0; i < count; i++) {
		uint64_t base = (uint64_t)(sorted[i]->number - 1) * FRAMES;

		if (!sorted[i]->detail)
			stretch_add(&stretch, base, base + FRAMES - 1, sorted[i]->types);
		for (frame = 0; sorted[i]->detail && frame < FRAMES; frame++)
			stretch_add(&stretch, base + frame, base + frame, sorted[i]->detail[frame]);
	}
	if (stretch.types)
		emit(opaque, stretch.first, stretch.last, stretch.types);
	free(sorted);
	return true;
}

void conflicts_clear(struct conflicts *conflicts)
{
	size_t i;

	for (i = 0; i < conflicts->size; i++)
		free(conflicts->table[i].detail);
	free(conflicts->table);
	memset(conflicts, 0, sizeof(*conflicts));
}
