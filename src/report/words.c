/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/words.h"

#include "base/text.h"
#include "x86/memtype.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define MOST_TOLD 3 /* outcomes; a list of more says nothing */

static const char *emt_name(unsigned int emt)
{
	return emt == 7 ? "??" : memtype_name(emt);
}

const char *words_attributes(const struct entry *entry, char *text, size_t size)
{
	if (entry->pod)
		snprintf(text, size, "PoD");
	else
		snprintf(text, size, "%c%c%c %s%c", entry->rights & ENTRY_R ? 'r' : ' ',
			 entry->rights & ENTRY_W ? 'w' : ' ', entry->rights & ENTRY_X ? 'x' : ' ',
			 emt_name(entry->emt),
			 entry->ipat_hidden ? '?'
			 : entry->ipat	    ? '!'
					    : ' ');
	return text;
}

const char *words_outcome(unsigned int key, bool trim, char *text, size_t size)
{
	if (key == OUTCOME_SPLIT)
		snprintf(text, size, "split");
	else
		snprintf(text, size, "%s%s", emt_name(outcome_emt(key)),
			 outcome_ipat(key) ? "!"
			 : trim		   ? ""
					   : " ");
	return text;
}

const char *words_outcomes(uint16_t outcomes, char *text, size_t size)
{
	unsigned int key;
	char outcome[8];

	*text = '\0';
	for (key = 0; key < OUTCOME_COUNT; key++)
		if (outcomes >> key & 1)
			text_append(text, size, "%s%s", *text ? "/" : "",
				    words_outcome(key, true, outcome, sizeof(outcome)));
	return text;
}

const char *words_answer(const struct step_answer *answer)
{
	return !answer->reached	  ? "not asked"
	       : answer->decided  ? "decides"
	       : answer->outcomes ? "may"
				  : "passes";
}

const char *words_expected(const struct run *run, char *text, size_t size)
{
	unsigned int keys[OUTCOME_COUNT], count, i;
	char outcome[8];
	bool usual;

	*text = '\0';
	if (run->verdict == VERDICT_PENDING || run->verdict == VERDICT_SKIPPED)
		return text;
	count = decision_order(&run->decision, keys);
	usual = count && !run->decision.outcome[keys[0]].unusual;
	for (i = 0; usual && i < count && !run->decision.outcome[keys[i]].unusual; i++)
		;
	if (usual && i > MOST_TOLD) {
		snprintf(text, size, "not known");
		return text;
	}
	for (i = 0; i < count; i++) {
		if (usual && run->decision.outcome[keys[i]].unusual)
			break;
		text_append(text, size, "%s%s", i ? "/" : "",
			    words_outcome(keys[i], true, outcome, sizeof(outcome)));
	}
	return text;
}

const char *words_facts(uint32_t facts, char *text, size_t size)
{
	unsigned int fact;

	*text = '\0';
	for (fact = 0; fact < FACT_COUNT; fact++)
		if (facts >> fact & 1)
			text_append(text, size, "%s%s", *text ? ", " : "", fact_info[fact].name);
	return text;
}

const char *words_fact_labels(uint32_t facts, char *text, size_t size)
{
	unsigned int fact;

	*text = '\0';
	for (fact = 0; fact < FACT_COUNT; fact++)
		if (facts >> fact & 1)
			text_append(text, size, "%s%s", *text ? ", " : "", fact_info[fact].label);
	return text;
}

static void why(const struct outcome *outcome, char *text, size_t size)
{
	if (outcome->step == MTRR_MERGE && outcome->guest < MEMTYPE_COUNT &&
	    outcome->host < MEMTYPE_COUNT)
		text_append(text, size, "guest MTRR %s and host MTRR %s merge to it",
			    memtype_name(outcome->guest), memtype_name(outcome->host));
	else
		text_append(text, size, "%s", step_info[outcome->step].reason);
}

/* What a guest can notice of an entry that is one thing and should be another. */
static void notice(unsigned int is, unsigned int should, char *text, size_t size)
{
	int pat, gets, right;
	enum severity severity = severity_shown(is, should, &pat);

	if (pat < 0) {
		text_append(text, size,
			    should == OUTCOME_SPLIT ? "" : "; the guest notices nothing");
		return;
	}
	gets = outcome_effective(is, pat);
	right = outcome_effective(should, pat);
	if (gets == MEMTYPE_UC && right == MEMTYPE_WC) {
		text_append(text, size, "; the guest cannot get write-combining here: %s forces UC",
			    outcome_ipat(is) ? "iPAT" : "the EMT");
		return;
	}
	text_append(text, size, "; %s: PAT %s gives %s, not %s",
		    severity == SEVERITY_DANGER ? "the guest caches what must not be cached"
		    : severity == SEVERITY_SLOW ? "the guest is slow here"
		    : outcome_emt(is) != outcome_emt(should) ? "the guest gets another type"
		    : outcome_ipat(is)			     ? "the guest's PAT is ignored here"
							     : "the guest's PAT counts here",
		    memtype_name(pat), memtype_name(gets), memtype_name(right));
}

/* How bad it is, shown by the outcome that makes it so. */
static void consequence(const struct run *run, const unsigned int *keys, unsigned int count,
			char *text, size_t size)
{
	unsigned int is = entry_key(&run->first), i;
	char pieces[96];

	if (run->pieces.outcomes && run->pieces.severity == run->severity) {
		text_append(text, size, "; its pieces would be %s",
			    words_outcomes(run->pieces.outcomes, pieces, sizeof(pieces)));
		notice(is, run->pieces.worst, text, size);
		return;
	}
	for (i = 0; i < count; i++)
		if (severity_between(is, keys[i]) == run->severity) {
			notice(is, keys[i], text, size);
			return;
		}
}

static void mismatch(const struct run *run, char *text, size_t size)
{
	unsigned int keys[OUTCOME_COUNT], count = decision_order(&run->decision, keys);
	char is[8], expected[96];

	words_outcome(entry_key(&run->first), true, is, sizeof(is));
	words_expected(run, expected, sizeof(expected));
	if (count == 1 || !run->decision.outcome[keys[0]].assumes) {
		snprintf(text, size, "%s, but the rule says %s because ", is, expected);
		why(&run->decision.outcome[keys[0]], text, size);
	} else {
		snprintf(text, size,
			 "%s, but whatever is not known, the rule says %s, not this; e.g. %s", is,
			 expected, step_info[run->decision.outcome[keys[0]].step].reason);
	}
	if (run->bug)
		text_append(text, size, ": %s", run->bug->text);
	consequence(run, keys, count, text, size);
}

const char *words_sentence(const struct run *run, char *text, size_t size)
{
	const struct outcome *outcome = &run->decision.outcome[entry_key(&run->first)];
	char facts[256];

	*text = '\0';
	switch (run->verdict) {
	case VERDICT_OK:
		text_append(text, size, "as the rule says: ");
		why(outcome, text, size);
		break;
	case VERDICT_OK_IF:
		if (outcome->unusual)
			text_append(text, size,
				    "as the rule says only if %s differs from the usual: ",
				    words_facts(outcome->unusual, facts, sizeof(facts)));
		else
			text_append(text, size, "as the rule says if %s is as usual: ",
				    words_facts(outcome->assumes, facts, sizeof(facts)));
		why(outcome, text, size);
		break;
	case VERDICT_INHERITED:
		text_append(text, size, "as the superpage had it that this was split from");
		break;
	case VERDICT_PENDING:
		text_append(text, size, "Xen recomputes it on the next touch");
		break;
	case VERDICT_SKIPPED:
		text_append(text, size, run->first.pod ? "populated on demand" : "not present");
		break;
	default:
		mismatch(run, text, size);
		break;
	}
	return text;
}

/* The outcome that is told of: what the entry holds where that can be right, else the likeliest. */
static const struct outcome *told_outcome(const struct run *run)
{
	bool right = run->verdict == VERDICT_OK || run->verdict == VERDICT_OK_IF;

	return &run->decision.outcome[right ? entry_key(&run->first)
					    : decision_likeliest(&run->decision)];
}

const char *words_rule(const struct run *run, char *text, size_t size)
{
	const struct outcome *outcome;

	*text = '\0';
	if (run->verdict == VERDICT_PENDING || run->verdict == VERDICT_SKIPPED)
		return text;
	outcome = told_outcome(run);
	text_append(text, size, "%s: ", step_info[outcome->step].name);
	why(outcome, text, size);
	if (run->verdict == VERDICT_MISMATCH && outcome->assumes)
		text_append(text, size,
			    ", for instance; no value of what is not known explains the entry");
	return text;
}

static const char *what_follows(enum severity severity, unsigned int is, unsigned int should)
{
	bool other_type = outcome_emt(is) != outcome_emt(should);

	if (severity == SEVERITY_DANGER)
		return "the guest can cache what must not be cached, and see old data";
	if (severity == SEVERITY_SLOW && other_type)
		return "the guest is slow here";
	if (other_type)
		return "the guest gets another type";
	return outcome_ipat(is) ? "what the guest's PAT asks for does not count here, and it should"
				: "the guest's PAT decides here, and it should not";
}

/* What a guest gets of one outcome in place of another. */
static void effect(unsigned int is, unsigned int should, char *text, size_t size)
{
	int pat, gets, right;
	enum severity severity = severity_shown(is, should, &pat);

	if (pat < 0) {
		if (should != OUTCOME_SPLIT)
			text_append(text, size, "none that the guest notices");
		return;
	}
	gets = outcome_effective(is, pat);
	right = outcome_effective(should, pat);
	text_append(text, size, "%s: where it asks for %s it gets %s, not %s",
		    gets == MEMTYPE_UC && right == MEMTYPE_WC
			    ? "the guest cannot have write-combining here"
			    : what_follows(severity, is, should),
		    memtype_name(pat), memtype_name(gets), memtype_name(right));
}

const char *words_effect(const struct run *run, char *text, size_t size)
{
	unsigned int keys[OUTCOME_COUNT], count, i;

	*text = '\0';
	if (run->verdict != VERDICT_MISMATCH)
		return text;
	if (run->pieces.outcomes && run->pieces.severity == run->severity) {
		effect(entry_key(&run->first), run->pieces.worst, text, size);
		return text;
	}
	count = decision_order(&run->decision, keys);
	for (i = 0; i < count; i++)
		if (severity_between(entry_key(&run->first), keys[i]) == run->severity) {
			effect(entry_key(&run->first), keys[i], text, size);
			break;
		}
	return text;
}
