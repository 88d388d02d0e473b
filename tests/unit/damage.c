/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Xen's structures that are not as they must be, one number after the other: of the machine that
 * tests/structs makes. What rests on one is not known then, and it is told; nothing else changes.
 */
#include "unit/test.h"

#include "base/array.h"
#include "source/source.h"
#include "source/structs/domains.h"
#include "source/structs/host.h"
#include "source/structs/lists.h"
#include "unit/xenmachine.h"

#include <errno.h>
#include <inttypes.h>

#define BASE UINT64_C(0xffff82d040000000)
#define PHYS UINT64_C(0x200000)
#define WILD UINT64_C(0xffff830012345678) /* an address of Xen's where nothing is */

static uint64_t whole[MACHINE_SIZE / sizeof(uint64_t)];

static const uint64_t *get(struct pages *pages, uint64_t mfn, unsigned int slot)
{
	(void)slot;
	return mfn < pages->frame_limit ? machine_memory + mfn * PAGE_ENTRIES : NULL;
}

static const struct pages_ops ops = { .get = get, .number = machine_number };
static struct pages pages = { &ops, MACHINE_SIZE / PAGE_SIZE, MACHINE_SIZE / PAGE_SIZE,
			      "nowhere is" };

static struct syms *syms; /* whoever reads the machine lends it to a struct xendata */

static uint64_t address_of(const char *symbol)
{
	uint64_t address = 0;

	check_each(syms_find(syms, symbol, &address, NULL), "no symbol %s", symbol);
	return address;
}

static void put(uint64_t address, const void *bytes, size_t size)
{
	uint64_t at = address - BASE + PHYS;

	if (check_each(at + size <= MACHINE_SIZE, "0x%" PRIx64 " is not in the machine", address))
		memcpy((uint8_t *)machine_memory + at, bytes, size);
}

/* ---- what is read ---- */

static struct source source;
static struct xendata data;
static struct dump dump;
static char told[4096]; /* remarks and notes, a line each */

static void forget(void)
{
	facts_clear(&dump.facts);
	data.syms = NULL;
	xendata_clear(&data);
	memcpy(machine_memory, whole, sizeof(whole));
}

/* All that holds for every domain. */
static int read_xen(void)
{
	struct error err = { "" };
	unsigned int i;
	int rc;

	memset(&source, 0, sizeof(source));
	memset(&dump, 0, sizeof(dump));
	told[0] = '\0';
	rc = xendata_find(&data, syms, &pages, &err);
	if (!rc)
		rc = xendata_read(&data, &source, &err);
	for (i = 0; i < source.info.remark_count; i++)
		snprintf(told + strlen(told), sizeof(told) - strlen(told), "%s\n",
			 source.info.remarks[i]);
	return rc;
}

static int read_domain(int domid)
{
	const struct own_domain *domain = xendata_domain(&data, domid);
	unsigned int i;
	int rc;

	dump.domid = domid;
	rc = xendata_facts(&data, &pages,
			   domain && domain->view_count ? domain->views[0].eptp : 0x40e01e, &dump,
			   &dump.facts);
	for (i = 0; i < dump.note_count; i++)
		snprintf(told + strlen(told), sizeof(told) - strlen(told), "%s\n", dump.notes[i]);
	return rc;
}

/* ---- one number is another ---- */

#define NO_MEMBER MEMBER_COUNT

struct damage {
	const char *symbol;
	enum member member; /* of the structure there; or NO_MEMBER, and at an offset */
	uint64_t offset;
	unsigned int size;
	uint64_t value;
	const char *text; /* that is told; "": nothing that is not told of the whole machine */
	enum fact fact;	  /* that is known or not then; FACT_COUNT: it does not matter */
	enum how how;
};

#define PINS	"must be: pinned ranges"
#define MTRRS	"must be: guest MTRRs"
#define CAPS	"must be: I/O capabilities"
#define PAGES	"must be: RAM pages"
#define P2MS	"some p2ms of domain 1 may be missing here"
#define SPECIAL "lists of special pages are damaged"
#define DEVICES "it is not known which PCI devices are assigned"
#define LIST	"list of domains is damaged"
#define RING	"console ring has no text"

static const struct damage damages[] = {
	/* domains */
	{ "domain1", DOMAIN_ID, 0, 2, 0x7ff0, LIST, FACT_COUNT, 0 },
	{ "domain1", DOMAIN_ID, 0, 2, 0, LIST, FACT_COUNT, 0 },
	{ "domain1", DOMAIN_NEXT, 0, 8, WILD, LIST, FACT_COUNT, 0 },
	{ "domain1", DOMAIN_NEXT, 0, 8, 1, LIST, FACT_COUNT, 0 },
	/* pins */
	{ "pin1", PIN_FIRST, 0, 8, 0x13, PINS, FACT_PINNED, HOW_UNKNOWN },
	{ "pin2", PIN_LAST, 0, 8, UINT64_C(1) << 60, PINS, FACT_PINNED, HOW_UNKNOWN },
	{ "pin1", PIN_TYPE, 0, 4, 2, PINS, FACT_PINNED, HOW_UNKNOWN },
	{ "pin1", PIN_TYPE, 0, 4, 7, "", FACT_PINNED, HOW_MEASURED }, /* UC- */
	{ "domain1", DOMAIN_PINS, 0, 8, 0, PINS, FACT_PINNED, HOW_UNKNOWN },
	{ "domain1", DOMAIN_PINS, 0, 8, WILD + 4, PINS, FACT_PINNED, HOW_UNKNOWN },
	/* vCPUs */
	{ "domain1", DOMAIN_VCPUS, 0, 4, 10000, MTRRS, FACT_GUEST_MTRR, HOW_UNKNOWN },
	{ "domain1", DOMAIN_VCPUS, 0, 4, 0, "", FACT_COUNT, 0 },
	{ "domain1", DOMAIN_VCPU, 0, 8, 0, "", FACT_COUNT, 0 },
	{ "domain1", DOMAIN_VCPU, 0, 8, WILD, MTRRS, FACT_GUEST_MTRR, HOW_UNKNOWN },
	{ "domain1", DOMAIN_VCPU, 0, 8, 1, MTRRS, FACT_GUEST_MTRR, HOW_UNKNOWN },
	{ "vcpus1", NO_MEMBER, 0, 8, 1, MTRRS, FACT_GUEST_MTRR, HOW_UNKNOWN },
	{ "vcpus1", NO_MEMBER, 0, 8, WILD, MTRRS, FACT_GUEST_MTRR, HOW_UNKNOWN },
	{ "vcpus1", NO_MEMBER, 8, 8, 1, MTRRS, FACT_GUEST_MTRR, HOW_UNKNOWN },
	{ "vcpus1", NO_MEMBER, 8, 8, 0, "", FACT_GUEST_MTRR, HOW_MEASURED },
	{ "vcpu11", VCPU_STATE, 0, 4, 0, "", FACT_GUEST_MTRR, HOW_MEASURED }, /* runs */
	{ "vcpu11", VCPU_TIMES, 0, 8, 5, "", FACT_GUEST_MTRR, HOW_MEASURED }, /* did run */
	/* MTRRs */
	{ "mtrr_state", MTRR_DEFAULT, 0, 1, 2, "", FACT_HOST_MTRR, HOW_UNKNOWN },
	{ "mtrr_state", MTRR_ENABLED, 0, 1, 2, "", FACT_HOST_MTRR, HOW_UNKNOWN },
	{ "mtrr_state", MTRR_FIXED_ENABLED, 0, 1, 2, "", FACT_HOST_MTRR, HOW_UNKNOWN },
	{ "mtrr_state", MTRR_FIXED_ENABLED, 0, 1, 1, "", FACT_HOST_MTRR, HOW_MEASURED },
	{ "mtrr_state", MTRR_ENABLED, 0, 1, 0, "", FACT_HOST_MTRR, HOW_MEASURED },
	{ "mtrr_state", MTRR_FIXED, 0, 1, 3, "", FACT_HOST_MTRR, HOW_UNKNOWN },
	{ "mtrr_state", MTRR_VAR, 0, 8, WILD, "", FACT_HOST_MTRR, HOW_UNKNOWN },
	{ "mtrr_state", MTRR_VAR, 0, 8, 1, "", FACT_HOST_MTRR, HOW_UNKNOWN },
	{ "mtrr_state", MTRR_CAP, 0, 8, 0x500, "", FACT_HOST_MTRR, HOW_MEASURED },
	{ "host_ranges", MTRR_BASE, 0, 8, 0x300002, "", FACT_HOST_MTRR, HOW_UNKNOWN },
	/* capabilities */
	{ "domain1", DOMAIN_IOMEM, 0, 8, 0, CAPS, FACT_IOMEM, HOW_UNKNOWN },
	{ "domain1", DOMAIN_IOPORTS, 0, 8, WILD, CAPS, FACT_IOPORTS, HOW_UNKNOWN },
	{ "device_range", RANGE_LAST, 0, 8, 0, CAPS, FACT_IOMEM, HOW_UNKNOWN },
	/* pages */
	{ "domain1", DOMAIN_EXTRA_PAGES, 0, 4, 17, PAGES, FACT_NR_PAGES, HOW_UNKNOWN },
	{ "p2m1", P2M_POD_COUNT, 0, 8, 16, PAGES, FACT_NR_PAGES, HOW_UNKNOWN },
	{ "p2m1", P2M_POD_COUNT, 0, 8, 15, "", FACT_NR_PAGES, HOW_MEASURED },
	{ "domain1", DOMAIN_APIC_ACCESS, 0, 8, UINT64_C(1) << 60, "must be: ", FACT_APIC_ACCESS_MFN,
	  HOW_UNKNOWN },
	/* p2ms */
	{ "p2m1", P2M_TABLE, 0, 8, 0x800, P2MS, FACT_COUNT, 0 },
	{ "p2m1", P2M_TABLE, 0, 8, 0x40f, P2MS, FACT_COUNT, 0 },
	{ "p2m1", P2M_EPTP, 0, 8, 0, "", FACT_COUNT, 0 },
	{ "p2m1", P2M_EPTP, 0, 8, 0x26, P2MS, FACT_COUNT, 0 }, /* of five levels */
	{ "p2m1", P2M_EPTP, 0, 8, 0x1b, P2MS, FACT_COUNT, 0 }, /* of a type that is none */
	{ "domain1", DOMAIN_P2M, 0, 8, 0, "must be: RAM pages", FACT_COUNT, 0 },
	{ "domain1", DOMAIN_P2M, 0, 8, WILD, P2MS, FACT_COUNT, 0 },
	{ "domain1", DOMAIN_ALTP2M_EPTP, 0, 8, 1, P2MS, FACT_COUNT, 0 },
	{ "domain1", DOMAIN_ALTP2M_EPTP, 0, 8, WILD, P2MS, FACT_COUNT, 0 },
	{ "domain1", DOMAIN_ALTP2M, 8, 8, 0, P2MS, FACT_COUNT, 0 },
	{ "domain1", DOMAIN_ALTP2M, 8, 8, WILD, P2MS, FACT_COUNT, 0 },
	{ "domain1", DOMAIN_NESTED, 0, 8, 1, P2MS, FACT_COUNT, 0 },
	{ "domain1", DOMAIN_NESTED, 8, 8, WILD, P2MS, FACT_COUNT, 0 },
	/* lists of pages */
	{ "domain1", DOMAIN_XEN_LIST, 8, 8, 0xffff82e000000000 + 0x703 * 32, SPECIAL, FACT_SPECIAL,
	  HOW_UNKNOWN },
	{ "domain1", DOMAIN_XEN_LIST, 0, 8, 0, SPECIAL, FACT_SPECIAL, HOW_UNKNOWN },
	{ "domain1", DOMAIN_XEN_LIST, 0, 8, 0xffff82e000000000 + 0x701 * 32 + 8, SPECIAL,
	  FACT_SPECIAL, HOW_UNKNOWN },
	{ "domain1", DOMAIN_XEN_LIST, 0, 8, 0xffff82e000000000 + 0x801 * 32, SPECIAL, FACT_SPECIAL,
	  HOW_UNKNOWN },
	{ "domain1", DOMAIN_XEN_LIST, 0, 8, 0xffff830000000000, SPECIAL, FACT_SPECIAL,
	  HOW_UNKNOWN },
	{ "domain1", DOMAIN_XEN_LIST, 0, 8, 0xffff82d040000000, SPECIAL, FACT_SPECIAL,
	  HOW_UNKNOWN },
	/* the table of frames */
	{ "max_page", NO_MEMBER, 0, 8, 0, SPECIAL, FACT_SPECIAL, HOW_UNKNOWN },
	{ "max_page", NO_MEMBER, 0, 8, UINT64_C(1) << 41, SPECIAL, FACT_MFN_VALID, HOW_UNKNOWN },
	{ "max_page", NO_MEMBER, 0, 8, 0x703, SPECIAL, FACT_SPECIAL, HOW_UNKNOWN },
	{ "pfn_pdx_hole_shift", NO_MEMBER, 0, 4, 41, SPECIAL, FACT_MFN_VALID, HOW_UNKNOWN },
	/* the host */
	{ "e820", E820_COUNT, 0, 4, 0, "", FACT_MEMORY_MAP, HOW_UNKNOWN },
	{ "e820", E820_COUNT, 0, 4, 5, "", FACT_MEMORY_MAP, HOW_UNKNOWN },
	{ "e820", E820_MAP, 0, 8, UINT64_C(1) << 52, "", FACT_MEMORY_MAP, HOW_UNKNOWN },
	{ "e820", E820_MAP, 8, 8, UINT64_C(1) << 52, "", FACT_MEMORY_MAP, HOW_UNKNOWN },
	{ "e820", E820_MAP, 8, 8, 0xfff, "", FACT_MEMORY_MAP, HOW_MEASURED }, /* less than a page */
	{ "mmio_ro_ranges", NO_MEMBER, 0, 8, 1, "", FACT_MMIO_RO, HOW_UNKNOWN },
	{ "iommu_snoop", NO_MEMBER, 0, 1, 2, "", FACT_IOMMU_SNOOP, HOW_UNKNOWN },
	{ "iommu_snoop", NO_MEMBER, 0, 1, 1, "", FACT_IOMMU_SNOOP, HOW_MEASURED },
	/* the console ring */
	{ "conring_size", NO_MEMBER, 0, 4, 0, RING, FACT_COUNT, 0 },
	{ "conring_size", NO_MEMBER, 0, 4, 1000, RING, FACT_COUNT, 0 },
	{ "conring_size", NO_MEMBER, 0, 4, UINT32_C(1) << 31, RING, FACT_COUNT, 0 },
	{ "conringp", NO_MEMBER, 0, 4, 0, RING, FACT_COUNT, 0 },
	/* devices */
	{ "domain1", DOMAIN_DEVICES, 0, 8, WILD, DEVICES, FACT_COUNT, 0 },
	{ "domain1", DOMAIN_DEVICES, 0, 8, 1, DEVICES, FACT_COUNT, 0 },
	/* page tables */
	{ "l3_table", NO_MEMBER, 384 * 8, 8, 0, SPECIAL, FACT_SPECIAL, HOW_UNKNOWN },
	{ "l2_table", NO_MEMBER, 0, 8, 0x400083, SPECIAL, FACT_SPECIAL, HOW_UNKNOWN },
};

/* Is a remark or note there that the whole machine does not have? */
static bool has_more(const char *usual)
{
	return strlen(told) > strlen(usual);
}

static void test_damages(void)
{
	static char usual[sizeof(told)];
	size_t i;
	int rc;

	rc = read_xen();
	if (!rc)
		rc = read_domain(1);
	check(!rc && strstr(told, "0000:03:02.1") && dump.facts.nr_pages.value == 12,
	      "the whole machine: %d, %s", rc, told);
	strcpy(usual, told);
	forget();
	for (i = 0; i < ARRAY_SIZE(damages); i++) {
		const struct damage *d = &damages[i];
		uint64_t address = address_of(d->symbol) + d->offset;
		enum how how = HOW_UNKNOWN;

		rc = read_xen(); /* for where members are */
		if (d->member != NO_MEMBER)
			address = xmem_place(&data.layout, d->member, address);
		forget();
		put(address, &d->value, d->size);
		if (!rc)
			rc = read_xen();
		if (!rc)
			rc = read_domain(1);
		if (d->fact != FACT_COUNT)
			how = fact_how(&dump.facts, d->fact);
		check(!rc && (*d->text ? strstr(told, d->text) != NULL : !has_more(usual)),
		      "%s, row %zu: %d, '%s'", d->symbol, i, rc, told);
		check_each(d->fact == FACT_COUNT || how == d->how ||
				   (!d->how && how == HOW_ASSUMED),
			   "%s, row %zu: %s is %s", d->symbol, i, fact_info[d->fact].name,
			   how_name(how));
		forget();
	}
}

/* An array of vCPUs that goes on where nothing is. */
static void test_cut_array(void)
{
	uint64_t array = UINT64_C(0xffff82e000010000) - 8, vcpu = address_of("vcpu10"), place;

	read_xen();
	place = xmem_place(&data.layout, DOMAIN_VCPU, address_of("domain1"));
	forget();
	put(place, &array, 8);
	put(address_of("frame_table") + 0x10000 - 8, &vcpu, 8);
	check(!read_xen() && !read_domain(1) && strstr(told, MTRRS) && !dump.facts.vcpu_count,
	      "an array that is cut: %s", told);
	forget();
}

/* Pokes a number of eight bytes at a member of what a symbol is the place of. */
static void put_member(const char *symbol, enum member member, uint64_t offset, uint64_t value)
{
	put(xmem_place(&data.layout, member, address_of(symbol)) + offset, &value, 8);
}

/* Two vCPUs of the same registers; two domains whose p2ms may be missing. */
static void test_two(void)
{
	uint64_t vcpu;

	if (!check(!read_xen(), "the whole machine"))
		return;
	put_member("vcpu10", VCPU_TIMES, 0, 1);
	vcpu = address_of("vcpu10");
	put(address_of("vcpus1") + 8, &vcpu, 8);
	check(!read_domain(1) && dump.facts.vcpu_count == 1, "%zu vCPUs of the same registers",
	      dump.facts.vcpu_count);
	forget();
	if (!check(!read_xen(), "the whole machine"))
		return;
	put_member("p2m1", P2M_TABLE, 0, 0x800);
	put_member("p2m2", P2M_TABLE, 0, 0x800);
	check(domains_list(&data) == 0 && domains_lost(&data, told, sizeof(told)) &&
		      !strcmp(told, "1, 2"),
	      "p2ms may be missing of %s", told);
	forget();
}

/* Makes a list of a head and two members. */
static void chain(uint64_t head, uint64_t a, uint64_t b)
{
	const uint64_t order[] = { b, head, a, b, head, a };
	unsigned int i;

	for (i = 1; i < 4; i++) { /* head, a, b: next, prev */
		put(order[i], &order[i + 1], 8);
		put(order[i] + 8, &order[i - 1], 8);
	}
}

static void test_ranges(void)
{
	static const struct {
		uint64_t first[2], last[2];
		bool whole;
	} rows[] = {
		{ { 0x10, 0x30 }, { 0x20, 0x40 }, true },
		{ { 0x30, 0x10 }, { 0x40, 0x20 }, false },
		{ { 0x10, 0x20 }, { 0x20, 0x40 }, false },
		{ { 0x10, 0x50 }, { 0x20, 0x40 }, false },
		{ { 0x10, 0x21 }, { 0x20, 0x21 }, true },
	};
	uint64_t ports;
	size_t i;

	if (!check(!read_xen(), "the whole machine"))
		return;
	ports = address_of("ports1");
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct ranges ranges = { .count = 0 };
		int rc;

		chain(xmem_place(&data.layout, RANGESET_LIST, ports),
		      xmem_place(&data.layout, RANGE_LIST, address_of("port_range")),
		      xmem_place(&data.layout, RANGE_LIST, address_of("device_range")));
		put_member("port_range", RANGE_FIRST, 0, rows[i].first[0]);
		put_member("port_range", RANGE_LAST, 0, rows[i].last[0]);
		put_member("device_range", RANGE_FIRST, 0, rows[i].first[1]);
		put_member("device_range", RANGE_LAST, 0, rows[i].last[1]);
		rc = rangeset_read(&data.mem, &data.layout, ports, &ranges);
		check(rc == !rows[i].whole && (rc || ranges.count), "ranges, row %zu: %d", i, rc);
		ranges_clear(&ranges);
	}
	/* Ports alone let a domain flush caches, too. */
	memcpy(machine_memory, whole, sizeof(whole));
	put_member("domain1", DOMAIN_IOMEM, 0, address_of("none2"));
	check(!read_domain(1) && dump.facts.cache_flush.value &&
		      dump.facts.cache_flush.how == HOW_MEASURED && !dump.facts.iomem.ranges.count,
	      "ports without memory: %d", dump.facts.cache_flush.value);
	forget();
}

static void test_devices(void)
{
	uint64_t second = BASE + 0x600000 - PHYS; /* where there is nothing else */
	char text[80];

	if (!check(!read_xen(), "the whole machine"))
		return;
	data.mem.end = BASE + MACHINE_SIZE - PHYS;
	chain(xmem_place(&data.layout, DOMAIN_DEVICES, address_of("domain1")),
	      xmem_place(&data.layout, PCI_LIST, address_of("device")),
	      xmem_place(&data.layout, PCI_LIST, second));
	put(xmem_place(&data.layout, PCI_DEVFN, second), "\xfd\7\1\0", 4);
	check(domain_devices(&data, xendata_domain(&data, 1), text, sizeof(text)) &&
		      !strcmp(text, "0000:03:02.1, 0001:07:1f.5"),
	      "two devices: %s", text);
	forget();
}

/* A nested EPT, in the structure, and what can be wrong with it. */
static void test_nested(void)
{
	uint64_t nested = address_of("nested1"), place, base, invalid = UINT64_MAX;
	const struct own_domain *domain;
	char text[80];

	read_xen();
	place = xmem_place(&data.layout, DOMAIN_NESTED, address_of("domain1"));
	base = xmem_place(&data.layout, P2M_NESTED_BASE, nested);
	forget();
	put(place + 8, &nested, 8);
	read_xen();
	domain = xendata_domain(&data, 1);
	check(domain && domain->view_count == 3 && domain->views[2].kind == VIEW_NESTED &&
		      domain->views[2].index == 1 && !domain->views_lost,
	      "the EPT for a guest in the guest is a view");
	check(!strncmp(domain_view_name(VIEW_NESTED, 1, text, sizeof(text)), "EPT 1 that", 10),
	      "its name: %s", text);
	forget();
	put(place + 8, &nested, 8);
	put(base, &invalid, 8);
	read_xen();
	domain = xendata_domain(&data, 1);
	check(domain && domain->view_count == 2 && !domain->views_lost, "it is not in use");
	forget();
}

/* ---- members that a Xen does not have, or of another size ---- */

static const struct {
	enum member member;
	uint32_t size; /* 0: there is none */
	const char *lost;
} without[] = {
	{ DOMAIN_OPTIONS, 0, "IOMMU" },		  { DOMAIN_IOMEM, 0, "I/O capabilities" },
	{ RANGESET_LIST, 0, "I/O capabilities" }, { RANGE_FIRST, 0, "I/O capabilities" },
	{ RANGE_LAST, 16, "I/O capabilities" },	  { PIN_TYPE, 0, "pinned ranges" },
	{ PIN_FIRST, 16, "pinned ranges" },	  { DOMAIN_PINS, 0, "pinned ranges" },
	{ VCPU_MTRR, 0, "guest MTRRs" },	  { DOMAIN_VCPUS, 0, "guest MTRRs" },
	{ MTRR_FIXED, 80, "guest MTRRs" },	  { MTRR_ENABLED, 4, "guest MTRRs" },
	{ MTRR_MASK, 0, "guest MTRRs" },	  { DOMAIN_PAGES, 0, "RAM pages" },
	{ P2M_POD_COUNT, 0, "RAM pages" },	  { DOMAIN_APIC_ACCESS, 0, "APIC" },
};

static void test_without(void)
{
	struct facts facts;
	char lost[200];
	size_t i;
	int rc;

	if (!check(!read_xen(), "the whole machine"))
		return;
	for (i = 0; i < ARRAY_SIZE(without); i++) {
		struct layout kept = data.layout;

		data.layout.member[without[i].member].known = without[i].size != 0;
		data.layout.member[without[i].member].size = without[i].size;
		facts_init(&facts);
		rc = domain_facts(&data, xendata_domain(&data, 1), &facts, lost, sizeof(lost));
		check(!rc && strstr(lost, without[i].lost), "without %s: %d, lost: %s",
		      member_info[without[i].member].path, rc, lost);
		facts_clear(&facts);
		data.layout = kept;
	}
	/* A Xen without their times does not tell which vCPUs ran: both count. */
	for (i = 0; i < 2; i++) {
		struct layout kept = data.layout;

		data.layout.member[i ? VCPU_STATE : VCPU_TIMES].known = false;
		facts_init(&facts);
		rc = domain_facts(&data, xendata_domain(&data, 1), &facts, lost, sizeof(lost));
		check(!rc && !*lost && facts.vcpu_count == 2, "%zu vCPUs", facts.vcpu_count);
		facts_clear(&facts);
		data.layout = kept;
	}
	forget();
}

static void test_other_layouts(void)
{
	static const enum member gone[] = { PCI_LIST, PCI_BUS, DOMAIN_DEVICES };
	struct layout kept;
	char text[80];
	size_t i;

	if (!check(!read_xen(), "the whole machine"))
		return;
	kept = data.layout;
	for (i = 0; i < ARRAY_SIZE(gone); i++) {
		data.layout.member[gone[i]].known = false;
		check(domain_devices(&data, xendata_domain(&data, 1), text, sizeof(text)) && !*text,
		      "devices without %s: %s", member_info[gone[i]].path, text);
		data.layout = kept;
	}
	data.layout.member[PCI_DEVFN].size = 16;
	check(!domain_devices(&data, xendata_domain(&data, 1), text, sizeof(text)) && !*text,
	      "a devfn of 16 bytes: %s", text);
	data.layout = kept;

	data.layout.size[STRUCT_E820_ENTRY] = 0;
	check(!xendata_host(&data) && data.host.ram.how != HOW_MEASURED, "a map of no entries");
	data.layout = kept;
	data.layout.member[E820_TYPE].known = false;
	check(!xendata_host(&data) && data.host.ram.how != HOW_MEASURED, "a map without types");
	data.layout = kept;
	data.layout.size[STRUCT_MTRR_RANGE] = 0;
	check(!xendata_host(&data) && !data.host.host.how, "MTRRs of no size");
	data.layout = kept;

	data.layout.member[RANGESET_LIST].known = false;
	check(!xendata_host(&data) && data.host.mmio_ro.how == HOW_UNKNOWN &&
		      !data.host.mmio_ro_complete,
	      "read-only MMIO that cannot be read any more");
	data.layout = kept;
	data.frametable.known = false;
	check(!xendata_host(&data) && data.host.mfn_valid.how == HOW_UNKNOWN,
	      "frames that are there, of which nothing is known any more");
	data.frametable.known = true;
	check(!xendata_host(&data) && data.host.mfn_valid.how == HOW_MEASURED &&
		      data.host.mmio_ro.how == HOW_MEASURED && data.host.ram.how == HOW_MEASURED,
	      "and known again");

	/* One that has no p2ms, no views, or none that are nested. */
	data.layout.member[DOMAIN_P2M].known = false;
	check(!domains_list(&data) && !data.domains[1].view_count && !data.domains[1].views_lost,
	      "domains without p2ms");
	data.layout = kept;
	data.layout.member[P2M_CLASS].known = false;
	check(!domains_list(&data) && !data.domains[1].view_count, "p2ms of no class");
	data.layout = kept;
	data.layout.member[DOMAIN_ALTP2M].known = false;
	check(!domains_list(&data) && data.domains[1].view_count == 1 &&
		      !data.domains[1].views_lost,
	      "a Xen without altp2m");
	data.layout = kept;
	data.layout.member[P2M_NESTED_BASE].known = false;
	check(!domains_list(&data) && data.domains[1].view_count == 2 &&
		      !data.domains[1].views_lost,
	      "a Xen without nested EPTs");
	data.layout = kept;
	data.layout.member[DOMAIN_ALTP2M_ACTIVE].size = 16;
	check(!domains_list(&data) && data.domains[1].views_lost,
	      "no word whether there are views");
	data.layout = kept;
	data.layout.member[DOMAIN_NEXT].known = false;
	check(domains_list(&data) == 1, "domains without a next");
	data.layout = kept;
	data.layout.member[DOMAIN_ID].size = 16;
	check(domains_list(&data) == 1, "domains without a number");
	data.layout = kept;
	forget();
}

/* From 4.21 on the views are in an array that the structure points to. */
static void test_views_elsewhere(void)
{
	uint64_t table, place, wild = WILD, own = BASE + 0x600000 - PHYS;
	uint64_t unused[PAGE_ENTRIES - 2];

	if (!check(!read_xen(), "the whole machine"))
		return;
	data.layout.member[DOMAIN_ALTP2M].size = 8;
	place = xmem_place(&data.layout, DOMAIN_ALTP2M, address_of("domain1"));
	put(place, &own, 8); /* where there is nothing else */
	memset(unused, 0xff, sizeof(unused));
	put(address_of("eptps") + 16, unused, sizeof(unused));
	table = address_of("view1");
	put(own + 8, &table, 8);
	data.mem.end = BASE + MACHINE_SIZE - PHYS;
	check(!domains_list(&data) && data.domains[1].view_count == 2 &&
		      data.domains[1].views[1].index == 1 && !data.domains[1].views_lost,
	      "%u p2ms", data.domains[1].view_count);
	put(place, &wild, 8);
	check(!domains_list(&data) && data.domains[1].view_count == 1 && data.domains[1].views_lost,
	      "an array that is nowhere: %u p2ms", data.domains[1].view_count);
	forget();
}

/* cache_flush_permitted() asks for devices from 4.21 on; of a Xen of unknown release, perhaps. */
static void test_devices_count(void)
{
	static const struct {
		bool has_version, devices;
		unsigned int minor;
		bool value;
		enum how how;
	} rows[] = {
		{ true, true, 20, false, HOW_MEASURED },  { true, true, 21, true, HOW_MEASURED },
		{ true, false, 21, false, HOW_MEASURED }, { false, true, 0, false, HOW_ASSUMED },
		{ false, false, 0, false, HOW_MEASURED },
	};
	uint64_t list, head, wild = WILD;
	struct facts facts;
	char lost[200];
	size_t i;
	int rc;

	if (!check(!read_xen(), "the whole machine"))
		return;
	list = xmem_place(&data.layout, DOMAIN_DEVICES, address_of("domain2"));
	for (i = 0; i <= ARRAY_SIZE(rows); i++) {
		head = i == ARRAY_SIZE(rows) ? wild : rows[i].devices ? address_of("device") : list;
		put(list, &head, 8);
		if (i < ARRAY_SIZE(rows)) {
			data.has_version = rows[i].has_version;
			data.xen = (struct xen_version){ .major = 4, .minor = rows[i].minor };
		} else { /* where the list is cannot be told */
			data.xen.minor = 21;
			data.has_version = true;
			data.layout.member[DOMAIN_DEVICES].known = false;
		}
		facts_init(&facts);
		rc = domain_facts(&data, xendata_domain(&data, 2), &facts, lost, sizeof(lost));
		if (i < ARRAY_SIZE(rows))
			check(!rc && facts.cache_flush.value == rows[i].value &&
				      facts.cache_flush.how == rows[i].how,
			      "row %zu: %d, %d (%s)", i, rc, facts.cache_flush.value,
			      how_name(facts.cache_flush.how));
		else
			check(!rc && facts.cache_flush.how == HOW_ASSUMED, "devices not known: %s",
			      how_name(facts.cache_flush.how));
		facts_clear(&facts);
	}
	forget();
}

/* ---- which Xen ---- */

static const struct {
	const char *what, *symbol, *code;
	size_t size;
	const char *version;
} versions[] = {
	{ "endbr64", "xen_major_version", "\xf3\x0f\x1e\xfa\xb8\4\0\0\0\xc3", 10, "4.19.1" },
	{ "a frame", "xen_minor_version", "\x55\x48\x89\xe5\xb8\x15\0\0\0\x5d\xc3", 11, "4.21.1" },
	{ "both", "xen_major_version", "\xf3\x0f\x1e\xfa\x55\x48\x89\xe5\xb8\5\0\0\0\x5d\xc3", 15,
	  "5.19.1" },
	{ "other code", "xen_major_version", "\x90\xb8\4\0\0\0", 6, "" },
	{ "other code", "xen_minor_version", "\xc3", 1, "" },
	{ "a great number", "xen_minor_version", "\xb8\0\0\0\1", 5, "" },
	{ "other code", "xen_extra_version", "\xb8", 1, "" },
	{ "another register", "xen_extra_version", "\x48\x8d\x0d", 3, "" },
	{ "another load", "xen_extra_version", "\x48\x8b\x05", 3, "" },
	{ "text that is nowhere", "xen_extra_version", "\x48\x8d\x05\0\0\0\x7f", 7, "" },
	{ "no text", "xen_extra_version", "\x48\x8d\x05\0\0\0\0", 7, "4.19\xc3" },
};

static void test_versions(void)
{
	static const char dots[128] = { [0 ... 126] = '.' };
	char text[128];
	size_t i;

	if (!check(!read_xen(), "the whole machine"))
		return;
	for (i = 0; i < ARRAY_SIZE(versions); i++) {
		const char *wanted = versions[i].version;
		bool known;

		memcpy(machine_memory, whole, sizeof(whole));
		put(address_of(versions[i].symbol), versions[i].code, versions[i].size);
		known = host_version(&data, text, sizeof(text));
		check(known == (*wanted != '\0') && (!known || !strncmp(text, wanted, 4)),
		      "%s in %s: %s", versions[i].what, versions[i].symbol, known ? text : "none");
	}
	memcpy(machine_memory, whole, sizeof(whole));
	put(address_of("extra"), dots, sizeof(dots));
	check(!host_version(&data, text, sizeof(text)), "text without an end: %s", text);
	forget();
	/* The log's word counts then; and where it is none of this Xen, the code's. */
	put(address_of("xen_minor_version"), "\xb8\x15\0\0\0", 5);
	check(!read_xen() && !strcmp(data.version, "4.21.1") && data.xen.after_release, "%s",
	      data.version);
	forget();
	put(address_of("xen_minor_version"), "\xc3", 1);
	check(!read_xen() && !strcmp(data.version, "4.19.1") && data.has_version, "%s",
	      data.version);
	forget();
	put(address_of("xen_minor_version"), "\xc3", 1);
	put(address_of("conringp"), "\0\0\0\0", 4);
	check(!read_xen() && !data.version[0] && !data.has_version, "%s", data.version);
	forget();
}

/* Where flags of a frame are depends on the release. */
static void test_flags(void)
{
	static const struct {
		struct xen_version xen;
		unsigned int bit;
	} rows[] = {
		{ { .major = 4, .minor = 13, .point = 1 }, 0 },
		{ { .major = 4, .minor = 14, .point = 0 }, 54 },
		{ { .major = 4, .minor = 14, .point = -1 }, 54 },
		{ { .major = 4, .minor = 14, .point = 1 }, 57 },
		{ { .major = 4, .minor = 17, .point = 0 }, 57 },
		{ { .major = 4, .minor = 18, .point = 0 }, 61 },
	};
	struct frametable table = { .known = false };
	size_t i;

	if (!check(!read_xen(), "the whole machine"))
		return;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		frametable_open(&table, &data.mem, syms, &data.layout, &rows[i].xen);
		check(table.known && table.extra == (rows[i].bit ? UINT64_C(1) << rows[i].bit : 0),
		      "4.%u.%d: 0x%" PRIx64, rows[i].xen.minor, rows[i].xen.point, table.extra);
	}
	frametable_open(&table, &data.mem, syms, &data.layout, NULL);
	check(table.known && !table.extra, "of an unknown Xen: 0x%" PRIx64, table.extra);
	check(frametable_special(&table, &data.mem, &data.layout, 0x701) == -1,
	      "what is special is not known of an unknown Xen");
	frametable_open(&table, &data.mem, syms, &data.layout, &rows[5].xen);
	check(frametable_special(&table, &data.mem, &data.layout, 0x701) == 1 &&
		      frametable_special(&table, &data.mem, &data.layout, 0x700) == 0,
	      "special and not");
	check(frametable_special(&table, &data.mem, &data.layout, 0x800) == -1,
	      "a frame that is not there");
	table.max_page = UINT64_C(1) << 40;
	check(frametable_special(&table, &data.mem, &data.layout, UINT64_C(1) << 33) == -1,
	      "a frame whose entry would be behind the table");
	check(frametable_special(&table, &data.mem, &data.layout, 0x900) == -1,
	      "a frame whose entry cannot be read");
	table.known = false;
	check(frametable_special(&table, &data.mem, &data.layout, 0x701) == -1, "no table");
	data.layout.size[STRUCT_PAGE] = 64; /* as with CONFIG_BIGMEM */
	table.known = false;
	frametable_open(&table, &data.mem, syms, &data.layout, &rows[5].xen);
	check(!table.known, "a table of larger entries is not known");
	forget();
}

/* ---- symbols that are not there ---- */

static const struct {
	const char *symbol;
	enum fact fact; /* that is not known then, or FACT_COUNT */
	const char *text;
} gone[] = {
	{ "domain_list", FACT_SPECIAL, "list of domains" },
	{ "e820", FACT_MEMORY_MAP, "" },
	{ "mmio_ro_ranges", FACT_MMIO_RO, "" },
	{ "mtrr_state", FACT_HOST_MTRR, "" },
	{ "iommu_snoop", FACT_IOMMU_SNOOP, "" },
	{ "max_page", FACT_SPECIAL, "lists of special pages" },
	{ "pdx_group_valid", FACT_MFN_VALID, "" },
	{ "pfn_pdx_bottom_mask", FACT_COUNT, "" },
	{ "pfn_top_mask", FACT_SPECIAL, "lists of special pages" },
	{ "pfn_pdx_hole_shift", FACT_SPECIAL, "lists of special pages" },
	{ "conring", FACT_COUNT, "console ring" },
	{ "conring_size", FACT_COUNT, "console ring" },
	{ "conringp", FACT_COUNT, "console ring" },
	{ "saved_cmdline", FACT_COUNT, "" },
	{ "xen_major_version", FACT_COUNT, "" },
	{ "xen_minor_version", FACT_COUNT, "" },
	{ "xen_extra_version", FACT_COUNT, "" },
};

/* Opens a xen-syms in which a symbol goes by another name. */
static bool rename_symbol(const uint8_t *content, size_t size, const char *symbol)
{
	static uint8_t changed[1 << 20];
	struct error err = { "" };
	char name[64];
	int length = snprintf(name, sizeof(name), "%c%s", '\0', symbol);
	uint8_t *at;
	bool written;
	FILE *out;

	memcpy(changed, content, size);
	/* DWARF has its names, too: all of them. */
	for (at = changed; (at = memmem(at, changed + size - at, name, length + 1)); at++)
		at[1] = '#';
	out = fopen(machine_file("other"), "w");
	written = out && fwrite(changed, size, 1, out) == 1;
	if (out)
		fclose(out);
	return check_each(written && !syms_open(machine_file("other"), &syms, &err), "%s",
			  err.text);
}

static void test_gone(void)
{
	static uint8_t content[1 << 20];
	FILE *in = fopen(machine_file("xen-syms"), "r");
	size_t size = in ? fread(content, 1, sizeof(content), in) : 0, i;
	struct syms *kept = syms;
	enum how how = HOW_UNKNOWN;
	int rc;

	if (in)
		fclose(in);
	check(size && size < sizeof(content), "the xen-syms has %zu bytes", size);
	for (i = 0; i < ARRAY_SIZE(gone); i++) {
		if (!rename_symbol(content, size, gone[i].symbol))
			continue;
		rc = read_xen();
		if (!rc)
			rc = read_domain(1);
		if (gone[i].fact != FACT_COUNT)
			how = fact_how(&dump.facts, gone[i].fact);
		check(!rc && strstr(told, gone[i].text) &&
			      (gone[i].fact == FACT_COUNT || how == HOW_UNKNOWN ||
			       how == HOW_ASSUMED),
		      "without %s: %d, %s, '%s'", gone[i].symbol, rc, how_name(how), told);
		forget();
		syms_close(syms);
	}
	if (rename_symbol(content, size, "__note_gnu_build_id_start")) {
		struct error err = { "" };

		rc = xendata_find(&data, syms, &pages, &err);
		check(rc == -ENOENT && strstr(err.text, "build-id"), "without a build-id: %d, %s",
		      rc, err.text);
		syms_close(syms);
	}
	syms = kept;
}

/* ---- memory ---- */

static void test_memory(void)
{
	uint64_t value, entry, address = address_of("frame_table"), table = BASE;
	uint8_t bytes[16];

	if (!check(!read_xen(), "the whole machine"))
		return;
	check(!xmem_read(&data.mem, UINT64_MAX - 4, bytes, 8), "over the end of all addresses");
	check(!xmem_read(&data.mem, 0x1000, bytes, 8), "in the lower half");
	check(!xmem_read(&data.mem, UINT64_C(0xffffff8000000000), bytes, 8),
	      "behind the direct map");
	check(!xmem_number(&data.mem, address, 16, &value), "a number of 16 bytes");
	check(!xmem_pointer(0x1000) && !xmem_pointer(UINT64_C(0xffffff8000000000)) &&
		      !xmem_pointer(address + 4) && xmem_pointer(address),
	      "pointers");
	/* Large pages, of 2 MiB and 1 GiB; one of 512 GiB is none. */
	data.mem.start = data.mem.end = 0;
	table = UINT64_C(0xffff82e000000000);
	entry = 0x400083;
	put(address_of("l2_table"), &entry, 8);
	check(xmem_number(&data.mem, table + 0x18000, 8, &value) &&
		      value == machine_memory[0x418000 / 8],
	      "in a page of 2 MiB");
	entry = 0x83;
	put(address_of("l3_table") + 384 * 8, &entry, 8);
	xmem_forget(&data.mem);
	check(xmem_number(&data.mem, table + 0x414000, 8, &value) &&
		      value == machine_memory[0x414000 / 8],
	      "in a page of 1 GiB");
	entry = (address_of("l3_table") - BASE + PHYS) | 0xe3;
	put(address_of("idle_pg_table") + 261 * 8, &entry, 8);
	xmem_forget(&data.mem);
	check(xmem_number(&data.mem, table + 0x414000, 8, &value), "the top level has no pages");
	entry = UINT64_C(0x1000000063);
	put(address_of("l3_table") + 384 * 8, &entry, 8);
	xmem_forget(&data.mem);
	check(!xmem_number(&data.mem, table, 8, &value), "a table that is not in the machine");
	forget();
}

static void test_places(void)
{
	static struct xendata other;
	struct error err = { "" };
	uint64_t word = 0;

	check(!xendata_find(&data, syms, &pages, &err) && xendata_findable(&data), "it is found");
	data.mem.image += 4096;
	check(!xendata_findable(&data), "not at such a place");
	data.mem.image = UINT64_C(1) << 32;
	check(!xendata_findable(&data), "not above 4 GiB");
	data.mem.image = PHYS;
	put(address_of("xen_phys_start"), &word, 8);
	check(!xendata_findable(&data), "its own word is another");
	check(xendata_find(&other, syms, &pages, &err) == -ENOENT, "nor is it found");
	check(!xendata_at(&other, syms, &pages, PHYS, &err),
	      "where it is known it is all the same");
	forget();
	put(address_of("__note_gnu_build_id_start") + 12, "XNU", 4);
	check(xendata_at(&other, syms, &pages, PHYS, &err) == -ENOENT &&
		      strstr(err.text, "is of another build of Xen"),
	      "%s", err.text);
	forget();
	pages.frame_limit = 0x210; /* its first half only */
	check(xendata_find(&data, syms, &pages, &err) == -ENOENT, "cut before its variables");
	pages.frame_limit = MACHINE_SIZE / PAGE_SIZE;
	forget();
}

int main(void)
{
	struct error err = { "" };

	if (!syms_built() || !machine_make()) {
		machine_remove();
		puts("skipped: without libdw, or the compiler makes no programs of x86-64");
		puts("0 passed, 0 failed, 1 skipped");
		return 0;
	}
	memcpy(whole, machine_memory, sizeof(whole));
	if (check(!syms_open(machine_file("xen-syms"), &syms, &err), "%s", err.text)) {
		test_damages();
		test_cut_array();
		test_two();
		test_ranges();
		test_devices();
		test_nested();
		test_without();
		test_other_layouts();
		test_views_elsewhere();
		test_devices_count();
		test_versions();
		test_flags();
		test_gone();
		test_memory();
		test_places();
		syms_close(syms);
	}
	machine_remove();
	return test_end();
}
