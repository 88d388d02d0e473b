/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "audit/conflicts.h"

#include "x86/memtype.h"

#include <stdlib.h>
#include <string.h>

#define FRAMES 512
#define WORDS  (FRAMES / 64)
#define KINDS  5    /* of valid memory types */
#define SLAB   4096 /* bitmaps that are allocated at once */

/* The frames of 2M. */
struct chunk {
	uint32_t number;      /* gfn / FRAMES + 1; 0: free */
	uint32_t types;	      /* of all of them, bits 1 << enum memtype */
	uint32_t map[KINDS];  /* of each type that only some have, the number of its bitmap + 1 */
	uint32_t to_32_bytes; /* two are in a line of the cache */
};

static unsigned int kind_of(unsigned int type)
{
	return type < 2 ? type : type - 2;
}

static unsigned int type_of(unsigned int kind)
{
	return kind < 2 ? kind : kind + 2;
}

static size_t hash(const struct conflicts *conflicts, uint32_t number)
{
	return number * UINT64_C(0x9e3779b97f4a7c15) >> 20 & (conflicts->size - 1);
}

/* The chunk of that number, or the free one where it belongs. */
static struct chunk *slot(const struct conflicts *conflicts, uint32_t number)
{
	size_t at = hash(conflicts, number);

	while (conflicts->table[at].number && conflicts->table[at].number != number)
		at = (at + 1) & (conflicts->size - 1);
	return &conflicts->table[at];
}

static bool grow(struct conflicts *conflicts)
{
	struct chunk *old = conflicts->table;
	size_t old_size = conflicts->size, size = old_size ? 2 * old_size : 1024, i;
	struct chunk *table = calloc(size, sizeof(*table));
	struct chunk **listed = realloc(conflicts->listed, size * sizeof(*listed));

	if (listed)
		conflicts->listed = listed;
	if (!table || !listed) {
		free(table);
		return false;
	}
	conflicts->table = table;
	conflicts->size = size;
	for (i = 0; i < old_size; i++)
		if (old[i].number)
			*slot(conflicts, old[i].number) = old[i];
	free(old);
	return true;
}

static uint64_t *bitmap(const struct conflicts *conflicts, uint32_t number)
{
	return conflicts->slabs[(number - 1) / SLAB] + (size_t)((number - 1) % SLAB) * WORDS;
}

/* The number of a new one, all of it 0; 0 where there is no room. */
static uint32_t new_bitmap(struct conflicts *conflicts)
{
	size_t bytes = (size_t)SLAB * WORDS * sizeof(uint64_t);
	void *slab;

	_Static_assert(CONFLICTS_BITMAPS == CONFLICTS_SLABS * SLAB, "all of them have a place");
	if (conflicts->bitmaps == CONFLICTS_BITMAPS)
		return 0;
	if (conflicts->bitmaps % SLAB == 0) {
		if (posix_memalign(&slab, 64, bytes)) {
			conflicts->no_memory = true;
			return 0;
		}
		memset(slab, 0, bytes);
		conflicts->slabs[conflicts->bitmaps / SLAB] = slab;
	}
	return ++conflicts->bitmaps;
}

static void set_bits(uint64_t *words, unsigned int first, unsigned int last)
{
	unsigned int i;

	for (i = first / 64; i <= last / 64; i++) {
		uint64_t bits = ~UINT64_C(0);

		if (i == first / 64)
			bits &= ~UINT64_C(0) << (first % 64);
		if (i == last / 64)
			bits &= ~UINT64_C(0) >> (63 - last % 64);
		words[i] |= bits;
	}
}

/* Sees to it that a chunk has a bitmap where one is needed; false where there is no room. */
static bool make_bitmap(struct conflicts *conflicts, struct chunk *chunk,
			const struct conflicts_part *part)
{
	uint32_t *map = &chunk->map[kind_of(part->type)];

	if (chunk->types >> part->type & 1 || *map)
		return true;
	if (part->first == 0 && part->last == FRAMES - 1)
		return true;
	*map = new_bitmap(conflicts);
	return *map;
}

static void mark(const struct conflicts *conflicts, struct chunk *chunk,
		 const struct conflicts_part *part)
{
	if (chunk->types >> part->type & 1)
		return;
	if (part->first == 0 && part->last == FRAMES - 1)
		chunk->types |= 1u << part->type;
	else
		set_bits(bitmap(conflicts, chunk->map[kind_of(part->type)]), part->first,
			 part->last);
}

/* The chunk of that number, made where there is none; NULL where there is no room. */
static struct chunk *chunk_of(struct conflicts *conflicts, uint32_t number)
{
	struct chunk *chunk = slot(conflicts, number);

	if (chunk->number)
		return chunk;
	if (conflicts->used == CONFLICTS_CHUNKS)
		return NULL;
	conflicts->used++;
	chunk->number = number;
	return chunk;
}

/*
 * Parts that wait are looked up together, each step for all of them: so what they need of memory
 * comes for many at a time, and not one after the other.
 */
void conflicts_settle(struct conflicts *conflicts)
{
	struct chunk *chunks[CONFLICTS_WAITING];
	unsigned int i, count = conflicts->waiting;

	conflicts->waiting = 0;
	while ((conflicts->used + count) * 4 > conflicts->size * 3)
		if (!grow(conflicts)) {
			conflicts->full = conflicts->no_memory = true;
			return;
		}
	for (i = 0; i < count; i++)
		__builtin_prefetch(&conflicts->table[hash(conflicts, conflicts->parts[i].number)]);
	for (i = 0; i < count; i++) {
		const struct conflicts_part *part = &conflicts->parts[i];

		chunks[i] = chunk_of(conflicts, part->number);
		if (!chunks[i] || !make_bitmap(conflicts, chunks[i], part)) {
			conflicts->full = true;
			chunks[i] = NULL;
		} else if (chunks[i]->map[kind_of(part->type)]) {
			__builtin_prefetch(bitmap(conflicts, chunks[i]->map[kind_of(part->type)]) +
						   part->first / 64,
					   1);
		}
	}
	for (i = 0; i < count; i++)
		if (chunks[i])
			mark(conflicts, chunks[i], &conflicts->parts[i]);
}

void conflicts_add(struct conflicts *conflicts, uint64_t gfn, uint64_t pages, unsigned int type)
{
	uint64_t last = gfn + pages - 1, number;

	for (number = gfn / FRAMES; number <= last / FRAMES && !conflicts->full; number++) {
		conflicts->parts[conflicts->waiting++] = (struct conflicts_part){
			.number = number + 1,
			.first = number == gfn / FRAMES ? gfn % FRAMES : 0,
			.last = number == last / FRAMES ? last % FRAMES : FRAMES - 1,
			.type = type,
		};
		if (conflicts->waiting == CONFLICTS_WAITING)
			conflicts_settle(conflicts);
	}
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

/* 64 frames of a chunk, mostly without a conflict. */
static void list_word(const struct conflicts *conflicts, const struct chunk *chunk,
		      unsigned int word, struct stretch *stretch)
{
	uint64_t words[KINDS], one = 0, several = 0;
	uint64_t gfn = (uint64_t)(chunk->number - 1) * FRAMES + word * 64;
	unsigned int kind, frame;

	for (kind = 0; kind < KINDS; kind++) {
		words[kind] = chunk->map[kind] ? bitmap(conflicts, chunk->map[kind])[word] : 0;
		if (chunk->types >> type_of(kind) & 1)
			words[kind] = ~UINT64_C(0);
		several |= one & words[kind];
		one |= words[kind];
	}
	for (frame = 0; several >> frame; frame++) {
		unsigned int types = 0;

		for (kind = 0; kind < KINDS; kind++)
			types |= (words[kind] >> frame & 1) << type_of(kind);
		stretch_add(stretch, gfn + frame, gfn + frame, types);
		if (frame == 63)
			break;
	}
}

/* Is any of its frames used with more than one type, perhaps? */
static bool has_several(const struct chunk *chunk)
{
	unsigned int types = chunk->types, kind;

	for (kind = 0; kind < KINDS; kind++)
		types |= !!chunk->map[kind] << type_of(kind);
	return types & (types - 1);
}

void conflicts_list(const struct conflicts *conflicts, conflicts_emit *emit, void *opaque)
{
	struct stretch stretch = { .emit = emit, .opaque = opaque };
	struct chunk **listed = conflicts->listed;
	size_t i, count = 0;
	unsigned int word;

	for (i = 0; i < conflicts->size; i++)
		if (conflicts->table[i].number && has_several(&conflicts->table[i]))
			listed[count++] = &conflicts->table[i];
	if (count)
		qsort(listed, count, sizeof(*listed), ascending);
	for (i = 0; i < count; i++)
		for (word = 0; word < WORDS; word++)
			list_word(conflicts, listed[i], word, &stretch);
	if (stretch.types)
		emit(opaque, stretch.first, stretch.last, stretch.types);
}

void conflicts_clear(struct conflicts *conflicts)
{
	size_t i;

	for (i = 0; i < CONFLICTS_SLABS; i++)
		free(conflicts->slabs[i]);
	free(conflicts->table);
	free(conflicts->listed);
	memset(conflicts, 0, sizeof(*conflicts));
}
