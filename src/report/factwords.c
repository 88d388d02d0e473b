/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/factwords.h"

#include "base/text.h"
#include "report/document.h"
#include "x86/memtype.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

const char *words_how(enum how how)
{
	static const char *const words[] = {
		[HOW_UNKNOWN] = "unknown",	   [HOW_ASSUMED] = "assumed, as is usual",
		[HOW_GUEST] = "says the guest",	   [HOW_DERIVED] = "follows from other facts",
		[HOW_LOG] = "from the log",	   [HOW_MEASURED] = "says Xen",
		[HOW_GIVEN] = "given by the user",
	};

	return words[how];
}

static void ranges_in_words(const struct ranges *ranges, bool as_size, char *text, size_t size)
{
	uint64_t count = ranges_count(ranges, 0, UINT64_MAX);
	char bytes[32];

	if (as_size)
		snprintf(text, size, "%s RAM", text_size(count << 12, bytes, sizeof(bytes)));
	else if (!ranges->count)
		snprintf(text, size, "none");
	else
		snprintf(text, size, "%" PRIu64 " frame%s", count, count == 1 ? "" : "s");
}

static void rules_in_words(uint32_t rules, char *text, size_t size)
{
	unsigned int id;

	for (id = 0; id < ruleset_count(); id++)
		if (rules >> id & 1)
			text_append(text, size, "%s%s", *text ? " or " : "", ruleset(id)->name);
}

static void types_in_words(const struct facts *facts, char *text, size_t size)
{
	if (facts->type_count)
		snprintf(text, size, "%zu %s", facts->type_count,
			 plural(facts->type_count, "gfn range", "gfn ranges"));
	else
		snprintf(text, size, "%s",
			 facts->entry_types ? "in each entry" : "from rights, order and frame");
}

static void guest_mtrr_in_words(const struct facts *facts, char *text, size_t size)
{
	const struct mtrr_state *state;
	char more[32] = "";

	if (facts->no_vcpu) {
		snprintf(text, size, "no vCPU");
		return;
	}
	state = &facts->vcpus[0].state;
	if (facts->vcpu_count > 1)
		snprintf(more, sizeof(more), ", %zu vCPUs", facts->vcpu_count);
	if (!(state->def_type & MTRR_DEF_TYPE_E))
		snprintf(text, size, "disabled (UC)%s", more);
	else
		snprintf(text, size, "default %s%s", memtype_name(state->def_type & 7), more);
}

static void var_in_words(const struct mtrr_state *state, char *text, size_t size)
{
	unsigned int i, valid = 0;

	for (i = 0; i < state->var_count; i++)
		valid += (state->var[i].mask & MTRR_MASK_VALID) != 0;
	snprintf(text, size, "%u valid", valid);
}

const char *words_fact(const struct facts *facts, enum fact fact, char *text, size_t size)
{
	const struct fact_info *info = &fact_info[fact];

	*text = '\0';
	if (fact_how(facts, fact) == HOW_UNKNOWN && info->kind != KIND_RULES) {
		snprintf(text, size, "unknown");
		return text;
	}
	switch (info->kind) {
	case KIND_RULES:
		rules_in_words(facts->rules, text, size);
		break;
	case KIND_BOOL:
		snprintf(text, size, fact_bool(facts, fact)->value ? "yes" : "no");
		break;
	case KIND_NUMBER:
		snprintf(text, size, info->flags & FACT_FRAME ? "0x%" PRIx64 : "%" PRIu64,
			 fact_number(facts, fact)->value);
		break;
	case KIND_RANGES:
		ranges_in_words(&fact_ranges(facts, fact)->ranges, info->flags & FACT_SIZE, text,
				size);
		break;
	case KIND_TYPES:
		types_in_words(facts, text, size);
		break;
	case KIND_PINS:
		snprintf(text, size, "%zu ranges", facts->pin_count);
		break;
	case KIND_GUEST_MTRR:
		guest_mtrr_in_words(facts, text, size);
		break;
	case KIND_GUEST_MTRR_VAR:
		var_in_words(&facts->vcpus[0].state, text, size);
		break;
	case KIND_REGISTERS:
		snprintf(text, size, "%zu vCPUs", facts->register_count);
		break;
	case KIND_DEVICES:
		snprintf(text, size, "%zu %s of frames", facts->devices.count,
			 plural(facts->devices.count, "range", "ranges"));
		break;
	case KIND_HOST_MTRR:
		snprintf(text, size, "default %s", memtype_name(facts->host.state.def_type & 7));
		break;
	case KIND_HOST_MTRR_VAR:
		var_in_words(&facts->host.state, text, size);
		break;
	case KIND_NONE:
		break;
	}
	return text;
}

static uint64_t last_of(uint64_t first, unsigned int order)
{
	return first + (entry_pages(order) - 1);
}

static enum overlap frames_in(const struct ranges *ranges, const struct question *question)
{
	uint64_t from = 0, to = UINT64_MAX;

	return ranges_overlap(ranges, question->mfn, last_of(question->mfn, question->order), &from,
			      &to);
}

static void in_set(const struct ranges *ranges, bool complete, const struct question *question,
		   char *text, size_t size)
{
	static const char *const words[] = { [OVERLAP_NONE] = "not in it",
					     [OVERLAP_PARTIAL] = "partly in it",
					     [OVERLAP_FULL] = "in it" };
	enum overlap overlap = frames_in(ranges, question);

	snprintf(text, size, "%s",
		 overlap == OVERLAP_NONE && !complete ? "not listed" : words[overlap]);
}

static void pin_here(const struct facts *facts, const struct question *question, char *text,
		     size_t size)
{
	uint64_t first = question->gfn & ~(entry_pages(question->order) - 1);
	uint64_t last = last_of(first, question->order);
	size_t i;

	for (i = 0; i < facts->pin_count; i++) {
		const struct pin *pin = &facts->pins[i];

		if (pin->first > last || pin->last < first)
			continue;
		snprintf(text, size, "%s in 0x%" PRIx64 "-0x%" PRIx64, memtype_name(pin->type),
			 pin->first, pin->last);
		return;
	}
	snprintf(text, size, "not in it");
}

/* "UC here", "UC or WB here" for the types that registers not known leave. */
static void types_here(const struct mtrr_fact *fact, uint64_t frame, unsigned int order, char *text,
		       size_t size)
{
	uint64_t first = 0, last = UINT64_MAX;
	unsigned int types = mtrr_types(&fact->state, &fact->known, frame, order, &first, &last);
	int usual = mtrr_type(&fact->state, frame, order, &first, &last);

	snprintf(text, size, "%s here%s", usual < 0 ? "mixed" : memtype_name(usual & 7),
		 types & (types - 1) ? ", as usual" : "");
}

static void guest_here(const struct facts *facts, const struct question *question, char *text,
		       size_t size)
{
	char first[32], other[32];
	size_t i;

	if (facts->no_vcpu) {
		snprintf(text, size, "no vCPU: WB");
		return;
	}
	types_here(&facts->vcpus[0], question->gfn, question->order, first, sizeof(first));
	snprintf(text, size, "%s", first);
	for (i = 1; i < facts->vcpu_count; i++) {
		types_here(&facts->vcpus[i], question->gfn, question->order, other, sizeof(other));
		if (strcmp(first, other)) {
			snprintf(text, size, "%s for vCPU 0, %s for vCPU %zu", first, other, i);
			return;
		}
	}
}

static void classes_in_words(unsigned int classes, char *text, size_t size)
{
	snprintf(text, size, "%s%s%s%s%s", classes & P2M_CLASS_RAM ? "RAM" : "",
		 classes & P2M_CLASS_RAM && classes != P2M_CLASS_RAM ? " or " : "",
		 classes & P2M_CLASS_MMIO_DIRECT ? "mmio_direct" : "",
		 classes & P2M_CLASS_MMIO_DIRECT && classes & P2M_CLASS_GRANT_FOREIGN ? " or " : "",
		 classes & P2M_CLASS_GRANT_FOREIGN ? "granted or foreign" : "");
}

const char *words_fact_at(const struct facts *facts, enum fact fact,
			  const struct question *question, char *text, size_t size)
{
	const struct fact_info *info = &fact_info[fact];
	struct question first = *question;

	/* The question itself tells the types, and what an incomplete list lacks is not listed. */
	if (info->kind != KIND_TYPES && fact_how(facts, fact) == HOW_UNKNOWN && !info->complete)
		return words_fact(facts, fact, text, size);
	switch (info->kind) {
	case KIND_TYPES:
		classes_in_words(question->classes, text, size);
		break;
	case KIND_RANGES:
		if (info->flags & FACT_FIRST_FRAME)
			first.order = 0;
		in_set(&fact_ranges(facts, fact)->ranges, fact_complete(facts, fact), &first, text,
		       size);
		break;
	case KIND_PINS:
		pin_here(facts, question, text, size);
		break;
	case KIND_GUEST_MTRR:
		guest_here(facts, question, text, size);
		break;
	case KIND_HOST_MTRR:
		types_here(&facts->host, question->mfn & (UINT64_MAX >> 12), question->order, text,
			   size);
		break;
	default:
		words_fact(facts, fact, text, size);
		break;
	}
	return text;
}
