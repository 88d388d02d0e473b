/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/effective.h"

#include "report/document.h"
#include "report/effectivetext.h"

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

	json_hex_pair(json, "gva", mapping->gva, mapping_last(mapping));
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
	conflicts_list(space->conflicts, json_conflict, json);
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
	report->domid = space->dump->domid;
	report->vcpu = space->vcpus[0];
	report->no_ept = space->dump->no_ept[0];
	if (report->format == FORMAT_TEXT)
		effective_text_space(report, space);
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
		effective_text_run(report, run);
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
		effective_text_space_end(report, space);
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
	if (report->format == FORMAT_TEXT) {
		effective_text_end(report);
		return;
	}
	if (report->format == FORMAT_JSONL)
		line_open(report, "end");
	else
		json_close(&report->json, ']');
	json_bool(&report->json, "complete", complete);
	document_end(&report->json, exit_status);
}
