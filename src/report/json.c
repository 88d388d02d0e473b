/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/backend.h"

#include "base/temporary.h"
#include "report/document.h"
#include "report/limitswrite.h"
#include "report/outcomejson.h"
#include "report/words.h"
#include "source/capture/form.h"
#include "source/factsjson.h"
#include "source/text/logcounts.h"
#include "x86/memtype.h"

/* Members of a run or finding; the object is open. */
static void run_members(struct jsonwrite *json, const struct run *run)
{
	struct row row = row_of_run(run);

	columns_json(COLUMNS_AUDIT, json, &row);
}

static void head_members(struct jsonwrite *json, const struct source *source)
{
	const struct source_info *info = &source->info;
	unsigned int i;

	document_schema(json, "xen-eptaudit/audit");
	document_source(json, info);
	json_open(json, "xen", '{');
	json_string(json, "version", info->xen_version[0] ? info->xen_version : NULL);
	json_string(json, "rules", info->rules_name);
	json_string(json, "how", how_name(info->how_xen));
	if (info->how_version != HOW_UNKNOWN)
		json_string(json, "version_how", how_name(info->how_version));
	if (info->rules_note[0])
		json_string(json, "note", info->rules_note);
	json_close(json, '}');
	json_open(json, "remarks", '[');
	for (i = 0; i < info->remark_count; i++)
		json_string(json, NULL, info->remarks[i]);
	json_close(json, ']');
}

/* The last members of an object, which ends with them. */
static void tail_members(struct jsonwrite *json, const struct source *source,
			 const struct nothing *nothing, bool complete, int exit_status)
{
	size_t i;
	static const struct log_counts none;
	const struct log_counts *log = source->info.log ? source->info.log : &none;

	json_number(json, "rejected_lines", log->rejected_lines);
	json_number(json, "replayed_lines", log->replayed_lines);
	json_bool(json, "attributes_trimmed", log->attributes_trimmed);
	if (log->left_out_lines)
		json_number(json, FORM_KEY_LEFT_OUT, log->left_out_lines);
	document_headless(json, &source->info);
	if (nothing->count) {
		json_open(json, "matched_nothing", '[');
		for (i = 0; i < nothing->count; i++)
			json_string(json, NULL, nothing->text[i]);
		json_close(json, ']');
	}
	json_bool(json, "complete", complete);
	document_end(json, exit_status);
}

static void domain_members(struct jsonwrite *json, const struct dump *dump, bool summary)
{
	unsigned int i;

	document_domain(json, dump);
	json_number(json, "dumps", dump->dumps);
	if (!summary)
		facts_write(json, "facts", &dump->facts);
	if (dump->note_count) {
		json_open(json, "notes", '[');
		for (i = 0; i < dump->note_count; i++)
			json_string(json, NULL, dump->notes[i]);
		json_close(json, ']');
	}
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
	limits_write(json, "limits", summary->limits);
	if (expect->count) {
		json_open(json, "expectations", '[');
		for (i = 0; i < expect->count; i++) {
			char result[160];

			if (!expect_concerns(&expect->list[i]))
				continue;
			json_open(json, NULL, '{');
			json_string(json, "expect", expect->list[i].text);
			json_bool(json, "holds", expect_holds(&expect->list[i]));
			json_string(json, "text",
				    expect_result(&expect->list[i], result, sizeof(result)));
			json_close(json, '}');
		}
		json_close(json, ']');
	}
	document_tables(json, dump);
	json_bool(json, "complete", dump->complete);
	if (!dump->complete) {
		json_string(json, "reason", dump->reason);
		ranges_write(json, "not_seen", &dump->not_seen);
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
	int fd;

	json_newline(json);
	json_open(json, NULL, '{');
	domain_members(json, dump, report->options.summary);
	if (!report->options.all_runs) {
		json_open(json, "findings", '[');
		return;
	}
	json_open(json, "runs", '[');
	fd = temporary_file();
	report->findings = fd < 0 ? NULL : fdopen(fd, "w+");
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
	tail_members(&report->json, source, &report->nothing, complete, exit_status);
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
	document_made(&report->made);
	line_open(report, "audit");
	head_members(&report->json, source);
	document_when(&report->json, &report->made);
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
	document_domid(&report->json, report->domid);
	run_members(&report->json, run);
	if (finding)
		document_when(&report->json, &report->made);
	line_close(report);
}

static void jsonl_domain_end(struct report *report, const struct dump *dump,
			     const struct summary *summary, const struct expectations *expect)
{
	line_open(report, "domain");
	domain_members(&report->json, dump, report->options.summary);
	domain_end_members(&report->json, dump, summary, expect);
	document_when(&report->json, &report->made);
	line_close(report);
}

static void jsonl_end(struct report *report, const struct source *source, bool complete,
		      int exit_status)
{
	line_open(report, "end");
	json_number(&report->json, "domains", report->domains);
	tail_members(&report->json, source, &report->nothing, complete, exit_status);
}

const struct report_backend report_jsonl = {
	.begin = jsonl_begin,
	.domain = jsonl_domain,
	.run = jsonl_run,
	.domain_end = jsonl_domain_end,
	.end = jsonl_end,
};
