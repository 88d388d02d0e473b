/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/live/noept.h"

#include "source/live/cpu.h"
#include "source/live/facts.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

const char *noept_why(const struct source_options *options, const struct xen_domain *domain)
{
	if (!options->live.without_ept || options->live.gdbsx || !domain->hvm)
		return NULL;
	if (!domain->hap)
		return "it has shadow page tables (hap=0), and no EPT";
	return cpu_is_amd() ? "this processor is AMD's, and has no EPT" : NULL;
}

bool noept_all(const struct live *live)
{
	size_t i;

	for (i = 0; i < live->count; i++)
		if (!live->targets[i].no_ept)
			return false;
	return true;
}

/*
 * What Xen answers for a page's type is RAM also where that is yet to be populated, which reading
 * it would do. Pages are paged out of EPTs only (vm_event_domctl() of Xen).
 */
static int check_populated(struct live *live, const struct target *target, struct error *err)
{
	uint64_t entries;
	int domid = target->domain.domid, rc = xen_pod_entries(live->xen, domid, &entries);

	if (rc == -ESRCH)
		return error_set(err, rc, "domain %d went away while it was looked at", domid);
	if (rc)
		return error_set(err, rc,
				 "domain %d cannot be asked whether its memory is populated on "
				 "demand (%s)",
				 domid, strerror(-rc));
	if (entries)
		return error_set(err, -EOPNOTSUPP,
				 "domain %d has memory that is populated on demand, and without an "
				 "EPT nothing tells which: its tables are not read, for that could "
				 "populate it; wait until its balloon driver is done",
				 domid);
	return 0;
}

/* All of one, or why not. */
static int ask_one(struct live *live, struct target *target, struct error *err)
{
	int rc = check_populated(live, target, err);

	measure_iommu(live->xen, &target->domain, &target->facts);
	return rc ? rc : live_target(live, &live->before.scan, target, err);
}

static int ask_each(struct live *live, const struct source_options *options, struct error *err)
{
	size_t i, kept = 0;
	int rc;

	for (i = 0; i < live->count; i++) {
		struct target *target = &live->targets[i];

		rc = ask_one(live, target, err);
		if (rc && (options->domain || rc == -ENOMEM))
			return rc;
		if (!rc) {
			if (kept != i) {
				live->targets[kept] = *target;
				memset(target, 0, sizeof(*target));
			}
			kept++;
			continue;
		}
		source_remark(&live->source, "%s", err->text);
		live_target_clear(target);
		memset(&target->facts, 0, sizeof(target->facts));
	}
	live->count = kept;
	return kept ? 0 : error_set(err, -ENOENT, "no domain is left to look at");
}

int noept_ask(struct live *live, const struct source_options *options, struct error *err)
{
	int rc = transcript_init(&live->before, err);

	if (!rc)
		rc = ring_read_all(live->xen, &live->index, &live->before, err);
	if (!rc)
		rc = transcript_scan(&live->before, err);
	if (!rc && options->notice)
		options->notice(
			"maps page tables of guests, read-only; there is no EPT to be printed");
	if (!rc && options->live.dry_run)
		return -ECANCELED;
	if (!rc && options->live.pause)
		rc = live_hold(live, err);
	if (!rc && measure_machine(live->xen, &live->machine))
		rc = error_set(err, -ENOMEM, "out of memory");
	if (!rc)
		rc = live_measure(live, err);
	if (rc)
		return rc;
	live_version(live);
	live->source.info.one_domain = live->count == 1;
	return ask_each(live, options, err);
}
