/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/backend.h"

#include "base/outfile.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>

void nothing_add(struct nothing *nothing, const char *format, ...)
{
	va_list args;

	if (nothing->count == NOTHING_MAX)
		return;
	va_start(args, format);
	vsnprintf(nothing->text[nothing->count++], sizeof(nothing->text[0]), format, args);
	va_end(args);
}

struct report *report_new(const struct report_options *options, FILE *stream)
{
	static const struct report_backend *const backends[] = {
		[FORMAT_TEXT] = &report_text,	[FORMAT_JSON] = &report_json,
		[FORMAT_JSONL] = &report_jsonl, [FORMAT_TAP] = &report_tap,
		[FORMAT_JUNIT] = &report_junit, [FORMAT_OPENMETRICS] = &report_openmetrics,
	};
	struct report *report = calloc(1, sizeof(*report));

	if (!report)
		return NULL;
	report->backend = backends[options->format];
	report->options = *options;
	report->stream = stream;
	report->json.stream = stream;
	if (options->format == FORMAT_TEXT && options->sentences && !options->summary) {
		report->groups = groups_new(stream, &report->legend);
		if (!report->groups) {
			free(report);
			return NULL;
		}
	}
	return report;
}

void report_begin(struct report *report, const struct source *source)
{
	report->backend->begin(report, source);
}

void report_domain(struct report *report, const struct dump *dump)
{
	report->domid = dump->domid;
	report->rows = 0;
	report->unusual_rows = report->unusual_left_out = 0;
	report->backend->domain(report, dump);
	report->domains++;
}

void report_run(struct report *report, const struct run *run)
{
	report->backend->run(report, run);
}

static void add_up(struct summary *total, const struct summary *summary)
{
	unsigned int i;

	total->entries += summary->entries;
	total->pages += summary->pages;
	total->unusual += summary->unusual;
	for (i = 0; i < VERDICT_COUNT; i++)
		total->verdict[i] += summary->verdict[i];
	for (i = 0; i < SEVERITY_COUNT; i++)
		total->accepted[i] += summary->accepted[i];
}

void report_domain_end(struct report *report, const struct dump *dump,
		       const struct summary *summary, const struct expectations *expect)
{
	add_up(&report->total, summary);
	report->backend->domain_end(report, dump, summary, expect);
}

void report_end(struct report *report, const struct source *source, const struct nothing *nothing,
		bool complete, int exit_status)
{
	report->nothing = *nothing;
	report->backend->end(report, source, complete, exit_status);
}

int report_free(struct report *report)
{
	int rc = written(report->stream);

	if (report->failed && !rc)
		rc = -EIO;
	if (report->findings)
		fclose(report->findings);
	metrics_clear(report);
	groups_free(report->groups);
	free(report);
	return rc;
}
