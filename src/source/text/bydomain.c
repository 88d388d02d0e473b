/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/text/bydomain.h"

#include "base/array.h"

#include <errno.h>
#include <stdlib.h>

/* A member of a list. */
struct member {
	uint64_t key; /* of what it tells */
	struct place place;
	size_t index;
};

/* From a key that was pressed to the next one, lines. */
struct span {
	struct place place;
	uint64_t end;
};

/* A key whose output is of the domain. */
struct listed {
	uint64_t key, span;
};

struct bydomain {
	struct member *lists[BY_LISTS];
	size_t counts[BY_LISTS];
	struct span *spans; /* of keys q and D, by section and line */
	size_t span_count;
	struct listed *listed; /* by key and span, each once */
	size_t listed_count;
	struct span *keyos; /* of keys o that tell of all domains; the same order */
	size_t keyo_count;
};

static uint64_t key_of(unsigned int section, int domid, unsigned int vcpu)
{
	return (uint64_t)section << 48 | (uint64_t)(uint32_t)domid << 16 | (vcpu & 0xffff);
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int compare_members(const void *a, const void *b)
{
	const struct member *one = a, *two = b;
	int rc = compare_numbers(one->key, two->key);

	rc = rc ? rc : compare_numbers(one->place.line, two->place.line);
	return rc ? rc : compare_numbers(one->index, two->index);
}

static int compare_spans(const void *a, const void *b)
{
	const struct span *one = a, *two = b;
	int rc = compare_numbers(one->place.section, two->place.section);

	return rc ? rc : compare_numbers(one->place.line, two->place.line);
}

static int compare_listed(const void *a, const void *b)
{
	const struct listed *one = a, *two = b;
	int rc = compare_numbers(one->key, two->key);

	return rc ? rc : compare_numbers(one->span, two->span);
}

static void sort(void *list, size_t count, size_t size, int (*compare)(const void *, const void *))
{
	if (count)
		qsort(list, count, size, compare);
}

/* Fills member of the index-th of a list; false behind its end. */
static bool get_member(const struct scan *scan, enum bydomain_list list, size_t i,
		       struct member *member)
{
	unsigned int vcpu = 0;
	int domid;

	if (list == BY_KEYQ && i < scan->domain_count) {
		domid = scan->domains[i].domid;
		member->place = scan->keyqs[scan->domains[i].keyq].place;
	} else if (list == BY_MTRR && i < scan->mtrr_count) {
		domid = scan->mtrrs[i].domid;
		vcpu = scan->mtrrs[i].vcpu;
		member->place = scan->mtrrs[i].place;
	} else if (list == BY_VMCS && i < scan->vmcs_count) {
		domid = scan->vmcss[i].domid;
		vcpu = scan->vmcss[i].vcpu;
		member->place = scan->vmcss[i].place;
	} else if (list == BY_IOMMU && i < scan->iommu_count) {
		domid = scan->iommus[i].domid;
		member->place = scan->iommus[i].place;
	} else if (list == BY_MAPPING && i < scan->mapping_count) {
		domid = scan->mappings[i].domid;
		member->place = scan->mappings[i].place;
	} else {
		return false;
	}
	member->key = key_of(member->place.section, domid, vcpu < 0xffff ? vcpu : 0xffff);
	member->index = i;
	return true;
}

static int sort_list(const struct scan *scan, struct bydomain *by, enum bydomain_list list)
{
	struct member member;
	size_t i;

	for (i = 0; get_member(scan, list, i, &member); i++)
		if (array_append(&by->lists[list], &by->counts[list], sizeof(member), &member))
			return -ENOMEM;
	sort(by->lists[list], by->counts[list], sizeof(member), compare_members);
	return 0;
}

static int add_keys(const struct scan *scan, struct bydomain *by)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < scan->key_count && !rc; i++) {
		const struct keypress *key = &scan->keys[i];
		struct span span = { .place = key->place };

		if (key->key == 'o' && key->complete && !key->lost)
			rc = array_append(&by->keyos, &by->keyo_count, sizeof(span), &span);
		if (rc || (key->key != 'q' && key->key != 'D') || i + 1 == scan->key_count ||
		    key[1].place.section != span.place.section)
			continue;
		span.end = key[1].place.line;
		rc = array_append(&by->spans, &by->span_count, sizeof(span), &span);
	}
	sort(by->keyos, by->keyo_count, sizeof(*by->keyos), compare_spans);
	sort(by->spans, by->span_count, sizeof(*by->spans), compare_spans);
	return rc;
}

/* The first of spans, by section and line, that begins behind that line. */
static size_t first_behind(const struct span *spans, size_t count, unsigned int section,
			   uint64_t line)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct place *place = &spans[middle].place;

		if (place->section < section || (place->section == section && place->line <= line))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Notes that the output of a key has the domain. at_key: it may stand where the key does. */
static int list_domain(struct bydomain *by, int domid, const struct place *place, bool at_key)
{
	size_t i = first_behind(by->spans, by->span_count, place->section, place->line);
	const struct span *span = i ? &by->spans[i - 1] : NULL;
	struct listed listed = { key_of(place->section, domid, 0), i - 1 };

	if (!span || span->place.section != place->section || place->line >= span->end ||
	    (!at_key && place->line == span->place.line))
		return 0;
	return array_append(&by->listed, &by->listed_count, sizeof(listed), &listed);
}

static int add_listed(const struct scan *scan, struct bydomain *by)
{
	size_t i, kept = 0;
	int rc = 0;

	for (i = 0; i < scan->dump_count && !rc; i++)
		rc = list_domain(by, scan->dumps[i].domid, &scan->dumps[i].place, false);
	for (i = 0; i < scan->domain_count && !rc; i++)
		rc = list_domain(by, scan->domains[i].domid,
				 &scan->keyqs[scan->domains[i].keyq].place, true);
	sort(by->listed, by->listed_count, sizeof(*by->listed), compare_listed);
	for (i = 0; i < by->listed_count; i++)
		if (!i || compare_listed(&by->listed[i], &by->listed[kept - 1]))
			by->listed[kept++] = by->listed[i];
	by->listed_count = kept;
	return rc;
}

int bydomain_init(struct scan *scan)
{
	struct bydomain *by = calloc(1, sizeof(*by));
	unsigned int list;
	int rc = by ? 0 : -ENOMEM;

	scan->by = by;
	for (list = 0; list < BY_LISTS && !rc; list++)
		rc = sort_list(scan, by, list);
	if (!rc)
		rc = add_keys(scan, by);
	return rc ? rc : add_listed(scan, by);
}

void bydomain_free(struct bydomain *by)
{
	unsigned int list;

	for (list = 0; by && list < BY_LISTS; list++)
		free(by->lists[list]);
	if (!by)
		return;
	free(by->spans);
	free(by->listed);
	free(by->keyos);
	free(by);
}

/* The members with that key: their first, and what is behind their last. */
static void members_of(const struct bydomain *by, enum bydomain_list list, uint64_t key,
		       struct bydomain_walk *walk)
{
	walk->next = ARRAY_FIRST_FROM(by->lists[list], 0, by->counts[list], key, key);
	walk->end = ARRAY_FIRST_FROM(by->lists[list], walk->next, by->counts[list], key, key + 1);
}

ssize_t bydomain_nearest(const struct scan *scan, enum bydomain_list list, int domid,
			 unsigned int vcpu, const struct place *place)
{
	const struct member *members = scan->by->lists[list], *before, *behind;
	struct bydomain_walk of;
	size_t at;

	members_of(scan->by, list, key_of(place->section, domid, vcpu), &of);
	if (of.next == of.end)
		return -1;
	at = ARRAY_FIRST_FROM(members, of.next, of.end, place.line, place->line + 1);
	if (at == of.next)
		return members[at].index;
	before = &members[at - 1];
	before = &members[ARRAY_FIRST_FROM(members, of.next, at, place.line, before->place.line)];
	if (at == of.end)
		return before->index;
	/* A series goes on up to where the next begins: those beside place tell of all others. */
	behind = &members[at];
	if ((before->place.series == place->series) != (behind->place.series == place->series))
		return before->place.series == place->series ? before->index : behind->index;
	return place->line - before->place.line <= behind->place.line - place->line ? before->index
										    : behind->index;
}

void bydomain_walk(const struct scan *scan, enum bydomain_list list, const struct dump_place *dump,
		   struct bydomain_walk *walk)
{
	members_of(scan->by, list, key_of(dump->place.section, dump->domid, 0), walk);
}

ssize_t bydomain_next(const struct scan *scan, enum bydomain_list list, struct bydomain_walk *walk)
{
	return walk->next < walk->end ? (ssize_t)scan->by->lists[list][walk->next++].index : -1;
}

/*
 * Spans that the domain is listed in, without a gap from span on, downwards or upwards: the first
 * beyond them.
 */
static uint64_t not_listed(const struct bydomain *by, uint64_t key, uint64_t span, bool upwards)
{
	size_t low, high, first, middle;
	struct listed wanted = { key, span };

	first = low = ARRAY_FIRST_FROM(by->listed, 0, by->listed_count, key, key);
	high = ARRAY_FIRST_FROM(by->listed, low, by->listed_count, key, key + 1);
	low = ARRAY_FIRST_FROM(by->listed, low, high, span, span);
	if (low == high || compare_listed(&by->listed[low], &wanted))
		return span;
	middle = low;
	if (upwards) { /* the last that is as far from span as from it in the list */
		while (low + 1 < high) {
			size_t half = low + (high - low) / 2;

			if (by->listed[half].span - span == half - middle)
				low = half;
			else
				high = half;
		}
		return by->listed[low].span + 1;
	}
	for (high = middle; first < high;) {
		size_t half = first + (high - first) / 2;

		if (span - by->listed[half].span == middle - half)
			high = half;
		else
			first = half + 1;
	}
	return by->listed[high].span - 1; /* UINT64_MAX below the first */
}

struct life bydomain_life(const struct scan *scan, const struct dump_place *dump)
{
	const struct bydomain *by = scan->by;
	const struct place *place = &dump->place;
	uint64_t key = key_of(place->section, dump->domid, 0), span;
	struct life life = { 0, UINT64_MAX };
	size_t behind = first_behind(by->spans, by->span_count, place->section, place->line);

	/* Of those that begin before it only the last can end behind it. */
	span = behind;
	if (span && by->spans[span - 1].end > place->line)
		span--;
	if (span)
		span = not_listed(by, key, span - 1, false);
	else
		span = UINT64_MAX;
	if (span < by->span_count && by->spans[span].place.section == place->section)
		life.first = by->spans[span].end;
	span = not_listed(by, key, behind, true);
	if (span < by->span_count && by->spans[span].place.section == place->section)
		life.last = by->spans[span].place.line;
	return life;
}

int bydomain_keyo(const struct scan *scan, const struct place *place, const struct life *life)
{
	const struct bydomain *by = scan->by;
	size_t first = first_behind(by->keyos, by->keyo_count, place->section, life->first), end,
	       at;

	while (first && by->keyos[first - 1].place.section == place->section &&
	       by->keyos[first - 1].place.line >= life->first)
		first--;
	end = first_behind(by->keyos, by->keyo_count, place->section, life->last);
	if (first >= end)
		return 0;
	/* As in bydomain_nearest(): the last one before place, and the first behind it. */
	at = first_behind(by->keyos, by->keyo_count, place->section, place->line);
	if (at > first && at <= end && by->keyos[at - 1].place.series == place->series)
		return 2;
	return at >= first && at < end && by->keyos[at].place.series == place->series ? 2 : 1;
}
