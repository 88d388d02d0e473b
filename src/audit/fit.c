/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "audit/fit.h"

#include <errno.h>
#include <string.h>

size_t fit_candidates(struct fit fits[RULES_MAX])
{
	unsigned int id;
	size_t count = 0;

	for (id = 0; id < ruleset_count(); id++) {
		/* Proposals made no entries yet; sets of the user's may be a vendor's. */
		if (id > RULES_NEWEST && id < RULES_COUNT)
			continue;
		memset(&fits[count], 0, sizeof(fits[count]));
		fits[count++].id = id;
	}
	return count;
}

static void note_example(void *opaque, const struct run *run)
{
	struct fit *fit = opaque;

	if (run->verdict != VERDICT_MISMATCH)
		return;
	if (!fit->contradictions) {
		fit->example = run->first;
		fit->example_domid = fit->domid;
	}
	fit->contradictions += run->entries;
}

int fit_begin(struct fit *fits, size_t count, const struct facts *facts, int domid)
{
	struct fit *fit;
	int rc = 0;

	for (fit = fits; fit < fits + count; fit++) {
		fit->domid = domid;
		fit->facts = *facts;
		fit->facts.rules = 1u << fit->id;
		fit->judge = judge_new(&fit->facts, false, note_example, fit);
		if (!fit->judge)
			rc = -ENOMEM;
	}
	return rc;
}

void fit_entries(struct fit *fits, size_t count, const struct entry *entries, size_t entry_count)
{
	struct fit *fit;

	for (fit = fits; fit < fits + count; fit++)
		judge_entries(fit->judge, entries, entry_count);
}

void fit_end(struct fit *fits, size_t count)
{
	struct fit *fit;

	for (fit = fits; fit < fits + count; fit++) {
		if (fit->judge)
			judge_finish(fit->judge);
		judge_free(fit->judge);
		fit->judge = NULL;
	}
}

uint64_t fit_least(const struct fit *fits, size_t count)
{
	uint64_t least = UINT64_MAX;
	size_t i;

	for (i = 0; i < count; i++)
		least = fits[i].contradictions < least ? fits[i].contradictions : least;
	return least;
}
