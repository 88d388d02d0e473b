/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rules/follow.h"

#include "x86/mtrr.h"

#define UC MEMTYPE_UC
#define WC MEMTYPE_WC
#define WT MEMTYPE_WT
#define WP MEMTYPE_WP
#define WB MEMTYPE_WB

/* b99113b9d5fa, first in 4.5.0; symmetric. */
/* clang-format off */
static const uint8_t merged[MEMTYPE_COUNT][MEMTYPE_COUNT] = {
	/*	 UC  WC  -   -   WT  WP  WB  - */
	[UC] = { UC, UC, UC, UC, UC, UC, UC, UC },
	[WC] = { UC, WC, UC, UC, UC, UC, WC, UC },
	[WT] = { UC, UC, UC, UC, WT, WP, WT, UC },
	[WP] = { UC, UC, UC, UC, WP, WP, WP, UC },
	[WB] = { UC, WC, UC, UC, WT, WP, WB, UC },
};
/* clang-format on */

unsigned int merge_types(unsigned int guest, unsigned int host)
{
	return merged[guest & 7][host & 7];
}

/* Types that MTRRs can give a block, bits 1 << type or MTRR_SPLIT: all, and by the usual values. */
struct lookup {
	unsigned int types, usual;
	uint32_t blame; /* facts to name where there is more than one */
};

/* The number of a split among the types: MTRR_SPLIT is its bit. */
#define TYPE_SPLIT 8

/* Facts that tell of someone's MTRRs. */
struct owner {
	enum fact whole, var;
};

static const struct owner the_guest = { FACT_GUEST_MTRR, FACT_GUEST_MTRR_VAR };
static const struct owner the_host = { FACT_HOST_MTRR, FACT_HOST_MTRR_VAR };

/* What of it is certain. var_shown: variable ranges that are so in any case, bits. */
static struct mtrr_known certain(const struct mtrr_fact *fact, uint64_t var_shown)
{
	struct mtrr_known known = fact->known;

	if (!how_certain(fact->how))
		known.def_type = known.fixed = false;
	if (!how_certain(fact->how_var))
		known.var &= var_shown;
	return known;
}

/* What is usual of a block, where what is told need not be all that decides. */
static unsigned int usual_types(const struct mtrr_fact *fact, unsigned int possible, uint64_t frame,
				unsigned int order, struct range *seen)
{
	const struct mtrr_known ranges = { .var = ~UINT64_C(0), .enabled = true };
	int type;

	if ((fact->how == HOW_UNKNOWN && !how_usual(fact->how_var)) ||
	    (fact->how_var == HOW_UNKNOWN && !fact->known.var))
		return possible; /* nothing is more usual than the rest */
	/* Of the variable ranges alone: what they cover has their type. */
	if (fact->how == HOW_UNKNOWN)
		return mtrr_types(&fact->state, &ranges, frame, order, &seen->first, &seen->last);
	type = mtrr_type(&fact->state, frame, order, &seen->first, &seen->last);
	return type < 0 ? MTRR_SPLIT : 1u << (type & 7);
}

/* What MTRRs can say of the block at frame. Narrows seen, frames for which it holds. */
static struct lookup look_up(const struct mtrr_fact *fact, const struct mtrr_known *known,
			     const struct owner *owner, uint64_t frame, unsigned int order,
			     struct range *seen)
{
	uint64_t all = (UINT64_C(1) << fact->state.var_count) - 1;
	struct lookup result;

	result.types = mtrr_types(&fact->state, known, frame, order, &seen->first, &seen->last);
	result.usual = usual_types(fact, result.types, frame, order, seen);
	result.blame = 0;
	if (!known->var || (known->var & all) != all)
		result.blame = 1u << owner->var;
	if (!known->def_type || !known->fixed)
		result.blame |= 1u << owner->whole;
	return result;
}

static struct lookup look_up_guest(const struct path *path, const struct mtrr_fact *fact)
{
	struct window *window = &path->decision->window;
	struct range seen = { window->gfn_first, window->gfn_last };
	struct mtrr_known known = certain(fact, 1);
	struct lookup guest = look_up(fact, &known, &the_guest, path->question->gfn,
				      path->question->order, &seen);

	window->gfn_first = seen.first;
	window->gfn_last = seen.last;
	return guest;
}

/*
 * Xen clips its memory map to what the host's MTRRs make WB, and runs with them enabled. What dom0
 * may have added since boot is for devices, so of RAM a log of the boot tells what still holds.
 */
static struct lookup look_up_host(const struct path *path)
{
	const struct mtrr_fact *fact = &path->facts->host;
	struct window *window = &path->decision->window;
	bool boot = how_certain(fact->how) && fact->how_var == HOW_ASSUMED;
	struct mtrr_known known;
	struct lookup host;
	struct range seen;

	boot = boot && path_in_ram(path) == OVERLAP_FULL;
	known = certain(fact, boot ? UINT64_MAX : 0);
	known.enabled = true;
	seen = (struct range){ window->mfn_first, window->mfn_last };
	host = look_up(fact, &known, &the_host, path->question->mfn & (UINT64_MAX >> 12),
		       path->question->order, &seen);
	window->mfn_first = seen.first;
	window->mfn_last = seen.last;
	/* What is no direct MMIO is RAM. */
	if (path->class != P2M_CLASS_MMIO_DIRECT && host.types >> WB & 1)
		host.usual = 1u << WB;
	return host;
}

/* What a pair of types comes to at this step. */
static unsigned int merged_key(enum step step, unsigned int guest, unsigned int host)
{
	if (guest == TYPE_SPLIT || host == TYPE_SPLIT)
		return OUTCOME_SPLIT;
	if (step == MMIO_GUEST_WC)
		return OUTCOME_KEY(guest == WC ? WC : UC, 0);
	return OUTCOME_KEY(merged[guest][host], 0);
}

/* The branch takes type for that of the lookup, which may have others. */
static void take_type(struct path *branch, const struct lookup *lookup, unsigned int type)
{
	if (!(lookup->types & (lookup->types - 1)))
		return;
	branch->assumes |= lookup->blame;
	if (!(lookup->usual >> type & 1))
		branch->unusual |= lookup->blame;
}

/* Notes an outcome for each pair of types. */
static void merge(const struct path *path, const struct lookup *guest, const struct lookup *host)
{
	unsigned int g, h;

	for (g = 0; g <= TYPE_SPLIT; g++) {
		for (h = 0; h <= TYPE_SPLIT; h++) {
			struct path branch = *path;

			if (!(guest->types >> g & 1) || !(host->types >> h & 1))
				continue;
			branch.guest = g;
			branch.host = h;
			take_type(&branch, guest, g);
			take_type(&branch, host, h);
			path_record(&branch, merged_key(path->step, g, h));
		}
	}
}

/* The guest's MTRRs, of each vCPU that Xen may have asked, merged with the host's. */
static enum step_result follow(const struct path *path, const struct lookup *host)
{
	static const struct mtrr_fact nothing; /* HOW_UNKNOWN */
	static const struct lookup no_vcpu = { 1u << WB, 1u << WB, 0 };
	const struct facts *facts = path->facts;
	struct lookup guest;
	size_t i;

	if (how_certain(facts->no_vcpu)) {
		merge(path, &no_vcpu, host);
	} else if (!facts->vcpu_count) {
		guest = look_up_guest(path, &nothing);
		merge(path, &guest, host);
	}
	/* Xen takes the current vCPU's if it belongs to the domain, else vCPU 0's. */
	for (i = 0; i < facts->vcpu_count && !how_certain(facts->no_vcpu); i++) {
		struct path branch = *path;

		guest = look_up_guest(path, &facts->vcpus[i]);
		if (facts->vcpu_count > 1)
			path_assume(&branch, FACT_VCPU, i > 0);
		merge(&branch, &guest, host);
	}
	return STEP_DECIDED;
}

enum step_result follow_both(struct path *path)
{
	struct lookup host = look_up_host(path);

	return follow(path, &host);
}

/* WB merges with anything to that. */
static const struct lookup no_host = { 1u << WB, 1u << WB, 0 };

enum step_result follow_guest_for_mmio(struct path *path)
{
	return path->class == P2M_CLASS_MMIO_DIRECT ? follow(path, &no_host) : STEP_PASS;
}

enum step_result follow_guest_but_for_ram(struct path *path)
{
	if (!how_certain(path->facts->ram.how)) {
		path_record_if(path, OUTCOME_KEY(WB, 0), FACT_MEMORY_MAP, false);
		path_assume(path, FACT_MEMORY_MAP, false);
	} else if (path_consult_first(path, &path->facts->ram.ranges) == OVERLAP_FULL) {
		return path_decided(path, WB, 0);
	}
	return follow(path, &no_host);
}
