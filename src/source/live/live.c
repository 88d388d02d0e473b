/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The running Xen as a source: all is asked for when it is opened, and read from copies then. */
#include "source/live/live.h"
#include "base/text.h"
#include "source/live/again.h"
#include "source/live/know.h"
#include "source/live/lock.h"
#include "source/module.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int no_memory(struct error *err)
{
	return error_set(err, -ENOMEM, "out of memory");
}

/* ---- what was printed ---- */

static int press(struct live *live, char key, const char *what, struct error *err)
{
	int rc = xen_key(live->xen, key);

	return rc < 0 ? xen_error(rc, what, err) : 0;
}

int live_dump(struct live *live, struct transcript *transcript, struct error *err)
{
	const struct transcript *last = transcript == &live->dumps ? &live->before : &live->dumps;
	int rc = transcript->fd < 0 ? transcript_init(transcript, err) : 0;

	/* What a guest has yet to say in its line must not stand at the beginning of one. */
	transcript->cut = last->midline;
	if (!rc)
		rc = press(live, 'D', "print EPTs (debug key D)", err);
	return rc ? rc : ring_read_more(live->xen, &live->index, transcript, err);
}

static int lost_too_much(const struct transcript *dumps, struct error *err)
{
	char lost[32], printed[32], remedy[128];

	return error_set(err, -ENOBUFS,
			 "the EPTs of all domains did not fit into Xen's console ring: %s of %s "
			 "were overwritten; %s (--force looks at what is left)",
			 text_size(dumps->lost, lost, sizeof(lost)),
			 text_size(dumps->printed, printed, sizeof(printed)),
			 preflight_remedy(dumps->printed, remedy, sizeof(remedy)));
}

/*
 * Entries whose header was overwritten are of the domain before the first header that is left: Xen
 * prints all that have an EPT, in ascending order. Certain only if no domain came or went.
 */
static int name_headless(struct live *live, const struct xen_domain *before, size_t count,
			 struct error *err)
{
	const struct transcript *dumps = &live->dumps;
	int domid = -1, behind = dumps->scan.dump_count ? dumps->scan.dumps[0].domid : 0x7ff0;
	size_t i;

	if (!dumps->gap_count || dumps->gaps[0].offset || !dumps->scan.headless ||
	    count != live->all_count)
		return 0;
	for (i = 0; i < count; i++) {
		if (before[i].domid != live->all[i].domid || before[i].hap != live->all[i].hap)
			return 0;
		if (before[i].hap && before[i].domid < behind)
			domid = before[i].domid;
	}
	if (domid < 0)
		return 0;
	live->named = true;
	return transcript_put_header(&live->dumps, domid, err);
}

const struct dump_place *live_place(const struct transcript *transcript, int domid)
{
	size_t i;

	for (i = 0; i < transcript->scan.dump_count; i++)
		if (transcript->scan.dumps[i].domid == domid)
			return &transcript->scan.dumps[i];
	return NULL;
}

static bool still_there(const struct live *live, int domid)
{
	size_t i;

	for (i = 0; i < live->all_count; i++)
		if (live->all[i].domid == domid)
			return !live->all[i].dying;
	return false;
}

/* Was the beginning of this dump overwritten, all but the header that was put there? */
static bool begins_late(const struct live *live, const struct dump_place *place)
{
	return live->named && place->offset == GAP_LINE;
}

/* Was something in this dump overwritten behind its beginning? */
static bool has_gap(const struct live *live, const struct dump_place *place)
{
	const struct gap *gaps = live->dumps.gaps;
	unsigned int i;

	for (i = 0; i < live->gaps; i++)
		if (gaps[i].offset > place->offset && gaps[i].offset <= place->end)
			return true;
	return false;
}

/* Is something missing of a domain that is to be looked at? */
static bool misses_something(const struct live *live)
{
	size_t i;

	for (i = 0; i < live->count; i++) {
		int domid = live->targets[i].domain.domid;
		const struct dump_place *place = live_place(&live->dumps, domid);

		if (place ? begins_late(live, place) || has_gap(live, place)
			  : still_there(live, domid))
			return true;
	}
	return false;
}

/* What key q says, behind the dumps. */
static int print_q(struct live *live, struct error *err)
{
	uint64_t lost = live->dumps.lost;
	int rc = press(live, 'q', "print what domains may do (debug key q)", err);

	if (!rc)
		rc = ring_read_more(live->xen, &live->index, &live->dumps, err);
	live->has_q = live->dumps.lost == lost && live->dumps.gap_count < GAPS_MAX;
	if (!rc && !live->has_q)
		source_remark(&live->source,
			      "the output of key q did not fit into Xen's console ring: "
			      "capabilities and special frames are not known");
	return rc;
}

static int no_ept(struct error *err)
{
	return error_set(err, -ENODATA,
			 "Xen printed no EPT: its debug key D is there on Intel processors only");
}

static int print_all(struct live *live, const struct source_options *options, struct error *err)
{
	struct transcript *dumps = &live->dumps;
	struct xen_domain *before = live->all;
	size_t count = live->all_count;
	int rc = live_dump(live, dumps, err);

	if (rc)
		return rc;
	if (!dumps->printed)
		return no_ept(err);
	live->gaps = dumps->gap_count;
	live->all = NULL;
	live->all_count = 0;
	rc = xen_domains(live->xen, &live->all, &live->all_count);
	if (rc)
		xen_error(rc, "list domains", err);
	if (!rc && dumps->lost) {
		rc = transcript_scan(dumps, err);
		if (!rc)
			rc = name_headless(live, before, count, err);
		if (!rc && !options->live.force && misses_something(live))
			rc = lost_too_much(dumps, err);
	}
	free(before);
	if (!rc && !options->live.no_q)
		rc = print_q(live, err);
	if (!rc)
		rc = transcript_scan(dumps, err);
	if (!rc && !dumps->lost && !dumps->scan.dump_count)
		rc = no_ept(err);
	if (!rc)
		scan_take_boot(&dumps->scan, &live->before.scan);
	return rc;
}

/* The dumps of those that were chosen; who is gone is left out, or an error if it was the one. */
static int find_dumps(struct live *live, const struct source_options *options, struct error *err)
{
	size_t i, kept = 0;

	for (i = 0; i < live->count; i++) {
		struct target *target = &live->targets[i];
		int domid = target->domain.domid;
		const char *why = NULL;

		target->place = live_place(&live->dumps, domid);
		if (!still_there(live, domid))
			why = "went away while it was looked at";
		else if (!target->place && !live->dumps.lost)
			why = "has no EPT that Xen prints with its debug key D";
		if (!why) {
			live->targets[kept++] = *target;
			continue;
		}
		if (options->domain)
			return error_set(err, -ESRCH, "domain %d %s", domid, why);
		source_remark(&live->source, "domain %d %s", domid, why);
		facts_clear(&target->facts);
	}
	live->count = kept;
	return kept ? 0 : error_set(err, -ENOENT, "no domain is left to look at");
}

/* ---- opening ---- */

static int measure_all(struct live *live, struct error *err)
{
	bool changed;
	size_t i;

	for (i = 0; i < live->count; i++)
		if (measure_guest_mtrr(live->xen, &live->targets[i].domain, &live->targets[i].facts,
				       &changed))
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

static int look_at_ring(struct live *live, const struct source_options *options, struct error *err)
{
	struct estimate estimate;
	int rc = transcript_init(&live->before, err);

	if (!rc)
		rc = ring_read_all(live->xen, &live->index, &live->before, err);
	if (!rc)
		rc = transcript_scan(&live->before, err);
	if (!rc)
		rc = preflight_size(live->xen, options, live->all, live->all_count,
				    &live->before.scan, &estimate, err);
	if (!rc && options->notice)
		preflight_announce(&estimate, options, live->targets, live->count);
	return rc;
}

static int hold(struct live *live, struct error *err)
{
	int *domids = calloc(live->count, sizeof(*domids)), rc;
	size_t i;

	if (!domids)
		return no_memory(err);
	for (i = 0; i < live->count; i++)
		domids[i] = live->targets[i].domain.domid;
	rc = pause_begin(&live->pause, live->xen, domids, live->count, err);
	free(domids);
	return rc;
}

static void describe(struct live *live)
{
	struct source_info *info = &live->source.info;
	const struct scan *scan = &live->dumps.scan;

	info->rejected_lines = scan->rejected;
	info->replayed_lines = scan->replayed;
	info->headless_entries = scan->headless;
	info->headless_first = scan->headless_first;
	info->headless_last = scan->headless_last;
}

/* A domain that stays paused is worse than whatever else went wrong. */
static int let_go(struct live *live, const struct source_options *options, int rc,
		  struct error *err)
{
	struct error paused;

	if (!pause_end(&live->pause, live->xen, &paused))
		return rc;
	if (rc)
		return error_set(err, rc, "%s", paused.text);
	if (options->notice) /* there may be no room for a remark */
		options->notice(paused.text);
	source_remark(&live->source, "%s", paused.text);
	return 0;
}

static int ask(struct live *live, const struct source_options *options, struct error *err)
{
	size_t i;
	int rc = choose(live, options, err);

	if (!rc)
		rc = look_at_ring(live, options, err);
	if (!rc && options->live.pause)
		rc = hold(live, err);
	if (!rc && measure_machine(live->xen, &live->machine))
		rc = no_memory(err);
	if (!rc)
		rc = measure_all(live, err);
	if (!rc)
		rc = print_all(live, options, err);
	/* Again: what a vCPU changed before the dump, the entries may follow already. */
	if (!rc && !options->live.pause)
		rc = measure_all(live, err);
	if (!rc)
		rc = find_dumps(live, options, err);
	if (rc)
		return rc;
	know_version(live);
	describe(live);
	for (i = 0; i < live->count && !rc; i++) {
		measure_iommu(live->xen, &live->targets[i].domain, &live->targets[i].facts);
		rc = know_target(live, &live->targets[i], err);
		if (!rc)
			rc = know_types(live, &live->targets[i], err);
	}
	if (!rc && options->live.judged)
		rc = look_again(live, options, err);
	return rc;
}

static void live_close(struct source *source)
{
	struct live *live = (struct live *)source;
	size_t i;

	for (i = 0; i < live->count; i++) {
		facts_clear(&live->targets[i].facts);
		ranges_clear(&live->targets[i].dropped);
	}
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

int live_read_dump(struct live *live, struct transcript *transcript, const struct dump_place *place,
		   struct dump *dump, struct dumpreader *reading, struct error *err)
{
	int rc = dumpreader_open(reading, &transcript->reader, &transcript->scan, place,
				 &live->source.info, dump, err);

	reading->from_xen = true;
	return rc;
}

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
	live->any = false;
	live->left_out = 0;
	if (facts_copy(&dump->facts, &target->facts))
		return no_memory(err);
	rc = target->place
		     ? live_read_dump(live, &live->dumps, target->place, dump, &live->reading, err)
		     : 0;
	return rc ? rc : 1;
}

static void incomplete(struct dump *dump, const char *reason)
{
	if (!dump->reason[0])
		snprintf(dump->reason, sizeof(dump->reason), "%s", reason);
	dump->complete = false;
}

static void not_seen(struct dump *dump, uint64_t first, uint64_t behind)
{
	if (first < behind)
		ranges_add(&dump->not_seen, first, behind - 1);
}

#define GFN_END (UINT64_C(1) << 40)

/* What the text itself does not show to be missing. */
static void finish(struct live *live)
{
	const struct dump_place *place = live->target->place;
	struct dump *dump = &live->source.dump;
	char text[200];

	if (!place || (begins_late(live, place) && !live->any)) {
		incomplete(dump, "all of it was overwritten in Xen's console ring");
		not_seen(dump, 0, GFN_END);
		return;
	}
	if (begins_late(live, place)) {
		snprintf(text, sizeof(text),
			 "gfns 0x0 to 0x%" PRIx64 " were overwritten in Xen's console ring",
			 live->first_gfn ? live->first_gfn - 1 : 0);
		incomplete(dump, text);
		not_seen(dump, 0, live->first_gfn);
	}
	if (has_gap(live, place)) {
		uint64_t behind = live->any ? live->reading.last_gfn + 1 : 0;

		snprintf(text, sizeof(text),
			 "from gfn 0x%" PRIx64 " on it was overwritten in Xen's console ring",
			 behind);
		incomplete(dump, text);
		not_seen(dump, behind, GFN_END);
	}
	if (live->left_out) {
		snprintf(text, sizeof(text),
			 "%" PRIu64 " entries were wrong, but others when looked at again, and are "
			 "left out; --pause keeps a domain from changing them",
			 live->left_out);
		incomplete(dump, text);
	}
}

static ssize_t live_read(struct source *source, struct entry *entries, size_t max,
			 struct error *err)
{
	struct live *live = (struct live *)source;
	const struct ranges *dropped = &live->target->dropped;
	ssize_t count = 0, kept = 0, i;

	while (live->target->place && !kept) {
		count = dumpreader_read(&live->reading, entries, max, err);
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

static const struct source_ops live_ops = {
	.next = live_next,
	.read = live_read,
	.close = live_close,
};

static int open_live(const struct source_options *options, struct source **source,
		     struct error *err)
{
	struct live *live = calloc(1, sizeof(*live));
	struct source_info *info;
	int rc;

	if (!live)
		return no_memory(err);
	info = &live->source.info;
	live->source.ops = &live_ops;
	live->lock = live->before.fd = live->dumps.fd = -1;
	info->kind = "live";
	if (gethostname(info->name, sizeof(info->name) - 1))
		snprintf(info->name, sizeof(info->name), "this host");
	text_sanitize(info->name);
	rc = xen_open(&live->xen, err);
	if (!rc) {
		live->lock = lock_take(err);
		rc = live->lock < 0 ? live->lock
				    : let_go(live, options, ask(live, options, err), err);
		info->hypercalls = xen_calls(live->xen);
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
