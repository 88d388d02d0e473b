/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/live/direct.h"

#include "model/merge.h"
#include "source/live/debugkeys.h"
#include "source/live/directdata.h"
#include "source/live/facts.h"
#include "source/live/gdbsx.h"
#include "source/live/keptboot.h"
#include "source/live/needq.h"
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
	struct kept_pages kept;
	uint64_t first, last; /* gfns that are wanted */
	struct walk walk;     /* over live->target's copy */
	bool walking;
	bool ring_read; /* live->index is where Xen's console ring ends */
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
	const char *key_q =
		options->xen_syms
			? "; only where Xen's structures are damaged it may have to use debug key "
			  "q, which sends VIRQ_DEBUG to every vCPU (not with --no-q)"
			: "; where what they may do counts it asks for that with debug key q, "
			  "which sends VIRQ_DEBUG to every vCPU (not with --no-q)";
	char text[512], pause[64] = "";

	if (options->live.pause)
		snprintf(pause, sizeof(pause), "; pauses %zu domain%s meanwhile", live->count,
			 live->count == 1 ? "" : "s");
	snprintf(text, sizeof(text),
		 "reads the EPT%s of %zu domain%s directly (gdbsx), a hypercall for up to %d of "
		 "their tables; writes nothing%s%s",
		 live->count == 1 ? "" : "s", live->count, live->count == 1 ? "" : "s",
		 FRAMES_AT_ONCE, pause, options->live.no_q ? "" : key_q);
	options->notice(text);
}

int direct_ring_end(struct live *live, struct error *err)
{
	struct transcript unread;
	int rc;

	if (live->direct->ring_read)
		return 0;
	rc = transcript_init(&unread, err);
	if (!rc)
		rc = ring_read_all(live->xen, &live->index, &unread, err);
	live->before.midline = unread.midline;
	live->direct->ring_read = !rc;
	transcript_clear(&unread);
	return rc;
}

/* What Xen printed at boot: an earlier run has kept it, or it may be in the ring, which is long. */
static int boot_messages(struct live *live, struct error *err)
{
	struct transcript *before = &live->before;
	int rc = transcript_init(before, err);

	if (!rc)
		rc = keptboot_load(live->xen, before, err);
	if (rc || before->size)
		return rc;
	rc = ring_read_all(live->xen, &live->index, before, err);
	live->direct->ring_read = !rc;
	if (!rc)
		rc = transcript_scan(before, err);
	if (!rc && before->scan.sections[before->scan.last.section].has_version)
		keptboot_save(live->xen, before);
	return rc;
}

/* All that is read from now on is for a core. */
static int keep_pages(struct direct *direct, struct error *err)
{
	int rc = kept_pages_begin(&direct->kept, err);

	if (!rc)
		direct->gdbsx.kept = &direct->kept;
	return rc;
}

/* What does no harm, and must be had before anybody is paused. */
static int prepare(struct live *live, const struct source_options *options, struct error *err)
{
	const struct xen_domain *own = own_domain(live);
	int rc = boot_messages(live, err);

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

int direct_copy(struct live *live, const struct target *target, const struct ranges *only,
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
		rc = target->copy ? direct_copy(live, target, NULL, target->copy, err)
				  : no_memory(err);
		if (!rc && ranges_add_all(&target->dropped, &target->copy->changed))
			rc = no_memory(err);
	}
	return rc;
}

bool direct_there(const struct xen_domain *now, size_t count, const struct xen_domain *before)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (now[i].domid == before->domid)
			return !now[i].dying &&
			       !memcmp(now[i].handle, before->handle, sizeof(before->handle));
	return false;
}

/* Frames of who went away may be another's by now: what was copied is not to be believed. */
static int still_there(struct live *live, const struct source_options *options, struct error *err)
{
	struct xen_domain *now = NULL;
	size_t count = 0, i, kept = 0;
	int rc = xen_domains(live->xen, &now, &count);

	if (rc)
		return xen_error(rc, "list domains", err);
	for (i = 0; i < live->count && !rc; i++) {
		struct target *target = &live->targets[i];
		const struct xen_domain *before = &target->domain;

		if (direct_there(now, count, before)) {
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

static void limit(struct walk *walk, const struct direct *direct)
{
	walk->first = direct->first;
	walk->last = direct->last;
}

static int facts_by(struct live *live, const struct scan *scan, struct error *err)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < live->count && !rc; i++) {
		rc = live_target(live, scan, &live->targets[i], err);
		facts_types_in_entries(&live->targets[i].facts, true);
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
	if (!rc)
		rc = direct_data_facts(live, live->data, err);
	for (i = 0; i < live->count && !rc && !needs && !options->live.no_q; i++)
		rc = needq_target(&live->targets[i], live->direct->first, live->direct->last,
				  &needs, err);
	if (rc || !needs)
		return rc;
	rc = transcript_init(&live->dumps, err);
	if (!rc)
		rc = direct_ring_end(live, err);
	live->dumps.cut = live->before.midline;
	if (!rc)
		rc = debugkeys_q(live, err);
	if (!rc)
		rc = transcript_scan(&live->dumps, err);
	if (rc)
		return rc;
	scan_take_boot(&live->dumps.scan, &live->before.scan);
	rc = facts_by(live, &live->dumps.scan, err);
	return rc ? rc : direct_data_facts(live, live->data, err);
}

int direct_ask(struct live *live, const struct source_options *options, struct error *err)
{
	int rc;

	live->direct = calloc(1, sizeof(*live->direct));
	if (!live->direct)
		return no_memory(err);
	live->direct->kept.fd = -1;
	live->direct->last = UINT64_MAX;
	if (options->only) {
		live->direct->first = options->only->first;
		live->direct->last = options->only->last;
	}
	live->source.info.via = "gdbsx";
	rc = prepare(live, options, err);
	if (!rc && options->live.dry_run)
		return -ECANCELED;
	if (!rc && options->live.pause)
		rc = live_hold(live, err);
	if (!rc && options->live.core)
		rc = keep_pages(live->direct, err);
	if (!rc)
		rc = direct_data_open(live, &live->direct->gdbsx, options, &live->data, err);
	if (!rc && options->live.core)
		rc = direct_data_findable(live->data, err);
	if (!rc)
		rc = roots_find(live, &live->direct->gdbsx, options, err);
	if (!rc)
		rc = live_measure(live, err);
	if (!rc)
		rc = direct_data_before(live, live->data, err);
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
	direct_data_close(live->data);
	gdbsx_close(&live->direct->gdbsx);
	kept_pages_end(&live->direct->kept);
	free(live->direct);
	live->direct = NULL;
}

/* ---- reading ---- */

int direct_next(struct live *live, struct dump *dump, struct error *err)
{
	struct direct *direct = live->direct;
	const struct target *target = live->target;

	if (direct->walking)
		walk_end(&direct->walk);
	direct->walking = true;
	dump_view(dump, target->view_name);
	if (target->views > 1) {
		dump->number = target->view + 1;
		dump->dumps = target->views;
	}
	if (walk_begin(&direct->walk, &target->copy->pages, target->eptp, 52, dump_table_finding,
		       dump))
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

int direct_core(struct live *live, FILE *file, struct error *err)
{
	if (!live->direct)
		return error_set(err, -EOPNOTSUPP,
				 "no memory was read of which a core could be made: this needs "
				 "domains with an EPT, and --via gdbsx");
	return kept_pages_write(&live->direct->kept, file, err);
}

const char *direct_hint(struct live *live)
{
	const struct xen_domain *own = own_domain(live);

	return own && gdbsx_possible(live->xen, own)
		       ? "; this Xen lets dom0 read the tables directly: --via gdbsx"
		       : "";
}
