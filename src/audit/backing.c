/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "audit/backing.h"

#include "base/array.h"
#include "rules/answers.h"
#include "rules/decide.h"
#include "x86/memtype.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What was decided of one kind of entries. */
struct decided {
	struct answer answer;
	struct decision decision;
};

struct asked {
	const struct facts *facts;
	struct answers answers;
	/* The device of frames first to last, which was looked for last. */
	const struct device_range *device;
	uint64_t device_first, device_last;
};

static void ask(void *opaque, const struct entry *entry, unsigned int classes,
		struct answer *answer)
{
	const struct asked *asked = opaque;
	struct decided *decided = (struct decided *)answer;
	struct question question;

	(void)classes;
	question_put(asked->facts, entry, &question, &answer->window);
	decide(asked->facts, &question, &decided->decision);
	window_narrow(&answer->window, &decided->decision.window);
}

int backings_begin(struct backings *backings, const struct facts *facts)
{
	memset(backings, 0, sizeof(*backings));
	backings->asked = calloc(1, sizeof(*backings->asked));
	if (!backings->asked)
		return -ENOMEM;
	backings->asked->facts = facts;
	backings->asked->device_first = UINT64_MAX; /* none was looked for */
	return answers_init(&backings->asked->answers, sizeof(struct decided), ask,
			    backings->asked);
}

int backings_begin_without(struct backings *backings, const struct facts *facts)
{
	int rc = backings_begin(backings, facts);

	backings->without_ept = true;
	backings->guest.first = UINT64_MAX; /* none was told */
	return rc;
}

void backings_clear(struct backings *backings)
{
	if (backings->asked)
		answers_clear(&backings->asked->answers);
	free(backings->asked);
	free(backings->list);
	memset(backings, 0, sizeof(*backings));
}

/* Memory of the guest's own that is there: what else has a type of its own that says so. */
static bool is_ram(const struct entry *entry)
{
	static const uint32_t others = 1u << P2M_INVALID | 1u << P2M_MMIO_DM |
				       1u << P2M_MMIO_DIRECT | 1u << P2M_POPULATE_ON_DEMAND |
				       1u << P2M_RAM_PAGING_OUT | 1u << P2M_RAM_PAGED |
				       1u << P2M_RAM_PAGING_IN | 1u << P2M_RAM_BROKEN;

	return entry->rights & ENTRY_R && !entry->pod &&
	       (entry->type == ENTRY_TYPE_UNKNOWN || entry->type >= P2M_TYPE_COUNT ||
		!(others >> entry->type & 1));
}

/* What the rules say of it, where that says more than the entry does. */
static void explain(struct backings *backings, const struct entry *entry, struct backing *backing)
{
	const struct facts *facts = backings->asked->facts;
	const struct decision *decision;
	const struct outcome *outcome;
	unsigned int key;

	if (!facts->rules)
		return;
	decision = &((const struct decided *)answers_find(&backings->asked->answers, entry, 0))
			    ->decision;
	key = entry_key(entry);
	if (entry->pending) {
		key = decision_likeliest(decision);
		if (decision->possible != 1u << key || key == OUTCOME_SPLIT)
			return;
		backing->emt = outcome_emt(key);
		backing->ipat = outcome_ipat(key);
	}
	outcome = &decision->outcome[key];
	if (decision->possible != 1u << key || outcome->step != MTRR_MERGE)
		return;
	backing->guest = outcome->guest;
	backing->host = outcome->host;
}

static bool same_story(const struct backing *a, const struct backing *b)
{
	return a->last + 1 == b->first && a->emt == b->emt && a->ipat == b->ipat &&
	       a->mapped == b->mapped && a->ram == b->ram && a->pending == b->pending &&
	       a->guest == b->guest && a->host == b->host && a->device == b->device;
}

static void append(struct backings *backings, const struct backing *backing)
{
	struct backing *last = backings->count ? &backings->list[backings->count - 1] : NULL;

	if (last && same_story(last, backing)) {
		last->last = backing->last;
		return;
	}
	if (backings->count == backings->allocated) {
		size_t allocated = backings->allocated ? 2 * backings->allocated : 64;
		void *list = realloc(backings->list, allocated * sizeof(*backing));

		if (!list) {
			backings->failed = true;
			return;
		}
		backings->list = list;
		backings->allocated = allocated;
	}
	backings->list[backings->count++] = *backing;
}

/* Of count entries from this one on, how many have its story? */
static uint64_t alike(struct backings *backings, const struct entry *entry, bool mapped,
		      uint64_t count)
{
	const struct window *window;

	if (count < 2 || !mapped || !backings->asked->facts->rules)
		return count;
	window = &answers_find(&backings->asked->answers, entry, 0)->window;
	count = entry_most(count, entry->gfn, window->gfn_last, entry->order);
	return entry_most(count, entry->mfn, window->mfn_last, entry->order);
}

static const struct device_range *find_device(struct asked *asked, uint64_t mfn)
{
	if (mfn < asked->device_first || mfn > asked->device_last)
		asked->device = devices_around(&asked->facts->devices, mfn, &asked->device_first,
					       &asked->device_last);
	return asked->device;
}

/* Adds as many of count entries as have one story; returns how many. */
static uint64_t add_alike(struct backings *backings, const struct entry *entry, uint64_t count)
{
	struct backing backing = {
		.first = entry->gfn,
		.emt = entry->emt,
		.ipat = entry->ipat,
		.mapped = entry->rights && !entry->pod,
		.ram = is_ram(entry),
		.pending = entry->pending,
		.guest = BACKING_UNKNOWN,
		.host = BACKING_UNKNOWN,
	};

	/* Each gfn once, whatever a source says. */
	if (backings->count && entry->gfn <= backings->list[backings->count - 1].last)
		return entry_most(count, entry->gfn, backings->list[backings->count - 1].last,
				  entry->order);
	if (!backing.mapped)
		backing.pending = false;
	if (!backing.mapped || backing.pending || !memtype_valid(backing.emt)) {
		backing.emt = BACKING_UNKNOWN;
		backing.ipat = false;
	}
	if (backing.mapped)
		explain(backings, entry, &backing);
	if (backing.mapped) {
		backing.device = find_device(backings->asked, entry->mfn);
		count = entry_most(count, entry->mfn, backings->asked->device_last, entry->order);
	}
	count = alike(backings, entry, backing.mapped, count);
	backing.last = entry->gfn + (count << entry->order) - 1;
	append(backings, &backing);
	return count;
}

void backings_add_run(struct backings *backings, const struct entry *first, uint64_t count)
{
	struct entry entry = *first;

	while (count && !backings->failed) {
		uint64_t n = add_alike(backings, &entry, count);

		entry_advance(&entry, n);
		count -= n;
	}
}

void backings_add(struct backings *backings, const struct entry *entries, size_t count)
{
	const struct entry *entry;

	for (entry = entries; entry < entries + count && !backings->failed; entry++)
		add_alike(backings, entry, 1);
}

static const struct backing nothing_known = { .last = UINT64_MAX,
					      .emt = BACKING_UNKNOWN,
					      .guest = BACKING_UNKNOWN,
					      .host = BACKING_UNKNOWN };

/*
 * What the guest's MTRRs say of a page, as far as is usual; all vCPUs have to agree. Xen tells only
 * the first variable range as it is.
 */
static struct backing guest_only(struct backings *backings, uint64_t gfn)
{
	const struct facts *facts = backings->asked->facts;
	struct backing backing = nothing_known;
	size_t i;

	for (i = 0; i < facts->vcpu_count; i++) {
		int type = mtrr_type(&facts->vcpus[i].state, gfn, 0, &backing.first, &backing.last);

		if (facts->vcpus[i].how == HOW_UNKNOWN || !memtype_valid(type) ||
		    (i && type != backing.guest)) {
			backing.guest = BACKING_UNKNOWN;
			break;
		}
		backing.guest = type;
	}
	return backing;
}

struct backing backings_find(struct backings *backings, uint64_t gfn)
{
	struct backing hole = nothing_known;
	size_t low = 0, high = backings->count, recent = backings->recent;

	if (backings->without_ept) {
		if (gfn < backings->guest.first || gfn > backings->guest.last)
			backings->guest = guest_only(backings, gfn);
		return backings->guest;
	}
	if (recent < high && gfn >= backings->list[recent].first) {
		if (gfn <= backings->list[recent].last)
			return backings->list[recent];
		low = recent + 1;
		/* Mostly the next one. */
		if (low < high && gfn < backings->list[low].first)
			high = low;
	}
	low = ARRAY_FIRST_FROM(backings->list, low, high, last, gfn);
	if (low < backings->count && gfn >= backings->list[low].first) {
		backings->recent = low;
		return backings->list[low];
	}
	if (low)
		hole.first = backings->list[low - 1].last + 1;
	if (low < backings->count)
		hole.last = backings->list[low].first - 1;
	return hole;
}
