/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/backend.h"

#include "config.h"
#include "report/factswrite.h"
#include "report/words.h"
#include "x86/memtype.h"

/* Members of a run or finding; the object is open. */
static void run_members(struct jsonwrite *json, const struct run *run)
{
	char text[512];
	unsigned int keys[OUTCOME_COUNT], count, i;
	bool decided = run->verdict != VERDICT_PENDING && run->verdict != VERDICT_SKIPPED;

	json_hex_pair(json, "gfn", run->first.gfn, run->gfn_last);
	if (run->first.pod)
		json_string(json, "mfn", NULL);
	else
		json_hex(json, "mfn", run->first.mfn);
	json_bool(json, "mfn_contiguous", run->mfn_contiguous);
	json_number(json, "order", run->first.order);
	json_number(json, "entries", run->entries);
	json_string(json, "attributes", words_attributes(&run->first, text, sizeof(text)));
	if (run->first.pod) {
		json_string(json, "emt", NULL);
		json_string(json, "ipat", NULL);
	} else {
		json_string(json, "emt", run->first.emt == 7 ? "??" : memtype_name(run->first.emt));
		if (run->first.ipat_hidden)
			json_string(json, "ipat", NULL);
		else
			json_bool(json, "ipat", run->first.ipat);
	}
	if (run->first.has_raw)
		json_hex(json, "raw", run->first.raw);
	if (run->first.type != ENTRY_TYPE_UNKNOWN)
		json_string(json, "type", p2m_type_name(run->first.type));
	json_string(json, "verdict", verdict_name(run->verdict));
	if (decided) {
		json_open(json, "expected", '[');
		count = decision_order(&run->decision, keys);
		for (i = 0; i < count; i++) {
			const struct outcome *outcome = &run->decision.outcome[keys[i]];

			json_open(json, NULL, '{');
			outcome_write(json, keys[i], outcome);
			if (outcome->assumes)
				facts_write_names(json, "assumes", outcome->assumes);
			json_close(json, '}');
		}
		json_close(json, ']');
	}
	if (run->verdict == VERDICT_OK_IF) {
		facts_write_names(json, "assumes",
				  run->decision.outcome[entry_key(&run->first)].assumes);
		facts_write_names(json, "unusual", run_unusual(run));
	}
	if (run->verdict == VERDICT_MISMATCH) {
		json_string(json, "severity", severity_name(run->severity));
		json_string(json, "bug", run->bug ? run->bug->id : NULL);
		if (run->accepted)
			json_bool(json, "accepted", true);
	}
	json_string(json, "text", words_sentence(run, text, sizeof(text)));
}

static void head_members(struct jsonwrite *json, const struct source *source)
{
	const struct source_info *info = &source->info;
	unsigned int i;

	json_schema(json, "xen-eptaudit/audit");
	json_open(json, "tool", '{');
	json_string(json, "name", "xen-eptaudit");
	json_string(json, "version", PACKAGE_VERSION);
	json_close(json, '}');
	json_open(json, "source", '{');
	json_string(json, "kind", info->kind);
	json_string(json, "name", info->name);
	if (info->via)
		json_string(json, "via", info->via);
	if (info->hypercalls)
		json_number(json, "hypercalls", info->hypercalls);
	json_close(json, '}');
	json_open(json, "xen", '{');
	json_string(json, "version", info->xen_version[0] ? info->xen_version : NULL);
	json_string(json, "rules", info->rules_name);
	json_string(json, "how", how_name(info->how_xen));
	if (info->rules_note[0])
		json_string(json, "note", info->rules_note);
	json_close(json, '}');
	json_open(json, "remarks", '[');
	for (i = 0; i < info->remark_count; i++)
		json_string(json, NULL, info->remarks[i]);
	json_close(json, ']');
}

static void tail_members(struct jsonwrite *json, const struct source *source, bool complete,
			 int exit_status)
{
	const struct source_info *info = &source->info;

	json_number(json, "rejected_lines", info->rejected_lines);
	json_number(json, "replayed_lines", info->replayed_lines);
	json_bool(json, "attributes_trimmed", info->attributes_trimmed);
	if (info->headless_entries) {
		json_open(json, "headless", '{');
		json_number(json, "entries", info->headless_entries);
		json_hex_pair(json, "gfn", info->headless_first, info->headless_last);
		json_close(json, '}');
	}
	json_bool(json, "complete", complete);
	json_number(json, "exit_status", exit_status);
}

static void domain_members(struct jsonwrite *json, const struct dump *dump)
{
	json_number(json, "domid", dump->domid);
	json_string(json, "name", dump->name);
	json_number(json, "dump", dump->number);
	json_number(json, "dumps", dump->dumps);
	facts_write(json, "facts", &dump->facts);
}

static void domain_end_members(struct jsonwrite *json, const struct dump *dump,
			       const struct summary *summary, const struct expectations *expect)
{
	unsigned int i;

	json_open(json, "summary", '{');
	json_number(json, "entries", summary->entries);
	json_number(json, "pages", summary->pages);
	for (i = 0; i < VERDICT_COUNT; i++)
		json_number(json, verdict_key(i), summary->verdict[i]);
	json_number(json, "unusual", summary->unusual);
	if (summary_accepted(summary))
		json_number(json, "accepted", summary_accepted(summary));
	json_close(json, '}');
	json_open(json, "ok_if_assumes", '{');
	for (i = 0; i < FACT_COUNT; i++)
		if (summary->assumed[i])
			json_number(json, fact_info[i].name, summary->assumed[i]);
	json_close(json, '}');
	if (expect->count) {
		json_open(json, "expectations", '[');
		for (i = 0; i < expect->count; i++) {
			char result[160];

			json_open(json, NULL, '{');
			json_string(json, "expect", expect->list[i].text);
			json_bool(json, "holds", expect_holds(&expect->list[i]));
			json_string(json, "text",
				    expect_result(&expect->list[i], result, sizeof(result)));
			json_close(json, '}');
		}
		json_close(json, ']');
	}
	if (dump->table_findings) {
		json_number(json, "table_findings", dump->table_findings);
		json_open(json, "tables", '[');
		for (i = 0; i < dump->table_findings && i < DUMP_TABLE_FINDINGS; i++)
			json_string(json, NULL, dump->table_finding[i]);
		json_close(json, ']');
	}
	json_bool(json, "complete", dump->complete);
	if (!dump->complete) {
		json_string(json, "reason", dump->reason);
		facts_write_ranges(json, "not_seen", &dump->not_seen);
	}
}

/* One document. */

static void json_begin(struct report *report, const struct source *source)
{
	json_open(&report->json, NULL, '{');
	head_members(&report->json, source);
	json_open(&report->json, "domains", '[');
}

static void json_domain(struct report *report, const struct dump *dump)
{
	struct jsonwrite *json = &report->json;

	json_newline(json);
	json_open(json, NULL, '{');
	domain_members(json, dump);
	if (!report->options.all_runs) {
		json_open(json, "findings", '[');
		return;
	}
	json_open(json, "runs", '[');
	report->findings = tmpfile();
	report->findings_json.stream = report->findings;
	report->findings_json.comma = false;
	if (!report->findings)
		report->failed = true;
}

static void one_run(struct jsonwrite *json, const struct run *run)
{
	json_newline(json);
	json_open(json, NULL, '{');
	run_members(json, run);
	json_close(json, '}');
}

static void json_run(struct report *report, const struct run *run)
{
	bool finding = run->verdict == VERDICT_MISMATCH;

	if (report->options.summary)
		return;
	if (report->options.all_runs || finding)
		one_run(&report->json, run);
	if (report->options.all_runs && finding && report->findings)
		one_run(&report->findings_json, run);
}

static void json_domain_end(struct report *report, const struct dump *dump,
			    const struct summary *summary, const struct expectations *expect)
{
	struct jsonwrite *json = &report->json;
	char buffer[4096];
	size_t n;

	json_close(json, ']');
	if (report->findings) {
		json_open(json, "findings", '[');
		rewind(report->findings);
		while ((n = fread(buffer, 1, sizeof(buffer), report->findings)))
			fwrite(buffer, 1, n, report->stream);
		report->failed |= ferror(report->findings);
		fclose(report->findings);
		report->findings = NULL;
		json_close(json, ']');
	}
	domain_end_members(json, dump, summary, expect);
	json_close(json, '}');
}

static void json_end(struct report *report, const struct source *source, bool complete,
		     int exit_status)
{
	json_close(&report->json, ']');
	tail_members(&report->json, source, complete, exit_status);
	json_close(&report->json, '}');
	putc('\n', report->stream);
}

const struct report_backend report_json = {
	.begin = json_begin,
	.domain = json_domain,
	.run = json_run,
	.domain_end = json_domain_end,
	.end = json_end,
};

/* The same objects, one a line. */

static void line_open(struct report *report, const char *record)
{
	report->json.comma = false;
	json_open(&report->json, NULL, '{');
	json_string(&report->json, "record", record);
}

static void line_close(struct report *report)
{
	json_close(&report->json, '}');
	putc('\n', report->stream);
}

static void jsonl_begin(struct report *report, const struct source *source)
{
	line_open(report, "audit");
	head_members(&report->json, source);
	line_close(report);
}

static void jsonl_domain(struct report *report, const struct dump *dump)
{
	(void)report;
	(void)dump; /* told at its end, when it is known whether it was complete */
}

static void jsonl_run(struct report *report, const struct run *run)
{
	bool finding = run->verdict == VERDICT_MISMATCH;

	if (report->options.summary || (!report->options.all_runs && !finding))
		return;
	line_open(report, finding ? "finding" : "run");
	json_number(&report->json, "domid", report->domid);
	run_members(&report->json, run);
	line_close(report);
}

static void jsonl_domain_end(struct report *report, const struct dump *dump,
			     const struct summary *summary, const struct expectations *expect)
{
	line_open(report, "domain");
	domain_members(&report->json, dump);
	domain_end_members(&report->json, dump, summary, expect);
	line_close(report);
}

static void jsonl_end(struct report *report, const struct source *source, bool complete,
		      int exit_status)
{
	line_open(report, "end");
	json_number(&report->json, "domains", report->domains);
	tail_members(&report->json, source, complete, exit_status);
	line_close(report);
}

const struct report_backend report_jsonl = {
	.begin = jsonl_begin,
	.domain = jsonl_domain,
	.run = jsonl_run,
	.domain_end = jsonl_domain_end,
	.end = jsonl_end,
};
