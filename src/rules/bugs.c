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

/* Capabilities gone, the entry still as guest and host MTRRs or a pin made it. */
static bool stale_capability(const struct facts *facts, const struct entry *entry,
			     const struct question *question, const struct decision *decision)
{
	(void)facts;
	(void)question;
	return !entry->ipat && ONLY(steps_of(decision), S(NO_IO_WB) | S(NO_IO_WB_ANY));
}

/* IOMMU on, no device, no capability: RAM left UC since before the guest enabled its MTRRs. */
static bool never_enabled(const struct facts *facts, const struct entry *entry,
			  const struct question *question, const struct decision *decision)
{
	(void)question;
	return !(facts->rules & ~(1u << RULES_4_21)) && facts->iommu.value &&
	       how_certain(facts->iommu.how) && how_certain(facts->cache_flush.how) &&
	       !facts->cache_flush.value && !entry->ipat && entry->emt == MEMTYPE_UC &&
	       steps_of(decision) & S(MTRR_MERGE);
}

/* Another type of the host's MTRRs would explain the entry. */
static bool stale_host_mtrr(const struct facts *facts, const struct entry *entry,
			    const struct question *question, const struct decision *decision)
{
	unsigned int key, host;

	(void)facts;
	(void)question;
	if (entry->ipat || !(steps_of(decision) & S(MTRR_MERGE)))
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

static bool stale_mmio_ro(const struct facts *facts, const struct entry *entry,
			  const struct question *question, const struct decision *decision)
{
	unsigned int steps = steps_of(decision);

	(void)facts;
	return question->classes == P2M_CLASS_MMIO_DIRECT && entry->emt == MEMTYPE_UC &&
	       ONLY(steps, entry->ipat ? S(MMIO_UC) | S(MMIO_UC_APIC_WB) : S(RO_MMIO));
}

static const struct {
	struct bug bug;
	bool (*fits)(const struct facts *facts, const struct entry *entry,
		     const struct question *question, const struct decision *decision);
} bugs[] = {
	{ { "B19", "4.6 and later",
	    "its last I/O capability was revoked, and Xen does not re-evaluate entries then" },
	  stale_capability },
	{ { "B18", "4.21.0 and later",
	    "Xen does not re-evaluate entries when a domain without device and capabilities enables "
	    "its MTRRs (2d779cabddfa)" },
	  never_enabled },
	{ { "B22", "4.5.3 and later",
	    "read-only MMIO changed (MSI-X enabled or disabled), and Xen does not re-evaluate entries "
	    "then" },
	  stale_mmio_ro },
	{ { "B21", "all", "a host MTRR was changed, and Xen does not re-evaluate entries then" },
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
		"B23", "4.5 and later",
		"the page had it as a whole because one MTRR range touches it, if only a part of it"
	};
	const struct outcome *whole = &parent->outcome[parent_key];
	const struct outcome *piece = &own->outcome[own_key];

	/* mtrr_get_type(): ranges of one type give it to the whole superpage. */
	return whole->step == MTRR_MERGE && piece->step == MTRR_MERGE &&
			       (whole->guest != piece->guest || whole->host != piece->host)
		       ? &quirk
		       : NULL;
}
