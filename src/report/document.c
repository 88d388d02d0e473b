/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/document.h"

#define WIDTH 98

void document_begin(struct jsonwrite *json, const char *schema)
{
	json_open(json, NULL, '{');
	json_schema(json, schema);
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

	json_open(json, "source", '{');
	json_string(json, "kind", info->kind);
	json_string(json, "name", info->name);
	if (info->via)
		json_string(json, "via", info->via);
	for (i = 0; i < info->count_count; i++)
		json_number(json, info->counts[i].name, info->counts[i].value);
	json_close(json, '}');
}

void document_domain(struct jsonwrite *json, const struct dump *dump)
{
	json_number(json, "domid", dump->domid);
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

void fold_put(struct fold *fold, const char *text, size_t length)
{
	if (fold->any && fold->column + 1 + length > WIDTH) {
		fprintf(fold->stream, "\n%*s", (int)fold->indent, "");
		fold->column = fold->indent;
	} else if (fold->any) {
		putc(' ', fold->stream);
		fold->column++;
	}
	fprintf(fold->stream, "%.*s", (int)length, text);
	fold->column += length;
	fold->any = true;
}

void fold_mark(struct fold *fold, char mark)
{
	putc(mark, fold->stream);
	fold->column++;
}
