/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The running Xen as a source: all is asked for when it is opened, and read from copies then. */
#include "base/text.h"
#include "source/live/debugkeys.h"
#include "source/live/direct.h"
#include "source/live/facts.h"
#include "source/live/keptboot.h"
#include "source/live/leftover.h"
#include "source/live/lock.h"
#include "source/live/noept.h"
#include "source/live/recheck.h"
#include "source/module.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int no_memory(struct error *err)
{
	return error_set(err, -ENOMEM, "out of memory");
}

/* ---- opening ---- */

int live_measure(struct live *live, struct error *err)
{
	size_t i;

	for (i = 0; i < live->count; i++)
		if (measure_guest_mtrr(live->xen, &live->targets[i].domain,
				       &live->targets[i].facts))
			return no_memory(err);
	return 0;
}

static int choose(struct live *live, const struct source_options *options, struct error *err)
{
	int rc = xen_domains(live->xen, &live->all, &live->all_count);

	if (rc)
		return xen_error(rc, "list domains", err);
	return preflight_choose(live->xen, options, &live->source, live->all, live->all_count,
				&live->targets, &live->count, err);
}

/* They may be in the ring, or have been when somebody looked at it before. */
static int boot_messages(struct live *live, struct error *err)
{
	const struct scan *scan = &live->before.scan;

	if (!scan->sections[scan->last.section].has_version)
		return keptboot_load(live->xen, &live->before, err);
	keptboot_save(live->xen, &live->before);
	return 0;
}

static int look_at_ring(struct live *live, const struct source_options *options, struct error *err)
{
	struct estimate estimate;
	int rc = transcript_init(&live->before, err);

	if (!rc)
		rc = ring_read_all(live->xen, &live->index, &live->before, err);
	if (!rc)
		rc = transcript_scan(&live->before, err);
	if (!rc)
		rc = boot_messages(live, err);
	if (!rc)
		rc = preflight_size(live->xen, options, live->all, live->all_count, &live->before,
				    &estimate, err);
	live->ring = rc ? 0 : estimate.ring_least;
	if (!rc && options->notice)
		preflight_announce(&estimate, options, live->targets, live->count,
				   direct_hint(live));
	return rc;
}

/* What an earlier run could not let run. */
static int left_paused(struct live *live, const struct source_options *options, struct error *err)
{
	struct error left;

	if (xen_store_silent(live->xen))
		source_remark(&live->source,
			      "xenstored does not answer: names of domains are not known");
	if (!leftover_find(live->xen, live->all, live->all_count, &left))
		return 0;
	if (options->live.pause) /* it would be paused twice, and let run once */
		return error_set(err, -EBUSY, "%s", left.text);
	if (live->notice)
		live->notice(left.text);
	source_remark(&live->source, "%s", left.text);
	return 0;
}

int live_hold(struct live *live, struct error *err)
{
	struct xen_domain *domains = calloc(live->count, sizeof(*domains));
	size_t i;
	int rc;

	if (!domains)
		return no_memory(err);
	for (i = 0; i < live->count; i++)
		domains[i] = live->targets[i].domain;
	rc = pause_begin(&live->pause, live->xen, domains, live->count, err);
	free(domains);
	return rc;
}

/* A domain that stays paused is worse than whatever else went wrong. */
static int let_go(struct live *live, int rc, struct error *err)
{
	struct error paused;

	if (!pause_end(&live->pause, live->xen, &paused))
		return rc;
	if (rc)
		return error_set(err, rc, "%s", paused.text);
	if (live->notice) /* there may be no room for a remark */
		live->notice(paused.text);
	source_remark(&live->source, "%s", paused.text);
	return 0;
}

void live_progress(const struct live *live, const char *format, ...)
{
	char text[96];
	va_list args;

	if (!live->progress)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	live->progress(text);
}

static int ask(struct live *live, const struct source_options *options, struct error *err)
{
	size_t i;
	int rc = choose(live, options, err);

	if (!rc)
		rc = left_paused(live, options, err);
	if (!rc && noept_all(live))
		return noept_ask(live, options, err);
	if (!rc && options->live.gdbsx)
		return direct_ask(live, options, err);
	live->source.info.via = "console";
	if (!rc)
		rc = look_at_ring(live, options, err);
	if (!rc && options->live.dry_run)
		return -ECANCELED;
	if (!rc && options->live.pause)
		rc = live_hold(live, err);
	if (!rc && measure_machine(live->xen, &live->machine))
		rc = no_memory(err);
	if (!rc)
		rc = live_measure(live, err);
	live_progress(live, "Xen prints its tables");
	if (!rc)
		rc = debugkeys_all(live, options, err);
	/* Again: what a vCPU changed before the dump, the entries may follow already. */
	if (!rc && !options->live.pause)
		rc = live_measure(live, err);
	if (!rc)
		rc = debugkeys_find(live, options, err);
	if (rc)
		return rc;
	live_version(live);
	live->source.info.one_domain = live->count == 1;
	log_counts_set(&live->counts, &live->dumps.scan, options->domain);
	for (i = 0; i < live->count && !rc; i++) {
		measure_iommu(live->xen, &live->targets[i].domain, &live->targets[i].facts);
		rc = live_target(live, &live->dumps.scan, &live->targets[i], err);
		if (!rc)
			rc = live_types(live, &live->targets[i], err);
	}
	return rc;
}

void live_target_clear(struct target *target)
{
	facts_clear(&target->facts);
	ranges_clear(&target->dropped);
	if (target->copy)
		copy_clear(target->copy);
	free(target->copy);
	target->copy = NULL;
}

static void live_close(struct source *source)
{
	struct live *live = (struct live *)source;
	size_t i;

	let_go(live, 0, NULL); /* where source_recheck() was not reached */
	for (i = 0; i < live->count; i++)
		live_target_clear(&live->targets[i]);
	direct_close(live);
	guest_pages_end(&live->guest);
	free(live->targets);
	free(live->all);
	machine_clear(&live->machine);
	transcript_clear(&live->before);
	transcript_clear(&live->dumps);
	xen_close(live->xen);
	if (live->lock >= 0)
		close(live->lock);
	free(live);
}

/* ---- reading ---- */

static int live_next(struct source *source, struct dump *dump, struct error *err)
{
	struct live *live = (struct live *)source;
	struct target *target;
	int rc;

	if (live->next == live->count)
		return 0;
	target = live->target = &live->targets[live->next++];
	dump->domid = target->domain.domid;
	dump->name = target->name[0] ? target->name : NULL;
	dump->number = dump->dumps = 1;
	snprintf(dump->no_ept, sizeof(dump->no_ept), "%s", target->no_ept ? target->no_ept : "");
	live->any = false;
	live->left_out = 0;
	if (facts_copy(&dump->facts, &target->facts))
		return no_memory(err);
	live->registers_rc = 0;
	if (live->guest_tables)
		live->registers_rc =
			measure_registers(live->xen, &target->domain, live->samples, &dump->facts);
	if (target->no_ept)
		return 1;
	if (live->direct) {
		rc = direct_next(live, dump, err);
		return rc ? rc : 1;
	}
	rc = target->place
		     ? debugkeys_read(live, &live->dumps, target->place, dump, &live->reading, err)
		     : 0;
	return rc ? rc : 1;
}

static void finish_left_out(struct live *live)
{
	char text[200];

	if (!live->left_out)
		return;
	snprintf(text, sizeof(text),
		 "%" PRIu64 " entries %s, and are left out; --pause keeps a domain from changing "
		 "them",
		 live->left_out,
		 live->direct ? "changed while they were read"
			      : "were wrong, but others when looked at again");
	dump_incomplete(&live->source.dump, text);
}

static void finish_registers(struct live *live)
{
	char text[200];

	if (!live->registers_rc)
		return;
	snprintf(text, sizeof(text), "the registers of its vCPUs cannot be read (%s)",
		 strerror(-live->registers_rc));
	dump_incomplete(&live->source.dump, text);
}

/* What the text itself does not show to be missing. */
static void finish(struct live *live)
{
	const struct dump_place *place = live->target->place;
	const char *fate = transcript_fate(&live->dumps);
	struct dump *dump = &live->source.dump;
	char text[200];

	if (live->target->no_ept) {
		dump->complete = true;
		finish_registers(live);
		return;
	}
	if (live->direct) {
		direct_finish(live);
		finish_registers(live);
		finish_left_out(live);
		return;
	}
	if (!place || (debugkeys_late(live, place) && !live->any)) {
		snprintf(text, sizeof(text), "all of it was %s Xen's console ring", fate);
		dump_incomplete(dump, text);
		dump_missing(dump, 0, DUMP_GFN_END);
		return;
	}
	if (debugkeys_late(live, place)) {
		snprintf(text, sizeof(text), "gfns 0x0 to 0x%" PRIx64 " were %s Xen's console ring",
			 live->first_gfn ? live->first_gfn - 1 : 0, fate);
		dump_incomplete(dump, text);
		dump_missing(dump, 0, live->first_gfn);
	}
	if (debugkeys_gap(live, place)) {
		uint64_t behind = live->any ? live->reading.last_gfn + 1 : 0;

		snprintf(text, sizeof(text),
			 "from gfn 0x%" PRIx64 " on it was %s Xen's console ring", behind, fate);
		dump_incomplete(dump, text);
		dump_missing(dump, behind, DUMP_GFN_END);
	}
	finish_registers(live);
	finish_left_out(live);
}

static ssize_t live_read(struct source *source, struct entry *entries, size_t max,
			 struct error *err)
{
	struct live *live = (struct live *)source;
	const struct ranges *dropped = &live->target->dropped;
	ssize_t count = 0, kept = 0, i;

	while ((live->target->place || live->direct) && !live->target->no_ept && !kept) {
		count = live->direct ? (ssize_t)direct_read(live, entries, max)
				     : dumpreader_read(&live->reading, entries, max, err);
		if (count <= 0)
			break;
		if (!live->any)
			live->first_gfn = entries[0].gfn;
		live->any = true;
		for (i = 0; i < count; i++) {
			uint64_t first = 0, last = UINT64_MAX;

			if (dropped->count &&
			    ranges_contain(dropped, entries[i].gfn, &first, &last))
				live->left_out++;
			else
				entries[kept++] = entries[i];
		}
	}
	if (!count)
		finish(live);
	return count < 0 ? count : kept;
}

/* What it cost. */
static void costs(struct live *live)
{
	source_count(&live->source, "hypercalls", xen_calls(live->xen));
	source_count(&live->source, "ring_bytes", live->printed);
}

static int live_recheck(struct source *source, const struct ranges *suspect, size_t count,
			struct error *err)
{
	struct live *live = (struct live *)source;
	int rc = 0;

	if (live->direct)
		rc = direct_recheck(live, suspect, count, err);
	else if (!noept_all(live))
		rc = recheck(live, suspect, count, err);
	rc = let_go(live, rc, err);
	costs(live);
	live->next = 0;
	return rc;
}

static int live_guest_begin(struct source *source, struct error *err)
{
	struct live *live = (struct live *)source;

	return guest_pages_begin(&live->guest, live->xen, live->target->domain.domid)
		       ? no_memory(err)
		       : 0;
}

static const void *live_guest_page(struct source *source, uint64_t gfn, unsigned int level)
{
	return guest_pages_get(&((struct live *)source)->guest, gfn, level);
}

static void live_guest_ahead(struct source *source, const uint64_t *gfns, unsigned int count)
{
	guest_pages_ahead(&((struct live *)source)->guest, gfns, count);
}

static uint64_t live_skip(struct source *source, struct entry *like, const struct window *window)
{
	struct live *live = (struct live *)source;

	return live->direct ? direct_skip(live, like, window) : 0;
}

static int live_core(struct source *source, FILE *file, struct error *err)
{
	return direct_core((struct live *)source, file, err);
}

static const struct source_ops live_ops = {
	.next = live_next,
	.read = live_read,
	.skip = live_skip,
	.recheck = live_recheck,
	.guest_begin = live_guest_begin,
	.guest_page = live_guest_page,
	.guest_ahead = live_guest_ahead,
	.core = live_core,
	.close = live_close,
};

/* Where Xen cannot print all, or for too long, there may be another way. */
static void hint(struct live *live, struct error *err)
{
	struct error why = *err;

	error_set(err, 0, "%s%s", why.text, direct_hint(live));
}

static int open_live(const struct source_options *options, struct source **source,
		     struct error *err)
{
	struct live *live = calloc(1, sizeof(*live));
	struct source_info *info;
	int rc;

	if (!live)
		return no_memory(err);
	info = &live->source.info;
	info->log = &live->counts;
	live->source.ops = &live_ops;
	live->notice = options->notice;
	live->progress = options->progress;
	live->guest_tables = options->live.guest_tables;
	live->samples = options->live.samples ? options->live.samples : 1;
	live->lock = live->before.fd = live->dumps.fd = -1;
	if (gethostname(info->name, sizeof(info->name) - 1))
		snprintf(info->name, sizeof(info->name), "this host");
	text_sanitize(info->name);
	rc = xen_open(&live->xen, err);
	if (!rc) {
		live->lock = lock_take(err);
		rc = live->lock < 0 ? live->lock : ask(live, options, err);
		if ((rc == -ENOBUFS || rc == -EBUSY) && !live->direct)
			hint(live, err);
		if (rc || (!options->live.recheck && !options->live.guest_tables))
			rc = let_go(live, rc, err);
		costs(live);
	}
	if (rc) {
		live_close(&live->source);
		return rc;
	}
	*source = &live->source;
	return 0;
}

const struct live_module xen_eptaudit_live = {
	.version = PACKAGE_VERSION,
	.sizes = LIVE_SIZES,
	.open = open_live,
};
