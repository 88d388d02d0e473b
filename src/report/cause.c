/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/cause.h"

#include "audit/inherit.h"

#include "report/words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const struct bug *split(const struct facts *facts, const struct run *run, char *text,
			       size_t size)
{
	const struct entry *entry = &run->first;
	struct decision decision;
	struct entry parent;
	const struct bug *bug;
	char is[8];

	if (!entry_inherits(facts, entry, run->question.classes, &parent, &decision))
		return NULL;
	snprintf(
		text, size,
		"Xen split this from the %s page at gfn 0x%" PRIx64
		", for which the rule says %s, and copied that to every piece; it asks the rule for "
		"a piece only when something changes.",
		parent.order == 9 ? "2M" : "1G", parent.gfn,
		words_outcome(entry_key(entry), true, is, sizeof(is)));
	bug = bug_inherited(&decision, entry_key(entry), &run->decision,
			    decision_likeliest(&run->decision));
	if (bug)
		snprintf(text + strlen(text), size - strlen(text),
			 " What made it so: %s (known as %s; Xen: %s).", bug->text, bug->id,
			 bug->affected);
	return bug;
}

const struct bug *words_cause(const struct facts *facts, const struct run *run, char *text,
			      size_t size)
{
	*text = '\0';
	if (run->verdict == VERDICT_INHERITED)
		return split(facts, run, text, size);
	if (run->verdict != VERDICT_MISMATCH || !run->bug)
		return NULL;
	if (run->bug->other_xen) {
		snprintf(
			text, size,
			"No Xen of that version does so: another one may be running, or one with other "
			"patches (known as %s; Xen: %s).",
			run->bug->id, run->bug->affected);
		return run->bug;
	}
	snprintf(
		text, size,
		"It is stale: it holds what was right before that, and keeps it until Xen has a reason "
		"to ask the rule again (known as %s; Xen: %s).",
		run->bug->id, run->bug->affected);
	return run->bug;
}
