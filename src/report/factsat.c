/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/factsat.h"

#include "report/words.h"
#include "x86/memtype.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

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

	if (facts->no_vcpu || !facts->vcpu_count) {
		snprintf(text, size, facts->no_vcpu ? "no vCPU: WB" : "unknown");
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
	struct question first = *question;

	if (fact == FACT_P2M_TYPE) {
		classes_in_words(question->classes, text, size);
		return text;
	}
	if (words_fact_how(facts, fact) == HOW_UNKNOWN && fact != FACT_MMIO_RO)
		return words_fact(facts, fact, text, size);
	first.order = 0; /* Xen asks mfn_valid() for the first frame only */
	switch (fact) {
	case FACT_MMIO_RO:
		in_set(&facts->mmio_ro.ranges, facts->mmio_ro_complete, question, text, size);
		break;
	case FACT_MFN_VALID:
		in_set(&facts->mfn_valid.ranges, true, &first, text, size);
		break;
	case FACT_SPECIAL:
		in_set(&facts->special.ranges, true, question, text, size);
		break;
	case FACT_MEMORY_MAP:
		in_set(&facts->ram.ranges, true, question, text, size);
		break;
	case FACT_PINNED:
		pin_here(facts, question, text, size);
		break;
	case FACT_GUEST_MTRR:
		guest_here(facts, question, text, size);
		break;
	case FACT_HOST_MTRR:
		types_here(&facts->host, question->mfn & (UINT64_MAX >> 12), question->order, text,
			   size);
		break;
	default:
		words_fact(facts, fact, text, size);
		break;
	}
	return text;
}
