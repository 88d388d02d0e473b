/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/stretch.h"

#include "report/words.h"

#include <stdio.h>
#include <string.h>

const char *shown_name(unsigned int shown, char text[16])
{
	static const char *const names[] = {
		[SHOWN_GAP - OUTCOME_COUNT] = "gap",   [SHOWN_PENDING - OUTCOME_COUNT] = "pending",
		[SHOWN_POD - OUTCOME_COUNT] = "PoD",   [SHOWN_ABSENT - OUTCOME_COUNT] = "absent",
		[SHOWN_SAME - OUTCOME_COUNT] = "same", [SHOWN_NOTHING - OUTCOME_COUNT] = "-",
	};

	if (shown >= OUTCOME_COUNT)
		snprintf(text, 16, "%s", names[shown - OUTCOME_COUNT]);
	else
		words_outcome(shown, true, text, 16);
	return text;
}

static unsigned int shown_of_entry(const struct entry *entry)
{
	return entry->pod	? SHOWN_POD
	       : !entry->rights ? SHOWN_ABSENT
	       : entry->pending ? SHOWN_PENDING
				: entry_key(entry);
}

void stretch_of_run(const struct run *run, struct stretch *stretch)
{
	bool decided = run->verdict != VERDICT_PENDING && run->verdict != VERDICT_SKIPPED;
	unsigned int likeliest = decided ? decision_likeliest(&run->decision) : 0;

	memset(stretch, 0, sizeof(*stretch));
	stretch->first = run->first.gfn;
	stretch->last = run->gfn_last;
	stretch->entries = run->entries;
	stretch->mfn = run->first.mfn;
	stretch->mfn_contiguous = run->mfn_contiguous;
	stretch->device = run->device;
	stretch->shown[0] = shown_of_entry(&run->first);
	stretch->shown[1] = SHOWN_NOTHING;
	stretch->verdict = run->verdict;
	stretch->unusual = run_unusual(run) != 0;
	if (decided) {
		/* What is right is not told to be something else. */
		if (run->verdict != VERDICT_MISMATCH &&
		    decision_allows(&run->decision, entry_key(&run->first)) && !run_unusual(run))
			likeliest = entry_key(&run->first);
		stretch->shown[1] = likeliest;
		stretch->step[1] = run->decision.outcome[likeliest].step;
		words_expected(run, stretch->expected, sizeof(stretch->expected));
	}
	if (run->verdict == VERDICT_MISMATCH) {
		stretch->severity = run->severity;
		stretch->bug = run->bug ? run->bug->id : NULL;
		stretch->accepted = run->accepted;
	}
}

void stretch_of_change(const struct change *change, struct stretch *stretch)
{
	memset(stretch, 0, sizeof(*stretch));
	stretch->first = change->first.gfn;
	stretch->last = change->gfn_last;
	stretch->entries = change->entries;
	stretch->mfn = change->first.mfn;
	stretch->shown[0] = change->before;
	stretch->shown[1] = change->after;
	stretch->step[0] = change->step_before;
	stretch->step[1] = change->step_after;
	stretch->verdict = change->assumes ? VERDICT_OK_IF : VERDICT_OK;
	stretch->effect = effect_name(change->effect);
}

void stretch_empty(uint64_t first, uint64_t last, unsigned int shown, struct stretch *stretch)
{
	memset(stretch, 0, sizeof(*stretch));
	stretch->first = first;
	stretch->last = last;
	stretch->shown[0] = stretch->shown[1] = shown;
}

bool stretch_join(struct stretch *stretch, const struct stretch *next)
{
	if (next->first != stretch->last + 1 || next->shown[0] != stretch->shown[0] ||
	    next->shown[1] != stretch->shown[1] || next->verdict != stretch->verdict ||
	    next->severity != stretch->severity || next->bug != stretch->bug ||
	    next->effect != stretch->effect || next->unusual != stretch->unusual ||
	    next->accepted != stretch->accepted || next->step[0] != stretch->step[0] ||
	    next->step[1] != stretch->step[1] || next->device != stretch->device ||
	    strcmp(next->expected, stretch->expected) != 0)
		return false;
	stretch->mfn_contiguous &=
		next->mfn_contiguous && next->mfn == stretch->mfn + (next->first - stretch->first);
	stretch->last = next->last;
	stretch->entries += next->entries;
	return true;
}
