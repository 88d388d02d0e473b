/* SPDX-License-Identifier: GPL-2.0-or-later */
/* source/text/bydomain.c: what it finds is what one finds who looks at everything. */
#include "source/text/bydomain.h"

#include "base/array.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>

#define DOMAINS 3 /* from 1 on */

/* Something of a log of so many lines, in up to three boots; a line says one thing or none. */
static void any_log(struct scan *scan, unsigned int lines)
{
	struct place place = { 0, 0, 0 };
	int rc = 0;

	memset(scan, 0, sizeof(*scan));
	while (place.line++ < lines && !rc) {
		struct keyq keyq = { .place = place };
		struct keyq_domain domain = { .keyq = scan->keyq_count - 1,
					      .domid = 1 + below(DOMAINS) };
		struct mtrr_text mtrr = { place, 1 + below(DOMAINS), below(2), { .cap = 0 } };
		struct dump_place dump = { .place = place, .domid = 1 + below(DOMAINS) };
		struct keypress key = { place, "qDox"[below(4)], one_in(4) == 0, one_in(4) };

		if (one_in(12) && place.section < 2)
			place.section++;
		place.series += one_in(6);
		switch (below(5)) {
		case 0:
			rc = array_append(&scan->mtrrs, &scan->mtrr_count, sizeof(mtrr), &mtrr);
			break;
		case 1:
			rc = array_append(&scan->dumps, &scan->dump_count, sizeof(dump), &dump);
			break;
		case 2:
			rc = array_append(&scan->keys, &scan->key_count, sizeof(key), &key);
			if (!rc && key.key == 'q')
				rc = array_append(&scan->keyqs, &scan->keyq_count, sizeof(keyq),
						  &keyq);
			break;
		default:
			if (scan->keyq_count &&
			    scan->keyqs[domain.keyq].place.section == place.section)
				rc = array_append(&scan->domains, &scan->domain_count,
						  sizeof(domain), &domain);
		}
	}
	if (rc || bydomain_init(scan))
		abort();
}

static uint64_t distance(const struct place *a, const struct place *b)
{
	uint64_t lines = a->line > b->line ? a->line - b->line : b->line - a->line;

	return a->series == b->series ? lines : lines + (UINT64_C(1) << 62);
}

/* The nearest of the list's count members, each at place(i) of domid(i); -1 for none. */
static ssize_t nearest(const struct scan *scan, bool keyq, const struct dump_place *dump,
		       unsigned int vcpu)
{
	size_t i, count = keyq ? scan->domain_count : scan->mtrr_count;
	ssize_t best = -1;
	uint64_t best_distance = UINT64_MAX;

	for (i = 0; i < count; i++) {
		const struct place *place =
			keyq ? &scan->keyqs[scan->domains[i].keyq].place : &scan->mtrrs[i].place;
		int domid = keyq ? scan->domains[i].domid : scan->mtrrs[i].domid;

		if (domid != dump->domid || place->section != dump->place.section ||
		    (!keyq && scan->mtrrs[i].vcpu != vcpu) ||
		    distance(place, &dump->place) >= best_distance)
			continue;
		best_distance = distance(place, &dump->place);
		best = i;
	}
	return best;
}

static bool has(const struct scan *scan, int domid, const struct place *from, uint64_t end)
{
	size_t i;

	for (i = 0; i < scan->dump_count; i++)
		if (scan->dumps[i].domid == domid && scan->dumps[i].place.line > from->line &&
		    scan->dumps[i].place.line < end)
			return true;
	for (i = 0; i < scan->domain_count; i++) {
		uint64_t line = scan->keyqs[scan->domains[i].keyq].place.line;

		if (scan->domains[i].domid == domid && line >= from->line && line < end)
			return true;
	}
	return false;
}

static struct life life_of(const struct scan *scan, const struct dump_place *dump)
{
	struct life life = { 0, UINT64_MAX };
	size_t i;

	for (i = 0; i + 1 < scan->key_count; i++) {
		const struct place *place = &scan->keys[i].place, *next = &scan->keys[i + 1].place;

		if ((scan->keys[i].key != 'q' && scan->keys[i].key != 'D') ||
		    place->section != dump->place.section || next->section != place->section ||
		    has(scan, dump->domid, place, next->line))
			continue;
		if (next->line <= dump->place.line)
			life.first = next->line;
		else if (place->line > dump->place.line && life.last == UINT64_MAX)
			life.last = place->line;
	}
	return life;
}

static int keyo(const struct scan *scan, const struct place *at, const struct life *life)
{
	size_t i;
	int found = 0;

	for (i = 0; i < scan->key_count; i++) {
		const struct keypress *key = &scan->keys[i];

		if (key->key != 'o' || !key->complete || key->lost ||
		    key->place.section != at->section || key->place.line < life->first ||
		    key->place.line > life->last)
			continue;
		if (found < 2)
			found = key->place.series == at->series ? 2 : 1;
	}
	return found;
}

static void test_random(unsigned int lines)
{
	struct scan scan;
	size_t i;

	any_log(&scan, lines);
	for (i = 0; i < scan.dump_count; i++) {
		const struct dump_place *dump = &scan.dumps[i];
		struct life life = bydomain_life(&scan, dump), wanted = life_of(&scan, dump);
		unsigned int vcpu = below(2);

		check_each(bydomain_nearest(&scan, BY_KEYQ, dump->domid, 0, &dump->place) ==
				   nearest(&scan, true, dump, 0),
			   "key q of dump %zu", i);
		check_each(bydomain_nearest(&scan, BY_MTRR, dump->domid, vcpu, &dump->place) ==
				   nearest(&scan, false, dump, vcpu),
			   "MTRRs of dump %zu", i);
		check_each(life.first == wanted.first && life.last == wanted.last,
			   "life of dump %zu: %llu to %llu, not %llu to %llu", i,
			   (unsigned long long)life.first, (unsigned long long)life.last,
			   (unsigned long long)wanted.first, (unsigned long long)wanted.last);
		check_each(bydomain_keyo(&scan, &dump->place, &life) ==
				   keyo(&scan, &dump->place, &life),
			   "key o of dump %zu", i);
	}
	scan_clear(&scan);
}

int main(void)
{
	unsigned int i;

	for (i = 0; i < 2000; i++)
		test_random(5 + below(120));
	return test_end();
}
