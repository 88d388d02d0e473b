/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An entry in JSON, put together of pieces made once: there can be many millions. */
#include "decode/entry.h"

#include "base/put.h"
#include "decode/item.h"
#include "x86/memtype.h"

#include <stdio.h>
#include <string.h>

#define VALUES_MAX 64 /* of a field that has names for them: a p2m type */

#define VALUE_SIZE 48

/* A field's key, and itself with each value that it can have where these are few. */
struct field_json {
	const struct ept_field *field;
	char key[24];			    /* "\"mfn\":\"0x" */
	char value[VALUES_MAX][VALUE_SIZE]; /* "\"emt\":\"WB\"", or "" where it is a number */
	unsigned char length[VALUES_MAX];
};

static void make_value(const struct decode *decode, struct field_json *json, uint64_t value)
{
	const struct ept_field *field = json->field;
	const char *name = entry_value_name(decode, field, value);
	char *text = json->value[value];

	if (name && strcmp(name, "unused"))
		snprintf(text, VALUE_SIZE, "\"%s\":\"%s\"", field->name, name);
	else if (field->kind == EPT_FLAG)
		snprintf(text, VALUE_SIZE, "\"%s\":%s", field->name, value ? "true" : "false");
	else
		snprintf(text, VALUE_SIZE, "%s%x\"", json->key, (unsigned int)value);
	json->length[value] = strlen(text);
}

/* Those of this Xen, or of what is none; ends with a field of NULL. */
static const struct field_json *field_jsons(const struct decode *decode)
{
	static struct field_json tables[2][FIELDS_MAX + 1];
	struct field_json *jsons = tables[decode->foreign], *json = jsons;
	const struct ept_field *field;
	unsigned int n = 0, value;

	if (jsons->field)
		return jsons;
	for (; json < jsons + FIELDS_MAX && (field = entry_field(decode, &n)); json++) {
		json->field = field;
		snprintf(json->key, sizeof(json->key), "\"%s\":\"0x", field->name);
		for (value = 0; field->kind != EPT_NUMBER && value < VALUES_MAX &&
				value < 2u << (field->high - field->low);
		     value++)
			make_value(decode, json, value);
	}
	return jsons;
}

static char *put_fields(const struct decode *decode, uint64_t raw, char *p)
{
	const struct field_json *json = field_jsons(decode);
	bool first = true;

	for (; json->field; json++, first = false) {
		uint64_t value = ept_field_value(json->field, raw);

		if (!first)
			*p++ = ',';
		if (json->field->kind != EPT_NUMBER) {
			memcpy(p, json->value[value], VALUE_SIZE);
			p += json->length[value];
			continue;
		}
		p = put_text(put_hex(put_text(p, json->key), value), "\"");
	}
	return p;
}

/* ",\"effective\":[…]", made once for each EMT and iPAT. */
static const char *effective_key(const struct decode *decode, unsigned int emt, bool ipat)
{
	static struct {
		uint64_t pat;
		char text[96];
	} keys[16];
	unsigned int n = emt << 1 | ipat, i;
	char *p = keys[n].text;

	if (*p && keys[n].pat == decode->pat)
		return p;
	keys[n].pat = decode->pat;
	p = put_text(p, ",\"effective\":[");
	for (i = 0; i < 8; i++) {
		int type = memtype_effective(emt, ipat, decode->pat >> (i * 8) & 7);

		p = put_text(p, i ? "," : "");
		p = type < 0 ? put_text(p, "null")
			     : put_text(put_text(put_text(p, "\""), memtype_name(type)), "\"");
	}
	strcpy(p, "]");
	return keys[n].text;
}

void entry_json(struct decode *decode, uint64_t raw, const struct place *place)
{
	char text[2048], *p = put_0x(put_text(text, "{\"kind\":\"ept-entry\",\"raw\":\""), raw);

	p = put_decimal(put_text(p, "\",\"level\":"), place->level);
	p = put_text(put_text(p, ",\"level_guessed\":"), place->doubt ? "true" : "false");
	/* Where Xen's own bits lie changed in 4.20. */
	p = put_text(put_text(p, ",\"layout_assumed\":"), decode->layout_given ? "false" : "true");
	p = put_text(put_text(p, ",\"present\":"), ept_present(raw) ? "true" : "false");
	p = put_text(put_text(p, ",\"leaf\":"), place->leaf ? "true" : "false");
	p = put_fields(decode, raw, put_text(p, ",\"fields\":{"));
	p = put_text(p, "},\"misconfiguration\":");
	if (place->wrong)
		p = put_text(put_text(put_text(p, "\""), place->wrong), "\"");
	else
		p = put_text(p, "null");
	if (entry_has_effective(raw, place))
		p = put_text(p, effective_key(decode, ept_emt(raw), ept_ipat(raw)));
	*p++ = '}';
	item_whole(decode, text, p - text);
}
