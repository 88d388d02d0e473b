/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Steps as Xen's function asks them, and below the table of all with their reasons and commits.
 * Those that follow MTRRs are in follow.c.
 */
#include "rules/steps.h"

#include "base/array.h"
#include "rules/follow.h"
#include "rules/io.h"
#include "rules/path.h"

#define BIT(n) (1u << (n))

#define UC MEMTYPE_UC
#define WB MEMTYPE_WB

static enum step_result ro_mmio(struct path *path)
{
	const struct question *q = path->question;
	bool certain = how_certain(path->facts->mmio_ro.how);
	enum overlap overlap;

	if (certain && (path->facts->mmio_ro.ranges.count || path->facts->mmio_ro_complete)) {
		/* Xen's last frame is an OR, which matters for a frame not aligned to the order. */
		overlap = path_consult(path, &path->facts->mmio_ro.ranges,
				       q->mfn | (entry_pages(q->order) - 1));
		if (overlap == OVERLAP_FULL)
			return path_decided(path, UC, 1);
		if (overlap == OVERLAP_PARTIAL)
			return path_split(path);
	}
	if ((certain && path->facts->mmio_ro_complete) || !(path->class & P2M_CLASS_MMIO_DIRECT) ||
	    q->mmio_ro == MAYBE_NO)
		return STEP_PASS;
	if (q->mmio_ro == MAYBE_YES)
		return path_decided(path, UC, 1);
	path_record_if(path, OUTCOME_KEY(UC, 1), FACT_MMIO_RO, q->mmio_ro == MAYBE_RATHER_NO);
	path_assume(path, FACT_MMIO_RO, q->mmio_ro == MAYBE_RATHER_YES);
	return STEP_PASS;
}

static enum step_result wb_without(struct path *path, enum io io, const struct path *none,
				   const struct path *any)
{
	switch (io) {
	case IO_ANY:
		return STEP_PASS;
	case IO_NONE:
		return path_decided(path, WB, 1);
	default:
		path_record(none, OUTCOME_KEY(WB, 1));
		*path = *any;
		return STEP_PASS;
	}
}

static enum step_result no_io_wb_any(struct path *path)
{
	struct path none, any;

	return wb_without(path, io_ask(path, &none, &any), &none, &any);
}

static enum step_result no_io_wb(struct path *path)
{
	return path->class == P2M_CLASS_MMIO_DIRECT ? STEP_PASS : no_io_wb_any(path);
}

static enum step_result no_control_wb(struct path *path)
{
	struct path none, any;

	if (path->class == P2M_CLASS_MMIO_DIRECT)
		return STEP_PASS;
	return wb_without(path, io_ask_control(path, &none, &any), &none, &any);
}

static enum step_result invalid_uc(struct path *path, unsigned int ipat)
{
	enum overlap valid;

	if (how_certain(path->facts->mfn_valid.how)) {
		valid = path_consult_first(path, &path->facts->mfn_valid.ranges);
		return valid == OVERLAP_FULL ? STEP_PASS : path_decided(path, UC, ipat);
	}
	/* RAM is mfn_valid(), whatever else is. */
	if (path_in_ram(path) == OVERLAP_FULL)
		return STEP_PASS;
	path_record_if(path, OUTCOME_KEY(UC, ipat), FACT_MFN_VALID, false);
	path_assume(path, FACT_MFN_VALID, false);
	return STEP_PASS;
}

static enum step_result invalid_uc_ipat(struct path *path)
{
	return invalid_uc(path, 1);
}

static enum step_result invalid_uc_plain(struct path *path)
{
	return invalid_uc(path, 0);
}

static enum step_result invalid_uc_v1(struct path *path)
{
	struct path none, any;

	if (path->class != P2M_CLASS_MMIO_DIRECT)
		return invalid_uc(path, 1);
	switch (io_ask(path, &none, &any)) {
	case IO_ANY:
		return invalid_uc(path, 0);
	case IO_NONE:
		return invalid_uc(path, 1);
	default:
		invalid_uc(&none, 1);
		path->assumes |= any.assumes;
		if (invalid_uc(&any, 0) == STEP_DECIDED)
			return STEP_DECIDED;
		if (!how_certain(path->facts->mfn_valid.how))
			path_assume(path, FACT_MFN_VALID, false);
		return STEP_PASS;
	}
}

/* Special frames among those of the entry that Xen looks at. */
static uint64_t count_special(const struct path *path, bool only_valid)
{
	const struct facts *facts = path->facts;
	uint64_t frame = path->question->mfn, last = frame + entry_pages(path->question->order) - 1;
	uint64_t count = 0;
	size_t i;

	if (!only_valid || !how_certain(facts->mfn_valid.how)) {
		if (last >= frame)
			return ranges_count(&facts->special.ranges, frame, last);
		return ranges_count(&facts->special.ranges, frame, UINT64_MAX) +
		       ranges_count(&facts->special.ranges, 0, last);
	}
	for (i = 0; i < facts->mfn_valid.ranges.count; i++) {
		const struct range *valid = &facts->mfn_valid.ranges.range[i];
		uint64_t first = valid->first > frame ? valid->first : frame;
		uint64_t end = valid->last < last ? valid->last : last;

		if (last < frame) { /* the walk wraps around behind the 64-bit INVALID_MFN */
			if (valid->last >= frame)
				count += ranges_count(&facts->special.ranges, first, valid->last);
			if (valid->first <= last)
				count += ranges_count(&facts->special.ranges, valid->first, end);
		} else if (first <= end) {
			count += ranges_count(&facts->special.ranges, first, end);
		}
	}
	return count;
}

/*
 * Where it is not known which pages are special: they are RAM and allocated one by one, so that
 * they are not in a superpage, and not beside RAM.
 */
static enum step_result perhaps_special(struct path *path)
{
	const struct question *q = path->question;
	bool listed = false;

	if (q->order || path_in_ram(path) == OVERLAP_NONE)
		return STEP_PASS;
	if (how_usual(path->facts->special.how))
		listed = path_consult(path, &path->facts->special.ranges, q->mfn) == OVERLAP_FULL;
	if (path->class == P2M_CLASS_MMIO_DIRECT && q->apic_page)
		listed = true;
	path_record_if(path, OUTCOME_KEY(WB, 1), FACT_SPECIAL, !listed);
	path_assume(path, FACT_SPECIAL, listed);
	return STEP_PASS;
}

/*
 * Can the page be special although key q lists it for no domain? That says nothing of pages that no
 * domain owns, and of those of Xen itself, which a domain can map as foreign ones.
 */
static bool perhaps_unlisted(const struct path *path)
{
	const struct question *q = path->question;
	const struct fact_ranges *possible = &path->facts->special_possible;

	if (q->order || path->facts->special.how == HOW_GIVEN)
		return false;
	if (how_certain(possible->how) &&
	    path_consult(path, &possible->ranges, q->mfn) == OVERLAP_NONE)
		return false;
	return path->class == P2M_CLASS_GRANT_FOREIGN || (q->apic_page && path->set->apic_unowned);
}

/* No frame is listed: the step passes, but perhaps one is special all the same. */
static enum step_result special_not_listed(struct path *path)
{
	const struct question *q = path->question;
	bool usual = q->apic_page && path->class == P2M_CLASS_MMIO_DIRECT;

	if (!perhaps_unlisted(path) || path_in_ram(path) == OVERLAP_NONE)
		return STEP_PASS;
	path_record_if(path, OUTCOME_KEY(WB, 1), FACT_SPECIAL, !usual);
	path_assume(path, FACT_SPECIAL, usual);
	return STEP_PASS;
}

static enum step_result special_wb(struct path *path, bool only_valid, bool keep_superpage)
{
	const struct question *q = path->question;
	uint64_t count;

	if (!how_certain(path->facts->special.how))
		return perhaps_special(path);
	if (path_consult(path, &path->facts->special.ranges, path_last_frame(q->mfn, q->order)) ==
		    OVERLAP_NONE &&
	    q->mfn + entry_pages(q->order) - 1 >= q->mfn)
		return special_not_listed(path);
	if (only_valid && how_certain(path->facts->mfn_valid.how))
		path_consult(path, &path->facts->mfn_valid.ranges,
			     path_last_frame(q->mfn, q->order));
	count = count_special(path, only_valid);
	if (!count)
		return special_not_listed(path);
	if (!q->order || (keep_superpage && count == entry_pages(q->order)))
		return path_decided(path, WB, 1);
	return path_split(path);
}

static enum step_result special_wb_valid(struct path *path)
{
	return special_wb(path, true, true);
}

static enum step_result special_wb_all(struct path *path)
{
	return special_wb(path, false, true);
}

static enum step_result special_split(struct path *path)
{
	return special_wb(path, false, false);
}

static enum step_result special_first_wb(struct path *path)
{
	if (!how_certain(path->facts->special.how))
		return perhaps_special(path);
	return path_consult_first(path, &path->facts->special.ranges) == OVERLAP_FULL
		       ? path_decided(path, WB, 1)
		       : special_not_listed(path);
}

static enum step_result mmio_uc(struct path *path)
{
	return path->class == P2M_CLASS_MMIO_DIRECT ? path_decided(path, UC, 0) : STEP_PASS;
}

static enum step_result mmio_uc_apic_wb(struct path *path)
{
	const struct question *q = path->question;
	const struct fact_number *apic = &path->facts->apic_access_mfn;
	unsigned int key = q->order ? OUTCOME_SPLIT : OUTCOME_KEY(WB, 1);

	if (path->class != P2M_CLASS_MMIO_DIRECT)
		return STEP_PASS;
	if (how_certain(apic->how)) {
		struct range range = { apic->value, apic->value };
		struct ranges page = { .range = &range, .count = 1 };

		/* Where XOR >> order is 0: the block aligned to the order has the page. */
		if ((q->mfn ^ apic->value) >> q->order) {
			path_consult(path, &page, path_last_frame(q->mfn, q->order));
			return path_decided(path, UC, 0);
		}
		path->decision->window.mfn_first = q->mfn; /* one page: not worth a window */
		path->decision->window.mfn_last = path_last_frame(q->mfn, q->order);
		path_record(path, key);
		return STEP_DECIDED;
	}
	if (path_in_ram(path) == OVERLAP_NONE)
		return path_decided(path, UC, 0);
	path_record_if(path, key, FACT_APIC_ACCESS_MFN, !q->apic_page);
	path_assume(path, FACT_APIC_ACCESS_MFN, q->apic_page);
	return path_decided(path, UC, 0);
}

static enum step_result grant_foreign_wb(struct path *path)
{
	return path->class == P2M_CLASS_GRANT_FOREIGN ? path_decided(path, WB, 1) : STEP_PASS;
}

static unsigned int pin_key(unsigned int type)
{
	return OUTCOME_KEY(type == MEMTYPE_UC_MINUS ? UC : type, 1);
}

static enum step_result pinned(struct path *path)
{
	const struct facts *facts = path->facts;
	struct decision *decision = path->decision;
	uint64_t first = path->question->gfn & ~(entry_pages(path->question->order) - 1);
	uint64_t last = first | (entry_pages(path->question->order) - 1);
	unsigned int type;
	size_t i;

	if (!how_certain(facts->how_pins)) {
		for (type = 0; type < MEMTYPE_COUNT; type++)
			if (memtype_valid(type))
				path_record_if(path, pin_key(type), FACT_PINNED, true);
		if (path->question->order)
			path_record_if(path, OUTCOME_SPLIT, FACT_PINNED, true);
		path_assume(path, FACT_PINNED, false);
		return STEP_PASS;
	}
	for (i = 0; i < facts->pin_count; i++) {
		const struct pin *pin = &facts->pins[i];
		struct range range = { pin->first, pin->last };
		struct ranges one = { .range = &range, .count = 1 };

		switch (ranges_overlap(&one, first, last, &decision->window.gfn_first,
				       &decision->window.gfn_last)) {
		case OVERLAP_FULL:
			path_record(path, pin_key(pin->type));
			return STEP_DECIDED;
		case OVERLAP_PARTIAL:
			return path_split(path);
		default:
			break;
		}
	}
	return STEP_PASS;
}

/* INVALID_MFN, whole or in the 40 bits that an entry keeps. */
static enum step_result invalid_mfn_uc(struct path *path)
{
	const uint64_t kept = (UINT64_C(1) << 40) - 1;
	struct range ranges[] = { { kept, kept }, { UINT64_MAX, UINT64_MAX } };
	struct ranges invalid = { .range = ranges, .count = ARRAY_SIZE(ranges) };

	return path_consult_first(path, &invalid) == OVERLAP_FULL ? path_decided(path, UC, 1)
								  : STEP_PASS;
}

static enum step_result no_step(struct path *path)
{
	(void)path;
	return STEP_DECIDED;
}

#define F(fact)	   BIT(FACT_##fact)
#define GUEST_MTRR (F(GUEST_MTRR) | F(GUEST_MTRR_VAR))
#define HOST_MTRR  (F(HOST_MTRR) | F(HOST_MTRR_VAR))
#define IO	   (F(IOMMU) | F(CACHE_FLUSH))

#define SET(id)	 BIT(RULES_##id)
#define FROM(id) (~(SET(id) - 1) & RULES_RELEASED) /* that set and the released ones behind it */

#define MADE(commit)                 \
	{                            \
		STEP_MADE, commit, 0 \
	}
#define CHANGED(commit)                 \
	{                               \
		STEP_CHANGED, commit, 0 \
	}
#define CHANGED_IN(commit, in)           \
	{                                \
		STEP_CHANGED, commit, in \
	}
#define MOVED_IN(commit, in)           \
	{                              \
		STEP_MOVED, commit, in \
	}

/* clang-format off */
const struct step_info step_info[STEP_COUNT] = {
	[STEP_END] = {
		.name = "END",
		.reason = "no step decided",
		.take = no_step,
	},
	[RO_MMIO] = {
		.name = "RO_MMIO",
		.reason = "the frame is read-only MMIO",
		.facts = F(MMIO_RO),
		.take = ro_mmio,
		.past = {
			MADE("c61a6f74f80e"),
			MOVED_IN("30921dc2df36", SET(4_6_5) | FROM(4_11)),
		},
	},
	[INVALID_UC] = {
		.name = "INVALID_UC",
		.reason = "the first frame is not mfn_valid()",
		.facts = F(MFN_VALID),
		.take = invalid_uc_ipat,
		.past = {
			MADE("7728324966f9"),
			CHANGED("c61a6f74f80e"),
			MOVED_IN("30921dc2df36", SET(4_6_5) | FROM(4_11)),
			MOVED_IN("81fd0d3ca4b2", FROM(4_15)),
		},
	},
	[INVALID_UC_PLAIN] = {
		.name = "INVALID_UC_PLAIN",
		.reason = "the first frame is not mfn_valid()",
		.facts = F(MFN_VALID),
		.take = invalid_uc_plain,
		.past = {
			MADE("7728324966f9"),
		},
	},
	[INVALID_UC_V1] = {
		.name = "INVALID_UC_V1",
		.reason = "the first frame is not mfn_valid()",
		.facts = F(MFN_VALID) | F(P2M_TYPE) | IO,
		.take = invalid_uc_v1,
	},
	[INVALID_MFN_UC] = {
		.name = "INVALID_MFN_UC",
		.reason = "the first frame is INVALID_MFN",
		.take = invalid_mfn_uc,
	},
	[NO_IO_WB] = {
		.name = "NO_IO_WB",
		.reason = "the domain has neither IOMMU nor I/O capabilities",
		.facts = F(P2M_TYPE) | IO,
		.take = no_io_wb,
		.past = {
			MADE("7b97780b624a"),
			CHANGED("3089a6d82bdf"),
			CHANGED("c5004d346933"),
			CHANGED("91d4eca7add6"),
			CHANGED("f89f555827a6"),
			CHANGED("81fd0d3ca4b2"),
			CHANGED_IN("8333e358e4cd", FROM(4_21)),
		},
	},
	[NO_CONTROL_WB] = {
		.name = "NO_CONTROL_WB",
		.reason = "the domain may not control caches",
		.facts = F(P2M_TYPE) | F(CACHE_CONTROL) | F(IOMMU) | F(IOMMU_SNOOP),
		.take = no_control_wb,
	},
	[NO_IO_WB_ANY] = {
		.name = "NO_IO_WB_ANY",
		.reason = "the domain has neither IOMMU nor I/O capabilities",
		.facts = IO,
		.take = no_io_wb_any,
		.past = {
			MADE("7b97780b624a"),
			CHANGED("3089a6d82bdf"),
			CHANGED("c5004d346933"),
			/* On 4.6 the backport of 30921dc2df36 did what 0acc7010ac22 did for 4.7. */
			MOVED_IN("30921dc2df36", SET(4_6_5)),
			MOVED_IN("0acc7010ac22", FROM(4_7)),
			/*
			 * Set 4.11 is that of 4.7.2 to 4.14.0, of which some have this commit and
			 * f89f555827a6, and some have not.
			 */
			CHANGED_IN("91d4eca7add6", SET(4_14)),
		},
	},
	[SPECIAL_WB] = {
		.name = "SPECIAL_WB",
		.reason = "the frame is one of Xen's special pages",
		.facts = F(SPECIAL) | F(MFN_VALID),
		.take = special_wb_valid,
		.past = {
			MADE("ca24b2ffdbd9"),
			CHANGED("60d1adfa1879"),
			CHANGED("5540b94e8191"),
		},
	},
	[SPECIAL_WB_ALL] = {
		.name = "SPECIAL_WB_ALL",
		.reason = "the frame is one of Xen's special pages",
		.facts = F(SPECIAL),
		.take = special_wb_all,
		.past = {
			MADE("ca24b2ffdbd9"),
			CHANGED("60d1adfa1879"),
		},
	},
	[SPECIAL_SPLIT] = {
		.name = "SPECIAL_SPLIT",
		.reason = "the frame is one of Xen's special pages",
		.facts = F(SPECIAL),
		.take = special_split,
		.past = {
			MADE("ca24b2ffdbd9"),
		},
	},
	[SPECIAL_FIRST_WB] = {
		.name = "SPECIAL_FIRST_WB",
		.reason = "the first frame is one of Xen's special pages",
		.facts = F(SPECIAL),
		.take = special_first_wb,
	},
	[MMIO_UC] = {
		.name = "MMIO_UC",
		.reason = "the type is mmio_direct",
		.facts = F(P2M_TYPE),
		.take = mmio_uc,
		.past = {
			MADE("7b97780b624a"),
			CHANGED("81fd0d3ca4b2"),
		},
	},
	[MMIO_UC_APIC_WB] = {
		.name = "MMIO_UC_APIC_WB",
		.reason = "the type is mmio_direct",
		.facts = F(P2M_TYPE) | F(APIC_ACCESS_MFN),
		.take = mmio_uc_apic_wb,
		.past = {
			MADE("7b97780b624a"),
			CHANGED("3089a6d82bdf"),
			CHANGED("1f8b57779785"),
			CHANGED("126018f2acd5"),
			MOVED_IN("0acc7010ac22", FROM(4_7)),
			MOVED_IN("30921dc2df36", SET(4_6_5) | FROM(4_11)),
		},
	},
	[GRANT_FOREIGN_WB] = {
		.name = "GRANT_FOREIGN_WB",
		.reason = "the page is granted or foreign",
		.facts = F(P2M_TYPE),
		.take = grant_foreign_wb,
		.past = {
			MADE("8af4b47f061e"),
		},
	},
	[PINNED] = {
		.name = "PINNED",
		.reason = "the gfn lies in a pinned range",
		.facts = F(PINNED),
		.take = pinned,
		.past = {
			MADE("7728324966f9"),
			CHANGED("4d66f069d6ab"),
			MOVED_IN("0acc7010ac22", FROM(4_7)),
		},
	},
	[MTRR_MERGE] = {
		.name = "MTRR_MERGE",
		.reason = "guest and host MTRRs say so",
		.facts = GUEST_MTRR | HOST_MTRR,
		.take = follow_both,
		.past = {
			MADE("7728324966f9"),
			CHANGED("b99113b9d5fa"),
			CHANGED("3d90d6e69fe2"),
		},
	},
	[MMIO_GUEST_MTRR] = {
		.name = "MMIO_GUEST_MTRR",
		.reason = "the type is mmio_direct, and guest MTRRs say so",
		.facts = F(P2M_TYPE) | GUEST_MTRR,
		.take = follow_guest_for_mmio,
	},
	[MMIO_GUEST_WC] = {
		.name = "MMIO_GUEST_WC",
		.reason = "the type is mmio_direct, by guest MTRRs WC or not",
		.facts = F(P2M_TYPE) | GUEST_MTRR,
		.take = follow_guest_for_mmio,
	},
	[RAM_WB_GUEST_MTRR] = {
		.name = "RAM_WB_GUEST_MTRR",
		.reason = "RAM is WB, the rest as guest MTRRs say",
		.facts = F(MEMORY_MAP) | GUEST_MTRR,
		.take = follow_guest_but_for_ram,
	},
};
/* clang-format on */
