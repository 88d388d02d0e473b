/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Metrics as Prometheus and OpenMetrics read them. All samples of one metric stand together, so
 * that the domains' numbers are kept until the end.
 */
#include "report/backend.h"

#include "base/array.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BUGS_MAX 32

struct bug_count {
	const char *bug; /* its id, or "" */
	uint64_t entries[SEVERITY_COUNT];
};

struct domain_metrics {
	int domid;
	char *name;
	uint64_t verdict[VERDICT_COUNT];
	struct bug_count bugs[BUGS_MAX]; /* the first is of no known bug */
	unsigned int bug_count, unknown_facts;
	bool complete;
};

struct metrics {
	struct domain_metrics *domains;
	size_t count;
	struct timespec began;
};

static void metrics_begin(struct report *report, const struct source *source)
{
	(void)source;
	report->metrics = calloc(1, sizeof(*report->metrics));
	report->failed |= !report->metrics;
	if (report->metrics)
		clock_gettime(CLOCK_MONOTONIC, &report->metrics->began);
}

static struct domain_metrics *last_domain(struct report *report)
{
	struct metrics *metrics = report->metrics;

	return metrics && metrics->count ? &metrics->domains[metrics->count - 1] : NULL;
}

static unsigned int count_unknown(const struct facts *facts)
{
	unsigned int count = 0, fact;

	for (fact = 0; fact < FACT_COUNT; fact++)
		count += fact_info[fact].kind != KIND_NONE && fact_how(facts, fact) == HOW_UNKNOWN;
	return count;
}

static void metrics_domain(struct report *report, const struct dump *dump)
{
	struct domain_metrics domain = { .domid = dump->domid, .bug_count = 1 };
	struct metrics *metrics = report->metrics;

	domain.bugs[0].bug = "";
	domain.name = strdup(dump->name ? dump->name : "");
	domain.unknown_facts = count_unknown(&dump->facts);
	if (!metrics || !domain.name ||
	    array_append(&metrics->domains, &metrics->count, sizeof(domain), &domain)) {
		free(domain.name);
		report->failed = true;
	}
}

static void metrics_run(struct report *report, const struct run *run)
{
	struct domain_metrics *domain = last_domain(report);
	const char *bug = run->bug ? run->bug->id : "";
	unsigned int i;

	if (!domain || run->verdict != VERDICT_MISMATCH || run->accepted)
		return;
	for (i = 0; i < domain->bug_count && strcmp(domain->bugs[i].bug, bug); i++)
		;
	if (i == BUGS_MAX)
		i = 0;
	if (i == domain->bug_count)
		domain->bugs[domain->bug_count++].bug = bug;
	domain->bugs[i].entries[run->severity] += run->entries;
}

static void metrics_domain_end(struct report *report, const struct dump *dump,
			       const struct summary *summary, const struct expectations *expect)
{
	struct domain_metrics *domain = last_domain(report);

	(void)expect;
	if (!domain)
		return;
	memcpy(domain->verdict, summary->verdict, sizeof(domain->verdict));
	domain->complete = dump->complete;
}

static void head(FILE *stream, const char *name, const char *help)
{
	fprintf(stream, "# HELP xen_eptaudit_%s %s\n# TYPE xen_eptaudit_%s gauge\n", name, help,
		name);
}

/* `xen_eptaudit_NAME{domain="6",name="web"`, with more labels or the end to follow. */
static void sample(FILE *stream, const char *name, const struct domain_metrics *domain)
{
	const char *c; /* made safe for a terminal: no newline is in it */

	fprintf(stream, "xen_eptaudit_%s{domain=\"%d\",name=\"", name, domain->domid);
	for (c = domain->name; *c; c++) {
		if (*c == '\\' || *c == '"')
			putc('\\', stream);
		putc(*c, stream);
	}
	putc('"', stream);
}

static void write_entries(FILE *stream, const struct domain_metrics *domain)
{
	unsigned int verdict;

	for (verdict = 0; verdict < VERDICT_COUNT; verdict++) {
		sample(stream, "entries", domain);
		fprintf(stream, ",verdict=\"%s\"} %" PRIu64 "\n", verdict_name(verdict),
			domain->verdict[verdict]);
	}
}

/* Of no bug every severity is told, so that there is something to hold an alert against. */
static void write_findings(FILE *stream, const struct domain_metrics *domain)
{
	unsigned int i, severity;

	for (i = 0; i < domain->bug_count; i++) {
		for (severity = 0; severity < SEVERITY_COUNT; severity++) {
			if (i && !domain->bugs[i].entries[severity])
				continue;
			sample(stream, "findings", domain);
			fprintf(stream, ",severity=\"%s\",bug=\"%s\"} %" PRIu64 "\n",
				severity_name(severity), domain->bugs[i].bug,
				domain->bugs[i].entries[severity]);
		}
	}
}

static void write_unknown(FILE *stream, const struct domain_metrics *domain)
{
	sample(stream, "unknown_facts", domain);
	fprintf(stream, "} %u\n", domain->unknown_facts);
}

static void write_domain_complete(FILE *stream, const struct domain_metrics *domain)
{
	sample(stream, "domain_complete", domain);
	fprintf(stream, "} %d\n", domain->complete);
}

static void write_family(struct report *report, const char *name, const char *help,
			 void (*write)(FILE *stream, const struct domain_metrics *domain))
{
	const struct metrics *metrics = report->metrics;
	size_t i;

	head(report->stream, name, help);
	for (i = 0; i < metrics->count; i++)
		write(report->stream, &metrics->domains[i]);
}

void metrics_clear(struct report *report)
{
	size_t i;

	if (!report->metrics)
		return;
	for (i = 0; i < report->metrics->count; i++)
		free(report->metrics->domains[i].name);
	free(report->metrics->domains);
	free(report->metrics);
	report->metrics = NULL;
}

static void metrics_end(struct report *report, const struct source *source, bool complete,
			int exit_status)
{
	FILE *stream = report->stream;
	struct timespec now;

	(void)source;
	if (!report->metrics)
		return;
	write_family(report, "entries", "EPT entries by what the audit says of them.",
		     write_entries);
	write_family(report, "findings",
		     "EPT entries that differ from the rules and are in no baseline.",
		     write_findings);
	write_family(report, "unknown_facts",
		     "Facts that the rules ask for and that are not known.", write_unknown);
	write_family(report, "domain_complete", "1 if no entry of the domain was lost.",
		     write_domain_complete);
	head(stream, "complete", "1 if no entry was lost, of any domain.");
	fprintf(stream, "xen_eptaudit_complete %d\n", complete);
	head(stream, "exit_status",
	     "What the audit ended with: 0 clean, 1 findings, 3 incomplete.");
	fprintf(stream, "xen_eptaudit_exit_status %d\n", exit_status);
	clock_gettime(CLOCK_MONOTONIC, &now);
	head(stream, "run_seconds", "How long the audit took.");
	fprintf(stream, "xen_eptaudit_run_seconds %.3f\n",
		(double)(now.tv_sec - report->metrics->began.tv_sec) +
			(now.tv_nsec - report->metrics->began.tv_nsec) / 1e9);
	head(stream, "last_run_timestamp_seconds", "When the audit ended, in Unix time.");
	fprintf(stream, "xen_eptaudit_last_run_timestamp_seconds %lld\n", (long long)time(NULL));
	fputs("# EOF\n", stream);
}

const struct report_backend report_openmetrics = {
	.begin = metrics_begin,
	.domain = metrics_domain,
	.run = metrics_run,
	.domain_end = metrics_domain_end,
	.end = metrics_end,
};
