/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What Xen's structures tell of one domain. */
#include "source/structs/domains.h"

#include "base/text.h"
#include "source/structs/lists.h"
#include "source/structs/mtrrs.h"
#include "x86/memtype.h"

#include <errno.h>

#define CDF_IOMMU     32 /* of XEN_DOMCTL_createdomain */
#define VCPUS_MOST    8192
#define PINS_MOST     4096
#define STATE_RUNNING 0 /* RUNSTATE_running, and its place among times */

struct reading {
	struct xendata *data;
	const struct own_domain *domain;
	struct facts *facts;
};

static bool of_domain(struct reading *reading, enum member member, uint64_t *value)
{
	return xmem_member(&reading->data->mem, &reading->data->layout, member,
			   reading->domain->address, value);
}

/* Each returns 0 where it is known now, 1 where it is not, or -ENOMEM. */

static int read_iommu(struct reading *reading)
{
	uint64_t options;

	if (!of_domain(reading, DOMAIN_OPTIONS, &options))
		return 1;
	reading->facts->iommu.value = options & CDF_IOMMU;
	reading->facts->iommu.how = HOW_MEASURED;
	return 0;
}

static int read_rangeset(struct reading *reading, enum member member, struct ranges *ranges)
{
	uint64_t set;

	if (!of_domain(reading, member, &set) || !xmem_pointer(set))
		return 1;
	return rangeset_read(&reading->data->mem, &reading->data->layout, set, ranges);
}

/* Has it devices? 1, 0, or -1 where that cannot be told. */
static int has_devices(struct reading *reading)
{
	uint64_t head, next;

	head = xmem_place(&reading->data->layout, DOMAIN_DEVICES, reading->domain->address);
	if (!head || !xmem_number(&reading->data->mem, head, 8, &next))
		return -1;
	return next != head;
}

/* cache_flush_permitted(); from 4.21 on devices count as well. */
static int read_capabilities(struct reading *reading)
{
	struct facts *facts = reading->facts;
	const struct xen_version *xen = &reading->data->xen;
	struct ranges ports = { .count = 0 };
	int rc = read_rangeset(reading, DOMAIN_IOMEM, &facts->iomem.ranges), devices = 0;

	if (!rc)
		rc = read_rangeset(reading, DOMAIN_IOPORTS, &ports);
	if (!rc && (!reading->data->has_version || xen_at_least(xen, 4, 21)))
		devices = has_devices(reading);
	if (!rc) {
		facts->ioports.value = ports.count;
		facts->cache_flush.value = facts->iomem.ranges.count || ports.count;
		facts->iomem.how = facts->ioports.how = facts->cache_flush.how = HOW_MEASURED;
		/* The toolstack gives them at creation, or anybody later: not the same. */
		facts->cache_control.value = facts->cache_flush.value;
		facts->cache_control.how = HOW_ASSUMED;
		if (!facts->cache_flush.value && devices > 0 && reading->data->has_version)
			facts->cache_flush.value = true;
		else if (!facts->cache_flush.value && devices)
			facts->cache_flush.how = HOW_ASSUMED;
	} else {
		ranges_clear(&facts->iomem.ranges);
	}
	ranges_clear(&ports);
	return rc;
}

static int add_pin(void *opaque, uint64_t address)
{
	struct reading *reading = opaque;
	const struct layout *layout = &reading->data->layout;
	struct xmem *mem = &reading->data->mem;
	uint64_t pin = address - layout->member[PIN_LIST].offset, first, last, type;

	if (!xmem_member(mem, layout, PIN_FIRST, pin, &first) ||
	    !xmem_member(mem, layout, PIN_LAST, pin, &last) ||
	    !xmem_member(mem, layout, PIN_TYPE, pin, &type) || last < first || last > FRAME_LAST ||
	    (!memtype_valid(type) && type != MEMTYPE_UC_MINUS) ||
	    reading->facts->pin_count == PINS_MOST)
		return 1;
	return facts_add_pin(reading->facts, first, last, type);
}

static int read_pins(struct reading *reading)
{
	const struct layout *layout = &reading->data->layout;
	int rc = 1;

	if (layout_has(layout, PIN_LIST, PIN_TYPE))
		rc = list_follow(&reading->data->mem,
				 xmem_place(layout, DOMAIN_PINS, reading->domain->address), add_pin,
				 reading);
	if (rc)
		facts_clear_pins(reading->facts);
	else
		reading->facts->how_pins = HOW_MEASURED;
	return rc;
}

/* ---- vCPUs ---- */

/*
 * Xen asks the vCPU that runs, if it is one of the domain's, else vCPU 0. One that never ran cannot
 * have been asked.
 */
static bool ever_ran(struct xendata *data, uint64_t vcpu)
{
	uint64_t state, time, times = xmem_place(&data->layout, VCPU_TIMES, vcpu);

	if (!times || !xmem_member(&data->mem, &data->layout, VCPU_STATE, vcpu, &state) ||
	    !xmem_number(&data->mem, times + STATE_RUNNING * 8, 8, &time))
		return true;
	return state == STATE_RUNNING || time;
}

/* A vCPU whose registers none before it has. */
static int add_vcpu(struct reading *reading, uint64_t vcpu)
{
	struct xendata *data = reading->data;
	struct facts *facts = reading->facts;
	uint64_t place = xmem_place(&data->layout, VCPU_MTRR, vcpu);
	struct mtrr_fact fact;
	size_t i;

	if (!place || !mtrr_state_read(&data->mem, &data->layout, place, &fact))
		return 1;
	for (i = 0; i < facts->vcpu_count; i++)
		if (mtrr_same(&facts->vcpus[i].state, &fact.state))
			return 0;
	if (i == FACTS_VCPU_MAX)
		return 1;
	return facts_add_vcpu(facts, &fact);
}

static int read_vcpus(struct reading *reading)
{
	struct xendata *data = reading->data;
	uint64_t count, array, vcpu = 0, i;
	int rc = 0;

	if (!of_domain(reading, DOMAIN_VCPUS, &count) || !of_domain(reading, DOMAIN_VCPU, &array) ||
	    count > VCPUS_MOST)
		return 1;
	if (array && count && (!xmem_pointer(array) || !xmem_number(&data->mem, array, 8, &vcpu)))
		return 1;
	if (!vcpu) {
		reading->facts->no_vcpu = HOW_MEASURED;
		return 0;
	}
	for (i = 0; i < count && !rc; i++) {
		if (!xmem_number(&data->mem, array + i * 8, 8, &vcpu))
			rc = 1;
		else if (vcpu && !xmem_pointer(vcpu))
			rc = 1;
		else if (vcpu && (!i || ever_ran(data, vcpu)))
			rc = add_vcpu(reading, vcpu);
	}
	if (rc)
		facts_clear_vcpus(reading->facts);
	return rc;
}

/* ---- memory ---- */

/* As key q counts it, but for what is kept for populate on demand. */
static int read_pages(struct reading *reading)
{
	struct xendata *data = reading->data;
	uint64_t pages, extra, p2m, pod = 0;

	if (!of_domain(reading, DOMAIN_PAGES, &pages) ||
	    !of_domain(reading, DOMAIN_EXTRA_PAGES, &extra) ||
	    !of_domain(reading, DOMAIN_P2M, &p2m) ||
	    !xmem_member(&data->mem, &data->layout, P2M_POD_COUNT, p2m, &pod) || extra > pages ||
	    pod > pages - extra)
		return 1;
	reading->facts->nr_pages.value = pages - extra - pod;
	reading->facts->nr_pages.how = HOW_MEASURED;
	return 0;
}

/* Only sets up to 4.14 ask for it, and later Xens have it elsewhere. */
static int read_apic_page(struct reading *reading)
{
	uint64_t mfn;

	if (!of_domain(reading, DOMAIN_APIC_ACCESS, &mfn) || mfn > FRAME_LAST)
		return 1;
	reading->facts->apic_access_mfn.value = mfn;
	reading->facts->apic_access_mfn.how = HOW_MEASURED;
	return 0;
}

int domain_facts(struct xendata *data, const struct own_domain *domain, struct facts *facts,
		 char *lost, size_t size)
{
	static const struct {
		enum fact fact;
		int (*read)(struct reading *reading);
	} parts[] = {
		{ FACT_IOMMU, read_iommu },    { FACT_CACHE_FLUSH, read_capabilities },
		{ FACT_PINNED, read_pins },    { FACT_GUEST_MTRR, read_vcpus },
		{ FACT_NR_PAGES, read_pages }, { FACT_APIC_ACCESS_MFN, read_apic_page },
	};
	struct reading reading = { data, domain, facts };
	unsigned int i;

	*lost = '\0';
	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		unsigned int tries = 0;
		int rc;

		do
			rc = parts[i].read(&reading);
		while (rc > 0 && xendata_again(data, &tries));
		if (rc < 0)
			return -ENOMEM;
		if (rc)
			text_append(lost, size, "%s%s", *lost ? ", " : "",
				    fact_info[parts[i].fact].label);
	}
	facts->dom0 = !domain->domid;
	facts->entry_types = true;
	return 0;
}

/* ---- devices ---- */

struct devices_text {
	struct xendata *data;
	char *text;
	size_t size;
};

static int add_device(void *opaque, uint64_t address)
{
	struct devices_text *devices = opaque;
	const struct layout *layout = &devices->data->layout;
	struct xmem *mem = &devices->data->mem;
	uint64_t device = address - layout->member[PCI_LIST].offset, segment, bus, devfn;

	if (!xmem_member(mem, layout, PCI_SEGMENT, device, &segment) ||
	    !xmem_member(mem, layout, PCI_BUS, device, &bus) ||
	    !xmem_member(mem, layout, PCI_DEVFN, device, &devfn))
		return 1;
	text_append(devices->text, devices->size, "%s%04x:%02x:%02x.%x", *devices->text ? ", " : "",
		    (unsigned int)segment & 0xffff, (unsigned int)bus & 0xff,
		    (unsigned int)devfn >> 3 & 31, (unsigned int)devfn & 7);
	return 0;
}

bool domain_devices(struct xendata *data, const struct own_domain *domain, char *text, size_t size)
{
	struct devices_text devices = { data, text, size };

	*text = '\0';
	if (!layout_has(&data->layout, PCI_LIST, PCI_DEVFN) ||
	    !data->layout.member[DOMAIN_DEVICES].known)
		return true;
	if (!list_follow(&data->mem, xmem_place(&data->layout, DOMAIN_DEVICES, domain->address),
			 add_device, &devices))
		return true;
	*text = '\0';
	return false;
}
