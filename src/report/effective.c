/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/effective.h"

#include "base/screen.h"
#include "base/text.h"
#include "report/document.h"

#include <inttypes.h>
#include <string.h>

/* ---- words ---- */

static const char *const taker_words[TAKER_COUNT] = {
	[TAKER_EMT] = "EMT",
	[TAKER_IPAT] = "iPAT",
	[TAKER_GUEST_MTRR] = "guest MTRR",
	[TAKER_HOST_MTRR] = "host MTRR",
};

const char *words_became(const struct effective_run *run, char *text, size_t size)
{
	size_t used;
	unsigned int taker;
	bool any = false;

	if (run->became == BECAME_UNKNOWN) {
		snprintf(text, size, "%s",
			 run->backing.mapped ? "not known: Xen recomputes it on the next touch"
					     : "nothing maps it");
		return text;
	}
	used = snprintf(text, size, "%s", became_name(run->became));
	for (taker = 0; taker < TAKER_COUNT && used < size; taker++) {
		if (!(run->taken_by >> taker & 1))
			continue;
		used += snprintf(text + used, size - used, "%s %s", any ? "," : ": because of",
				 taker_words[taker]);
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

static uint64_t last_gva(const struct mapping *mapping)
{
	return mapping->gva + ((mapping->pages << 12) - 1);
}

/* ---- text ---- */

/* A table is for people, who have so many columns at least where it is one line each. */
#define WIDE 112

static bool mtrrs_assumed(const struct facts *facts)
{
	return facts->vcpu_count && !how_certain(facts->vcpus[0].how_var);
}

static void text_space(const struct effective_space *space)
{
	const struct paging_registers *registers = space->registers;
	char vcpus[FACTS_VCPU_MAX * 6] = "";
	unsigned int i;

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
	       text_frames(mapping->gva, last_gva(mapping), gva, sizeof(gva)),
	       text_size(mapping->pages << 12, size, sizeof(size)),
	       words_asked(run, asked, sizeof(asked)),
	       guest == BACKING_UNKNOWN ? "?" : memtype_name(guest),
	       run->half < 0 ? "?" : memtype_name(run->half), gfn);
}

static void text_run(struct effective_report *report, const struct effective_run *run)
{
	const struct mapping *mapping = &run->mapping;
	char gva[64], gfn[64], size[32], asked[24], entry[8] = "-", became[96];
	char device[DEVICE_NAME_SIZE];
	bool wide = screen_width() >= WIDE;

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
	       text_frames(mapping->gva, last_gva(mapping), gva, sizeof(gva)),
	       text_size(mapping->pages << 12, size, sizeof(size)),
	       words_asked(run, asked, sizeof(asked)), entry);
	printf(wide ? "%-4s  %-21s  %s\n" : "%s\n      gfn %s, %s\n",
	       run->effective < 0 ? "-" : memtype_name(run->effective), gfn, became);
	if (run->backing.device)
		screen_text(stdout, printf("      "), 8,
			    device_name(run->backing.device, device, sizeof(device)));
}

static void types_in_words(unsigned int types, char *text, size_t size)
{
	unsigned int type;
	size_t used = 0;

	for (type = 0; type < MEMTYPE_COUNT && used < size; type++)
		if (types >> type & 1)
			used += snprintf(text + used, size - used, "%s%s", used ? " and " : "",
					 memtype_name(type));
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
	char size[32], text[512] = "";
	unsigned int i;

	for (i = 0; i < MEMTYPE_COUNT; i++)
		if (summary->bytes[i])
			text_append(text, sizeof(text), "%s %s %s", *text ? "," : "gets",
				    memtype_name(i),
				    text_size(summary->bytes[i], size, sizeof(size)));
	if (summary->unmapped)
		text_append(text, sizeof(text), "%s %s of no known type", *text ? "," : "gets",
			    text_size(summary->unmapped, size, sizeof(size)));
	text_append(text, sizeof(text), *text ? "; " : "maps nothing: ");
	for (i = 0; i < BECAME_UNKNOWN; i++)
		text_append(text, sizeof(text), "%s%s %s", i ? ", " : "",
			    text_size(summary->became[i], size, sizeof(size)), became_name(i));
	screen_text(stdout, printf("  "), 4, text);
}

static void text_space_end(struct effective_report *report, const struct effective_space *space)
{
	bool no_ept = space->dump->no_ept[0];
	uint64_t i;

	if (no_ept)
		text_half_summary(space->summary);
	else
		text_summary(space->summary);
	report->conflicts = 0;
	if (!no_ept &&
	    (!conflicts_list(space->conflicts, text_conflict, report) || space->conflicts->full))
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

/* ---- JSON ---- */

/* Members of a run of a domain without an EPT. */
static void half_members(struct jsonwrite *json, const struct effective_run *run)
{
	unsigned int guest = run->backing.guest;

	json_string(json, "guest_mtrr", guest == BACKING_UNKNOWN ? NULL : memtype_name(guest));
	json_string(json, "guest_half", run->half < 0 ? NULL : memtype_name(run->half));
}

void effective_run_members(struct jsonwrite *json, const struct effective_run *run)
{
	const struct mapping *mapping = &run->mapping;
	char device[DEVICE_NAME_SIZE];
	unsigned int taker;

	json_hex_pair(json, "gva", mapping->gva, last_gva(mapping));
	json_hex_pair(json, "gfn", mapping->gfn, mapping->gfn + mapping->pages - 1);
	json_number(json, "order", mapping->order);
	json_open(json, "asked", '{');
	if (mapping->pat == PAGING_NO_PAT)
		json_string(json, "pat", NULL);
	else
		json_number(json, "pat", mapping->pat);
	json_string(json, "type", memtype_name(run->asked));
	json_close(json, '}');
	if (run->backing.emt == BACKING_UNKNOWN) {
		json_string(json, "emt", NULL);
		json_string(json, "ipat", NULL);
	} else {
		json_string(json, "emt", memtype_name(run->backing.emt));
		json_bool(json, "ipat", run->backing.ipat);
	}
	if (run->backing.pending)
		json_bool(json, "pending", true);
	json_string(json, "effective", run->effective < 0 ? NULL : memtype_name(run->effective));
	json_string(json, "became", became_name(run->became));
	if (run->backing.device)
		json_string(json, "device",
			    device_name(run->backing.device, device, sizeof(device)));
	json_open(json, "taken_by", '[');
	for (taker = 0; taker < TAKER_COUNT; taker++)
		if (run->taken_by >> taker & 1)
			json_string(json, NULL, taker_name(taker));
	json_close(json, ']');
}

void sufferers_write(struct jsonwrite *json, const struct sufferers *sufferers)
{
	size_t i;

	json_open(json, "mappings", '[');
	for (i = 0; i < sufferers->count; i++) {
		json_open(json, NULL, '{');
		effective_run_members(json, &sufferers->list[i]);
		json_close(json, '}');
	}
	json_close(json, ']');
	json_number(json, "more_mappings", sufferers->more);
}

void sufferers_print(FILE *stream, const struct sufferers *sufferers)
{
	size_t i;

	for (i = 0; i < sufferers->count; i++) {
		const struct effective_run *one = &sufferers->list[i];
		char gva[64], gfn[64], asked[24];

		screen_print(stream, fprintf(stream, "        "), 10,
			     "mapped at %s (gfn %s): asks for %s, gets %s",
			     text_frames(one->mapping.gva,
					 one->mapping.gva + ((one->mapping.pages << 12) - 1), gva,
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

static void json_head(struct jsonwrite *json, const struct effective_space *space)
{
	const struct paging_registers *registers = space->registers;
	unsigned int i;

	document_domain(json, space->dump);
	json_bool(json, "ept", !space->dump->no_ept[0]);
	if (space->dump->no_ept[0])
		json_string(json, "no_ept", space->dump->no_ept);
	json_number(json, "vcpu", space->vcpus[0]);
	json_open(json, "vcpus", '[');
	for (i = 0; i < space->vcpu_count; i++)
		json_number(json, NULL, space->vcpus[i]);
	json_close(json, ']');
	json_string(json, "paging", paging_mode_name(paging_mode(registers)));
	json_open(json, "registers", '{');
	json_hex(json, "cr0", registers->cr0);
	json_hex(json, "cr3", registers->cr3);
	json_hex(json, "cr4", registers->cr4);
	json_hex(json, "efer", registers->efer);
	json_hex(json, "pat", registers->pat);
	json_close(json, '}');
}

static void json_conflict(void *opaque, uint64_t first, uint64_t last, unsigned int types)
{
	struct jsonwrite *json = opaque;
	unsigned int type;

	json_open(json, NULL, '{');
	json_hex(json, "gfn", first);
	json_hex(json, "last", last);
	json_open(json, "types", '[');
	for (type = 0; type < MEMTYPE_COUNT; type++)
		if (types >> type & 1)
			json_string(json, NULL, memtype_name(type));
	json_close(json, ']');
	json_close(json, '}');
}

static void json_summary(struct jsonwrite *json, const struct effective_summary *summary,
			 bool no_ept)
{
	unsigned int i;

	json_open(json, "summary", '{');
	for (i = 0; i < MEMTYPE_COUNT; i++)
		if (memtype_valid(i))
			json_number(json, memtype_name(i), summary->bytes[i]);
	json_number(json, "none", summary->unmapped);
	json_close(json, '}');
	if (no_ept) {
		json_open(json, "guest_half", '{');
		for (i = 0; i < MEMTYPE_COUNT; i++)
			if (memtype_valid(i))
				json_number(json, memtype_name(i), summary->half[i]);
		json_close(json, '}');
	}
	json_open(json, "became", '{');
	for (i = 0; i < BECAME_UNKNOWN; i++)
		json_number(json, became_name(i), summary->became[i]);
	json_close(json, '}');
}

static void json_tail(struct jsonwrite *json, const struct effective_space *space)
{
	uint64_t i;

	json_open(json, "conflicts", '[');
	if (!conflicts_list(space->conflicts, json_conflict, json))
		json->comma = true;
	json_close(json, ']');
	json_bool(json, "conflicts_complete", !space->conflicts->full && !space->dump->no_ept[0]);
	json_summary(json, space->summary, space->dump->no_ept[0]);
	json_open(json, "gaps", '[');
	for (i = 0; i < space->gap_count && i < EFFECTIVE_GAPS; i++) {
		json_open(json, NULL, '{');
		json_hex_pair(json, "gva", space->gaps[i].first, space->gaps[i].last);
		json_hex(json, "gfn", space->gaps[i].gfn);
		json_string(json, "why", space->gaps[i].why);
		json_close(json, '}');
	}
	json_close(json, ']');
	json_number(json, "gap_count", space->gap_count);
	json_number(json, "guest_entries", space->looked_at);
	json_number(json, "guest_tables", space->tables);
	json_bool(json, "complete", space->complete);
	if (!space->complete)
		json_string(json, "reason", space->reason);
}

/* An object on a line of its own. */
static void line_open(struct effective_report *report, const char *record)
{
	report->json.comma = false;
	json_open(&report->json, NULL, '{');
	json_string(&report->json, "record", record);
}

static void line_close(struct effective_report *report)
{
	json_close(&report->json, '}');
	putchar('\n');
}

/* ---- all forms ---- */

void effective_begin(struct effective_report *report, const struct source_info *info)
{
	struct jsonwrite *json = &report->json;

	json->stream = stdout;
	json->comma = false;
	if (report->format == FORMAT_TEXT) {
		printf("%s %s\n", info->kind, info->name);
		return;
	}
	if (report->format == FORMAT_JSONL) {
		line_open(report, "effective");
		document_schema(json, "xen-eptaudit/effective");
	} else {
		document_begin(json, "xen-eptaudit/effective");
	}
	document_source(json, info);
	if (report->format == FORMAT_JSONL)
		line_close(report);
	else
		json_open(json, "domains", '[');
}

void effective_space(struct effective_report *report, const struct effective_space *space)
{
	report->rows = 0;
	report->domid = space->dump->domid;
	report->vcpu = space->vcpus[0];
	report->no_ept = space->dump->no_ept[0];
	if (report->format == FORMAT_TEXT)
		text_space(space);
	if (report->format != FORMAT_JSON)
		return;
	json_newline(&report->json);
	json_open(&report->json, NULL, '{');
	json_head(&report->json, space);
	json_open(&report->json, "runs", '[');
}

void effective_run(void *opaque, const struct effective_run *run)
{
	struct effective_report *report = opaque;

	if (report->format == FORMAT_TEXT) {
		(report->no_ept ? text_half : text_run)(report, run);
	} else if (report->format == FORMAT_JSONL) {
		line_open(report, "run");
		json_number(&report->json, "domid", report->domid);
		json_number(&report->json, "vcpu", report->vcpu);
		effective_run_members(&report->json, run);
		if (report->no_ept)
			half_members(&report->json, run);
		line_close(report);
	} else {
		json_newline(&report->json);
		json_open(&report->json, NULL, '{');
		effective_run_members(&report->json, run);
		if (report->no_ept)
			half_members(&report->json, run);
		json_close(&report->json, '}');
	}
}

void effective_space_end(struct effective_report *report, const struct effective_space *space)
{
	if (report->format == FORMAT_TEXT) {
		text_space_end(report, space);
	} else if (report->format == FORMAT_JSONL) {
		line_open(report, "domain");
		json_head(&report->json, space);
		json_tail(&report->json, space);
		line_close(report);
	} else {
		json_close(&report->json, ']');
		json_tail(&report->json, space);
		json_close(&report->json, '}');
	}
}

void effective_end(struct effective_report *report, bool complete, int exit_status)
{
	if (report->format == FORMAT_TEXT)
		return;
	if (report->format == FORMAT_JSONL)
		line_open(report, "end");
	else
		json_close(&report->json, ']');
	json_bool(&report->json, "complete", complete);
	document_end(&report->json, exit_status);
}
