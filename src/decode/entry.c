/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Raw entries: their level, and what is said of them in every form. */
#include "decode/entry.h"

#include "base/put.h"
#include "decode/fields.h"
#include "model/entry.h"
#include "x86/memtype.h"

#include <stdio.h>
#include <string.h>

/*
 * Xen sets bit 7 in superpages only, and the lower 7 bits of a table entry are r, w and x. *doubt
 * is what looks the same, or "".
 */
static unsigned int guess_level(uint64_t entry, const char **doubt)
{
	*doubt = "";
	if (ept_superpage(entry)) {
		if (ept_mfn(entry) & 0x3ffff)
			return 2;
		*doubt = "; a 2M page may be so aligned, too";
		return 3;
	}
	if ((entry & 0x7f) == 7 && ept_type(entry) == P2M_RAM_RW) {
		*doubt = "; levels 3 to 5, or a 4K page of type UC, look the same";
		return 2;
	}
	if ((entry & 0x7f) == 0x3f && ept_type(entry) == P2M_RAM_RW)
		*doubt = "; a table whose entries are to be recomputed looks the same";
	return 1;
}

const char *effective_text(const struct decode *decode, unsigned int emt, bool ipat, char text[32])
{
	char *p = text;
	unsigned int i;

	for (i = 0; i < 8; i++) {
		int type = memtype_effective(emt, ipat, decode->pat >> (i * 8) & 7);

		p += sprintf(p, "%s%s", i ? " " : "", type < 0 ? "-" : memtype_name(type));
	}
	return text;
}

void effective_json(struct decode *decode, unsigned int emt, bool ipat)
{
	unsigned int i;

	json_open(&decode->json, "effective", '[');
	for (i = 0; i < 8; i++) {
		int type = memtype_effective(emt, ipat, decode->pat >> (i * 8) & 7);

		json_string(&decode->json, NULL, type < 0 ? NULL : memtype_name(type));
	}
	json_close(&decode->json, ']');
}

char *entry_brief(const struct decode *decode, uint64_t raw, char *p)
{
	p = put_hex16(put_text(p, "0x"), raw);
	*p++ = ' ';
	return fields_put(decode, FIELDS_BRIEF, raw, p);
}

bool entry_has_effective(uint64_t raw, const struct entry_place *place)
{
	return place->leaf && ept_present(raw) && memtype_valid(ept_emt(raw));
}

void entry_decode(struct decode *decode, uint64_t raw, unsigned int level)
{
	struct entry_place place = { .level = level };
	char line[ENTRY_BRIEF_SIZE];

	if (decode->brief && decode->format == DECODE_TEXT) {
		fwrite(line, 1, entry_brief(decode, raw, line) - line, stdout);
		return;
	}
	if (!level)
		place.level = guess_level(raw, &place.doubt);
	place.leaf = place.level == 1 || (place.level < 4 && ept_superpage(raw));
	place.wrong = ept_misconfiguration(raw, place.level, decode->phys_bits);
	if (decode->format == DECODE_TEXT)
		entry_text(decode, raw, &place);
	else
		entry_json(decode, raw, &place);
}
