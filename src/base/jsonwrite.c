/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/jsonwrite.h"

#include "base/put.h"

static void write_out(struct jsonwrite *json, const char *text, const char *end)
{
	fwrite_unlocked(text, 1, end - text, json->stream);
}

static bool plain(unsigned char c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

#define SHORT 64

/* Copies a short word in quotes to p. NULL where it is longer, or needs an escape. */
static char *put_plain(char *p, const char *text)
{
	unsigned int length;

	*p++ = '"';
	for (length = 0; text[length]; length++) {
		if (length == SHORT || !plain(text[length]))
			return NULL;
		*p++ = text[length];
	}
	*p++ = '"';
	return p;
}

/* Everything but printable ASCII is escaped: what is written may reach a terminal. */
static void quoted(struct jsonwrite *json, const char *text)
{
	FILE *stream = json->stream;
	char word[SHORT + 2], *word_end = put_plain(word, text);

	if (word_end) { /* one write instead of three: there can be many millions */
		write_out(json, word, word_end);
		return;
	}
	putc_unlocked('"', stream);
	while (*text) {
		const char *end = text;

		while (plain(*end))
			end++;
		write_out(json, text, end);
		text = end;
		if (*text == '"' || *text == '\\')
			fprintf(stream, "\\%c", *text++);
		else if (*text)
			fprintf(stream, "\\u%04x", (unsigned char)*text++);
	}
	putc_unlocked('"', stream);
}

static void begin(struct jsonwrite *json, const char *key)
{
	char word[SHORT + 4] = ",", *p = word + json->comma;
	char *key_end = key ? put_plain(p, key) : p;

	json->comma = true;
	if (key && key_end)
		*key_end++ = ':';
	write_out(json, word, key_end ? key_end : p);
	if (!key_end) {
		quoted(json, key);
		putc_unlocked(':', json->stream);
	}
}

void json_open(struct jsonwrite *json, const char *key, char bracket)
{
	begin(json, key);
	putc_unlocked(bracket, json->stream);
	json->comma = false;
}

void json_close(struct jsonwrite *json, char bracket)
{
	putc_unlocked(bracket, json->stream);
	json->comma = true;
}

void json_string(struct jsonwrite *json, const char *key, const char *value)
{
	begin(json, key);
	if (value)
		quoted(json, value);
	else
		fputs_unlocked("null", json->stream);
}

void json_number(struct jsonwrite *json, const char *key, uint64_t value)
{
	char text[20];

	begin(json, key);
	write_out(json, text, put_decimal(text, value));
}

void json_hex(struct jsonwrite *json, const char *key, uint64_t value)
{
	char text[20] = "\"", *p = put_0x(text + 1, value);

	begin(json, key);
	*p++ = '"';
	write_out(json, text, p);
}

void json_hex_pair(struct jsonwrite *json, const char *key, uint64_t first, uint64_t last)
{
	char text[48] = "[\"", *p = put_0x(text + 2, first);

	begin(json, key);
	p = put_0x(put_text(p, "\",\""), last);
	write_out(json, text, put_text(p, "\"]"));
}

void json_bool(struct jsonwrite *json, const char *key, bool value)
{
	begin(json, key);
	fputs_unlocked(value ? "true" : "false", json->stream);
}

void json_raw(struct jsonwrite *json, const char *text, size_t length)
{
	write_out(json, text, text + length);
	json->comma = true;
}

void json_schema(struct jsonwrite *json, const char *name, unsigned int minor)
{
	json_string(json, "schema", name);
	json_open(json, "schema_version", '[');
	json_number(json, NULL, 1);
	json_number(json, NULL, minor);
	json_close(json, ']');
}

void json_newline(struct jsonwrite *json)
{
	if (json->comma)
		putc_unlocked(',', json->stream);
	json->comma = false;
	putc_unlocked('\n', json->stream);
}
