/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An entry in text, a line for each field. */
#include "decode/entry.h"

#include "base/put.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The text around a field's value, made once: formatting is slow, and entries can be millions. */
struct field_text {
	const struct ept_field *field;
	char before[32];    /* "  51:12  mfn         0x" */
	char after[2][128]; /* "  (frame of the page)\n", and that of an entry of a table */
};

/* Those of this Xen, or of what is none; ends with a field of NULL. */
static const struct field_text *field_texts(const struct decode *decode)
{
	static struct field_text tables[2][FIELDS_MAX + 1];
	struct field_text *texts = tables[decode->foreign], *text = texts;
	const struct ept_field *field;
	unsigned int n = 0, i;
	char bits[8];

	if (texts->field)
		return texts;
	for (; text < texts + FIELDS_MAX && (field = entry_field(decode, &n)); text++) {
		text->field = field;
		if (field->high == field->low)
			snprintf(bits, sizeof(bits), "%u", field->high);
		else
			snprintf(bits, sizeof(bits), "%u:%u", field->high, field->low);
		snprintf(text->before, sizeof(text->before), "  %5s  %-11s 0x", bits, field->name);
		for (i = 0; i < 2; i++)
			snprintf(text->after[i], sizeof(text->after[i]), "  (%s%s)\n",
				 i && field->table ? field->table : field->meaning,
				 field->kind == EPT_P2M_ACCESS && !decode->layout_given
					 ? ", as of 4.20; --xen names another"
					 : "");
	}
	return texts;
}

/* The line of effective types, made once for each EMT and iPAT. */
static const char *effective_line(const struct decode *decode, unsigned int emt, bool ipat)
{
	static struct {
		uint64_t pat;
		char text[96];
	} lines[16];
	unsigned int n = emt << 1 | ipat;
	char types[32];

	if (!*lines[n].text || lines[n].pat != decode->pat) {
		snprintf(lines[n].text, sizeof(lines[n].text),
			 "  effective type for PAT0 to PAT7 (0x%016" PRIx64 "): %s\n", decode->pat,
			 effective_text(decode, emt, ipat, types));
		lines[n].pat = decode->pat;
	}
	return lines[n].text;
}

void entry_text(struct decode *decode, uint64_t raw, const struct place *place)
{
	bool table = ept_present(raw) && !place->leaf;
	const struct field_text *text;
	char out[FIELDS_MAX * 192 + 256], *p = out;

	p = put_hex16(put_text(p, "0x"), raw);
	p = put_decimal(put_text(p, ": EPT entry, level "), place->level);
	if (place->doubt)
		p = put_text(put_text(put_text(p, " (guessed"), place->doubt), ")");
	p = put_text(p, !ept_present(raw) ? ", not present\n"
			: table		  ? ", refers to a table\n"
					  : ", maps a page\n");
	for (text = field_texts(decode); text->field; text++) {
		uint64_t value = ept_field_value(text->field, raw);
		const char *name = entry_value_name(decode, text->field, value);

		p = put_hex(stpcpy(p, text->before), value);
		if (name)
			p = stpcpy(stpcpy(p, " "), name);
		p = stpcpy(p, text->after[table]);
	}
	if (entry_has_effective(raw, place))
		p = put_text(p, effective_line(decode, ept_emt(raw), ept_ipat(raw)));
	fwrite_unlocked(out, 1, p - out, stdout);
	if (place->wrong)
		printf("  EPT misconfiguration: %s (SDM vol. 3, \"EPT Misconfigurations\")\n",
		       place->wrong);
	if (ept_execute_only(raw))
		puts("  EPT misconfiguration, unless the processor supports execute-only "
		     "translations: bits 2:0 are 100b");
	if (ept_present(raw) && ept_emt(raw) == 7 && !decode->foreign)
		puts("  Xen sets an EMT of 7 on purpose: it recomputes on the next touch");
}
