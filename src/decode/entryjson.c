/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An entry in JSON, put together of pieces made once: there can be many millions. */
#include "decode/entry.h"

#include "base/put.h"
#include "decode/fields.h"
#include "decode/item.h"
#include "x86/memtype.h"

#include <stdio.h>
#include <string.h>

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

void entry_json(struct decode *decode, uint64_t raw, const struct entry_place *place)
{
	char text[FIELDS_TEXT_SIZE + 512],
		*p = put_0x(put_text(text, "{\"kind\":\"ept-entry\",\"raw\":\""), raw);

	p = put_decimal(put_text(p, "\",\"level\":"), place->level);
	p = put_text(put_text(p, ",\"level_guessed\":"), place->doubt ? "true" : "false");
	/* Where Xen's own bits lie changed in 4.20. */
	p = put_text(put_text(p, ",\"layout_assumed\":"), decode->layout_given ? "false" : "true");
	p = put_text(put_text(p, ",\"present\":"), ept_present(raw) ? "true" : "false");
	p = put_text(put_text(p, ",\"leaf\":"), place->leaf ? "true" : "false");
	p = fields_put(decode, FIELDS_JSON, raw, put_text(p, ",\"fields\":{"));
	p = put_text(p - 1, "},\"misconfiguration\":"); /* over the last comma */
	if (place->wrong)
		p = put_text(put_text(put_text(p, "\""), place->wrong), "\"");
	else
		p = put_text(p, "null");
	if (entry_has_effective(raw, place))
		p = put_text(p, effective_key(decode, ept_emt(raw), ept_ipat(raw)));
	*p++ = '}';
	item_whole(decode, text, p - text);
}
