/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * epte_get_entry_emt() of every release from 4.5 on, and what it calls: xen/arch/x86/hvm/mtrr.c up
 * to 4.15, p2m-ept.c from 4.16 on, read at the release's tags.
 */
#include "machine/machine.h"

/*
 *   i  first frame not mfn_valid(): UC         I  the same: UC with iPAT
 *   R  read-only MMIO: UC with iPAT, partly: split
 *   N  no IOMMU, no capability: WB with iPAT   n  the same, but not direct MMIO
 *   A  direct MMIO: UC, the APIC page WB       M  direct MMIO: UC
 *   s  special page: WB with iPAT, any in a superpage: split
 *   S  all special: WB with iPAT, some: split  T  the same, for frames that are mfn_valid()
 *   G  granted and foreign pages: WB with iPAT
 *   P  pinned range                            m  MTRRs merged: the last
 */
static const struct release releases[] = {
	{ 4, 5, 0, 2, "iPNAm" },    { 4, 5, 3, 5, "IRPNAm" },	 { 4, 6, 0, 1, "iPNAm" },
	{ 4, 6, 3, 4, "IRPNAm" },   { 4, 6, 5, 6, "RPAINm" },	 { 4, 7, 0, 1, "IRANPm" },
	{ 4, 7, 2, 6, "RAINPm" },   { 4, 8, 0, 0, "IRANPm" },	 { 4, 8, 1, 5, "RAINPm" },
	{ 4, 9, 0, 4, "RAINPm" },   { 4, 10, 0, 4, "RAINPm" },	 { 4, 11, 0, 4, "RAINPm" },
	{ 4, 12, 0, 3, "RAINPm" },  { 4, 12, 4, 4, "RAINsPm" },	 { 4, 13, 0, 1, "RAINPm" },
	{ 4, 13, 2, 5, "RAINsPm" }, { 4, 14, 0, 0, "RAINPm" },	 { 4, 14, 1, 6, "RAINsPm" },
	{ 4, 15, 0, 7, "RInsMPm" }, { 4, 16, 0, 7, "RInsMGPm" }, { 4, 17, 0, 4, "RInSMGPm" },
	{ 4, 17, 5, 7, "RnTMGPm" }, { 4, 18, 0, 2, "RInSMGPm" }, { 4, 18, 3, 6, "RnTMGPm" },
	{ 4, 19, 0, 6, "RnTMGPm" }, { 4, 20, 0, 4, "RnTMGPm" },	 { 4, 21, 0, 2, "RnTMGPm" },
	{ 4, 22, 0, 0, "RnTMGPm" },
};

const struct release *release_random(unsigned int *point)
{
	const struct release *release =
		&releases[random_below(sizeof(releases) / sizeof(releases[0]))];

	*point = release->first + random_below(release->last - release->first + 1);
	return release;
}

bool at_least(const struct machine *machine, unsigned int minor, unsigned int point)
{
	return machine->release->minor > minor ||
	       (machine->release->minor == minor && machine->point >= point);
}

/* Page information exists for 256 MiB at a time, as far as there is RAM in them. */
bool mfn_valid(const struct machine *machine, uint64_t mfn)
{
	unsigned int i;

	if (mfn >= machine->max_page)
		return false;
	if (machine->compression && !set_has(&machine->compressed, mfn))
		return false;
	if (!(mfn >> 16))
		return true;
	for (i = 0; i < machine->ram.count; i++)
		if (machine->ram.at[i].last >= 0x100 &&
		    mfn >> 16 >= machine->ram.at[i].first >> 16 &&
		    mfn >> 16 <= machine->ram.at[i].last >> 16)
			return true;
	return false;
}

bool flush_permitted(const struct machine *machine, const struct domain *domain)
{
	return domain->iomem.count || domain->ioports ||
	       (at_least(machine, 21, 0) && domain->device);
}

static bool no_io(const struct machine *machine, const struct domain *domain)
{
	return !domain->iommu && !flush_permitted(machine, domain);
}

int mtrrs_say(const struct mtrrs *mtrrs, uint64_t frame, unsigned int order)
{
	uint64_t mask = ~UINT64_C(0) << (12 + order), address = frame << 12 & mask;
	unsigned int i, seen = 0, last = 0;

	if (!mtrrs->enabled)
		return MT_UC;
	if (mtrrs->fixed_enabled && address < 0x100000) {
		if (address < 0x80000)
			return order > 4 ? NOT_UNIFORM : mtrrs->fixed[address >> 16];
		if (address < 0xc0000)
			return order > 2 ? NOT_UNIFORM
					 : mtrrs->fixed[8 + ((address - 0x80000) >> 14)];
		return order ? NOT_UNIFORM : mtrrs->fixed[24 + ((address - 0xc0000) >> 12)];
	}
	for (i = 0; i < mtrrs->var_count; i++) {
		uint64_t bits = mtrrs->var[i].mask & mask;

		if (!(mtrrs->var[i].mask & 0x800) ||
		    (address & bits) != (mtrrs->var[i].base & bits))
			continue;
		last = mtrrs->var[i].base & 0xff;
		seen |= 1u << last;
	}
	if (!seen)
		return mtrrs->def_type;
	if (seen == 1u << last)
		return last;
	if (order)
		return NOT_UNIFORM;
	if (seen & 1u << MT_UC)
		return MT_UC;
	return seen == (1u << MT_WT | 1u << MT_WB) ? MT_WT : (int)last;
}

/* get_pat_flags(): strange for those who know only the processor's own table, but so it is. */
static unsigned int merged(unsigned int guest, unsigned int host)
{
	if (guest == host)
		return guest;
	if (guest == MT_WB || host == MT_WB)
		return guest == MT_WB ? host : guest;
	return (guest == MT_WT && host == MT_WP) || (guest == MT_WP && host == MT_WT) ? MT_WP
										      : MT_UC;
}

/* hvm_get_mem_pinned_cacheattr(): 0 to 7, NOT_UNIFORM, or -2 for none. */
static int pinned(const struct domain *domain, uint64_t gfn, uint64_t pages)
{
	unsigned int i;

	for (i = domain->pin_count; i--;) {
		if (domain->pins[i].last < gfn || domain->pins[i].first > gfn + pages - 1)
			continue;
		return domain->pins[i].first <= gfn && domain->pins[i].last >= gfn + pages - 1
			       ? (int)domain->pins[i].type
			       : NOT_UNIFORM;
	}
	return -2;
}

#define PASS (-2)

static int step(char letter, const struct machine *machine, const struct domain *domain,
		uint64_t gfn, uint64_t mfn, unsigned int order, unsigned int type,
		unsigned int vcpu)
{
	uint64_t pages = UINT64_C(1) << order, count;
	bool mmio = type == TYPE_MMIO_DIRECT;
	int guest, host, pin;

	switch (letter) {
	case 'i':
		return mfn_valid(machine, mfn) ? PASS : KEY(MT_UC, 0);
	case 'I':
		return mfn_valid(machine, mfn) ? PASS : KEY(MT_UC, 1);
	case 'R':
		count = set_count(&machine->mmio_ro, mfn, mfn + pages - 1);
		return !count ? PASS : count == pages ? KEY(MT_UC, 1) : NOT_UNIFORM;
	case 'n':
		if (mmio)
			return PASS;
		/* fall through */
	case 'N':
		return no_io(machine, domain) ? KEY(MT_WB, 1) : PASS;
	case 'A':
		if (!mmio)
			return PASS;
		if ((mfn ^ domain->apic_mfn) >> order)
			return KEY(MT_UC, 0);
		return order ? NOT_UNIFORM : KEY(MT_WB, 1);
	case 'M':
		return mmio ? KEY(MT_UC, 0) : PASS;
	case 's':
	case 'S':
	case 'T':
		count = set_count(&machine->special, mfn, mfn + pages - 1); /* all of it RAM */
		if (!count)
			return PASS;
		return !order || (letter != 's' && count == pages) ? KEY(MT_WB, 1) : NOT_UNIFORM;
	case 'G':
		return type == TYPE_GRANT_RW || type == TYPE_GRANT_RO || type == TYPE_FOREIGN
			       ? KEY(MT_WB, 1)
			       : PASS;
	case 'P':
		pin = pinned(domain, gfn, pages);
		return pin < 0 ? pin : KEY(pin == MT_UCM ? MT_UC : pin, 1);
	default:
		guest = domain->vcpus ? mtrrs_say(&domain->mtrr[vcpu], gfn, order) : MT_WB;
		host = mtrrs_say(&machine->host, mfn, order);
		return guest < 0 || host < 0 ? NOT_UNIFORM : KEY((int)merged(guest, host), 0);
	}
}

int rules_say(const struct machine *machine, const struct domain *domain, uint64_t gfn,
	      uint64_t mfn, unsigned int order, unsigned int type, unsigned int vcpu)
{
	const char *letter;
	int answer = PASS;

	for (letter = machine->release->rules; *letter && answer == PASS; letter++)
		answer = step(*letter, machine, domain, gfn, mfn, order, type, vcpu);
	return answer;
}
