/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/document.h"

#include "config.h"
#include "model/domid.h"

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
