/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/facts.h"

#include "base/array.h"
#include "base/text.h"
#include "x86/memtype.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *const how_names[] = {
	[HOW_UNKNOWN] = "unknown", [HOW_ASSUMED] = "assumed", [HOW_GUEST] = "guest",
	[HOW_DERIVED] = "derived", [HOW_LOG] = "log",	      [HOW_MEASURED] = "measured",
	[HOW_GIVEN] = "given",
};

#define AT(member) .place = offsetof(struct facts, member)

const struct fact_info fact_info[FACT_COUNT] = {
	[FACT_RULES] = { "rules", "rule sets that the running Xen may have", .kind = KIND_RULES,
			 .label = "rule set" },
	[FACT_IOMMU] = { "iommu", "the domain uses the IOMMU", .kind = KIND_BOOL, AT(iommu),
			 .flags = FACT_NO_USUAL, .shown = 1, .label = "IOMMU",
			 .get = "send Xen key o before key D, or add --facts with a log of key o" },
	[FACT_CACHE_FLUSH] = { "cache-flush",
			       "cache_flush_permitted(): the domain has I/O capabilities",
			       .kind = KIND_BOOL, AT(cache_flush), .flags = FACT_NO_USUAL,
			       .shown = 2, .label = "I/O capabilities",
			       .get = "send Xen key q before key D (xl debug-keys q)" },
	[FACT_P2M_TYPE] = { "p2m-type", "p2m types of gfn ranges", .kind = KIND_TYPES, .shown = 11,
			    .label = "page types",
			    .get = "audit the running domain, or a memory image" },
	[FACT_MMIO_RO] = { "mmio-ro", "frames of read-only MMIO", .kind = KIND_RANGES, AT(mmio_ro),
			   .complete = offsetof(struct facts, mmio_ro_complete),
			   .possible = offsetof(struct facts, mmio_ro_possible), .shown = 9,
			   .label = "read-only MMIO" },
	[FACT_MFN_VALID] = { "mfn-valid", "frames for which mfn_valid() holds", .kind = KIND_RANGES,
			     AT(mfn_valid), .flags = FACT_FIRST_FRAME | FACT_NO_USUAL,
			     .label = "valid frames",
			     .get = "add --facts with the log from Xen's first line on" },
	[FACT_SPECIAL] = { "special", "special frames: Xen heap and extra pages",
			   .kind = KIND_RANGES, AT(special),
			   .possible = offsetof(struct facts, special_possible), .shown = 8,
			   .label = "Xen's special pages",
			   .get = "send Xen key q before key D (xl debug-keys q)" },
	[FACT_APIC_ACCESS_MFN] = { "apic-access-mfn", "frame of the APIC access page",
				   .kind = KIND_NUMBER, AT(apic_access_mfn),
				   .usual = UINT64_MAX >> 12, .flags = FACT_FRAME,
				   .label = "APIC access page" },
	[FACT_PINNED] = { "pinned", "gfn ranges with pinned cache attributes", .kind = KIND_PINS,
			  .shown = 5, .label = "pinned ranges",
			  .get = "a memory image or --via gdbsx with --xen-syms shows them; if you know them, use --given" },
	[FACT_GUEST_MTRR] = { "guest-mtrr", "guest MTRRs: default type, fixed ranges, range 0",
			      .kind = KIND_GUEST_MTRR, .flags = FACT_NO_USUAL, .shown = 3,
			      .label = "guest MTRRs",
			      .get = "audit the running domain, or xen-hvmctx in dom0, and add --facts FILE" },
	[FACT_GUEST_MTRR_VAR] = { "guest-mtrr-var", "guest MTRRs: variable ranges 1 and up",
				  .kind = KIND_GUEST_MTRR_VAR, .shown = 4,
				  .label = "guest MTRR ranges",
				  .get = "cat /proc/mtrr in the guest, and add --facts FILE" },
	[FACT_VCPU] = { "vcpu", "which vCPU's MTRRs Xen used", .kind = KIND_NONE,
			.label = "the vCPU that Xen asked" },
	[FACT_HOST_MTRR] = { "host-mtrr", "host MTRRs: default type and fixed ranges",
			     .kind = KIND_HOST_MTRR, .flags = FACT_NO_USUAL, .shown = 6,
			     .label = "host MTRRs",
			     .get = "boot Xen with mtrr.show=1, and add --facts with the log from its first line on" },
	[FACT_HOST_MTRR_VAR] = { "host-mtrr-var", "host MTRRs: variable ranges",
				 .kind = KIND_HOST_MTRR_VAR, .shown = 7,
				 .label = "host MTRR ranges",
				 .get = "cat /proc/mtrr in dom0, and write that into a file for --given" },
	[FACT_MEMORY_MAP] = { "memory-map", "frames that are RAM", .kind = KIND_RANGES, AT(ram),
			      .flags = FACT_SIZE | FACT_NO_USUAL, .shown = 10,
			      .label = "host memory map",
			      .get = "add --facts with the log from Xen's first line on" },
	[FACT_IOMEM] = { "iomem", "I/O memory capabilities", .kind = KIND_RANGES, AT(iomem),
			 .label = "I/O memory" },
	[FACT_IOPORTS] = { "ioports", "the domain has I/O port capabilities", .kind = KIND_BOOL,
			   AT(ioports), .label = "I/O ports" },
	[FACT_NR_PAGES] = { "nr-pages",
			    "RAM pages of the domain by Xen's count, without those kept for PoD",
			    .kind = KIND_NUMBER, AT(nr_pages), .shown = 12, .label = "RAM pages" },
	[FACT_CACHE_CONTROL] = { "cache-control",
				 "the domain was created with I/O memory or ports in its configuration",
				 .kind = KIND_BOOL, AT(cache_control), .flags = FACT_NO_USUAL,
				 .label = "I/O in its configuration",
				 .get = "the domain's configuration, and --given" },
	[FACT_IOMMU_SNOOP] = { "iommu-snoop", "the host's IOMMUs can all force snooping",
			       .kind = KIND_BOOL, AT(iommu_snoop), .flags = FACT_NO_USUAL,
			       .label = "IOMMUs that snoop",
			       .get = "the log of Xen's boot, and add --facts FILE" },
	[FACT_SPLIT] = { "split", "whether a page is all that is left of a split superpage",
			 .kind = KIND_NONE, .label = "what was split" },
	[FACT_VCPUS] = { "vcpus", "control registers and PAT of vCPUs, for effective",
			 .kind = KIND_REGISTERS, .label = "vCPU registers" },
	[FACT_DEVICES] = { "devices", "which devices machine frames belong to",
			   .kind = KIND_DEVICES, .label = "devices" },
};

const char *how_name(enum how how)
{
	return how_names[how];
}

int how_parse(const char *name)
{
	size_t i;

	for (i = 0; name && i < sizeof(how_names) / sizeof(how_names[0]); i++)
		if (!strcmp(name, how_names[i]))
			return i;
	return -1;
}

int fact_parse(const char *name)
{
	int i;

	for (i = 0; i < FACT_COUNT; i++)
		if (text_same_name(name, fact_info[i].name))
			return i;
	return -1;
}

void facts_init(struct facts *facts)
{
	memset(facts, 0, sizeof(*facts));
}

static void *at(const struct facts *facts, size_t place)
{
	return (char *)(uintptr_t)facts + place;
}

struct fact_bool *fact_bool(const struct facts *facts, enum fact fact)
{
	return at(facts, fact_info[fact].place);
}

struct fact_number *fact_number(const struct facts *facts, enum fact fact)
{
	return at(facts, fact_info[fact].place);
}

struct fact_ranges *fact_ranges(const struct facts *facts, enum fact fact)
{
	return at(facts, fact_info[fact].place);
}

struct fact_ranges *fact_possible(const struct facts *facts, enum fact fact)
{
	return fact_info[fact].possible ? at(facts, fact_info[fact].possible) : NULL;
}

bool fact_complete(const struct facts *facts, enum fact fact)
{
	return !fact_info[fact].complete || *(bool *)at(facts, fact_info[fact].complete);
}

void fact_set_complete(struct facts *facts, enum fact fact, bool complete)
{
	if (fact_info[fact].complete)
		*(bool *)at(facts, fact_info[fact].complete) = complete;
}

struct ranges *facts_set(const struct facts *facts, unsigned int i)
{
	enum fact fact = i / 2;
	struct fact_ranges *set = NULL;

	if (fact_info[fact].kind == KIND_RANGES)
		set = i % 2 ? fact_possible(facts, fact) : fact_ranges(facts, fact);
	return set ? &set->ranges : NULL;
}

static enum how how_of_types(const struct facts *facts)
{
	if (facts->type_count)
		return facts->how_types;
	if (facts->entry_types)
		return HOW_MEASURED;
	return facts->ram.how ? HOW_DERIVED : HOW_UNKNOWN;
}

static enum how how_of_guest_mtrr(const struct facts *facts)
{
	if (facts->no_vcpu)
		return facts->no_vcpu;
	return facts->vcpu_count ? facts->vcpus[0].how : HOW_UNKNOWN;
}

enum how fact_how(const struct facts *facts, enum fact fact)
{
	switch (fact_info[fact].kind) {
	case KIND_RULES:
		return facts->how_rules;
	case KIND_BOOL:
		return fact_bool(facts, fact)->how;
	case KIND_NUMBER:
		return fact_number(facts, fact)->how;
	case KIND_RANGES:
		return fact_ranges(facts, fact)->how;
	case KIND_TYPES:
		return how_of_types(facts);
	case KIND_PINS:
		return facts->how_pins;
	case KIND_GUEST_MTRR:
		return how_of_guest_mtrr(facts);
	case KIND_GUEST_MTRR_VAR:
		return facts->vcpu_count ? facts->vcpus[0].how_var : HOW_UNKNOWN;
	case KIND_REGISTERS:
		return facts->register_count ? facts->how_registers : HOW_UNKNOWN;
	case KIND_DEVICES:
		return facts->devices.count ? facts->how_devices : HOW_UNKNOWN;
	case KIND_HOST_MTRR:
		return facts->host.how;
	case KIND_HOST_MTRR_VAR:
		return facts->host.how_var;
	default:
		return HOW_UNKNOWN;
	}
}

void facts_clear(struct facts *facts)
{
	struct ranges *set;
	unsigned int i;

	for (i = 0; i < FACTS_SETS; i++)
		if ((set = facts_set(facts, i)))
			ranges_clear(set);
	free(facts->pins);
	free(facts->vcpus);
	free(facts->registers);
	free(facts->types);
	devices_clear(&facts->devices);
	facts_init(facts);
}
static int copy_array(void *to, const void *from, size_t count, size_t size)
{
	void *copy = NULL;

	if (count) {
		size_t room = 1;

		while (room < count) /* as array_append() leaves them */
			room *= 2;
		copy = malloc(room * size);
		if (!copy)
			return -ENOMEM;
		memcpy(copy, from, count * size);
	}
	memcpy(to, &copy, sizeof(copy));
	return 0;
}

int facts_copy(struct facts *to, const struct facts *from)
{
	struct ranges *set;
	unsigned int i;
	int rc = 0;

	*to = *from;
	to->pins = NULL;
	to->vcpus = NULL;
	to->registers = NULL;
	to->types = NULL;
	memset(&to->devices, 0, sizeof(to->devices));
	for (i = 0; i < FACTS_SETS; i++)
		if ((set = facts_set(to, i)))
			memset(set, 0, sizeof(*set));
	for (i = 0; i < FACTS_SETS && !rc; i++)
		if ((set = facts_set(to, i)))
			rc = ranges_add_all(set, facts_set(from, i));
	if (!rc)
		rc = copy_array(&to->pins, from->pins, from->pin_count, sizeof(*to->pins));
	if (!rc)
		rc = copy_array(&to->vcpus, from->vcpus, from->vcpu_count, sizeof(*to->vcpus));
	if (!rc)
		rc = copy_array(&to->registers, from->registers, from->register_count,
				sizeof(*to->registers));
	if (!rc)
		rc = copy_array(&to->types, from->types, from->type_count, sizeof(*to->types));
	if (!rc)
		rc = devices_add_all(&to->devices, &from->devices);
	if (rc)
		facts_clear(to);
	return rc;
}

int facts_add_pin(struct facts *facts, uint64_t first, uint64_t last, unsigned int type)
{
	struct pin pin = { .first = first, .last = last, .type = type };

	return array_append(&facts->pins, &facts->pin_count, sizeof(pin), &pin);
}

int facts_add_vcpu(struct facts *facts, const struct mtrr_fact *vcpu)
{
	struct mtrr_fact possible = *vcpu;

	if (facts->vcpu_count >= FACTS_VCPU_MAX)
		return -E2BIG;
	mtrr_doubt(&possible.state, &possible.known);
	return array_append(&facts->vcpus, &facts->vcpu_count, sizeof(possible), &possible);
}

int facts_add_types(struct facts *facts, const struct type_hint *hint)
{
	if (facts->type_count && hint->first <= facts->types[facts->type_count - 1].last)
		facts->types_overlap = true;
	return array_append(&facts->types, &facts->type_count, sizeof(*hint), hint);
}

int facts_add_registers(struct facts *facts, unsigned int vcpu,
			const struct paging_registers *registers)
{
	struct vcpu_registers one = { vcpu, *registers };

	return array_append(&facts->registers, &facts->register_count, sizeof(one), &one);
}

void facts_clear_vcpus(struct facts *facts)
{
	free(facts->vcpus);
	facts->vcpus = NULL;
	facts->vcpu_count = 0;
	facts->no_vcpu = HOW_UNKNOWN;
}

void facts_clear_registers(struct facts *facts)
{
	free(facts->registers);
	facts->registers = NULL;
	facts->register_count = 0;
}

void facts_clear_pins(struct facts *facts)
{
	free(facts->pins);
	facts->pins = NULL;
	facts->pin_count = 0;
}
