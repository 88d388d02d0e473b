/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/live/debugkeys.h"

#include "base/text.h"
#include "model/domid.h"

#include <errno.h>
#include <stdlib.h>

static int press(struct live *live, char key, const char *what, struct error *err)
{
	int rc = xen_key(live->xen, key);

	return rc < 0 ? xen_error(rc, what, err) : 0;
}

int debugkeys_dump(struct live *live, struct transcript *transcript, struct error *err)
{
	const struct transcript *last = transcript == &live->dumps ? &live->before : &live->dumps;
	int rc = transcript->fd < 0 ? transcript_init(transcript, err) : 0;

	/* What a guest has yet to say in its line must not stand at the beginning of one. */
	transcript->cut = last->midline;
	transcript->ring = live->ring;
	if (!rc)
		rc = press(live, 'D', "print EPTs (debug key D)", err);
	if (!rc)
		rc = ring_read_more(live->xen, &live->index, transcript, err);
	live->printed += transcript->printed;
	return rc;
}

static int lost_too_much(const struct transcript *dumps, struct error *err)
{
	char lost[32], printed[32], remedy[128];

	if (dumps->cleared)
		return error_set(err, -EAGAIN,
				 "Xen's console ring was cleared while it was read, by xl dmesg -c "
				 "perhaps: %s of %s are gone, although it has room for %s; run it "
				 "again (--force looks at what is left)",
				 text_size(dumps->lost, lost, sizeof(lost)),
				 text_size(dumps->printed, printed, sizeof(printed)),
				 text_size(dumps->ring, remedy, sizeof(remedy)));
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
	int domid = -1, behind = dumps->scan.dump_count ? dumps->scan.dumps[0].domid : DOMID_COUNT;
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

const struct dump_place *debugkeys_place(const struct transcript *transcript, int domid)
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

bool debugkeys_late(const struct live *live, const struct dump_place *place)
{
	return live->named && place->offset == GAP_LINE;
}

bool debugkeys_gap(const struct live *live, const struct dump_place *place)
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
		const struct dump_place *place = debugkeys_place(&live->dumps, domid);

		if (place ? debugkeys_late(live, place) || debugkeys_gap(live, place)
			  : still_there(live, domid))
			return true;
	}
	return false;
}

/* What key q says, behind the dumps. */
int debugkeys_q(struct live *live, struct error *err)
{
	uint64_t lost = live->dumps.lost;
	int rc = press(live, 'q', "print what domains may do (debug key q)", err);

	if (!rc)
		rc = ring_read_more(live->xen, &live->index, &live->dumps, err);
	live->printed += live->dumps.printed;
	live->has_q = live->dumps.lost == lost && live->dumps.gap_count < GAPS_MAX;
	if (!rc && !live->has_q)
		source_remark(&live->source,
			      "the output of key q %s Xen's console ring: "
			      "capabilities and special frames are not known%s",
			      live->dumps.cleared ? "was cleared from" : "did not fit into",
			      live->dumps.cleared ? "; run it again" : "");
	return rc;
}

/* Who was chosen may be gone by now, and nobody else may have an EPT. */
static int no_ept(struct live *live, struct error *err)
{
	size_t i;

	for (i = 0; i < live->all_count; i++)
		if (live->all[i].hap && !live->all[i].dying)
			break;
	if (i == live->all_count)
		return error_set(err, -ESRCH,
				 "domain %d went away while it was looked at, and no other has an "
				 "EPT",
				 live->targets[0].domain.domid);
	return error_set(err, -ENODATA,
			 "Xen printed no EPT: its debug key D is there on Intel processors only");
}

int debugkeys_all(struct live *live, const struct source_options *options, struct error *err)
{
	struct transcript *dumps = &live->dumps;
	struct xen_domain *before = live->all;
	size_t count = live->all_count;
	int rc = debugkeys_dump(live, dumps, err);

	if (rc)
		return rc;
	live->gaps = dumps->gap_count;
	live->all = NULL;
	live->all_count = 0;
	rc = xen_domains(live->xen, &live->all, &live->all_count);
	if (rc)
		xen_error(rc, "list domains", err);
	if (!rc && !dumps->printed)
		rc = no_ept(live, err);
	if (!rc && dumps->lost) {
		rc = transcript_scan(dumps, err);
		if (!rc)
			rc = name_headless(live, before, count, err);
		if (!rc && !options->live.force && misses_something(live))
			rc = lost_too_much(dumps, err);
	}
	free(before);
	if (!rc && !options->live.no_q)
		rc = debugkeys_q(live, err);
	if (!rc)
		rc = transcript_scan(dumps, err);
	if (!rc && !dumps->lost && !dumps->scan.dump_count)
		rc = no_ept(live, err);
	if (!rc)
		scan_take_boot(&dumps->scan, &live->before.scan);
	return rc;
}

int debugkeys_find(struct live *live, const struct source_options *options, struct error *err)
{
	size_t i, kept = 0;

	for (i = 0; i < live->count; i++) {
		struct target *target = &live->targets[i];
		int domid = target->domain.domid;
		const char *why = NULL;

		target->place = debugkeys_place(&live->dumps, domid);
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

int debugkeys_read(struct live *live, struct transcript *transcript, const struct dump_place *place,
		   struct dump *dump, struct dumpreader *reading, struct error *err)
{
	int rc = dumpreader_open(reading, &transcript->reader, &transcript->scan, place,
				 &live->counts, dump, err);

	reading->from_xen = true;
	return rc;
}
