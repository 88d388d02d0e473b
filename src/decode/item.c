/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "decode/item.h"

#include "base/screen.h"
#include "report/document.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

void document_open(struct decode *decode)
{
	struct jsonwrite *json = &decode->json;

	if (decode->format != DECODE_JSON || decode->begun)
		return;
	decode->begun = true;
	document_begin(json, "xen-eptaudit/decode");
	document_source(json, NULL);
	json_open(json, "values", '[');
}

void document_close(struct decode *decode, bool whole)
{
	if (!decode->begun)
		return;
	json_close(&decode->json, ']');
	if (decode->skipped)
		json_number(&decode->json, "skipped_lines", decode->skipped);
	json_bool(&decode->json, "complete", whole);
	document_end(&decode->json, whole ? 0 : 2);
}

void item_open(struct decode *decode, const char *kind)
{
	struct jsonwrite *json = &decode->json;

	document_open(decode);
	if (decode->format == DECODE_JSON)
		json_newline(json);
	json->comma = false;
	json_open(json, NULL, '{');
	json_string(json, "kind", kind);
}

void item_close(struct decode *decode)
{
	json_close(&decode->json, '}');
	if (decode->format == DECODE_JSONL)
		putchar('\n');
}

void item_whole(struct decode *decode, const char *text, size_t length)
{
	document_open(decode);
	if (decode->format == DECODE_JSON)
		json_newline(&decode->json);
	json_raw(&decode->json, text, length);
	if (decode->format == DECODE_JSONL)
		putc_unlocked('\n', decode->json.stream);
}

bool item_tell(struct decode *decode, const char *kind, uint64_t raw, const char *wrong,
	       const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (decode->format == DECODE_TEXT) {
		screen_print(stdout, 0, 4, "0x%016" PRIx64 ": %s: %s%s%s", raw, kind, text,
			     wrong ? "; not valid: " : "", wrong ? wrong : "");
		return false;
	}
	item_open(decode, kind);
	json_hex(&decode->json, "raw", raw);
	json_string(&decode->json, "text", text);
	json_string(&decode->json, "not_valid", wrong);
	return true;
}

bool item_say(struct decode *decode, const char *kind, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (decode->format == DECODE_TEXT) {
		printf("%s: %s\n", kind, text);
		return false;
	}
	item_open(decode, kind);
	json_string(&decode->json, "text", text);
	return true;
}
