/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/document.h"

#include "config.h"
#include "model/domid.h"
#include "source/capture/form.h"
#include "source/text/logcounts.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

void document_made(struct made *made)
{
	const char *fixed = getenv("SOURCE_DATE_EPOCH");
	time_t seconds = fixed ? strtoll(fixed, NULL, 10) : time(NULL);
	struct tm tm;

	if (gethostname(made->host, sizeof(made->host) - 1))
		strcpy(made->host, "localhost");
	made->host[sizeof(made->host) - 1] = '\0';
	if (!gmtime_r(&seconds, &tm) ||
	    !strftime(made->time, sizeof(made->time), "%Y-%m-%dT%H:%M:%S", &tm))
		strcpy(made->time, "1970-01-01T00:00:00");
}

void document_when(struct jsonwrite *json, const struct made *made)
{
	char zoned[sizeof(made->time) + 1];

	snprintf(zoned, sizeof(zoned), "%sZ", made->time);
	json_string(json, "host", made->host);
	json_string(json, "time", zoned);
}

void document_schema(struct jsonwrite *json, const char *schema)
{
	json_schema(json, schema, 1);
	json_open(json, "tool", '{');
	json_string(json, "name", "xen-eptaudit");
	json_string(json, "version", PACKAGE_VERSION);
	json_close(json, '}');
}

void document_begin(struct jsonwrite *json, const char *schema)
{
	json_open(json, NULL, '{');
	document_schema(json, schema);
}

void document_end(struct jsonwrite *json, int exit_status)
{
	json_number(json, "exit_status", exit_status);
	json_close(json, '}');
	putc('\n', json->stream);
}

void document_source(struct jsonwrite *json, const struct source_info *info)
{
	unsigned int i;

	if (!info) {
		json_string(json, "source", NULL);
		return;
	}
	json_open(json, "source", '{');
	json_string(json, "kind", info->kind);
	json_string(json, "name", info->name);
	if (info->via)
		json_string(json, "via", info->via);
	for (i = 0; i < info->count_count; i++)
		json_number(json, info->counts[i].name, info->counts[i].value);
	json_close(json, '}');
}

void document_headless(struct jsonwrite *json, const struct source_info *info)
{
	const struct log_counts *log = info->log;

	if (!log || !log->headless_entries)
		return;
	json_open(json, FORM_KEY_HEADLESS, '{');
	json_number(json, FORM_KEY_ENTRIES, log->headless_entries);
	json_hex_pair(json, FORM_KEY_GFN, log->headless_first, log->headless_last);
	json_close(json, '}');
}

void document_domid(struct jsonwrite *json, int domid)
{
	if (domid == DOMID_UNNAMED)
		json_string(json, "domid", NULL);
	else
		json_number(json, "domid", domid);
}

void document_domain(struct jsonwrite *json, const struct dump *dump)
{
	document_domid(json, dump->domid);
	json_string(json, "name", dump->name);
	json_number(json, "dump", dump->number);
}

void document_tables(struct jsonwrite *json, const struct dump *dump)
{
	unsigned int i;

	if (!dump->table_findings)
		return;
	json_number(json, "table_findings", dump->table_findings);
	json_open(json, "tables", '[');
	for (i = 0; i < dump->table_findings && i < DUMP_TABLE_FINDINGS; i++)
		json_string(json, NULL, dump->table_finding[i]);
	json_close(json, ']');
}

void heading_domain(FILE *stream, const struct dump *dump, const char *bold, const char *plain)
{
	if (dump->domid == DOMID_UNNAMED)
		fprintf(stream, "%sA domain that is not named%s", bold, plain);
	else
		fprintf(stream, "%sDomain %d%s", bold, dump->domid, plain);
	if (dump->name)
		fprintf(stream, " (%s)", dump->name);
	if (dump->dumps > 1)
		fprintf(stream, ", dump %u of %u", dump->number, dump->dumps);
	putc('\n', stream);
}

const char *plural(uint64_t count, const char *one, const char *many)
{
	return count == 1 ? one : many;
}
