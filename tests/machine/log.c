/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the Xen of that release prints, in its own format. */
#include "machine/machine.h"

#include <inttypes.h>
#include <stdarg.h>

static FILE *out;
static bool times;

/* A line of Xen's. */
__attribute__((format(printf, 1, 2))) static void xen(const char *format, ...)
{
	static unsigned int ms;
	va_list args;

	if (times)
		fprintf(out, "(XEN) [%5u.%06u] ", ms / 1000, ms % 1000 * 1000);
	else
		fputs("(XEN) ", out);
	ms++;
	va_start(args, format);
	vfprintf(out, format, args);
	va_end(args);
	fputc('\n', out);
}

static void banner(const struct machine *machine)
{
	xen("Xen version %u.%u.%u (build@test) (gcc (GCC) 12.2.0) debug=n  Mon Mar  2 09:14:11 UTC 2026",
	    machine->release->major, machine->release->minor, machine->point);
}

static void memory_map(const struct machine *machine)
{
	uint64_t ends[][3] = { { 0x9f000, 0xa0000, 0 }, { 0xf0000, 0x100000, 0 } };
	bool inclusive = at_least(machine, 14, 0);
	unsigned int i;

	xen("%s RAM map:", inclusive ? "Multiboot-e820" : "Xen-e820");
	for (i = 0; i < machine->ram.count; i++) {
		uint64_t first = machine->ram.at[i].first << 12;
		uint64_t end = (machine->ram.at[i].last + 1) << 12;

		if (inclusive)
			xen(" [%016" PRIx64 ", %016" PRIx64 "] (usable)", first, end - 1);
		else
			xen(" %016" PRIx64 " - %016" PRIx64 " (usable)", first, end);
		if (i < 2 && i == 0) {
			first = ends[0][0];
			end = ends[1][1];
			if (inclusive)
				xen(" [%016" PRIx64 ", %016" PRIx64 "] (reserved)", first, end - 1);
			else
				xen(" %016" PRIx64 " - %016" PRIx64 " (reserved)", first, end);
		}
	}
	if (machine->compression)
		xen("PFN compression on bits 21...29");
}

static const char *type_name(unsigned int type)
{
	static const char *const names[] = { "uncachable",    "write-combining", "?",	      "?",
					     "write-through", "write-protect",	 "write-back" };

	return names[type];
}

/* print_mtrr_state() */
static void host_mtrrs(const struct machine *machine)
{
	const struct mtrrs *host = &machine->host;
	unsigned int i, width = (machine->phys_bits - 12 + 3) / 4;
	uint64_t first = 0, at = 0;

	xen("MTRR default type: %s", type_name(host->def_type));
	xen("MTRR fixed ranges %sabled:", host->fixed_enabled ? "en" : "dis");
	for (i = 0; i < 88; i++) {
		at += i < 8 ? 0x10000 : i < 24 ? 0x4000 : 0x1000;
		if (i < 87 && host->fixed[i + 1] == host->fixed[i])
			continue;
		xen("  %05" PRIx64 "-%05" PRIx64 " %s", first, at - 1, type_name(host->fixed[i]));
		first = at;
	}
	xen("MTRR variable ranges %sabled:", host->enabled ? "en" : "dis");
	for (i = 0; i < host->var_count; i++)
		if (host->var[i].mask & 0x800)
			xen("  %u base %0*" PRIx64 "000 mask %0*" PRIx64 "000 %s", i, (int)width,
			    host->var[i].base >> 12, (int)width, host->var[i].mask >> 12,
			    type_name(host->var[i].base & 0xff));
		else
			xen("  %u disabled", i);
}

static void boot(const struct machine *machine, unsigned int lacks)
{
	if (!(lacks & WITHOUT_BANNER))
		banner(machine);
	xen("Command line: placeholder mtrr.show");
	if (!(lacks & WITHOUT_MEMORY_MAP))
		memory_map(machine);
	if (!(lacks & WITHOUT_READ_ONLY)) {
		xen("IOAPIC[0]: apic_id 1, version 17, address 0xfec00000, GSI 0-23");
		if (set_has(&machine->mmio_ro, 0xe0000)) {
			xen("PCI: MCFG configuration 0: base e0000000 segment 0000 buses 00 - 0f");
			xen("PCI: Using MCFG for segment 0000 bus 00-0f");
		}
	}
	xen("I/O virtualisation %s", machine->iommu ? "enabled" : "disabled");
	if (!(lacks & WITHOUT_HOST_MTRR))
		host_mtrrs(machine);
	xen("Freed 656kB init memory");
}

/* xen-hvmctx in dom0, and what Xen says of it. */
static void context(const struct machine *machine, const struct domain *domain)
{
	bool repeats = at_least(machine, 12, 0); /* 343eb57023c7 */
	unsigned int v, i, k;

	for (v = 0; v < domain->vcpus; v++)
		xen("HVM d%dv%u save: MTRR", domain->domid, v);
	fprintf(out, "HVM save record for domain %d\n", domain->domid);
	for (v = 0; v < domain->vcpus; v++) {
		const struct mtrrs *mtrrs = &domain->mtrr[v];

		fprintf(out, "Entry %u: type 14 instance %u, length 240\n", 13 + v, v);
		fprintf(out, "    MTRR: PAT 0x7040600070406, cap 0x508, default 0x%x\n",
			mtrrs->def_type | (mtrrs->fixed_enabled ? 0x400 : 0) |
				(mtrrs->enabled ? 0x800 : 0));
		for (i = 0; i < 8; i++)
			fprintf(out, "          var %u %18.13" PRIx64 " %18.13" PRIx64 "\n", i,
				mtrrs->var[repeats ? 0 : i].base, mtrrs->var[repeats ? 0 : i].mask);
		for (i = 0; i < 11; i++) {
			uint64_t value = 0;

			for (k = 0; k < 8; k++)
				value |= (uint64_t)mtrrs->fixed[8 * i + k] << (8 * k);
			fprintf(out, "          fixed %02x %18.13" PRIx64 "\n", i, value);
		}
	}
}

static void rangeset(const char *name, const struct set *set)
{
	char text[2048];
	size_t used = 0;
	unsigned int i;

	for (i = 0; i < set->count; i++) {
		used += snprintf(text + used, sizeof(text) - used, "%s %" PRIx64, i ? "," : "",
				 set->at[i].first);
		if (set->at[i].last != set->at[i].first)
			used += snprintf(text + used, sizeof(text) - used, "-%" PRIx64,
					 set->at[i].last);
	}
	text[used] = '\0';
	xen("    %s {%s }", name, text);
}

/* domain_tot_pages(): what is the domain's own, and neither Xen's nor extra. */
static void count_page(void *opaque, uint64_t gfn, unsigned int order, const struct slot *slot,
		       bool pending_above)
{
	struct {
		const struct machine *machine;
		uint64_t pages;
	} *count = opaque;

	(void)gfn;
	(void)pending_above;
	if (slot->kind == SLOT_LEAF &&
	    (slot->type == TYPE_RAM_RW || slot->type == TYPE_RAM_LOGDIRTY ||
	     slot->type == TYPE_RAM_RO))
		count->pages +=
			(UINT64_C(1) << order) - set_count(&count->machine->special, slot->mfn,
							   slot->mfn + (UINT64_C(1) << order) - 1);
}

static uint64_t nr_pages(const struct machine *machine, const struct domain *domain)
{
	struct {
		const struct machine *machine;
		uint64_t pages;
	} count = { machine, 0 };

	xen_walk(domain, count_page, &count);
	return count.pages;
}

static void key_q(const struct machine *machine, unsigned int lacks)
{
	unsigned int i, k;

	xen("'q' pressed -> dumping domain info (now = 154815024325)");
	for (i = 0; i < machine->domain_count; i++) {
		const struct domain *domain = &machine->domains[i];

		xen("General information for domain %d:", domain->domid);
		xen("    refcnt=3 dying=0 pause_count=1");
		xen("    nr_pages=%" PRIu64 " xenheap_pages=2 dirty_cpus={} max_pages=325000",
		    nr_pages(machine, domain));
		xen("    paging assistance: hap refcounts translate external ");
		xen("Rangesets belonging to domain %d:", domain->domid);
		rangeset("Interrupts", &(struct set){ .count = 0 });
		rangeset("I/O Memory", &domain->iomem);
		xen(domain->ioports ? "    I/O Ports  { 3c0-3df }" : "    I/O Ports  { }");
		xen("Memory pages belonging to domain %d:", domain->domid);
		xen("    DomPage list too long to display");
		xen("    PoD entries=0 cachesize=0");
		for (k = 0; k < domain->special.count; k++) {
			bool extra = at_least(machine, 14, 0) &&
				     domain->special.at[k].first == domain->apic_mfn;

			xen("    %s %016" PRIx64 ": caf=c000000000000001, taf=e400000000000001",
			    extra ? "ExtraPage" : "XenPage", domain->special.at[k].first);
		}
		xen("NODE affinity for domain %d: [0]", domain->domid);
		xen("VCPU information and callbacks for domain %d:", domain->domid);
		for (k = 0; k < domain->vcpus; k++)
			xen("    VCPU%u: CPU0 [has=F] poll=0 upcall_pend=00 upcall_mask=00 ", k);
		xen("No periodic timer");
	}
	if (!(lacks & WITHOUT_END))
		for (i = 0; i < machine->domain_count; i++)
			xen("Notifying guest %d:0 (virq 1, port 0)", machine->domains[i].domid);
}

static void key_o(const struct machine *machine)
{
	unsigned int i;

	if (!machine->iommu)
		return;
	for (i = 0; i < machine->domain_count; i++) {
		if (!machine->domains[i].iommu)
			continue;
		if (at_least(machine, 16, 0)) {
			xen("d%d sharing page tables", machine->domains[i].domid);
		} else {
			xen("%s", "");
			xen("domain%d IOMMU p2m table shared with MMU: ",
			    machine->domains[i].domid);
		}
	}
}

static void entry(void *opaque, uint64_t gfn, unsigned int order, const struct slot *slot,
		  bool pending_above)
{
	static const char *const names[] = { "UC", "WC", "?2", "?3", "WT", "WP", "WB", "??" };
	unsigned int lacks = *(unsigned int *)opaque;

	if (!slot->rights && order && slot->kind == SLOT_LEAF)
		return;
	if (lacks & WITHOUT_SOME_ENTRIES && chance(16))
		return;
	if (slot->kind == SLOT_POD)
		xen("gfn: %13" PRIx64 " order: %2u PoD", gfn, order);
	else
		xen("gfn: %13" PRIx64 " order: %2u mfn: %13" PRIx64 " %c%c%c %s%c", gfn, order,
		    slot->mfn, slot->rights & 1 ? 'r' : ' ', slot->rights & 2 ? 'w' : ' ',
		    slot->rights & 4 ? 'x' : ' ', names[slot->emt],
		    pending_above ? '?'
		    : slot->ipat  ? '!'
				  : ' ');
}

void log_write(FILE *file, const struct machine *machine, unsigned int lacks)
{
	unsigned int i;

	out = file;
	times = lacks & WITH_TIMES;
	boot(machine, lacks);
	for (i = 0; i < machine->domain_count; i++)
		if (!(lacks & WITHOUT_CONTEXT))
			context(machine, &machine->domains[i]);
	if (!(lacks & WITHOUT_KEY_O))
		key_o(machine);
	for (i = 0; i < machine->domain_count; i++) {
		xen("%s", "");
		xen("domain%d EPT p2m table:", machine->domains[i].domid);
		xen_walk(&machine->domains[i], entry, &lacks);
	}
	xen("%s", "");
	if (!(lacks & WITHOUT_KEY_Q))
		key_q(machine, lacks);
}
