/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/live/facts.h"

#include "model/pdx.h"
#include "rules/releases.h"
#include "source/live/debugkeys.h"
#include "source/live/ptypes.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static int no_memory(struct error *err)
{
	return error_set(err, -ENOMEM, "out of memory");
}

void live_version(struct live *live)
{
	struct source_info *info = &live->source.info;
	const struct scan *scan = &live->before.scan;
	const struct section *boot = &scan->sections[scan->last.section];
	struct xen_version xen;
	enum how how;

	xen_command_line(live->xen, info->command_line, sizeof(info->command_line));
	if (xen_version(live->xen, info->xen_version, sizeof(info->xen_version)))
		return;
	/* The boot's banner may tell how far behind a release a packaged one is. */
	if (boot->has_version && !strcmp(boot->version, info->xen_version))
		xen = boot->xen;
	else if (xen_version_parse(info->xen_version, NULL, &xen))
		return;
	else /* without it a packager's tip behind a release is called by that one's name */
		xen.after_release = xen.point >= 0;
	info->rules = releases_rules(&xen, &how, info->rules_note, sizeof(info->rules_note));
	info->how_xen = how == HOW_LOG ? HOW_MEASURED : how;
}

/* The default type and fixed ranges as Xen printed them at boot, if that is still there. */
static void host_mtrr(const struct machine *machine, struct facts *facts)
{
	struct mtrr_fact host = machine->host, boot = facts->host;

	if (host.how_var == HOW_UNKNOWN) {
		if (boot.how == HOW_UNKNOWN)
			facts->host = host;
		return;
	}
	facts->host = host;
	if (boot.how != HOW_LOG)
		return;
	facts->host.state.cap = boot.state.cap;
	facts->host.state.def_type = boot.state.def_type;
	memcpy(facts->host.state.fixed, boot.state.fixed, sizeof(boot.state.fixed));
	facts->host.known.def_type = boot.known.def_type;
	facts->host.known.fixed = boot.known.fixed;
	facts->host.how = boot.how;
}

/* What key q said just after the dump, whatever was printed between. */
static void believe(enum how *how)
{
	if (*how != HOW_UNKNOWN)
		*how = HOW_MEASURED;
}

/* What of it was not overwritten looks like all of it. */
static void forget_q(struct facts *facts)
{
	ranges_clear(&facts->special.ranges);
	ranges_clear(&facts->iomem.ranges);
	facts->special.how = facts->iomem.how = facts->ioports.how = HOW_UNKNOWN;
	facts->cache_flush.how = facts->cache_control.how = HOW_UNKNOWN;
	facts->nr_pages.how = HOW_UNKNOWN;
}

static int memory(const struct machine *machine, const struct section *boot, struct facts *facts)
{
	int rc;

	if (machine->has_ram) {
		ranges_clear(&facts->ram.ranges);
		rc = ranges_add_all(&facts->ram.ranges, &machine->ram);
		if (rc)
			return rc;
		facts->ram.how = HOW_MEASURED;
		rc = boot->pfn_compression ? 0 : pdx_mfn_valid(facts);
		if (rc)
			return rc;
		/* Whether Xen knows of holes, it said at boot. */
		if (!boot->has_version && facts->mfn_valid.how != HOW_UNKNOWN)
			facts->mfn_valid.how = HOW_ASSUMED;
	}
	if (machine->devices.count) {
		devices_clear(&facts->devices);
		facts->how_devices = HOW_MEASURED;
		rc = devices_add_all(&facts->devices, &machine->devices);
		if (rc)
			return rc;
	}
	rc = ranges_add_all(&facts->mmio_ro.ranges, &machine->io_apics);
	if (machine->io_apics.count || machine->all_readonly)
		facts->mmio_ro.how = HOW_DERIVED;
	if (rc || !machine->all_readonly)
		return rc;
	facts->mmio_ro_possible.how = HOW_DERIVED;
	return ranges_add_all(&facts->mmio_ro_possible.ranges, &machine->readonly);
}

int live_target(struct live *live, const struct scan *scan, struct target *target,
		struct error *err)
{
	unsigned int boot = scan == &live->before.scan ? scan->last.section : 0;
	struct dump_place place = { .place = scan->last, .domid = target->domain.domid };
	struct facts facts, *measured = &target->facts;
	int rc = scan_facts(scan, target->place ? target->place : &place, &facts);

	if (rc)
		return no_memory(err);
	facts.rules = live->source.info.rules;
	facts.how_rules = live->source.info.how_xen;
	facts.iommu = measured->iommu;
	facts_clear_vcpus(&facts);
	facts.vcpus = measured->vcpus;
	facts.vcpu_count = measured->vcpu_count;
	facts.no_vcpu = measured->no_vcpu;
	measured->vcpus = NULL;
	measured->vcpu_count = 0;
	if (live->has_q) {
		believe(&facts.iomem.how);
		believe(&facts.ioports.how);
		believe(&facts.cache_flush.how);
		believe(&facts.nr_pages.how);
		if (scan->keyq_count && scan->keyqs[scan->keyq_count - 1].complete)
			believe(&facts.special.how);
	} else {
		forget_q(&facts);
	}
	if (facts.nr_pages.how == HOW_UNKNOWN)
		measure_pages(live->xen, &target->domain, &facts);
	host_mtrr(&live->machine, &facts);
	facts_clear(measured);
	*measured = facts;
	rc = memory(&live->machine, &scan->sections[boot], measured);
	return rc ? no_memory(err) : 0;
}

int live_types(struct live *live, struct target *target, struct error *err)
{
	static struct entry entries[256];
	struct dumpreader reading;
	struct asker asker;
	struct dump dump;
	ssize_t count = 0;
	int rc;

	if (!target->place)
		return 0;
	memset(&dump, 0, sizeof(dump));
	rc = asker_begin(&asker, live->xen, target->domain.domid, &target->facts);
	if (rc)
		return no_memory(err);
	rc = debugkeys_read(live, &live->dumps, target->place, &dump, &reading, err);
	while (!rc && (count = dumpreader_read(&reading, entries, 256, err)) > 0) {
		if (asker_entries(&asker, entries, count))
			rc = no_memory(err);
		live_progress(live, "asking Xen for page types of domain %d: gfn 0x%" PRIx64,
			      target->domain.domid, entries[count - 1].gfn);
	}
	if (count < 0)
		rc = count;
	ranges_clear(&dump.not_seen);
	return asker_end(&asker, rc) == -ENOMEM ? no_memory(err) : rc;
}
