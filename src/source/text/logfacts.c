/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/text/scan.h"

#include "base/array.h"
#include "model/hvmloader.h"
#include "model/pdx.h"
#include "rules/rulesets.h"
#include "source/text/bydomain.h"
#include "source/text/events.h"

#include <stdio.h>
#include <string.h>

/* What key q of that boot said of the domain nearest to the dump. */
static const struct keyq_domain *nearest_keyq(const struct scan *scan,
					      const struct dump_place *dump)
{
	ssize_t i = bydomain_nearest(scan, BY_KEYQ, dump->domid, 0, &dump->place);

	return i < 0 ? NULL : &scan->domains[i];
}

/* Does a word of Xen's command line begin so? */
static bool has_option(const char *command_line, const char *option)
{
	const char *at = command_line;

	while ((at = strstr(at, option))) {
		if (at == command_line || at[-1] == ' ')
			return true;
		at++;
	}
	return false;
}

static int machine_facts(const struct section *section, struct facts *facts)
{
	int rc = 0;

	if (section->has_memory_map) {
		rc = ranges_add_all(&facts->ram.ranges, &section->ram);
		facts->ram.how = HOW_LOG;
	}
	if (!rc && section->mmio_ro.count) {
		rc = ranges_add_all(&facts->mmio_ro.ranges, &section->mmio_ro);
		facts->mmio_ro.how = HOW_DERIVED;
	}
	if (!rc && section->devices.count) {
		rc = devices_add_all(&facts->devices, &section->devices);
		facts->how_devices = HOW_LOG;
	}
	/* Holes inside of groups are known to Xen only with PFN compression; mem= clips the map. */
	if (!rc && section->has_memory_map && !section->pfn_compression) {
		rc = pdx_mfn_valid(facts);
		if (has_option(section->command_line, "mem="))
			facts->mfn_valid.how = HOW_ASSUMED;
	}
	facts->host.state = section->host.state;
	facts->host.known.def_type = mtrrs_whole(&section->host);
	facts->host.known.fixed = section->host.has_fixed;
	facts->host.known.var = section->host.has_var ? ~UINT64_C(0) : 0;
	facts->host.how = section->host.has_default ? HOW_LOG : HOW_UNKNOWN;
	/* dom0 can have changed them since; nothing in a log would say so. */
	facts->host.how_var = section->host.has_var ? HOW_ASSUMED : HOW_UNKNOWN;
	return rc;
}

/* Is "snoop" switched off among the words of an "iommu=" on Xen's command line? */
static bool snoop_switched_off(const char *command_line)
{
	static const char *const off[] = { "no-snoop",	  "snoop=no",	   "snoop=off",
					   "snoop=false", "snoop=disable", "snoop=0" };
	const char *at = command_line;
	size_t i, length;

	while ((at = strstr(at, "iommu="))) {
		bool whole = at == command_line || at[-1] == ' ';

		for (at += strlen("iommu="); whole && *at && *at != ' '; at += length) {
			at += *at == ',';
			length = strcspn(at, ", ");
			for (i = 0; i < ARRAY_SIZE(off); i++)
				if (length == strlen(off[i]) && !strncmp(at, off[i], length))
					return true;
		}
	}
	return false;
}

static void iommu_facts(const struct scan *scan, const struct dump_place *dump, struct facts *facts)
{
	const struct section *section = &scan->sections[dump->place.section];

	if (section->has_snoop || snoop_switched_off(section->command_line)) {
		facts->iommu_snoop.value = section->has_snoop && section->snoop;
		facts->iommu_snoop.how = HOW_LOG;
	}
	if (section->iommu_disabled) {
		facts->iommu.value = false;
		facts->iommu.how = HOW_LOG;
		return;
	}
	/* iommu_domain_init(); key o leaves dom0 out. */
	if (!dump->domid && section->iommu_enabled && section->has_version &&
	    xen_at_least(&section->xen, 4, 13)) {
		facts->iommu.value = true;
		facts->iommu.how = HOW_LOG;
		return;
	}
	keyo_facts(scan, dump, facts);
}

static int keyq_facts(const struct scan *scan, const struct dump_place *dump, struct facts *facts)
{
	const struct keyq_domain *domain = nearest_keyq(scan, dump);
	const struct keyq *keyq;
	enum how how;
	int rc;

	if (!domain)
		return 0;
	keyq = &scan->keyqs[domain->keyq];
	how = keyq->place.series == dump->place.series ? HOW_LOG : HOW_ASSUMED;
	rc = ranges_add_all(&facts->special.ranges, &keyq->special);
	facts->special.how = keyq->complete ? how : HOW_ASSUMED;
	if (!rc && domain->has_iomem) {
		rc = ranges_add_all(&facts->iomem.ranges, &domain->iomem);
		facts->iomem.how = how;
	}
	if (domain->has_ioports) {
		facts->ioports.value = domain->ioports;
		facts->ioports.how = how;
	}
	if (domain->has_iomem && domain->has_ioports) {
		facts->cache_flush.value = domain->iomem.count || domain->ioports;
		facts->cache_flush.how = how;
		/* The toolstack gives them at creation, or anybody later: not the same. */
		facts->cache_control.value = facts->cache_flush.value;
		facts->cache_control.how = HOW_ASSUMED;
	}
	if (domain->has_nr_pages) {
		facts->nr_pages.value = domain->nr_pages < domain->pod_cache
						? 0
						: domain->nr_pages - domain->pod_cache;
		facts->nr_pages.how = how;
	}
	return rc;
}

/* The nearest context of each vCPU. */
static int mtrr_facts(const struct scan *scan, const struct dump_place *dump, struct facts *facts)
{
	const struct section *section = &scan->sections[dump->place.section];
	const struct keyq_domain *domain = nearest_keyq(scan, dump);
	unsigned int vcpu;

	for (vcpu = 0; vcpu < FACTS_VCPU_MAX; vcpu++) {
		ssize_t i = bydomain_nearest(scan, BY_MTRR, dump->domid, vcpu, &dump->place);
		const struct mtrr_text *best;
		struct mtrr_fact fact;

		if (i < 0)
			break;
		best = &scan->mtrrs[i];
		hvmloader_from_record(&fact, &best->state,
				      best->place.series == dump->place.series ? HOW_LOG
									       : HOW_ASSUMED);
		/* The record is right from 343eb57023c7 on only for range 0. */
		if (section->has_version && !xen_at_least(&section->xen, 4, 12)) {
			fact.state = best->state;
			fact.known = MTRR_KNOWN_ALL;
			fact.how_var = fact.how;
		}
		if (facts_add_vcpu(facts, &fact))
			return -1;
	}
	if (domain && facts->vcpu_count && domain->vcpus > facts->vcpu_count) {
		struct mtrr_fact unknown;

		memset(&unknown, 0, sizeof(unknown));
		return facts_add_vcpu(facts, &unknown) ? -1 : 0;
	}
	return 0;
}

/* The nearest registers of each vCPU. */
static int register_facts(const struct scan *scan, const struct dump_place *dump,
			  struct facts *facts)
{
	unsigned int vcpu;

	for (vcpu = 0; vcpu < FACTS_VCPU_MAX; vcpu++) {
		ssize_t i = bydomain_nearest(scan, BY_VMCS, dump->domid, vcpu, &dump->place);

		if (i >= 0 && facts_add_registers(facts, vcpu, &scan->vmcss[i].registers))
			return -1;
	}
	facts->how_registers = facts->register_count ? HOW_LOG : HOW_UNKNOWN;
	return 0;
}

int scan_facts(const struct scan *scan, const struct dump_place *dump, struct facts *facts)
{
	const struct section *section = &scan->sections[dump->place.section];
	char note[8];
	int rc;

	facts_init(facts);
	facts->dom0 = !dump->domid;
	facts->rules = (1u << RULES_NEWEST << 1) - 1;
	if (section->has_version)
		facts->rules = releases_rules(&section->xen, &facts->how_rules, note, sizeof(note));
	rc = machine_facts(section, facts);
	if (!rc)
		iommu_facts(scan, dump, facts);
	if (!rc)
		rc = keyq_facts(scan, dump, facts);
	if (!rc)
		rc = mapping_facts(scan, dump, facts);
	if (!rc)
		rc = mtrr_facts(scan, dump, facts);
	if (!rc)
		rc = register_facts(scan, dump, facts);
	if (rc)
		facts_clear(facts);
	return rc;
}

void section_version(const struct section *section, struct source_info *info)
{
	enum how how;

	if (!section->has_version)
		return;
	snprintf(info->xen_version, sizeof(info->xen_version), "%s", section->version);
	snprintf(info->command_line, sizeof(info->command_line), "%s", section->command_line);
	info->rules =
		releases_rules(&section->xen, &how, info->rules_note, sizeof(info->rules_note));
	info->how_xen = how;
}
