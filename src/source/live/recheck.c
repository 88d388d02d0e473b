/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/live/recheck.h"

#include "source/live/debugkeys.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Entries of one dump, one after the other. */
struct cursor {
	struct dumpreader reading;
	struct dump dump;
	struct entry entries[256];
	ssize_t count, at;
};

static int cursor_open(struct live *live, struct transcript *transcript,
		       const struct dump_place *place, struct cursor *cursor, struct error *err)
{
	memset(&cursor->dump, 0, sizeof(cursor->dump));
	cursor->count = cursor->at = 0;
	return debugkeys_read(live, transcript, place, &cursor->dump, &cursor->reading, err);
}

static void cursor_close(struct cursor *cursor)
{
	facts_clear(&cursor->dump.facts);
	ranges_clear(&cursor->dump.not_seen);
}

/* NULL at the end, or with *rc negative. */
static const struct entry *cursor_next(struct cursor *cursor, int *rc, struct error *err)
{
	if (cursor->at == cursor->count) {
		cursor->at = 0;
		cursor->count = dumpreader_read(&cursor->reading, cursor->entries, 256, err);
		if (cursor->count <= 0) {
			*rc = cursor->count;
			cursor->count = 0;
			return NULL;
		}
	}
	return &cursor->entries[cursor->at++];
}

static bool same(const struct entry *a, const struct entry *b)
{
	return a->gfn == b->gfn && a->mfn == b->mfn && a->order == b->order &&
	       a->rights == b->rights && a->emt == b->emt && a->ipat == b->ipat &&
	       a->ipat_hidden == b->ipat_hidden && a->pending == b->pending && a->pod == b->pod;
}

/* Both dumps side by side: which suspect entries of the first are not in the second? */
static int compare(struct live *live, struct target *target, struct transcript *again,
		   const struct ranges *suspect, struct error *err)
{
	static struct cursor one, two;
	const struct dump_place *place = debugkeys_place(again, target->domain.domid);
	const struct entry *a, *b = NULL;
	int rc = 0, more = 0;

	if (!place) /* it went away */
		return ranges_add_all(&target->dropped, suspect)
			       ? error_set(err, -ENOMEM, "out of memory")
			       : 0;
	rc = cursor_open(live, &live->dumps, target->place, &one, err);
	if (!rc)
		rc = cursor_open(live, again, place, &two, err);
	if (!rc)
		b = cursor_next(&two, &more, err);
	while (!rc && !more && (a = cursor_next(&one, &rc, err))) {
		uint64_t first = 0, last = UINT64_MAX;

		if (!ranges_contain(suspect, a->gfn, &first, &last))
			continue;
		while (b && b->gfn < a->gfn)
			b = cursor_next(&two, &more, err);
		if (!b || !same(a, b))
			if (ranges_add(&target->dropped, a->gfn,
				       a->gfn + entry_pages(a->order) - 1))
				rc = error_set(err, -ENOMEM, "out of memory");
	}
	cursor_close(&one);
	cursor_close(&two);
	return rc ? rc : more;
}

static bool same_ranges(const struct mtrr_fact *a, const struct mtrr_fact *b)
{
	return a->how_var == b->how_var && a->known.var == b->known.var &&
	       a->state.var_count == b->state.var_count &&
	       !memcmp(a->state.var, b->state.var, sizeof(a->state.var));
}

/*
 * A fact that changed meanwhile cannot be relied on: more outcomes are possible then, and fewer
 * entries are wrong.
 */
int recheck_facts(struct live *live, struct target *target, const struct mtrr_fact *host,
		  struct error *err)
{
	if (!same_ranges(host, &live->machine.host))
		target->facts.host.how_var = HOW_ASSUMED;
	return measure_guest_mtrr(live->xen, &target->domain, &target->facts)
		       ? error_set(err, -ENOMEM, "out of memory")
		       : 0;
}

/* A dump after the one in which something looked wrong. */
static int second_look(struct live *live, const struct ranges *suspect, struct transcript *again,
		       struct error *err)
{
	struct mtrr_fact host;
	size_t i;
	int rc = debugkeys_dump(live, again, err);

	if (!rc)
		rc = transcript_scan(again, err);
	if (rc)
		return rc;
	if (again->lost) {
		source_remark(&live->source,
			      "a second dump %s Xen's console ring: findings were "
			      "seen once, and may be of entries that were changing",
			      again->cleared ? "was cleared from" : "did not fit into");
		return 0;
	}
	measure_host_mtrr(live->xen, &live->machine.ram, &host);
	for (i = 0; i < live->count && !rc; i++) {
		if (!suspect[i].count)
			continue;
		rc = recheck_facts(live, &live->targets[i], &host, err);
		if (!rc)
			rc = compare(live, &live->targets[i], again, &suspect[i], err);
	}
	return rc;
}

int recheck(struct live *live, const struct ranges *suspect, size_t count, struct error *err)
{
	struct transcript again;
	bool any = false;
	size_t i;
	int rc;

	if (count != live->count)
		return error_set(err, -EINVAL, "a second look has to be at as many domains");
	for (i = 0; i < count; i++)
		any |= suspect[i].count > 0;
	if (!any)
		return 0;
	rc = transcript_init(&again, err);
	if (!rc)
		rc = second_look(live, suspect, &again, err);
	transcript_clear(&again);
	return rc;
}
