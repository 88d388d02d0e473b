/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/live/direct.h"

#include "rules/decide.h"
#include "source/live/debugkeys.h"
#include "source/live/facts.h"
#include "source/live/gdbsx.h"
#include "source/live/recheck.h"
#include "source/live/roots.h"
#include "source/tables/walk.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What struct live has of it. */
struct direct {
	struct gdbsx gdbsx;
	uint64_t first, last; /* gfns that are wanted */
	struct walk walk;     /* over live->target's copy */
	bool walking;
};

static int no_memory(struct error *err)
{
	return error_set(err, -ENOMEM, "out of memory");
}

/* ---- opening ---- */

static const struct xen_domain *own_domain(const struct live *live)
{
	int own = xen_own_domid(live->xen);
	size_t i;

	for (i = 0; i < live->all_count; i++)
		if (live->all[i].domid == own)
			return &live->all[i];
	return NULL;
}

static void announce(const struct live *live, const struct source_options *options)
{
	char text[512], pause[64] = "";

	if (options->live.pause)
		snprintf(pause, sizeof(pause), "; pauses %zu domain%s meanwhile", live->count,
			 live->count == 1 ? "" : "s");
	snprintf(text, sizeof(text),
		 "reads the EPT%s of %zu domain%s directly (gdbsx), a hypercall for up to %d of "
		 "their tables; writes nothing%s%s",
		 live->count == 1 ? "" : "s", live->count, live->count == 1 ? "" : "s",
		 FRAMES_AT_ONCE, pause,
		 options->live.no_q ? ""
				    : "; where what they may do counts it asks for that with debug "
				      "key q, which sends VIRQ_DEBUG to every vCPU (not with "
				      "--no-q)");
	options->notice(text);
}

/* What does no harm, and must be had before anybody is paused. */
static int prepare(struct live *live, const struct source_options *options, struct error *err)
{
	const struct xen_domain *own = own_domain(live);
	int rc = transcript_init(&live->before, err);

	if (!rc)
		rc = ring_read_all(live->xen, &live->index, &live->before, err);
	if (!rc)
		rc = transcript_scan(&live->before, err);
	if (!rc && measure_machine(live->xen, &live->machine))
		rc = no_memory(err);
	if (!rc && !own)
		rc = error_set(err, -ESRCH,
			       "--via gdbsx: Xen does not list the domain in which this runs");
	if (!rc)
		rc = gdbsx_open(&live->direct->gdbsx, live->xen, own, &live->machine.ram, err);
	if (!rc && options->notice)
		announce(live, options);
	return rc;
}

/* More tables than so many are none of this domain's: its highest gfn bounds them. */
static uint64_t most_tables(struct live *live, int domid)
{
	uint64_t last = 0;

	if (xen_last_gfn(live->xen, domid, &last))
		return UINT64_C(1) << 20;
	return (last >> 9) + (last >> 18) + (last >> 27) + 64;
}

static int copy_one(struct live *live, struct target *target, const struct ranges *only,
		    struct table_copy *copy, struct error *err)
{
	struct direct *direct = live->direct;
	struct copy_wish wish = {
		.eptp = target->eptp,
		.first = only ? only->range[0].first : direct->first,
		.last = only ? only->range[only->count - 1].last : direct->last,
		.most = most_tables(live, target->domain.domid),
	};

	copy_init(copy);
	return copy_tables(&direct->gdbsx.frames, &wish, copy, err);
}

static int copy_all(struct live *live, struct error *err)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < live->count && !rc; i++) {
		struct target *target = &live->targets[i];

		target->copy = malloc(sizeof(*target->copy));
		rc = target->copy ? copy_one(live, target, NULL, target->copy, err)
				  : no_memory(err);
		if (!rc && ranges_add_all(&target->dropped, &target->copy->changed))
			rc = no_memory(err);
	}
	return rc;
}

/* Frames of who went away may be another's by now: what was copied is not to be believed. */
static int still_there(struct live *live, const struct source_options *options, struct error *err)
{
	struct xen_domain *now = NULL;
	size_t count = 0, i, k, kept = 0;
	int rc = xen_domains(live->xen, &now, &count);

	if (rc)
		return xen_error(rc, "list domains", err);
	for (i = 0; i < live->count && !rc; i++) {
		struct target *target = &live->targets[i];
		const struct xen_domain *before = &target->domain;
		bool there = false;

		for (k = 0; k < count; k++)
			there |= now[k].domid == before->domid && !now[k].dying &&
				 !memcmp(now[k].handle, before->handle, sizeof(before->handle));
		if (there) {
			live->targets[kept++] = *target;
			continue;
		}
		if (options->domain)
			rc = error_set(err, -ESRCH, "domain %d went away while it was looked at",
				       before->domid);
		source_remark(&live->source, "domain %d went away while it was looked at",
			      before->domid);
		live_target_clear(target);
	}
	free(now);
	if (rc)
		kept = i < live->count ? live->count : kept;
	live->count = kept;
	return rc || kept ? rc : error_set(err, -ENOENT, "no domain is left to look at");
}

/* ---- facts ---- */

#define Q_FACTS                                                                                \
	(1u << FACT_CACHE_FLUSH | 1u << FACT_SPECIAL | 1u << FACT_IOMEM | 1u << FACT_IOPORTS | \
	 1u << FACT_NR_PAGES)

static void ignore(void *opaque, const char *text)
{
	(void)opaque;
	(void)text;
}

static void limit(struct walk *walk, const struct direct *direct)
{
	walk->first = direct->first;
	walk->last = direct->last;
}

/* Does what key q tells make a difference to this entry? */
static bool rests_on_q(const struct facts *facts, const struct entry *entry, struct window *window)
{
	struct question question;
	struct decision decision;
	uint32_t assumes = 0;
	unsigned int key;

	*window = WINDOW_ALL;
	question_put(facts, entry, &question, window);
	decide(facts, &question, &decision);
	window_narrow(window, &decision.window);
	for (key = 0; key < OUTCOME_COUNT; key++)
		if (decision.possible >> key & 1)
			assumes |= decision.outcome[key].assumes;
	return decision.possible & (decision.possible - 1) && assumes & Q_FACTS;
}

static bool inside(const struct window *window, const struct entry *entry)
{
	uint64_t more = entry_pages(entry->order) - 1;

	return entry->gfn >= window->gfn_first && entry->gfn + more <= window->gfn_last &&
	       entry->mfn >= window->mfn_first && entry->mfn + more <= window->mfn_last;
}

static int target_needs_q(struct live *live, const struct target *target, bool *needs,
			  struct error *err)
{
	static struct entry entries[256];
	struct window windows[3][64];
	struct walk walk;
	size_t count, i;
	int rc = walk_begin(&walk, &target->copy->pages, target->eptp, 52, ignore, NULL);

	if (rc)
		return no_memory(err);
	limit(&walk, live->direct);
	for (i = 0; i < 3 * 64; i++) /* empty: last is 0 */
		windows[i / 64][i % 64] = (struct window){ .gfn_first = 1 };
	while (!*needs && (count = walk_read(&walk, entries, 256)))
		for (i = 0; i < count && !*needs; i++) {
			const struct entry *entry = &entries[i];
			struct window *window = &windows[entry->order / 9][entry->type & 63];

			if (!entry->pod && entry->rights && !entry->pending &&
			    (entry->type == P2M_MMIO_DIRECT || !inside(window, entry)))
				*needs = rests_on_q(&target->facts, entry, window);
		}
	walk_end(&walk);
	return 0;
}

static int facts_by(struct live *live, const struct scan *scan, struct error *err)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < live->count && !rc; i++) {
		rc = live_target(live, scan, &live->targets[i], err);
		live->targets[i].facts.entry_types = true;
	}
	return rc;
}

/* Key q only if some entry's type rests on what it tells. */
static int know(struct live *live, const struct source_options *options, struct error *err)
{
	bool needs = false;
	size_t i;
	int rc;

	live_version(live);
	for (i = 0; i < live->count; i++)
		measure_iommu(live->xen, &live->targets[i].domain, &live->targets[i].facts);
	rc = facts_by(live, &live->before.scan, err);
	for (i = 0; i < live->count && !rc && !needs && !options->live.no_q; i++)
		rc = target_needs_q(live, &live->targets[i], &needs, err);
	if (rc || !needs)
		return rc;
	rc = transcript_init(&live->dumps, err);
	live->dumps.cut = live->before.midline;
	if (!rc)
		rc = debugkeys_q(live, err);
	if (!rc)
		rc = transcript_scan(&live->dumps, err);
	if (rc)
		return rc;
	scan_take_boot(&live->dumps.scan, &live->before.scan);
	return facts_by(live, &live->dumps.scan, err);
}

int direct_ask(struct live *live, const struct source_options *options, struct error *err)
{
	int rc;

	live->direct = calloc(1, sizeof(*live->direct));
	if (!live->direct)
		return no_memory(err);
	live->direct->last = UINT64_MAX;
	if (options->only) {
		live->direct->first = options->only->first;
		live->direct->last = options->only->last;
	}
	live->source.info.via = "gdbsx";
	rc = prepare(live, options, err);
	if (!rc && options->live.pause)
		rc = live_hold(live, err);
	if (!rc)
		rc = roots_find(live, &live->direct->gdbsx, options, err);
	if (!rc)
		rc = live_measure(live, err);
	if (!rc)
		rc = copy_all(live, err);
	/* Again: what a vCPU changed before the copy, the entries may follow already. */
	if (!rc && !options->live.pause)
		rc = live_measure(live, err);
	if (!rc)
		rc = still_there(live, options, err);
	return rc ? rc : know(live, options, err);
}

void direct_close(struct live *live)
{
	if (!live->direct)
		return;
	if (live->direct->walking)
		walk_end(&live->direct->walk);
	gdbsx_close(&live->direct->gdbsx);
	free(live->direct);
	live->direct = NULL;
}

/* ---- reading ---- */

static void table_finding(void *opaque, const char *text)
{
	struct dump *dump = opaque;

	if (dump->table_findings < DUMP_TABLE_FINDINGS)
		snprintf(dump->table_finding[dump->table_findings], sizeof(dump->table_finding[0]),
			 "%s", text);
	dump->table_findings++;
}

int direct_next(struct live *live, struct dump *dump, struct error *err)
{
	struct direct *direct = live->direct;
	const struct target *target = live->target;

	if (direct->walking)
		walk_end(&direct->walk);
	direct->walking = true;
	if (target->views > 1) {
		dump->number = target->view + 1;
		dump->dumps = target->views;
	}
	if (walk_begin(&direct->walk, &target->copy->pages, target->eptp, 52, table_finding, dump))
		return no_memory(err);
	limit(&direct->walk, direct);
	return 0;
}

size_t direct_read(struct live *live, struct entry *entries, size_t max)
{
	return walk_read(&live->direct->walk, entries, max);
}

uint64_t direct_skip(struct live *live, struct entry *like, const struct window *window)
{
	return live->target->dropped.count ? 0 : walk_skip(&live->direct->walk, like, window);
}

void direct_finish(struct live *live)
{
	const struct walk *walk = &live->direct->walk;
	struct dump *dump = &live->source.dump;
	const struct ranges *changed = &live->target->copy->changed;
	char text[128];
	size_t i;

	dump->table_findings = walk->findings;
	dump->complete = true;
	for (i = 0; i < changed->count; i++)
		dump_missing(dump, changed->range[i].first, changed->range[i].last + 1);
	if (changed->count) {
		snprintf(text, sizeof(text),
			 "tables changed each time that they were read, from gfn 0x%" PRIx64
			 " on; --pause keeps a domain from changing them",
			 changed->range[0].first);
		dump_incomplete(dump, text);
	}
	if (!walk->findings)
		return;
	snprintf(text, sizeof(text), "%lu table entries are damaged", walk->findings);
	dump_incomplete(dump, text);
}

/* ---- a second look ---- */

/* Entries of a copy, one after the other. */
struct cursor {
	struct walk walk;
	struct entry entries[256];
	size_t count, at;
};

static int cursor_open(struct cursor *cursor, const struct target *target, struct table_copy *copy,
		       const struct ranges *only)
{
	int rc = walk_begin(&cursor->walk, &copy->pages, target->eptp, 52, ignore, NULL);

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
	int rc = copy_one(live, target, suspect, &again, err);

	/* Who went away has no tables any more: its frames are whatever they are now. */
	if (rc == -E2BIG)
		rc = ranges_add_all(&target->dropped, suspect) ? no_memory(err) : 0;
	else if (!rc && compare(target, &again, suspect))
		rc = no_memory(err);
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
		rc = recheck_facts(live, &live->targets[i], &host, err);
		if (!rc)
			rc = look_again(live, &live->targets[i], &suspect[i], err);
	}
	return rc;
}

const char *direct_hint(struct live *live)
{
	const struct xen_domain *own = own_domain(live);

	return own && gdbsx_possible(live->xen, own)
		       ? "; this Xen lets dom0 read the tables directly: --via gdbsx"
		       : "";
}
