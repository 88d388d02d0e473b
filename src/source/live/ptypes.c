/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/live/ptypes.h"

#include "rules/decide.h"

#include <errno.h>
#include <string.h>

/* Would the type, or the access, make a difference to any rule set? */
struct open_question {
	struct answer answer;
	bool open;
};

static void answer_ask(void *opaque, const struct entry *entry, unsigned int classes,
		       struct answer *answer)
{
	struct open_question *asked = (struct open_question *)answer;
	const struct asker *asker = opaque;
	struct question question;
	struct decision decision;

	(void)classes;
	asked->open = false;
	question_put(&asker->probe, entry, &question, &answer->window);
	if (!(question.classes & (question.classes - 1)) &&
	    !(asker->monitored && question.classes == P2M_CLASS_MMIO_DIRECT &&
	      question.mmio_ro == MAYBE_RATHER_YES))
		return;
	decide(&asker->probe, &question, &decision);
	window_narrow(&answer->window, &decision.window);
	asked->open = decision.possible & (decision.possible - 1);
}

int asker_begin(struct asker *asker, struct xen *xen, int domid, struct facts *facts)
{
	int rc;

	memset(asker, 0, sizeof(*asker));
	asker->xen = xen;
	asker->domid = domid;
	asker->facts = facts;
	rc = answers_init(&asker->open, sizeof(struct open_question), answer_ask, asker);
	if (rc)
		return rc;
	rc = facts_copy(&asker->probe, facts);
	if (rc) {
		answers_clear(&asker->open);
		return rc;
	}
	asker->probe.rules = (1u << RULES_COUNT) - 1;
	/* All ones: the access that pages have by default. No monitor, or none possible: all. */
	rc = xen_access_full(xen, domid, ~UINT64_C(0));
	asker->monitored = rc >= 0;
	asker->unsure = rc < 0 && rc != -ENODEV && rc != -ENOSYS && rc != -EOPNOTSUPP;
	return 0;
}

static int add(struct asker *asker, const struct type_hint *hint)
{
	struct type_hint *last = &asker->last;

	if (asker->any && last->last + 1 == hint->first && last->types == hint->types &&
	    last->rights_full == hint->rights_full) {
		last->last = hint->last;
		return 0;
	}
	if (asker->any && facts_add_types(asker->facts, last))
		return -ENOMEM;
	*last = *hint;
	asker->any = true;
	return 0;
}

/* Where nobody monitors the domain, no right is missing between what was asked for either. */
static int add_up_to(struct asker *asker, uint64_t gfn)
{
	struct type_hint hint = { asker->behind, gfn - 1, 0, true };

	if (asker->monitored || asker->unsure || gfn <= asker->behind)
		return 0;
	return add(asker, &hint);
}

static int flush(struct asker *asker)
{
	uint32_t types[XEN_TYPES_MAX];
	unsigned int i;
	int rc = 0;

	/* No answer leaves the types as they are: not known. */
	if (asker->waiting)
		rc = xen_types(asker->xen, asker->domid, asker->gfns, types, asker->waiting);
	if (rc)
		memset(types, 0, sizeof(types));
	for (i = 0, rc = 0; i < asker->waiting && !rc; i++) {
		struct type_hint hint = { asker->gfns[i], asker->lasts[i], types[i], false };

		if (asker->monitored)
			hint.rights_full =
				xen_access_full(asker->xen, asker->domid, hint.first) == 1;
		else
			hint.rights_full = !asker->unsure;
		rc = add_up_to(asker, hint.first);
		if (!rc)
			rc = add(asker, &hint);
		asker->behind = hint.last + 1;
	}
	asker->waiting = 0;
	return rc;
}

int asker_entries(struct asker *asker, const struct entry *entries, size_t count)
{
	const struct entry *entry;

	for (entry = entries; entry < entries + count; entry++) {
		const struct answer *answer;

		if (entry->pod || !entry->rights || entry->pending)
			continue;
		answer = answers_find(&asker->open, entry, 0);
		if (!((const struct open_question *)answer)->open)
			continue;
		asker->lasts[asker->waiting] = entry_last(entry);
		asker->gfns[asker->waiting++] = entry->gfn;
		if (asker->waiting == XEN_TYPES_MAX && flush(asker))
			return -ENOMEM;
	}
	return 0;
}

int asker_end(struct asker *asker, int rc)
{
	if (!rc)
		rc = flush(asker);
	if (!rc)
		rc = add_up_to(asker, UINT64_C(1) << 40);
	if (!rc && asker->any)
		rc = facts_add_types(asker->facts, &asker->last);
	asker->facts->how_types = HOW_MEASURED;
	facts_clear(&asker->probe);
	answers_clear(&asker->open);
	return rc;
}
