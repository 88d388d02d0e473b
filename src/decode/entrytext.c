/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An entry in text, a line for each field. */
#include "decode/entry.h"

#include "base/put.h"
#include "report/screen.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define VALUES_MAX 64  /* of a field that has names for them: a p2m type */
#define LINE_SIZE  112 /* of a field */

/* The line of a field, made once for each value: formatting is slow, and entries can be millions.
 */
struct field_line {
	unsigned char length;
	char text[LINE_SIZE];
};

struct field_text {
	const struct ept_field *field;
	struct field_line line[2][VALUES_MAX]; /* of a leaf; of an entry that refers to a table */
};

/* Those of this Xen, or of what is none; ends with a field of NULL. */
static struct field_text *field_texts(const struct decode *decode)
{
	static struct field_text tables[2][FIELDS_MAX + 1];
	struct field_text *texts = tables[decode->foreign], *text = texts;
	unsigned int n = 0;

	if (!texts->field)
		while (text < texts + FIELDS_MAX && (text->field = entry_field(decode, &n)))
			text++;
	return texts;
}

static void make_line(const struct decode *decode, const struct ept_field *field, uint64_t value,
		      bool table, struct field_line *line)
{
	const char *name = entry_value_name(decode, field, value);
	char bits[8];
	int length;

	if (field->high == field->low)
		snprintf(bits, sizeof(bits), "%u", field->high);
	else
		snprintf(bits, sizeof(bits), "%u:%u", field->high, field->low);
	length = snprintf(line->text, LINE_SIZE, "  %5s  %-11s 0x%" PRIx64 "%s%s  (%s%s)\n", bits,
			  field->name, value, name ? " " : "", name ? name : "",
			  table && field->table ? field->table : field->meaning,
			  field->kind == EPT_P2M_ACCESS && !decode->layout_given
				  ? ", as of 4.20; --xen names another"
				  : "");
	line->length = length < LINE_SIZE ? length : LINE_SIZE - 1;
}

/* The line of a field; p has LINE_SIZE of room. */
static char *put_field(const struct decode *decode, struct field_text *text, uint64_t raw,
		       bool table, char *p)
{
	uint64_t value = ept_field_value(text->field, raw);
	struct field_line number, *line = &number;

	if (text->field->kind != EPT_NUMBER)
		line = &text->line[table][value];
	if (line == &number || !line->length)
		make_line(decode, text->field, value, table, line);
	memcpy(p, line->text, LINE_SIZE);
	return p + line->length;
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
	struct field_text *text;
	char out[FIELDS_MAX * LINE_SIZE + 512], *p = out;

	p = put_hex16(put_text(p, "0x"), raw);
	p = put_decimal(put_text(p, ": EPT entry, level "), place->level);
	if (place->doubt)
		p = put_text(put_text(put_text(p, " (guessed"), place->doubt), ")");
	p = put_text(p, !ept_present(raw) ? ", not present\n"
			: table		  ? ", refers to a table\n"
					  : ", maps a page\n");
	for (text = field_texts(decode); text->field; text++)
		p = put_field(decode, text, raw, table, p);
	if (entry_has_effective(raw, place))
		p = put_text(p, effective_line(decode, ept_emt(raw), ept_ipat(raw)));
	screen_lines(stdout, 20, out, p - out);
	if (place->wrong)
		screen_print(stdout, printf("  "), 4,
			     "EPT misconfiguration: %s (SDM vol. 3, \"EPT Misconfigurations\")",
			     place->wrong);
	if (ept_execute_only(raw))
		screen_text(stdout, printf("  "), 4,
			    "EPT misconfiguration, unless the processor supports execute-only "
			    "translations: bits 2:0 are 100b");
	if (ept_present(raw) && ept_emt(raw) == 7 && !decode->foreign)
		puts("  Xen sets an EMT of 7 on purpose: it recomputes on the next touch");
}
