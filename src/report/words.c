/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/words.h"

#include "base/text.h"
#include "x86/memtype.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define MOST_TOLD 3 /* outcomes; a list of more says nothing */

static void add(char *text, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void add(char *text, size_t size, const char *format, ...)
{
	size_t used = strlen(text);
	va_list args;

	va_start(args, format);
	if (used < size)
		vsnprintf(text + used, size - used, format, args);
	va_end(args);
}

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
			add(text, size, "%s%s", *text ? "/" : "",
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
		add(text, size, "%s%s", i ? "/" : "",
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
			add(text, size, "%s%s", *text ? ", " : "", fact_info[fact].name);
	return text;
}

static void why(const struct outcome *outcome, char *text, size_t size)
{
	if (outcome->step == MTRR_MERGE && outcome->guest < MEMTYPE_COUNT &&
	    outcome->host < MEMTYPE_COUNT)
		add(text, size, "guest MTRR %s and host MTRR %s merge to it",
		    memtype_name(outcome->guest), memtype_name(outcome->host));
	else
		add(text, size, "%s", step_info[outcome->step].reason);
}

/* What a guest can notice of an entry that is one thing and should be another. */
static void notice(unsigned int is, unsigned int should, char *text, size_t size)
{
	int pat, gets, right;
	enum severity severity = severity_shown(is, should, &pat);

	if (pat < 0) {
		add(text, size, should == OUTCOME_SPLIT ? "" : "; the guest notices nothing");
		return;
	}
	gets = outcome_effective(is, pat);
	right = outcome_effective(should, pat);
	if (gets == MEMTYPE_UC && right == MEMTYPE_WC) {
		add(text, size, "; the guest cannot get write-combining here: %s forces UC",
		    outcome_ipat(is) ? "iPAT" : "the EMT");
		return;
	}
	add(text, size, "; %s: PAT %s gives %s, not %s",
	    severity == SEVERITY_DANGER		     ? "the guest caches what must not be cached"
	    : severity == SEVERITY_SLOW		     ? "the guest is slow here"
	    : outcome_emt(is) != outcome_emt(should) ? "the guest gets another type"
	    : outcome_ipat(is)			     ? "the guest's PAT is ignored here"
						     : "the guest's PAT counts here",
	    memtype_name(pat), memtype_name(gets), memtype_name(right));
}

static void mismatch(const struct run *run, char *text, size_t size)
{
	unsigned int keys[OUTCOME_COUNT], count = decision_order(&run->decision, keys), i;
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
		add(text, size, ": %s", run->bug->text);
	for (i = 0; i < count; i++)
		if (severity_between(entry_key(&run->first), keys[i]) == run->severity) {
			notice(entry_key(&run->first), keys[i], text, size);
			break;
		}
}

const char *words_sentence(const struct run *run, char *text, size_t size)
{
	const struct outcome *outcome = &run->decision.outcome[entry_key(&run->first)];
	char facts[256];

	*text = '\0';
	switch (run->verdict) {
	case VERDICT_OK:
		add(text, size, "as the rule says: ");
		why(outcome, text, size);
		break;
	case VERDICT_OK_IF:
		if (outcome->unusual)
			add(text, size, "as the rule says only if %s differs from the usual: ",
			    words_facts(outcome->unusual, facts, sizeof(facts)));
		else
			add(text, size, "as the rule says if %s is as usual: ",
			    words_facts(outcome->assumes, facts, sizeof(facts)));
		why(outcome, text, size);
		break;
	case VERDICT_INHERITED:
		add(text, size, "as the superpage had it that this was split from");
		break;
	case VERDICT_PENDING:
		add(text, size, "Xen recomputes it on the next touch");
		break;
	case VERDICT_SKIPPED:
		add(text, size, run->first.pod ? "populated on demand" : "not present");
		break;
	default:
		mismatch(run, text, size);
		break;
	}
	return text;
}

static void ranges_in_words(const struct ranges *ranges, const char *unit, char *text, size_t size)
{
	uint64_t count = ranges_count(ranges, 0, UINT64_MAX);

	if (!ranges->count)
		add(text, size, "none");
	else
		add(text, size, "%" PRIu64 " %s%s", count, unit, count == 1 ? "" : "s");
}

static void guest_mtrr_in_words(const struct facts *facts, char *text, size_t size)
{
	const struct mtrr_state *state;

	if (facts->no_vcpu || !facts->vcpu_count) {
		add(text, size, facts->no_vcpu ? "no vCPU" : "unknown");
		return;
	}
	state = &facts->vcpus[0].state;
	if (facts->vcpus[0].how == HOW_UNKNOWN)
		add(text, size, "unknown");
	else if (!(state->def_type & MTRR_DEF_TYPE_E))
		add(text, size, "disabled (UC)");
	else
		add(text, size, "default %s", memtype_name(state->def_type & 7));
	if (facts->vcpu_count > 1)
		add(text, size, ", %zu vCPUs", facts->vcpu_count);
}

static unsigned int valid_ranges(const struct mtrr_state *state)
{
	unsigned int i, valid = 0;

	for (i = 0; i < state->var_count; i++)
		valid += (state->var[i].mask & MTRR_MASK_VALID) != 0;
	return valid;
}

enum how words_fact_how(const struct facts *facts, enum fact fact)
{
	switch (fact) {
	case FACT_RULES:
		return facts->how_rules;
	case FACT_IOMMU:
		return facts->iommu.how;
	case FACT_CACHE_FLUSH:
		return facts->cache_flush.how;
	case FACT_P2M_TYPE:
		return facts->type_count    ? facts->how_types
		       : facts->entry_types ? HOW_MEASURED
		       : facts->ram.how	    ? HOW_DERIVED
					    : HOW_UNKNOWN;
	case FACT_MMIO_RO:
		return facts->mmio_ro.how;
	case FACT_MFN_VALID:
		return facts->mfn_valid.how;
	case FACT_SPECIAL:
		return facts->special.how;
	case FACT_APIC_ACCESS_MFN:
		return facts->apic_access_mfn.how;
	case FACT_PINNED:
		return facts->how_pins;
	case FACT_GUEST_MTRR:
		return facts->no_vcpu	   ? HOW_GIVEN
		       : facts->vcpu_count ? facts->vcpus[0].how
					   : HOW_UNKNOWN;
	case FACT_GUEST_MTRR_VAR:
		return facts->vcpu_count ? facts->vcpus[0].how_var : HOW_UNKNOWN;
	case FACT_HOST_MTRR:
		return facts->host.how;
	case FACT_HOST_MTRR_VAR:
		return facts->host.how_var;
	case FACT_MEMORY_MAP:
		return facts->ram.how;
	case FACT_IOMEM:
		return facts->iomem.how;
	case FACT_IOPORTS:
		return facts->ioports.how;
	case FACT_NR_PAGES:
		return facts->nr_pages.how;
	default:
		return HOW_UNKNOWN;
	}
}

const char *words_fact(const struct facts *facts, enum fact fact, char *text, size_t size)
{
	unsigned int id;
	char bytes[32];

	*text = '\0';
	if (words_fact_how(facts, fact) == HOW_UNKNOWN && fact != FACT_RULES) {
		snprintf(text, size, "unknown");
		return text;
	}
	switch (fact) {
	case FACT_RULES:
		for (id = 0; id < ruleset_count(); id++)
			if (facts->rules >> id & 1)
				add(text, size, "%s%s", *text ? " or " : "", ruleset(id)->name);
		break;
	case FACT_IOMMU:
		add(text, size, facts->iommu.value ? "yes" : "no");
		break;
	case FACT_CACHE_FLUSH:
		add(text, size, facts->cache_flush.value ? "yes" : "no");
		break;
	case FACT_P2M_TYPE:
		if (facts->type_count)
			add(text, size, "%zu gfn ranges", facts->type_count);
		else
			add(text, size,
			    facts->entry_types ? "in each entry" : "from rights, order and frame");
		break;
	case FACT_MMIO_RO:
		ranges_in_words(&facts->mmio_ro.ranges, "frame", text, size);
		break;
	case FACT_MFN_VALID:
		ranges_in_words(&facts->mfn_valid.ranges, "frame", text, size);
		break;
	case FACT_SPECIAL:
		ranges_in_words(&facts->special.ranges, "frame", text, size);
		break;
	case FACT_APIC_ACCESS_MFN:
		add(text, size, "0x%" PRIx64, facts->apic_access_mfn.value);
		break;
	case FACT_PINNED:
		add(text, size, "%zu ranges", facts->pin_count);
		break;
	case FACT_GUEST_MTRR:
		guest_mtrr_in_words(facts, text, size);
		break;
	case FACT_GUEST_MTRR_VAR:
		add(text, size, "%u valid", valid_ranges(&facts->vcpus[0].state));
		break;
	case FACT_HOST_MTRR:
		add(text, size, "default %s", memtype_name(facts->host.state.def_type & 7));
		break;
	case FACT_HOST_MTRR_VAR:
		add(text, size, "%u valid", valid_ranges(&facts->host.state));
		break;
	case FACT_MEMORY_MAP:
		add(text, size, "%s RAM",
		    text_size(ranges_count(&facts->ram.ranges, 0, UINT64_MAX) << 12, bytes,
			      sizeof(bytes)));
		break;
	case FACT_IOMEM:
		ranges_in_words(&facts->iomem.ranges, "frame", text, size);
		break;
	case FACT_IOPORTS:
		add(text, size, facts->ioports.value ? "yes" : "no");
		break;
	case FACT_NR_PAGES:
		add(text, size, "%" PRIu64, facts->nr_pages.value);
		break;
	default:
		break;
	}
	return text;
}
