/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/effectivetext.h"

#include "base/screen.h"
#include "base/text.h"
#include "report/document.h"

#include <inttypes.h>
#include <string.h>

static const char *const taker_words[TAKER_COUNT] = {
	[TAKER_EMT] = "EMT",
	[TAKER_IPAT] = "iPAT",
	[TAKER_GUEST_MTRR] = "guest MTRR",
	[TAKER_HOST_MTRR] = "host MTRR",
};

const char *words_became(const struct effective_run *run, char *text, size_t size)
{
	unsigned int taker;
	bool any = false;

	if (run->became == BECAME_UNKNOWN) {
		snprintf(text, size, "%s",
			 run->backing.mapped ? "not known: Xen recomputes it on the next touch"
					     : "leads nowhere");
		return text;
	}
	snprintf(text, size, "%s", became_name(run->became));
	for (taker = 0; taker < TAKER_COUNT; taker++) {
		if (!(run->taken_by >> taker & 1))
			continue;
		text_append(text, size, "%s %s", any ? "," : ": because of", taker_words[taker]);
		any = true;
	}
	return text;
}

const char *words_asked(const struct effective_run *run, char *text, size_t size)
{
	if (run->mapping.pat == PAGING_NO_PAT)
		snprintf(text, size, "%s", memtype_name(run->asked));
	else
		snprintf(text, size, "%s (PAT %u)", memtype_name(run->asked), run->mapping.pat);
	return text;
}

void sufferers_print(FILE *stream, const struct sufferers *sufferers)
{
	size_t i;

	for (i = 0; i < sufferers->count; i++) {
		const struct effective_run *one = &sufferers->list[i];
		char gva[64], gfn[64], asked[24];

		screen_print(stream, fprintf(stream, "        "), 10,
			     "mapped at %s (gfn %s): asks for %s, gets %s",
			     text_frames(one->mapping.gva, mapping_last(&one->mapping), gva,
					 sizeof(gva)),
			     text_frames(one->mapping.gfn,
					 one->mapping.gfn + one->mapping.pages - 1, gfn,
					 sizeof(gfn)),
			     words_asked(one, asked, sizeof(asked)), memtype_name(one->effective));
	}
	if (sufferers->more)
		fprintf(stream, "        ... and %" PRIu64 " more mappings\n", sufferers->more);
	if (!sufferers->count)
		fputs("        no mapping that a vCPU uses now suffers from it\n", stream);
}

/* A table is for people, who have so many columns at least where it is one line each. */
#define WIDE 112

static bool mtrrs_assumed(const struct facts *facts)
{
	return facts->vcpu_count && !how_certain(facts->vcpus[0].how_var);
}

void effective_text_space(struct effective_report *report, const struct effective_space *space)
{
	const struct paging_registers *registers = space->registers;
	char vcpus[FACTS_VCPU_MAX * 6] = "";
	unsigned int i;

	report->rows = report->times = 0;
	putchar('\n');
	heading_domain(stdout, space->dump, screen_paint(PAINT_BOLD), screen_paint(PAINT_NONE));
	for (i = 0; i < space->vcpu_count; i++)
		text_append(vcpus, sizeof(vcpus), "%s %u", i ? "," : "", space->vcpus[i]);
	screen_print(
		stdout, printf("  "), 4,
		"vCPU%s: paging %s, CR3 0x%" PRIx64 ", PAT 0x%" PRIx64 "%s", vcpus,
		paging_mode_name(paging_mode(registers)), registers->cr3, registers->pat,
		paging_cache_disabled(registers)
			? ", CR0.CD set: nothing is cached (Xen lets that act through the PAT, "
			  "and so not where iPAT is set)"
			: "");
	if (space->dump->no_ept[0])
		screen_print(
			stdout, printf("  "), 4,
			"%s: what Xen's own tables make of it is not known. Shown is what the "
			"guest asks for by its PAT, by its MTRRs%s, and by both",
			space->dump->no_ept,
			mtrrs_assumed(&space->dump->facts)
				? " (of these the variable ranges are assumed but for the first)"
				: "");
}

/* Of a domain without an EPT: what the guest asks for. */
static void text_half(struct effective_report *report, const struct effective_run *run)
{
	const struct mapping *mapping = &run->mapping;
	char gva[64], gfn[64], size[32], asked[24];
	unsigned int guest = run->backing.guest;

	if (!report->rows++)
		printf("  %-35s  %9s  %-12s  %-5s  %-4s  %s\n", "gva", "size", "asked", "MTRR",
		       "both", "gfn");
	text_frames(mapping->gfn, mapping->gfn + mapping->pages - 1, gfn, sizeof(gfn));
	printf("  %-35s  %9s  %-12s  %-5s  %-4s  %s\n",
	       text_frames(mapping->gva, mapping_last(mapping), gva, sizeof(gva)),
	       text_size(mapping->pages << 12, size, sizeof(size)),
	       words_asked(run, asked, sizeof(asked)),
	       guest == BACKING_UNKNOWN ? "?" : memtype_name(guest),
	       run->half < 0 ? "?" : memtype_name(run->half), gfn);
}

/* In every domain with Xen's page for it, and no cause for alarm. */
#define APIC_GFN 0xfee00

static bool is_apic(const struct effective_run *run)
{
	return run->mapping.gfn == APIC_GFN && run->mapping.pages == 1 && run->taken_by;
}

static void text_full(struct effective_report *report, const struct effective_run *run)
{
	const struct mapping *mapping = &run->mapping;
	char gva[64], gfn[64], size[32], asked[24], entry[8] = "-", became[96];
	char device[DEVICE_NAME_SIZE];
	bool wide = screen_width() >= WIDE;

	report->legend.mappings = true;
	if (!report->rows++)
		printf(wide ? "  %-35s  %9s  %-12s  %-5s  %-4s  %-21s  %s\n"
			    : "  %-35s  %9s  %-12s  %-5s  %s\n",
		       "gva", "size", "asked", "entry", "gets", "gfn", "became");
	if (run->backing.emt != BACKING_UNKNOWN)
		snprintf(entry, sizeof(entry), "%s%s", memtype_name(run->backing.emt),
			 run->backing.ipat ? "!" : "");
	text_frames(mapping->gfn, mapping->gfn + mapping->pages - 1, gfn, sizeof(gfn));
	words_became(run, became, sizeof(became));
	printf("  %-35s  %9s  %-12s  %-5s  ",
	       text_frames(mapping->gva, mapping_last(mapping), gva, sizeof(gva)),
	       text_size(mapping->pages << 12, size, sizeof(size)),
	       words_asked(run, asked, sizeof(asked)), entry);
	printf(wide ? "%-4s  %-21s  %s\n" : "%s\n      gfn %s, %s\n",
	       run->effective < 0 ? "-" : memtype_name(run->effective), gfn, became);
	if (run->backing.device)
		screen_text(stdout, printf("      "), 8,
			    device_name(run->backing.device, device, sizeof(device)));
	if (is_apic(run))
		screen_text(
			stdout, printf("      "), 8,
			"the local APIC, which the CPU emulates there: the type does not matter");
	report->legend.forced |= run->backing.ipat;
	report->legend.became |= 1u << run->became;
	report->legend.nowhere |= !run->backing.mapped;
	if (run->effective >= 0)
		report->legend.types |= 1u << run->effective;
	if (run->asked != MEMTYPE_UC_MINUS)
		report->legend.types |= 1u << run->asked;
}

/* What is told of a page that is mapped again and again, as Linux does with its entry stacks. */
#define REPEATS_TOLD 3

static bool repeats(const struct effective_report *report, const struct effective_run *run)
{
	const struct mapping *first = &report->held.mapping, *next = &run->mapping;

	return report->times && next->gfn == first->gfn && next->pages == first->pages &&
	       next->order == first->order && next->pat == first->pat &&
	       (report->times == 1 || next->gva - first->gva == report->times * report->stride);
}

/* Tells what was held back: each, or all in one where they are many. */
static void text_held(struct effective_report *report)
{
	struct effective_run *run = &report->held;
	uint64_t last = mapping_last(&run->mapping) + (report->times - 1) * report->stride;
	uint64_t told = report->times > REPEATS_TOLD ? 1 : report->times, i;
	char size[32];

	for (i = 0; i < told; i++, run->mapping.gva += report->stride)
		(report->no_ept ? text_half : text_full)(report, run);
	if (told < report->times)
		screen_print(stdout, printf("      "), 8,
			     "and so %" PRIu64 " times, every %s, up to 0x%" PRIx64, report->times,
			     text_size(report->stride, size, sizeof(size)), last);
	report->times = 0;
}

void effective_text_run(struct effective_report *report, const struct effective_run *run)
{
	if (!repeats(report, run)) {
		text_held(report);
		report->held = *run;
		report->stride = 0;
	} else if (report->times == 1) {
		report->stride = run->mapping.gva - report->held.mapping.gva;
	}
	report->times++;
}

static void types_in_words(unsigned int types, char *text, size_t size)
{
	unsigned int type;

	*text = '\0';
	for (type = 0; type < MEMTYPE_COUNT; type++)
		if (types >> type & 1)
			text_append(text, size, "%s%s", *text ? " and " : "", memtype_name(type));
}

#define CONFLICTS_TOLD 20

static void text_conflict(void *opaque, uint64_t first, uint64_t last, unsigned int types)
{
	struct effective_report *report = opaque;
	char frames[64], names[64];

	if (report->conflicts++ >= CONFLICTS_TOLD)
		return;
	types_in_words(types, names, sizeof(names));
	screen_print(stdout, printf("  "), 4,
		     "conflict: gfn %s is mapped %s, which is undefined (SDM)",
		     text_frames(first, last, frames, sizeof(frames)), names);
}

static void text_half_summary(const struct effective_summary *summary)
{
	char size[32], text[512] = "";
	uint64_t known = 0;
	unsigned int i;

	for (i = 0; i < MEMTYPE_COUNT; i++) {
		known += summary->half[i];
		if (summary->half[i])
			text_append(text, sizeof(text), "%s %s %s", *text ? "," : "asks for",
				    memtype_name(i),
				    text_size(summary->half[i], size, sizeof(size)));
	}
	if (summary->unmapped > known)
		text_append(text, sizeof(text), "%s %s of which the MTRRs are not known",
			    *text ? "," : "asks for",
			    text_size(summary->unmapped - known, size, sizeof(size)));
	screen_text(stdout, printf("  "), 4, *text ? text : "maps nothing");
}

static void text_summary(const struct effective_summary *summary)
{
	uint64_t unknown = summary->unmapped - summary->nowhere;
	char size[32], text[512] = "";
	unsigned int i;

	for (i = 0; i < MEMTYPE_COUNT; i++)
		if (summary->bytes[i])
			text_append(text, sizeof(text), "%s %s %s", *text ? "," : "gets",
				    memtype_name(i),
				    text_size(summary->bytes[i], size, sizeof(size)));
	if (unknown)
		text_append(text, sizeof(text), "%s %s of a type that is not known",
			    *text ? "," : "gets", text_size(unknown, size, sizeof(size)));
	for (i = 0; i < BECAME_UNKNOWN; i++)
		if (summary->became[i])
			text_append(text, sizeof(text), "%s %s %s", strchr(text, ';') ? "," : ";",
				    text_size(summary->became[i], size, sizeof(size)),
				    became_name(i));
	if (summary->nowhere)
		text_append(text, sizeof(text), "%s%s lead nowhere", *text ? "; " : "",
			    text_size(summary->nowhere, size, sizeof(size)));
	screen_text(stdout, printf("  "), 4, *text ? text : "maps nothing");
}

void effective_text_space_end(struct effective_report *report, const struct effective_space *space)
{
	bool no_ept = space->dump->no_ept[0];
	uint64_t i;

	text_held(report);
	if (no_ept)
		text_half_summary(space->summary);
	else
		text_summary(space->summary);
	report->conflicts = 0;
	if (!no_ept)
		conflicts_list(space->conflicts, text_conflict, report);
	if (!no_ept && space->conflicts->full)
		screen_text(stdout, printf("  "), 4,
			    "not all frames could be looked at for conflicts: too many are mapped");
	if (report->conflicts > CONFLICTS_TOLD)
		printf("  ... and %" PRIu64 " more conflicts (--format json)\n",
		       report->conflicts - CONFLICTS_TOLD);
	for (i = 0; i < space->gap_count && i < EFFECTIVE_GAPS; i++) {
		char gva[64];

		screen_print(stdout, printf("  "), 4,
			     "gap: %s was not seen: %s (gfn 0x%" PRIx64 ")",
			     text_frames(space->gaps[i].first, space->gaps[i].last, gva,
					 sizeof(gva)),
			     space->gaps[i].why, space->gaps[i].gfn);
	}
	if (space->gap_count > EFFECTIVE_GAPS)
		printf("  ... and %" PRIu64 " more gaps\n", space->gap_count - EFFECTIVE_GAPS);
	if (!space->complete)
		screen_print(stdout, printf("  "), 4, "incomplete: %s", space->reason);
	screen_text(stdout, printf("  "), 4,
		    "tables that no vCPU uses now, those of other processes, are unseen");
}

void effective_text_end(struct effective_report *report)
{
	legend_print(&report->legend, stdout);
}
