/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A second look at tables that were read directly. */
#include "source/live/direct.h"
#include "source/live/directdata.h"
#include "source/live/recheck.h"
#include "source/tables/walk.h"

#include <errno.h>

/* Entries of a copy, one after the other. */
struct cursor {
	struct walk walk;
	struct entry entries[256];
	size_t count, at;
};

static int cursor_open(struct cursor *cursor, const struct target *target, struct table_copy *copy,
		       const struct ranges *only)
{
	int rc = walk_begin(&cursor->walk, &copy->pages, target->eptp, 52, walk_ignore, NULL);

	cursor->walk.first = only->range[0].first;
	cursor->walk.last = only->range[only->count - 1].last;
	cursor->count = cursor->at = 0;
	return rc;
}

static const struct entry *cursor_next(struct cursor *cursor)
{
	if (cursor->at == cursor->count) {
		cursor->at = 0;
		cursor->count = walk_read(&cursor->walk, cursor->entries, 256);
		if (!cursor->count)
			return NULL;
	}
	return &cursor->entries[cursor->at++];
}

/* The same but for what a guest did (A and D), also on the way there (EMT 7)? */
static bool same(const struct entry *a, const struct entry *b)
{
	return a->gfn == b->gfn && a->order == b->order && a->pending == b->pending &&
	       !((a->raw ^ b->raw) & ~UINT64_C(0x300));
}

/* Which suspect entries of the first copy are not in the second? */
static int compare(struct target *target, struct table_copy *again, const struct ranges *suspect)
{
	static struct cursor one, two;
	const struct entry *a, *b;
	int rc = cursor_open(&one, target, target->copy, suspect);

	if (rc)
		return rc;
	rc = cursor_open(&two, target, again, suspect);
	b = rc ? NULL : cursor_next(&two);
	while (!rc && (a = cursor_next(&one))) {
		uint64_t first = 0, last = UINT64_MAX;

		if (!ranges_contain(suspect, a->gfn, &first, &last))
			continue;
		while (b && b->gfn < a->gfn)
			b = cursor_next(&two);
		if (!b || !same(a, b))
			rc = ranges_add(&target->dropped, a->gfn,
					a->gfn + entry_pages(a->order) - 1);
	}
	walk_end(&one.walk);
	if (two.walk.visited)
		walk_end(&two.walk);
	return rc;
}

static int look_again(struct live *live, struct target *target, const struct ranges *suspect,
		      struct error *err)
{
	struct table_copy again;
	int rc = direct_copy(live, target, suspect, &again, err);

	/* Who went away has no tables any more: its frames are whatever they are now. */
	if (rc == -E2BIG)
		rc = ranges_add_all(&target->dropped, suspect)
			     ? error_set(err, -ENOMEM, "out of memory")
			     : 0;
	else if (!rc && compare(target, &again, suspect))
		rc = error_set(err, -ENOMEM, "out of memory");
	copy_clear(&again);
	return rc;
}

int direct_recheck(struct live *live, const struct ranges *suspect, size_t count, struct error *err)
{
	struct mtrr_fact host;
	size_t i;
	int rc = 0;

	if (count != live->count)
		return error_set(err, -EINVAL, "a second look has to be at as many domains");
	measure_host_mtrr(live->xen, &live->machine.ram, &host);
	for (i = 0; i < count && !rc; i++) {
		if (!suspect[i].count)
			continue;
		rc = live->data ? direct_data_recheck(live->data, &live->targets[i], err)
				: recheck_facts(live, &live->targets[i], &host, err);
		if (!rc)
			rc = look_again(live, &live->targets[i], &suspect[i], err);
	}
	return rc;
}
