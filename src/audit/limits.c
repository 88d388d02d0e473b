/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "audit/limits.h"

#include "rules/every_set.h"
#include "rules/follow.h"
#include "x86/memtype.h"

#include <string.h>

#define BIT(n) (1u << (n))

/* Types that some PAT entry gives. */
static unsigned int reached_by_pat(unsigned int key)
{
	unsigned int types = 0, i;

	for (i = 0; i < MEMTYPE_PATS; i++) {
		int type = outcome_effective(key, memtype_pats[i]);

		if (type >= 0)
			types |= BIT(type);
	}
	return types;
}

static bool asks(enum step step, enum fact fact)
{
	return step_info[step].facts >> fact & 1;
}

/* Types that some setting of the guest gives, its MTRRs included where the step asks them. */
static unsigned int reached(const struct outcome *outcome, unsigned int key)
{
	unsigned int types = reached_by_pat(key), guest;
	bool merges = asks(outcome->step, FACT_HOST_MTRR);
	/* Where several types of the host's are possible, the one here is only an example. */
	bool host_known = !(outcome->assumes & (BIT(FACT_HOST_MTRR) | BIT(FACT_HOST_MTRR_VAR)));

	if (!asks(outcome->step, FACT_GUEST_MTRR))
		return types;
	for (guest = 0; guest < MEMTYPE_COUNT; guest++) {
		if (!memtype_valid(guest))
			continue;
		types |= reached_by_pat(OUTCOME_KEY(merges && host_known
							    ? merge_types(guest, outcome->host)
							    : guest,
						    0));
	}
	return types;
}

/* Xen's own pages are RAM, also where their type says MMIO: the APIC access page. */
static bool own_page(enum step step)
{
	return asks(step, FACT_SPECIAL) || asks(step, FACT_APIC_ACCESS_MFN);
}

static bool is_mmio(const struct question *question)
{
	return question->classes == P2M_CLASS_MMIO_DIRECT;
}

/* Types that a guest needs, depending on what it is. */
static unsigned int needs(bool mmio)
{
	return mmio ? BIT(MEMTYPE_UC) | BIT(MEMTYPE_WC) : BIT(MEMTYPE_WB);
}

/* Types that an outcome keeps from the guest, none if it has what it needs. */
static unsigned int lost_by(const struct question *question, const struct decision *decision,
			    unsigned int key)
{
	const struct outcome *outcome = &decision->outcome[key];
	unsigned int lost;

	if (key == OUTCOME_SPLIT || !memtype_valid(outcome_emt(key)) ||
	    (memtype_cacheable(outcome_emt(key)) && own_page(outcome->step)))
		return 0;
	lost = MEMTYPES_ALL & ~reached(outcome, key);
	return lost & needs(is_mmio(question)) ? lost : 0;
}

uint16_t limits_of(const struct question *question, const struct decision *decision)
{
	uint16_t limits = 0;
	unsigned int key;

	for (key = 0; key < OUTCOME_COUNT; key++)
		if (decision_allows(decision, key) && lost_by(question, decision, key))
			limits |= BIT(key);
	return limits;
}

/*
 * Can a set keep the same from the guest: by the same outcome, with everything as usual, or by the
 * same step? What differs only by a fact that is not known does not differ.
 */
static bool keeps(const struct every_set *every, const struct question *question, unsigned int set,
		  const struct limit *limit)
{
	const struct decision *decision = &every->decision[set];
	uint16_t usual = decision_usual(decision);
	unsigned int key;

	for (key = 0; key < OUTCOME_COUNT; key++)
		if (decision_allows(decision, key) && lost_by(question, decision, key) &&
		    (decision->outcome[key].step == limit->step ||
		     (key == limit->key && usual >> key & 1)))
			return true;
	return false;
}

/* From the set by which it is so, back and forth through those that Xen went through. */
static void find_releases(const struct facts *facts, const struct question *question,
			  struct limit *limit)
{
	struct every_set every;
	const struct xen_commit *commit;
	unsigned int last, next;
	int from;

	every_set_ask(facts, question, &every);
	for (next = 0; next <= RULES_NEWEST; next++)
		if (keeps(&every, question, next, limit))
			limit->sets |= BIT(next);
	limit->set = __builtin_ctz(facts->rules);
	for (next = limit->set; next < ruleset_count(); next++)
		if (facts->rules >> next & 1 && keeps(&every, question, next, limit)) {
			limit->set = next;
			break;
		}
	from = ruleset_parent(limit->set, &limit->since);
	while (from >= 0 && keeps(&every, question, from, limit))
		from = ruleset_parent(from, &limit->since);
	for (last = limit->set, next = last + 1; next <= RULES_NEWEST; next++) {
		if (ruleset_parent(next, &commit) != (int)last)
			continue;
		if (!keeps(&every, question, next, limit)) {
			limit->until = commit;
			break;
		}
		last = next;
	}
}

static struct limit *limit_for(struct limits *limits, const struct facts *facts,
			       const struct question *question, const struct decision *decision,
			       const struct limit *wanted)
{
	struct limit *limit = limits->list;

	for (; limit < limits->list + limits->count; limit++)
		if (limit->key == wanted->key && limit->step == wanted->step &&
		    limit->host == wanted->host && limit->mmio == wanted->mmio &&
		    limit->device == wanted->device)
			return limit;
	if (limits->count == LIMIT_CAUSES)
		return NULL;
	limits->count++;
	*limit = *wanted;
	limit->lost = lost_by(question, decision, limit->key);
	find_releases(facts, question, limit);
	return limit;
}

static void add_frames(struct limit *limit, uint64_t gfn, uint64_t pages)
{
	if (limit->entries && gfn == limit->next && !limit->more_ranges) {
		limit->range[limit->ranges - 1].last = gfn + pages - 1;
	} else if (limit->entries && gfn == limit->next) {
		/* goes on with one that was left out */
	} else if (limit->ranges < LIMIT_RANGES) {
		limit->range[limit->ranges].first = gfn;
		limit->range[limit->ranges++].last = gfn + pages - 1;
	} else {
		limit->more_ranges++;
	}
	limit->next = gfn + pages;
	limit->pages += pages;
}

void limits_add(struct limits *limits, const struct facts *facts, const struct question *question,
		const struct decision *decision, const struct entry *first, uint64_t count)
{
	const unsigned int key = entry_key(first);
	const struct outcome *outcome = &decision->outcome[key];
	struct limit wanted = {
		.key = key,
		.step = outcome->step,
		.host = asks(outcome->step, FACT_HOST_MTRR) ? outcome->host : MEMTYPE_COUNT,
		.mmio = is_mmio(question),
	};
	struct entry entry = *first;

	while (count) {
		uint64_t n = count, from, last;
		struct limit *limit;

		if (wanted.mmio) {
			wanted.device = devices_around(&facts->devices, entry.mfn, &from, &last);
			n = entry_most(count, entry.mfn, last, entry.order);
		}
		limit = limit_for(limits, facts, question, decision, &wanted);
		if (limit) {
			add_frames(limit, entry.gfn, n << entry.order);
			limit->entries += n;
		} else {
			limits->left_out += n;
		}
		entry_advance(&entry, n);
		count -= n;
	}
}
