/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Machines as they are, and domains as libxl, hvmloader and guests make them. */
#include "machine/machine.h"

#include <string.h>

#define MIB_FRAMES 0x100
#define PCI_HOLE   0xc0000 /* the machine's: no RAM from here to 4 GiB */
#define FOUR_GIB   0x100000

/* ---- the machine ---- */

static void set_var(struct mtrrs *mtrrs, unsigned int phys_bits, unsigned int i, uint64_t base,
		    uint64_t size, unsigned int type)
{
	mtrrs->var[i].base = base | type;
	mtrrs->var[i].mask = (-size & ((UINT64_C(1) << phys_bits) - 1)) | 0x800;
}

static void host_mtrrs(struct machine *machine)
{
	static const unsigned char bios[] = { MT_WP, MT_UC, MT_WB, MT_WT };
	struct mtrrs *host = &machine->host;
	unsigned int i, n = 0, rom = bios[random_below(sizeof(bios))];

	host->enabled = host->fixed_enabled = true;
	for (i = 0; i < 88; i++)
		host->fixed[i] = i < 16 ? MT_WB : i < 24 ? MT_UC : rom;
	host->var_count = 8 + 2 * random_below(2);
	if (chance(2)) {
		host->def_type = MT_WB;
		set_var(host, machine->phys_bits, n++, UINT64_C(0xc0000000), 0x40000000, MT_UC);
	} else {
		host->def_type = MT_UC;
		set_var(host, machine->phys_bits, n++, 0, UINT64_C(1) << 32, MT_WB);
		set_var(host, machine->phys_bits, n++, UINT64_C(0xc0000000), 0x40000000, MT_UC);
		set_var(host, machine->phys_bits, n++, UINT64_C(1) << 32, UINT64_C(1) << 32, MT_WB);
		set_var(host, machine->phys_bits, n++, UINT64_C(1) << 33, UINT64_C(1) << 33, MT_WB);
	}
	/* Firmware that is no model: some of the RAM is not WB. */
	if (chance(12))
		set_var(host, machine->phys_bits, n++, UINT64_C(0x200000) << random_below(4),
			UINT64_C(0x200000) << random_below(3), chance(2) ? MT_UC : MT_WC);
}

static void random_machine(struct machine *machine)
{
	uint64_t low = 0x8000 + 0x200 * random_below((PCI_HOLE - 0x8000) / 0x200);

	machine->release = release_random(&machine->point);
	machine->phys_bits = 36 + random_below(11);
	machine->iommu = !chance(3);
	machine->exec_sp = chance(2) || !at_least(machine, 11, 3);
	set_add(&machine->ram, 0, 0x9e);
	set_add(&machine->ram, MIB_FRAMES, low - 1);
	machine->max_page = low;
	if (!chance(3)) {
		uint64_t frames = 0x40000 * (1 + random_below(3)) + 0x200 * random_below(64);

		set_add(&machine->ram, FOUR_GIB, FOUR_GIB + frames - 1);
		machine->max_page = FOUR_GIB + frames;
	}
	if (!at_least(machine, 18, 0) && chance(8)) {
		machine->compression = true;
		machine->compressed = machine->ram;
	}
	host_mtrrs(machine);
	set_add(&machine->mmio_ro, 0xfec00, 0xfec00);
	if (chance(2))
		set_add(&machine->mmio_ro, 0xe0000, 0xe0fff);
	machine->next_ram = machine->ram.count > 2 && chance(2) ? FOUR_GIB : 0x1000;
	machine->next_bar = PCI_HOLE + 0x200 * random_below(16);
}

/* RAM that nobody has, or 0. */
static uint64_t take_ram(struct machine *machine, unsigned int order)
{
	uint64_t size = UINT64_C(1) << order, at = (machine->next_ram + size - 1) & -size;
	unsigned int i;

	for (i = 1; i < machine->ram.count; i++) {
		uint64_t first = machine->ram.at[i].first;

		if (at < first)
			at = (first + size - 1) & -size;
		if (at + size - 1 <= machine->ram.at[i].last) {
			machine->next_ram = at + size + (chance(4) ? random_below(8) : 0);
			return at;
		}
	}
	return 0;
}

static uint64_t take_special(struct machine *machine, struct domain *domain)
{
	uint64_t mfn = take_ram(machine, 0);

	if (mfn && machine->special.count < SETS_MAX - 1) {
		set_add(&machine->special, mfn, mfn);
		set_add(&domain->special, mfn, mfn);
		return mfn;
	}
	return 0;
}

/* ---- what a domain is made of ---- */

static void populate(struct machine *machine, struct domain *domain, uint64_t gfn, uint64_t pages)
{
	uint64_t end = gfn + pages;

	while (gfn < end) {
		unsigned int order = 0;
		uint64_t mfn;

		if (!(gfn & 0x3ffff) && end - gfn >= 0x40000 && chance(2))
			order = ORDER_1G;
		else if (!(gfn & 0x1ff) && end - gfn >= 0x200 && !chance(12))
			order = ORDER_2M;
		mfn = take_ram(machine, order);
		if (!mfn && order == ORDER_1G) {
			order = ORDER_2M;
			mfn = take_ram(machine, order);
		}
		if (!mfn)
			return;
		xen_map(machine, domain, gfn, mfn, order, TYPE_RAM_RW);
		gfn += UINT64_C(1) << order;
	}
}

static void add_ram(struct machine *machine, struct domain *domain)
{
	populate(machine, domain, 0, chance(3) ? 0x9f : 0x20);
	populate(machine, domain, 0xc0, random_below(0x41));
	if (chance(4))
		populate(machine, domain, 0x100, random_below(0x101));
	populate(machine, domain, 0x200, 0x200 * (1 + random_below(5)));
	if (chance(8))
		populate(machine, domain, 0x40000, 0x40000);
	if (chance(6)) {
		xen_pod(machine, domain, 0x2000, ORDER_2M);
		xen_pod(machine, domain, 0x2200 + random_below(0x200), 0);
	}
}

/* The page of 4.16.0 to 4.16.2 is one for all domains, and of none. */
static void add_apic_page(struct machine *machine, struct domain *domain)
{
	bool global = machine->release->minor == 16 && machine->point < 3;

	domain->apic_listed = !global;
	if (!global)
		domain->apic_mfn = take_special(machine, domain);
	else if (domain != machine->domains)
		domain->apic_mfn = machine->domains[0].apic_mfn;
	else
		domain->apic_mfn = take_ram(machine, 0);
	if (global && domain == machine->domains && domain->apic_mfn)
		set_add(&machine->special, domain->apic_mfn, domain->apic_mfn);
	if (domain->apic_mfn)
		xen_map(machine, domain, GFN_APIC, domain->apic_mfn, 0, TYPE_MMIO_DIRECT);
}

/* shared_info, grant tables; mappings of others' pages */
static void add_small_pages(struct machine *machine, struct domain *domain)
{
	uint64_t gfn = 0xf2000 + random_below(0x100), mfn;
	unsigned int i, count = 1 + random_below(4);

	for (i = 0; i < count; i++) {
		mfn = take_special(machine, domain);
		if (mfn)
			xen_map(machine, domain, gfn + i, mfn, 0, TYPE_RAM_RW);
	}
	for (i = random_below(4); i--;) {
		static const unsigned char types[] = { TYPE_GRANT_RW, TYPE_GRANT_RO, TYPE_FOREIGN,
						       TYPE_RAM_LOGDIRTY, TYPE_RAM_RO };

		mfn = take_ram(machine, 0);
		if (mfn)
			xen_map(machine, domain, 0xf3000 + 2 * i, mfn, 0,
				types[random_below(sizeof(types))]);
	}
	if (chance(5))
		xen_map(machine, domain, 0x1f0, MFN_NONE, 0, TYPE_PAGED);
}

/* A BAR of a device, or an area that is passed through without one. */
static void add_bar(struct machine *machine, struct domain *domain)
{
	bool above = chance(3), large = at_least(machine, 7, 0) && !chance(3);
	uint64_t pages = large ? 0x200 * (1 + random_below(3)) : 1 + random_below(16);
	uint64_t mfn = machine->next_bar, gfn = 0xf4000 + (mfn & 0x1ff) + 0x800 * random_below(4),
		 i;

	if (large && chance(4)) /* and some that is no whole superpage */
		pages += 1 + random_below(16);
	if (above) /* a BAR of 64 bits, behind all RAM */
		mfn = ((machine->max_page + 0x3ffff) & ~UINT64_C(0x3ffff)) + (mfn & 0xfff);
	if (chance(4))
		gfn = FOUR_GIB + (gfn & 0xffff);
	machine->next_bar += (pages + 0x1ff) & ~UINT64_C(0x1ff);
	set_add(&domain->iomem, mfn, mfn + pages - 1);
	xen_capabilities_changed(machine, domain, domain->iomem.count > 1 || domain->ioports);
	for (i = 0; i < pages; i++) {
		bool whole =
			large && !((gfn + i) & 0x1ff) && !((mfn + i) & 0x1ff) && pages - i >= 0x200;

		xen_map(machine, domain, gfn + i, mfn + i, whole ? ORDER_2M : 0, TYPE_MMIO_DIRECT);
		if (whole)
			i += 0x1ff;
	}
}

static void assign(struct machine *machine, struct domain *domain)
{
	bool was = domain->iommu;

	domain->device = true;
	if (!at_least(machine, 13, 0)) {
		domain->iommu = true;
		if (!was)
			xen_types_changed(machine, domain);
	}
}

/* ---- guest MTRRs ---- */

/* hvmloader's cacheattr_init(): the hole as UC, in as few ranges as there are powers of two. */
static void tile(struct mtrrs *mtrrs, unsigned int phys_bits, uint64_t from, uint64_t end)
{
	unsigned int n = 0;

	while (from < end && n < 8) {
		uint64_t size = from & -from;

		while (from + size > end)
			size >>= 1;
		set_var(mtrrs, phys_bits, n++, from, size, MT_UC);
		from += size;
	}
}

static void hvmloader(const struct machine *machine, struct mtrrs *mtrrs)
{
	static const uint64_t starts[] = { 0xf0000000, 0xf0000000, 0xe0000000, 0xc0000000,
					   0x80000000 };
	bool to_4g = at_least(machine, 5, 0) &&
		     !(at_least(machine, 17, 0) ||
		       (machine->release->minor == 16 && machine->point >= 1) ||
		       (machine->release->minor == 15 && machine->point >= 2) ||
		       (machine->release->minor == 14 && machine->point >= 4));
	unsigned int i;

	memset(mtrrs, 0, sizeof(*mtrrs));
	mtrrs->enabled = mtrrs->fixed_enabled = true;
	mtrrs->def_type = MT_WB;
	mtrrs->var_count = 8;
	for (i = 0; i < 88; i++)
		mtrrs->fixed[i] = i < 16 ? MT_WB : i < 24 ? MT_WC : MT_WB;
	tile(mtrrs, machine->phys_bits, starts[random_below(5)],
	     to_4g ? UINT64_C(1) << 32 : UINT64_C(0xfc000000));
}

/* What a guest may do besides: a frame buffer as WC, as X did. */
static void guest_changes(const struct machine *machine, struct mtrrs *mtrrs)
{
	static const unsigned char types[] = { MT_WC, MT_UC, MT_WT, MT_WP, MT_WB };

	set_var(mtrrs, machine->phys_bits, random_below(8),
		0x200000 * random_below(8) + (chance(2) ? UINT64_C(0xf0000000) : 0),
		UINT64_C(0x10000) << random_below(9), types[random_below(5)]);
}

static void enable_mtrrs(struct machine *machine, struct domain *domain)
{
	struct mtrrs made;
	unsigned int i;

	if (domain->hvm) {
		hvmloader(machine, &made);
		if (chance(6))
			guest_changes(machine, &made);
	} else {
		memset(&made, 0, sizeof(made));
		made.enabled = true;
		made.def_type = MT_WB;
		made.var_count = 8;
	}
	for (i = 0; i < domain->vcpus; i++)
		domain->mtrr[i] = made;
	if (domain->vcpus > 1 && chance(10))
		guest_changes(machine, &domain->mtrr[1]);
	xen_types_changed(machine, domain);
}

/* ---- what happens ---- */

static void touch_some(struct machine *machine, struct domain *domain)
{
	unsigned int i;

	for (i = random_below(12); i--;) {
		static const uint64_t bases[] = { 0,	   0xc0,    0x200,    0x400,
						  0x600,   0x800,   0x40000,  0xf2000,
						  0xf3000, 0xf4000, GFN_APIC, FOUR_GIB };

		xen_touch(machine, domain,
			  bases[random_below(sizeof(bases) / sizeof(bases[0]))] +
				  random_below(0x100),
			  domain->vcpus ? random_below(domain->vcpus) : 0);
	}
}

/* Pages go back to Xen, and others come, one by one. */
static void balloon(struct machine *machine, struct domain *domain)
{
	uint64_t gfn = 0x200 + random_below(0x400), mfn;
	unsigned int i;

	for (i = 0; i < 1 + random_below(4); i++) {
		xen_unmap(machine, domain, gfn + i, 0);
		if (chance(2) && (mfn = take_ram(machine, 0)))
			xen_map(machine, domain, gfn + i, mfn, 0, TYPE_RAM_RW);
	}
}

/* XEN_DMOP_pin_memory_cacheattr, mostly of QEMU for the VGA BAR. */
static void pin(struct machine *machine, struct domain *domain)
{
	static const unsigned char types[] = { MT_UC, MT_WC, MT_UCM, MT_WT };
	uint64_t first = chance(2) ? 0xf0000 : 0x200 + 0x80 * random_below(16);
	unsigned int type = chance(2) ? MT_WB : types[random_below(4)];
	bool open = domain->iommu || flush_permitted(machine, domain);

	if (!domain->hvm || domain->pin_count)
		return;
	if (at_least(machine, 21, 0) && type != MT_WB && type != MT_WT && !open)
		return; /* -EPERM */
	domain->pins[0].first = first;
	domain->pins[0].last = first + 0x7f + 0x80 * random_below(8);
	domain->pins[0].type = type;
	domain->pin_count = 1;
	if (!at_least(machine, 21, 0) || type == MT_WB || type == MT_WT)
		xen_invalidate(domain);
	else
		xen_types_changed(machine, domain);
}

/* VRAM is RAM where a BAR was. */
static void add_vram(struct machine *machine, struct domain *domain)
{
	if (domain->hvm && chance(2))
		populate(machine, domain, 0xf0000, 0x80 * (1 + random_below(8)));
}

static void usual_life(struct machine *machine, struct domain *domain)
{
	unsigned int i;

	for (i = random_below(5); i--;)
		switch (random_below(4)) {
		case 0:
			touch_some(machine, domain);
			break;
		case 1:
			balloon(machine, domain);
			break;
		case 2:
			pin(machine, domain);
			break;
		default:
			guest_changes(machine, &domain->mtrr[0]);
			if (domain->vcpus > 1)
				domain->mtrr[1] = domain->mtrr[0];
			if (domain->vcpus > 2)
				domain->mtrr[2] = domain->mtrr[0];
			xen_types_changed(machine, domain);
		}
}

/* Everything that the guest could wait for is done: only what is never re-evaluated stays as it is.
 */
static void touch_visit(void *opaque, uint64_t gfn, unsigned int order, const struct slot *slot,
			bool pending_above)
{
	struct {
		uint64_t at[4096];
		unsigned int count;
	} *list = opaque;

	(void)order;
	if ((pending_above || slot->emt == 7) && list->count < 4096)
		list->at[list->count++] = gfn;
}

static void touch_all(struct machine *machine, struct domain *domain)
{
	static struct {
		uint64_t at[4096];
		unsigned int count;
	} list;
	unsigned int i;

	list.count = 0;
	xen_walk(domain, touch_visit, &list);
	for (i = 0; i < list.count; i++)
		xen_touch(machine, domain, list.at[i], 0);
}

static void lose_capabilities(struct machine *machine, struct domain *domain)
{
	bool was = domain->iomem.count || domain->ioports;
	unsigned int i;

	/* Its mappings go with it. */
	for (i = 0; i < 0x2000; i += 0x200)
		xen_unmap(machine, domain, 0xf4000 + i, ORDER_2M);
	for (i = 0; i < 0x10000; i += 0x200)
		xen_unmap(machine, domain, FOUR_GIB + i, ORDER_2M);
	domain->iomem.count = 0;
	domain->ioports = false;
	if (was)
		xen_capabilities_changed(machine, domain, was);
}

static void read_only_page(struct machine *machine, struct domain *domain, bool gained)
{
	uint64_t mfn;

	if (!domain->iomem.count)
		return;
	mfn = domain->iomem.at[0].first;
	if (gained && domain->device && !set_has(&machine->mmio_ro, mfn))
		set_add(&machine->mmio_ro, mfn, mfn);
	else if (!gained && machine->mmio_ro.count &&
		 machine->mmio_ro.at[machine->mmio_ro.count - 1].first == mfn)
		machine->mmio_ro.count--;
}

static void happens(struct machine *machine, struct domain *domain, enum event event)
{
	switch (event) {
	case EVENT_CAPABILITY_LOST:
		lose_capabilities(machine, domain);
		break;
	case EVENT_DEVICE_LOST:
		domain->device = false;
		if (!at_least(machine, 13, 0))
			domain->iommu = false;
		lose_capabilities(machine, domain);
		break;
	case EVENT_HOST_MTRR:
		set_var(&machine->host, machine->phys_bits, 7,
			UINT64_C(0x200000) << random_below(12),
			UINT64_C(0x200000) << random_below(8), chance(2) ? MT_UC : MT_WC);
		break;
	case EVENT_READ_ONLY_GAINED:
	case EVENT_READ_ONLY_LOST:
		read_only_page(machine, domain, event == EVENT_READ_ONLY_GAINED);
		if (chance(2)) { /* and something has Xen look again; rights stay as they were */
			xen_invalidate(domain);
			touch_all(machine, domain);
		}
		break;
	case EVENT_CAPABILITY_ONLY:
	case EVENT_MTRRS_ENABLED:
		enable_mtrrs(machine, domain);
		break;
	default:
		break;
	}
}

static void random_domain(struct machine *machine, struct domain *domain, enum event event)
{
	bool late = event == EVENT_MTRRS_ENABLED || event == EVENT_CAPABILITY_ONLY;
	unsigned int i;

	domain->hvm = !at_least(machine, 12, 0) || !chance(3);
	domain->vcpus = 1 + random_below(VCPUS_MAX);
	for (i = 0; i < VCPUS_MAX; i++)
		domain->mtrr[i].var_count = 8;
	domain->iommu = machine->iommu && domain->hvm && at_least(machine, 13, 0) && chance(2);
	add_ram(machine, domain);
	add_apic_page(machine, domain);
	add_small_pages(machine, domain);
	add_vram(machine, domain);
	if (machine->iommu && domain->hvm && (domain->iommu || !at_least(machine, 13, 0)) &&
	    (chance(2) || event == EVENT_DEVICE_LOST))
		assign(machine, domain);
	if (chance(3)) {
		bool was = domain->iomem.count || domain->ioports;

		domain->ioports = true;
		xen_capabilities_changed(machine, domain, was);
	}
	for (i = domain->device || event != EVENT_NONE ? 1 + random_below(2) : random_below(3);
	     i--;)
		add_bar(machine, domain);
	if (event == EVENT_READ_ONLY_LOST)
		read_only_page(machine, domain, true);
	if (event == EVENT_READ_ONLY_LOST && domain->iomem.count)
		touch_all(machine, domain);
	if (chance(2))
		touch_some(machine, domain);
	if (late)
		touch_all(machine, domain);
	else if (!chance(8))
		enable_mtrrs(machine, domain);
	usual_life(machine, domain);
	if (event != EVENT_NONE || !chance(3))
		touch_all(machine, domain);
	happens(machine, domain, event);
	if (chance(3))
		touch_some(machine, domain);
}

void world_make(struct machine *machine, enum event event)
{
	unsigned int i;

	memset(machine, 0, sizeof(*machine));
	random_machine(machine);
	machine->domain_count = 1 + random_below(DOMAINS_MAX);
	if (event == EVENT_HOST_MTRR)
		machine->domain_count = 1;
	for (i = 0; i < machine->domain_count; i++) {
		machine->domains[i].domid = i + 1 + (i ? random_below(3) : 0);
		if (i && machine->domains[i].domid <= machine->domains[i - 1].domid)
			machine->domains[i].domid = machine->domains[i - 1].domid + 1;
		random_domain(machine, &machine->domains[i], event);
	}
}
