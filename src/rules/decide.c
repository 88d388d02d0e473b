/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "rules/decide.h"

#include "x86/memtype.h"
#include "x86/mtrr.h"

#include <string.h>

#define BIT(n) (1u << (n))

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

void window_narrow(struct window *window, const struct window *other)
{
	if (other->gfn_first > window->gfn_first)
		window->gfn_first = other->gfn_first;
	if (other->gfn_last < window->gfn_last)
		window->gfn_last = other->gfn_last;
	if (other->mfn_first > window->mfn_first)
		window->mfn_first = other->mfn_first;
	if (other->mfn_last < window->mfn_last)
		window->mfn_last = other->mfn_last;
}

uint16_t decision_usual(const struct decision *decision)
{
	uint16_t usual = 0;
	unsigned int key;

	for (key = 0; key < OUTCOME_COUNT; key++)
		if (decision->possible >> key & 1 && !decision->outcome[key].unusual)
			usual |= 1u << key;
	return usual ? usual : decision->possible;
}

unsigned int decision_likeliest(const struct decision *decision)
{
	return __builtin_ctz(decision_usual(decision));
}

unsigned int decision_order(const struct decision *decision, unsigned int keys[OUTCOME_COUNT])
{
	unsigned int count = 0, key, usual;

	for (usual = 0; usual < 2; usual++)
		for (key = 0; key < OUTCOME_COUNT; key++)
			if (decision->possible >> key & 1 &&
			    !decision->outcome[key].unusual == !usual)
				keys[count++] = key;
	return count;
}

/* One way through a rule set: what was taken for granted on it. */
struct path {
	const struct facts *facts;
	const struct question *question;
	struct decision *decision;
	enum ruleset_id rules;
	enum p2m_class class;
	uint32_t assumes, unusual;
	enum step step;
	unsigned int guest, host;
};

static unsigned int population(uint32_t set)
{
	return __builtin_popcount(set);
}

static void record(const struct path *path, unsigned int key)
{
	struct outcome *outcome = &path->decision->outcome[key];
	bool first = !(path->decision->possible & BIT(key));

	path->decision->possible |= BIT(key);
	/* Of several ways to one outcome, the one that needs least is reported. */
	if (first || population(path->unusual) < population(outcome->unusual) ||
	    (population(path->unusual) == population(outcome->unusual) &&
	     population(path->assumes) < population(outcome->assumes))) {
		outcome->step = path->step;
		outcome->assumes = path->assumes;
		outcome->unusual = path->unusual;
		outcome->guest = path->guest;
		outcome->host = path->host;
	}
}

/* Records key on a branch that needs fact to be so. */
static void record_if(const struct path *path, unsigned int key, enum fact fact, bool unusual)
{
	struct path branch = *path;

	branch.assumes |= BIT(fact);
	if (unusual)
		branch.unusual |= BIT(fact);
	record(&branch, key);
}

/* The path goes on where fact is the other way. */
static void assume(struct path *path, enum fact fact, bool unusual)
{
	path->assumes |= BIT(fact);
	if (unusual)
		path->unusual |= BIT(fact);
}

static uint64_t last_frame(uint64_t frame, unsigned int order)
{
	uint64_t last = frame + (entry_pages(order) - 1);

	return last < frame ? UINT64_MAX : last;
}

static enum overlap consult(const struct path *path, const struct ranges *ranges, uint64_t last)
{
	return ranges_overlap(ranges, path->question->mfn, last, &path->decision->window.mfn_first,
			      &path->decision->window.mfn_last);
}

/*
 * The same where Xen looks at the first frame only: the answer holds for all blocks that begin in
 * the same stretch.
 */
static enum overlap consult_first(const struct path *path, const struct ranges *ranges)
{
	struct window *window = &path->decision->window;
	uint64_t from = 0, to = UINT64_MAX;
	enum overlap overlap =
		ranges_overlap(ranges, path->question->mfn, path->question->mfn, &from, &to);

	to = last_frame(to, path->question->order);
	if (from > window->mfn_first)
		window->mfn_first = from;
	if (to < window->mfn_last)
		window->mfn_last = to;
	return overlap;
}

/* Is the entry's memory RAM by the machine's memory map? Unknown maps say PARTIAL. */
static enum overlap in_ram(const struct path *path)
{
	if (!how_certain(path->facts->ram.how))
		return OVERLAP_PARTIAL;
	return consult(path, &path->facts->ram.ranges,
		       last_frame(path->question->mfn, path->question->order));
}

enum answer { PASS, DECIDED };

static enum answer decided(const struct path *path, unsigned int emt, unsigned int ipat)
{
	record(path, OUTCOME_KEY(emt, ipat));
	return DECIDED;
}

static enum answer split(const struct path *path)
{
	record(path, OUTCOME_SPLIT);
	return DECIDED;
}

static enum answer ro_mmio(struct path *path)
{
	const struct question *q = path->question;
	bool certain = how_certain(path->facts->mmio_ro.how);
	enum overlap overlap;

	if (certain && (path->facts->mmio_ro.ranges.count || path->facts->mmio_ro_complete)) {
		/* Xen's last frame is an OR, which matters for a frame not aligned to the order. */
		overlap = consult(path, &path->facts->mmio_ro.ranges,
				  q->mfn | (entry_pages(q->order) - 1));
		if (overlap == OVERLAP_FULL)
			return decided(path, UC, 1);
		if (overlap == OVERLAP_PARTIAL)
			return split(path);
	}
	if ((certain && path->facts->mmio_ro_complete) || !(path->class & P2M_CLASS_MMIO_DIRECT) ||
	    q->mmio_ro == MAYBE_NO)
		return PASS;
	if (q->mmio_ro == MAYBE_YES)
		return decided(path, UC, 1);
	record_if(path, OUTCOME_KEY(UC, 1), FACT_MMIO_RO, q->mmio_ro == MAYBE_RATHER_NO);
	assume(path, FACT_MMIO_RO, q->mmio_ro == MAYBE_RATHER_YES);
	return PASS;
}

enum no_io { NO_IO, HAS_IO, PERHAPS_IO };

static enum no_io no_io(const struct facts *facts)
{
	bool iommu_known = how_certain(facts->iommu.how);
	bool flush_known = how_certain(facts->cache_flush.how);

	if ((iommu_known && facts->iommu.value) || (flush_known && facts->cache_flush.value))
		return HAS_IO;
	return iommu_known && flush_known ? NO_IO : PERHAPS_IO;
}

/* Which of the two predicates is not known, and would have to differ from the usual. */
static void blame_no_io(const struct facts *facts, bool is_no_io, uint32_t *assumes,
			uint32_t *unusual)
{
	*assumes = *unusual = 0;
	if (!how_certain(facts->iommu.how)) {
		*assumes |= BIT(FACT_IOMMU);
		if (is_no_io && how_usual(facts->iommu.how) && facts->iommu.value)
			*unusual |= BIT(FACT_IOMMU);
	}
	if (!how_certain(facts->cache_flush.how)) {
		*assumes |= BIT(FACT_CACHE_FLUSH);
		if (is_no_io && how_usual(facts->cache_flush.how) && facts->cache_flush.value)
			*unusual |= BIT(FACT_CACHE_FLUSH);
	}
	/* Needs one that is true: unusual where both are, or are assumed to be, false. */
	if (!is_no_io && facts->iommu.how != HOW_UNKNOWN && !facts->iommu.value &&
	    facts->cache_flush.how != HOW_UNKNOWN && !facts->cache_flush.value)
		*unusual |= *assumes;
}

static enum answer no_io_wb(struct path *path, bool any_type)
{
	struct path branch = *path;
	uint32_t assumes, unusual;

	if (!any_type && path->class == P2M_CLASS_MMIO_DIRECT)
		return PASS;
	switch (no_io(path->facts)) {
	case HAS_IO:
		return PASS;
	case NO_IO:
		return decided(path, WB, 1);
	default:
		blame_no_io(path->facts, true, &assumes, &unusual);
		branch.assumes |= assumes;
		branch.unusual |= unusual;
		record(&branch, OUTCOME_KEY(WB, 1));
		blame_no_io(path->facts, false, &assumes, &unusual);
		path->assumes |= assumes;
		path->unusual |= unusual;
		return PASS;
	}
}

static enum answer invalid_uc(struct path *path, unsigned int ipat)
{
	enum overlap valid;

	if (how_certain(path->facts->mfn_valid.how)) {
		valid = consult_first(path, &path->facts->mfn_valid.ranges);
		return valid == OVERLAP_FULL ? PASS : decided(path, UC, ipat);
	}
	/* RAM is mfn_valid(), whatever else is. */
	if (in_ram(path) == OVERLAP_FULL)
		return PASS;
	record_if(path, OUTCOME_KEY(UC, ipat), FACT_MFN_VALID, false);
	assume(path, FACT_MFN_VALID, false);
	return PASS;
}

static enum answer invalid_uc_v1(struct path *path)
{
	struct path branch = *path;
	uint32_t assumes, unusual;

	if (path->class != P2M_CLASS_MMIO_DIRECT)
		return invalid_uc(path, 1);
	switch (no_io(path->facts)) {
	case HAS_IO:
		return invalid_uc(path, 0);
	case NO_IO:
		return invalid_uc(path, 1);
	default:
		blame_no_io(path->facts, true, &assumes, &unusual);
		branch.assumes |= assumes;
		branch.unusual |= unusual;
		invalid_uc(&branch, 1);
		branch = *path;
		blame_no_io(path->facts, false, &assumes, &unusual);
		branch.assumes |= assumes;
		branch.unusual |= unusual;
		path->assumes |= assumes;
		if (invalid_uc(&branch, 0) == DECIDED)
			return DECIDED;
		if (!how_certain(path->facts->mfn_valid.how))
			assume(path, FACT_MFN_VALID, false);
		return PASS;
	}
}

/* Special frames among those of the entry that Xen looks at. */
static uint64_t count_special(const struct path *path, bool only_valid)
{
	const struct facts *facts = path->facts;
	uint64_t frame = path->question->mfn, last = frame + entry_pages(path->question->order) - 1;
	uint64_t count = 0;
	size_t i;

	if (!only_valid || !how_certain(facts->mfn_valid.how)) {
		if (last >= frame)
			return ranges_count(&facts->special.ranges, frame, last);
		return ranges_count(&facts->special.ranges, frame, UINT64_MAX) +
		       ranges_count(&facts->special.ranges, 0, last);
	}
	for (i = 0; i < facts->mfn_valid.ranges.count; i++) {
		const struct range *valid = &facts->mfn_valid.ranges.range[i];
		uint64_t first = valid->first > frame ? valid->first : frame;
		uint64_t end = valid->last < last ? valid->last : last;

		if (last < frame) { /* the walk wraps around behind the 64-bit INVALID_MFN */
			if (valid->last >= frame)
				count += ranges_count(&facts->special.ranges, first, valid->last);
			if (valid->first <= last)
				count += ranges_count(&facts->special.ranges, valid->first, end);
		} else if (first <= end) {
			count += ranges_count(&facts->special.ranges, first, end);
		}
	}
	return count;
}

static enum answer special_wb(struct path *path, bool only_valid, bool keep_superpage)
{
	const struct question *q = path->question;
	bool listed = false;
	uint64_t count;

	/* Special pages are RAM, allocated one by one: not in a superpage, not beside RAM. */
	if (!how_certain(path->facts->special.how)) {
		if (q->order || in_ram(path) == OVERLAP_NONE)
			return PASS;
		if (how_usual(path->facts->special.how))
			listed =
				consult(path, &path->facts->special.ranges, q->mfn) == OVERLAP_FULL;
		if (path->class == P2M_CLASS_MMIO_DIRECT && q->apic_page)
			listed = true;
		record_if(path, OUTCOME_KEY(WB, 1), FACT_SPECIAL, !listed);
		assume(path, FACT_SPECIAL, listed);
		return PASS;
	}
	if (consult(path, &path->facts->special.ranges, last_frame(q->mfn, q->order)) ==
		    OVERLAP_NONE &&
	    q->mfn + entry_pages(q->order) - 1 >= q->mfn)
		return PASS;
	if (only_valid && how_certain(path->facts->mfn_valid.how))
		consult(path, &path->facts->mfn_valid.ranges, last_frame(q->mfn, q->order));
	count = count_special(path, only_valid);
	if (!count)
		return PASS;
	if (!q->order || (keep_superpage && count == entry_pages(q->order)))
		return decided(path, WB, 1);
	return split(path);
}

static enum answer mmio_uc(struct path *path)
{
	return path->class == P2M_CLASS_MMIO_DIRECT ? decided(path, UC, 0) : PASS;
}

static enum answer mmio_uc_apic_wb(struct path *path)
{
	const struct question *q = path->question;
	const struct fact_number *apic = &path->facts->apic_access_mfn;
	unsigned int key = q->order ? OUTCOME_SPLIT : OUTCOME_KEY(WB, 1);

	if (path->class != P2M_CLASS_MMIO_DIRECT)
		return PASS;
	if (how_certain(apic->how)) {
		struct range range = { apic->value, apic->value };
		struct ranges page = { .range = &range, .count = 1 };

		/* Where XOR >> order is 0: the block aligned to the order has the page. */
		if ((q->mfn ^ apic->value) >> q->order) {
			consult(path, &page, last_frame(q->mfn, q->order));
			return decided(path, UC, 0);
		}
		path->decision->window.mfn_first = q->mfn; /* one page: not worth a window */
		path->decision->window.mfn_last = last_frame(q->mfn, q->order);
		record(path, key);
		return DECIDED;
	}
	if (in_ram(path) == OVERLAP_NONE)
		return decided(path, UC, 0);
	record_if(path, key, FACT_APIC_ACCESS_MFN, !q->apic_page);
	assume(path, FACT_APIC_ACCESS_MFN, q->apic_page);
	return decided(path, UC, 0);
}

static enum answer grant_foreign_wb(struct path *path)
{
	return path->class == P2M_CLASS_GRANT_FOREIGN ? decided(path, WB, 1) : PASS;
}

static unsigned int pin_key(unsigned int type)
{
	return OUTCOME_KEY(type == MEMTYPE_UC_MINUS ? UC : type, 1);
}

static enum answer pinned(struct path *path)
{
	const struct facts *facts = path->facts;
	struct decision *decision = path->decision;
	uint64_t first = path->question->gfn & ~(entry_pages(path->question->order) - 1);
	uint64_t last = first | (entry_pages(path->question->order) - 1);
	unsigned int type;
	size_t i;

	if (!how_certain(facts->how_pins)) {
		for (type = 0; type < MEMTYPE_COUNT; type++)
			if (memtype_valid(type))
				record_if(path, pin_key(type), FACT_PINNED, true);
		if (path->question->order)
			record_if(path, OUTCOME_SPLIT, FACT_PINNED, true);
		assume(path, FACT_PINNED, false);
		return PASS;
	}
	for (i = 0; i < facts->pin_count; i++) {
		const struct pin *pin = &facts->pins[i];
		struct range range = { pin->first, pin->last };
		struct ranges one = { .range = &range, .count = 1 };

		switch (ranges_overlap(&one, first, last, &decision->window.gfn_first,
				       &decision->window.gfn_last)) {
		case OVERLAP_FULL:
			record(path, pin_key(pin->type));
			return DECIDED;
		case OVERLAP_PARTIAL:
			return split(path);
		default:
			break;
		}
	}
	return PASS;
}

/* A set of types from MTRRs, and the one that the usual values give. */
struct lookup {
	unsigned int types, usual; /* usual: bit of the type or MTRR_SPLIT */
	uint32_t blame;		   /* facts to name where there is more than one */
};

static struct lookup look_up(const struct mtrr_fact *fact, uint64_t frame, unsigned int order,
			     enum fact whole, enum fact var, uint64_t *first, uint64_t *last)
{
	struct mtrr_known known = fact->known;
	struct lookup result;
	int type;

	if (!how_certain(fact->how))
		known.def_type = known.fixed = false;
	if (!how_certain(fact->how_var))
		known.var &= var == FACT_GUEST_MTRR_VAR ? 1 : 0;
	result.types = mtrr_types(&fact->state, &known, frame, order, first, last);
	type = mtrr_type(&fact->state, frame, order, first, last);
	result.usual = type < 0 ? MTRR_SPLIT : BIT(type & 7);
	if (fact->how == HOW_UNKNOWN)
		result.usual = result.types; /* nothing is more usual than the rest */
	result.blame = known.def_type && known.fixed ? BIT(var) : BIT(whole) | BIT(var);
	return result;
}

/* What a pair of types from guest and host MTRRs (8: split) comes to at this step. */
static unsigned int merged_key(enum step step, unsigned int guest, unsigned int host)
{
	if (guest == 8 || host == 8)
		return OUTCOME_SPLIT;
	if (step == MMIO_GUEST_WC)
		return OUTCOME_KEY(guest == WC ? WC : UC, 0);
	return OUTCOME_KEY(merged[guest][host], 0);
}

static void merge(const struct path *path, const struct lookup *guest, const struct lookup *host)
{
	unsigned int g, h;

	for (g = 0; g <= 8; g++) {
		for (h = 0; h <= 8; h++) {
			struct path branch = *path;

			if (!(guest->types >> g & 1) || !(host->types >> h & 1))
				continue;
			branch.guest = g;
			branch.host = h;
			if (guest->types & (guest->types - 1)) {
				branch.assumes |= guest->blame;
				if (!(guest->usual >> g & 1))
					branch.unusual |= guest->blame;
			}
			if (host->types & (host->types - 1)) {
				branch.assumes |= host->blame;
				if (!(host->usual >> h & 1))
					branch.unusual |= host->blame;
			}
			record(&branch, merged_key(path->step, g, h));
		}
	}
}

/* The guest's MTRRs, of each vCPU that Xen may have asked, merged with the host's. */
static enum answer follow_guest(const struct path *path, const struct lookup *host)
{
	static const struct mtrr_fact nothing; /* HOW_UNKNOWN */
	const struct question *q = path->question;
	struct window *window = &path->decision->window;
	struct lookup guest;
	size_t i;

	if (how_certain(path->facts->no_vcpu)) {
		guest.types = guest.usual = BIT(WB);
		guest.blame = 0;
		merge(path, &guest, host);
		return DECIDED;
	}
	if (!path->facts->vcpu_count) {
		guest = look_up(&nothing, q->gfn, q->order, FACT_GUEST_MTRR, FACT_GUEST_MTRR_VAR,
				&window->gfn_first, &window->gfn_last);
		merge(path, &guest, host);
		return DECIDED;
	}
	/* Xen takes the current vCPU's if it belongs to the domain, else vCPU 0's. */
	for (i = 0; i < path->facts->vcpu_count; i++) {
		struct path branch = *path;

		guest = look_up(&path->facts->vcpus[i], q->gfn, q->order, FACT_GUEST_MTRR,
				FACT_GUEST_MTRR_VAR, &window->gfn_first, &window->gfn_last);
		if (path->facts->vcpu_count > 1)
			assume(&branch, FACT_VCPU, i > 0);
		merge(&branch, &guest, host);
	}
	return DECIDED;
}

static enum answer mtrr_merge(struct path *path)
{
	const struct question *q = path->question;
	struct window *window = &path->decision->window;
	struct lookup host =
		look_up(&path->facts->host, q->mfn & (UINT64_MAX >> 12), q->order, FACT_HOST_MTRR,
			FACT_HOST_MTRR_VAR, &window->mfn_first, &window->mfn_last);

	return follow_guest(path, &host);
}

/* WB merges with anything to that. */
static const struct lookup no_host = { BIT(WB), BIT(WB), 0 };

static enum answer mmio_guest(struct path *path)
{
	return path->class == P2M_CLASS_MMIO_DIRECT ? follow_guest(path, &no_host) : PASS;
}

static enum answer ram_wb_guest_mtrr(struct path *path)
{
	if (!how_certain(path->facts->ram.how)) {
		record_if(path, OUTCOME_KEY(WB, 0), FACT_MEMORY_MAP, false);
		assume(path, FACT_MEMORY_MAP, false);
	} else if (consult_first(path, &path->facts->ram.ranges) == OVERLAP_FULL) {
		return decided(path, WB, 0);
	}
	return follow_guest(path, &no_host);
}

/* INVALID_MFN, whole or in the 40 bits that an entry keeps. */
static enum answer invalid_mfn_uc(struct path *path)
{
	const uint64_t kept = (UINT64_C(1) << 40) - 1;
	struct range ranges[] = { { kept, kept }, { UINT64_MAX, UINT64_MAX } };
	struct ranges invalid = { .range = ranges, .count = 2 };

	return consult_first(path, &invalid) == OVERLAP_FULL ? decided(path, UC, 1) : PASS;
}

static enum answer take(struct path *path, enum step step)
{
	path->step = step;
	switch (step) {
	case RO_MMIO:
		return ro_mmio(path);
	case INVALID_UC:
		return invalid_uc(path, 1);
	case INVALID_UC_PLAIN:
		return invalid_uc(path, 0);
	case INVALID_UC_V1:
		return invalid_uc_v1(path);
	case NO_IO_WB:
		return no_io_wb(path, false);
	case NO_IO_WB_ANY:
		return no_io_wb(path, true);
	case SPECIAL_WB:
		return special_wb(path, true, true);
	case SPECIAL_WB_ALL:
		return special_wb(path, false, true);
	case SPECIAL_SPLIT:
		return special_wb(path, false, false);
	case MMIO_UC:
		return mmio_uc(path);
	case MMIO_UC_APIC_WB:
		return mmio_uc_apic_wb(path);
	case GRANT_FOREIGN_WB:
		return grant_foreign_wb(path);
	case PINNED:
		return pinned(path);
	case MTRR_MERGE:
		return mtrr_merge(path);
	case INVALID_MFN_UC:
		return invalid_mfn_uc(path);
	case MMIO_GUEST_MTRR:
	case MMIO_GUEST_WC:
		return mmio_guest(path);
	case RAM_WB_GUEST_MTRR:
		return ram_wb_guest_mtrr(path);
	default:
		return DECIDED;
	}
}

void decide(const struct facts *facts, const struct question *question, struct decision *decision)
{
	unsigned int class, rules;
	const enum step *step;

	memset(decision, 0, sizeof(*decision));
	decision->window = WINDOW_ALL;
	for (rules = 0; rules < ruleset_count(); rules++) {
		if (!(facts->rules >> rules & 1))
			continue;
		for (class = P2M_CLASS_RAM; class <= P2M_CLASS_GRANT_FOREIGN; class <<= 1) {
			struct path path = {
				.facts = facts,
				.question = question,
				.decision = decision,
				.rules = rules,
				.class = class,
			};

			if (!(question->classes & class))
				continue;
			if (question->classes & (question->classes - 1))
				path.assumes |= BIT(FACT_P2M_TYPE);
			if (facts->rules & (facts->rules - 1))
				path.assumes |= BIT(FACT_RULES);
			for (step = ruleset(rules)->steps; *step != STEP_END; step++)
				if (take(&path, *step) == DECIDED)
					break;
		}
	}
}

unsigned int decide_steps(const struct facts *facts, const struct question *question,
			  enum ruleset_id rules, struct step_answer answers[RULESET_STEPS])
{
	struct decision decision = { .window = WINDOW_ALL };
	unsigned int count;

	for (count = 0; ruleset(rules)->steps[count] != STEP_END; count++) {
		struct step_answer *answer = &answers[count];
		bool all_decided = true;
		unsigned int class;

		answer->step = ruleset(rules)->steps[count];
		answer->reached = false;
		answer->outcomes = 0;
		for (class = P2M_CLASS_RAM; class <= P2M_CLASS_GRANT_FOREIGN; class <<= 1) {
			struct path path = {
				facts, question, &decision, rules, class, 0, 0, 0, 0, 0
			};
			unsigned int step;

			if (!(question->classes & class))
				continue;
			/* What the steps before decided for this type, it has not come to ask. */
			for (step = 0; step < count; step++)
				if (take(&path, ruleset(rules)->steps[step]) == DECIDED)
					break;
			if (step < count)
				continue;
			answer->reached = true;
			decision.possible = 0; /* whatever the steps before may have given */
			all_decided &= take(&path, answer->step) == DECIDED;
			answer->outcomes |= decision.possible;
		}
		answer->decided = answer->reached && all_decided;
	}
	return count;
}
