/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rules/bugs.h"

#include "rules/follow.h"
#include "x86/memtype.h"

#include <stddef.h>

/* Steps of all outcomes, as bits. */
static unsigned int steps_of(const struct decision *decision)
{
	unsigned int steps = 0, key;

	for (key = 0; key < OUTCOME_COUNT; key++)
		if (decision_allows(decision, key))
			steps |= 1u << decision->outcome[key].step;
	return steps;
}

#define ONLY(steps, set) ((steps) && !((steps) & ~(set)))
#define S(step)		 (1u << (step))

/* Sets of releases that tell by a device, not by the domain's creation, whether an IOMMU counts. */
#define BY_DEVICE (((1u << (RULES_4_11 + 1)) - 1) | 1u << RULES_XENSERVER_7_1)

/* Capabilities gone, the entry still as guest and host MTRRs or a pin made it. */
static bool stale_capability(const struct facts *facts, const struct entry *entry,
			     const struct question *question, const struct decision *decision)
{
	(void)question;
	return !(facts->rules & BY_DEVICE) && !entry->ipat &&
	       ONLY(steps_of(decision), S(NO_IO_WB) | S(NO_IO_WB_ANY));
}

/* The same, or the last device gone. */
static bool stale_device(const struct facts *facts, const struct entry *entry,
			 const struct question *question, const struct decision *decision)
{
	(void)question;
	return facts->rules & BY_DEVICE && !entry->ipat &&
	       ONLY(steps_of(decision), S(NO_IO_WB) | S(NO_IO_WB_ANY));
}

/* Does anything keep the fact from having that value? */
static bool can_be(const struct fact_bool *fact, bool value)
{
	return !how_certain(fact->how) || fact->value == value;
}

static bool usually(const struct fact_bool *fact, bool value)
{
	return fact->how != HOW_UNKNOWN && fact->value == value;
}

/* Nothing rules out what never_enabled() is about. */
static bool perhaps_never_enabled(const struct facts *facts, const struct entry *entry,
				  const struct decision *decision)
{
	return facts->rules & RULES_B18 && can_be(&facts->iommu, true) &&
	       can_be(&facts->cache_flush, false) && !entry->ipat && entry->emt == MEMTYPE_UC &&
	       steps_of(decision) & S(MTRR_MERGE);
}

/* IOMMU on, no device, no capability: RAM left UC since before the guest enabled its MTRRs. */
static bool never_enabled(const struct facts *facts, const struct entry *entry,
			  const struct question *question, const struct decision *decision)
{
	(void)question;
	return perhaps_never_enabled(facts, entry, decision) && usually(&facts->iommu, true) &&
	       usually(&facts->cache_flush, false);
}

/* Another type of the host's MTRRs would explain the entry. */
static bool stale_host_mtrr(const struct facts *facts, const struct entry *entry,
			    const struct question *question, const struct decision *decision)
{
	unsigned int key, host;

	(void)question;
	if (entry->ipat || !(steps_of(decision) & S(MTRR_MERGE)) ||
	    perhaps_never_enabled(facts, entry, decision))
		return false;
	for (key = 0; key < OUTCOME_COUNT; key++)
		for (host = 0; host < MEMTYPE_COUNT; host++)
			if (decision_allows(decision, key) &&
			    decision->outcome[key].step == MTRR_MERGE &&
			    decision->outcome[key].guest < MEMTYPE_COUNT && memtype_valid(host) &&
			    merge_types(decision->outcome[key].guest, host) == entry->emt)
				return true;
	return false;
}

/* The tables of a device's MSI-X are mapped 4K by 4K. */
static bool stale_mmio_ro(const struct facts *facts, const struct entry *entry,
			  const struct question *question, const struct decision *decision)
{
	unsigned int steps = steps_of(decision);

	(void)facts;
	return question->classes == P2M_CLASS_MMIO_DIRECT && !question->order &&
	       entry->emt == MEMTYPE_UC &&
	       ONLY(steps, entry->ipat ? S(MMIO_UC) | S(MMIO_UC_APIC_WB) : S(RO_MMIO));
}

/* MMIO above all RAM is what Xen before 4.17.5 and 4.18.3 makes UC!. */
static bool older_xen(const struct facts *facts, const struct entry *entry,
		      const struct question *question, const struct decision *decision)
{
	uint64_t first = 0, last = UINT64_MAX;

	return question->classes == P2M_CLASS_MMIO_DIRECT && question->order && entry->ipat &&
	       entry->emt == MEMTYPE_UC && ONLY(steps_of(decision), S(MMIO_UC)) &&
	       how_certain(facts->mfn_valid.how) &&
	       !ranges_contain(&facts->mfn_valid.ranges, question->mfn, &first, &last);
}

static const struct {
	struct bug bug;
	bool (*fits)(const struct facts *facts, const struct entry *entry,
		     const struct question *question, const struct decision *decision);
} bugs[] = {
	{ { .id = "B19",
	    .affected = "4.6 and later",
	    .text = "its last I/O capability was revoked, and Xen does not re-evaluate entries then" },
	  stale_capability },
	{ { .id = "B19",
	    .also = "B20",
	    .affected = "4.6 and later, with devices up to 4.12",
	    .text = "its last I/O capability was revoked, or up to Xen 4.12 its last device was taken "
		    "away, and Xen does not re-evaluate entries then" },
	  stale_device },
	{ { .id = "B18",
	    .affected = "4.21.0 and later, XenServer and XCP-ng from 4.17.5-14 on",
	    .text = "Xen does not re-evaluate entries when a domain without device and capabilities enables "
		    "its MTRRs (2d779cabddfa)" },
	  never_enabled },
	{ { .id = "B8",
	    .affected = "4.15.0 to 4.17.4, 4.18.0 to 4.18.2",
	    .text = "a Xen before 4.17.5 or 4.18.3 makes MMIO above RAM so",
	    .other_xen = true },
	  older_xen },
	{ { .id = "B22",
	    .affected = "4.5.3 and later",
	    .text = "read-only MMIO changed (MSI-X enabled or disabled), and Xen does not re-evaluate entries "
		    "then" },
	  stale_mmio_ro },
	{ { .id = "B21",
	    .affected = "all",
	    .text = "a host MTRR was changed, and Xen does not re-evaluate entries then" },
	  stale_host_mtrr },
};

const struct bug *bug_find(const struct facts *facts, const struct entry *entry,
			   const struct question *question, const struct decision *decision)
{
	size_t i;

	for (i = 0; i < sizeof(bugs) / sizeof(bugs[0]); i++)
		if (bugs[i].fits(facts, entry, question, decision))
			return &bugs[i].bug;
	return NULL;
}

const struct bug *bug_inherited(const struct decision *parent, unsigned int parent_key,
				const struct decision *own, unsigned int own_key)
{
	static const struct bug quirk = {
		.id = "B23",
		.affected = "4.5 and later",
		.text = "the page had it as a whole because one MTRR range touches it, if only a part of it"
	};
	const struct outcome *whole = &parent->outcome[parent_key];
	const struct outcome *piece = &own->outcome[own_key];

	/* mtrr_get_type(): ranges of one type give it to the whole superpage. */
	return whole->step == MTRR_MERGE && piece->step == MTRR_MERGE &&
			       (whole->guest != piece->guest || whole->host != piece->host)
		       ? &quirk
		       : NULL;
}
