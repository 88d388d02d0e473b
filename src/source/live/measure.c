/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/live/measure.h"

#include "model/hvmloader.h"
#include "source/live/devices.h"
#include "source/live/mmio_ro.h"
#include "x86/memtype.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* RAM that no variable range covers is WB on any machine that works, by the default type then. */
static bool all_covered(const struct ranges *ram, const struct mtrr_state *state)
{
	struct ranges covered = { .count = 0 };
	unsigned int i;
	size_t n;
	bool all = true;

	for (i = 0; i < state->var_count; i++) {
		uint64_t size = mtrr_range_size(state->var[i].mask) >> 12;
		uint64_t first = state->var[i].base >> 12;

		if (size && ranges_add(&covered, first, first + size - 1))
			break;
	}
	for (n = 0; n < ram->count && all; n++) {
		uint64_t first = ram->range[n].first < 0x100 ? 0x100 : ram->range[n].first;
		uint64_t from = 0, to = UINT64_MAX;

		all = first > ram->range[n].last ||
		      ranges_overlap(&covered, first, ram->range[n].last, &from, &to) ==
			      OVERLAP_FULL;
	}
	ranges_clear(&covered);
	return all;
}

/* No call tells the default type and the fixed ranges: what firmware usually sets up. */
static void usual_rest(struct mtrr_fact *host, const struct ranges *ram)
{
	unsigned int i;

	host->state.def_type = MTRR_DEF_TYPE_E | MTRR_DEF_TYPE_FE |
			       (all_covered(ram, &host->state) ? MEMTYPE_UC : MEMTYPE_WB);
	for (i = 0; i < 2; i++) /* below 640 KiB */
		host->state.fixed[i] = UINT64_C(0x0606060606060606);
	host->how = HOW_ASSUMED;
}

void measure_host_mtrr(struct xen *xen, const struct ranges *ram, struct mtrr_fact *host)
{
	struct mtrr_state *state = &host->state;
	uint64_t mfn, frames;
	unsigned int reg, type;
	int rc = 0;

	memset(host, 0, sizeof(*host));
	host->known.var = ~UINT64_C(0);
	for (reg = 0; reg < MTRR_VAR_MAX; reg++) {
		rc = xen_host_range(xen, reg, &mfn, &frames, &type);
		if (rc)
			break;
		if (!frames)
			continue;
		state->var[reg].base = mfn << 12 | type;
		state->var[reg].mask =
			(-frames << 12 & UINT64_C(0xffffffffff000)) | MTRR_MASK_VALID;
		/* A mask with gaps is not told as it is. */
		if (frames & (frames - 1) || mfn & (frames - 1) || !memtype_valid(type))
			host->known.var &= ~(UINT64_C(1) << reg);
	}
	state->var_count = reg;
	host->how_var = rc == -EINVAL && reg ? HOW_MEASURED : HOW_UNKNOWN;
	usual_rest(host, ram);
	if (host->how_var == HOW_UNKNOWN)
		host->how = HOW_UNKNOWN;
}

int measure_machine(struct xen *xen, struct machine *machine)
{
	int rc;

	memset(machine, 0, sizeof(*machine));
	rc = xen_memory_map(xen, &machine->ram);
	machine->has_ram = !rc && machine->ram.count;
	if (rc)
		ranges_clear(&machine->ram);
	measure_host_mtrr(xen, &machine->ram, &machine->host);
	if (rc != -ENOMEM)
		rc = readonly_io_apics(&machine->io_apics);
	if (!rc)
		rc = readonly_possible(&machine->readonly, &machine->all_readonly);
	return rc ? rc : live_devices(&machine->devices);
}

void machine_clear(struct machine *machine)
{
	ranges_clear(&machine->ram);
	ranges_clear(&machine->io_apics);
	ranges_clear(&machine->readonly);
	devices_clear(&machine->devices);
}

int measure_guest_mtrr(struct xen *xen, const struct xen_domain *domain, struct facts *facts)
{
	size_t i;
	unsigned int vcpu;
	bool missed = false;

	facts->no_vcpu = domain->vcpus ? HOW_UNKNOWN : HOW_MEASURED;
	for (vcpu = 0; vcpu < domain->vcpus && vcpu < 4096; vcpu++) {
		struct mtrr_state state;
		struct mtrr_fact fact;
		int rc = xen_guest_mtrr(xen, domain->domid, vcpu, &state);

		if (rc == -ENOENT || rc == -ENODATA)
			continue; /* ids need not be used without a gap */
		memset(&fact, 0, sizeof(fact));
		if (!rc)
			hvmloader_from_record(&fact, &state, HOW_MEASURED);
		else if (missed)
			continue;
		else
			missed = true; /* one whose registers can hold anything */
		for (i = 0; i < facts->vcpu_count; i++)
			if (mtrr_same(&facts->vcpus[i].state, &fact.state) &&
			    facts->vcpus[i].how == fact.how)
				break;
		if (i < facts->vcpu_count)
			continue;
		rc = facts_add_vcpu(facts, &fact);
		if (rc == -E2BIG)
			break;
		if (rc)
			return rc;
	}
	return 0;
}

void measure_iommu(struct xen *xen, const struct xen_domain *domain, struct facts *facts)
{
	int iommu = xen_iommu(xen, domain->domid);

	if (iommu >= 0) {
		facts->iommu.value = iommu;
		facts->iommu.how = HOW_MEASURED;
	}
}

/* Does facts have a vCPU that translates so already? */
static bool known_registers(const struct facts *facts, unsigned int vcpu,
			    const struct paging_registers *registers)
{
	size_t i;

	for (i = 0; i < facts->register_count; i++) {
		const struct vcpu_registers *one = &facts->registers[i];

		if (one->vcpu == vcpu && one->registers.pat == registers->pat &&
		    paging_cache_disabled(&one->registers) == paging_cache_disabled(registers) &&
		    paging_same_space(&one->registers, registers))
			return true;
	}
	return false;
}

#define SAMPLE_MICROSECONDS 50000 /* between two looks: other processes get to run */

int measure_registers(struct xen *xen, const struct xen_domain *domain, unsigned int samples,
		      struct facts *facts)
{
	unsigned int sample, vcpu;
	int failed = -ENOENT;

	facts_clear_registers(facts); /* of an earlier key v: those tables may be no more */
	for (sample = 0; sample < samples; sample++) {
		if (sample)
			usleep(SAMPLE_MICROSECONDS);
		for (vcpu = 0; vcpu < domain->vcpus && vcpu < FACTS_VCPU_MAX; vcpu++) {
			struct paging_registers registers;
			int rc = xen_guest_registers(xen, domain->domid, vcpu, &registers);

			if (rc) {
				failed = rc;
				continue; /* it is down, or ids have a gap */
			}
			if (known_registers(facts, vcpu, &registers) ||
			    facts->register_count == FACTS_REGISTERS_MAX)
				continue;
			if (facts_add_registers(facts, vcpu, &registers))
				return -ENOMEM;
		}
	}
	facts->how_registers = facts->register_count ? HOW_MEASURED : HOW_UNKNOWN;
	return facts->register_count ? 0 : failed;
}

void measure_pages(struct xen *xen, const struct xen_domain *domain, struct facts *facts)
{
	uint64_t cache;

	if (!xen_pod_cache(xen, domain->domid, &cache)) {
		facts->nr_pages.value = domain->pages < cache ? 0 : domain->pages - cache;
		facts->nr_pages.how = HOW_MEASURED;
	}
}
