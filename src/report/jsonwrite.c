/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/jsonwrite.h"

#include <inttypes.h>

/* Everything but printable ASCII is escaped: what is written may reach a terminal. */
static void quoted(FILE *stream, const char *text)
{
	putc('"', stream);
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\')
			fprintf(stream, "\\%c", c);
		else if (c >= 0x20 && c < 0x7f)
			putc(c, stream);
		else
			fprintf(stream, "\\u%04x", c);
	}
	putc('"', stream);
}

static void begin(struct jsonwrite *json, const char *key)
{
	if (json->comma)
		putc(',', json->stream);
	json->comma = true;
	if (key) {
		quoted(json->stream, key);
		putc(':', json->stream);
	}
}

void json_open(struct jsonwrite *json, const char *key, char bracket)
{
	begin(json, key);
	putc(bracket, json->stream);
	json->comma = false;
}

void json_close(struct jsonwrite *json, char bracket)
{
	putc(bracket, json->stream);
	json->comma = true;
}

void json_string(struct jsonwrite *json, const char *key, const char *value)
{
	begin(json, key);
	if (value)
		quoted(json->stream, value);
	else
		fputs("null", json->stream);
}

void json_number(struct jsonwrite *json, const char *key, uint64_t value)
{
	begin(json, key);
	fprintf(json->stream, "%" PRIu64, value);
}

void json_hex(struct jsonwrite *json, const char *key, uint64_t value)
{
	begin(json, key);
	fprintf(json->stream, "\"0x%" PRIx64 "\"", value);
}

void json_hex_pair(struct jsonwrite *json, const char *key, uint64_t first, uint64_t last)
{
	begin(json, key);
	fprintf(json->stream, "[\"0x%" PRIx64 "\",\"0x%" PRIx64 "\"]", first, last);
}

void json_bool(struct jsonwrite *json, const char *key, bool value)
{
	begin(json, key);
	fputs(value ? "true" : "false", json->stream);
}

void json_schema(struct jsonwrite *json, const char *name)
{
	json_string(json, "schema", name);
	json_open(json, "schema_version", '[');
	json_number(json, NULL, 1);
	json_number(json, NULL, 0);
	json_close(json, ']');
}

void json_newline(struct jsonwrite *json)
{
	if (json->comma)
		putc(',', json->stream);
	json->comma = false;
	putc('\n', json->stream);
}
