/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The fields of an entry in each form of output, put together of pieces that are made once:
 * formatting is slow, and entries can be many millions.
 */
#include "decode/fields.h"

#include "base/array.h"
#include "base/put.h"
#include "model/entry.h"
#include "x86/memtype.h"

#include <stdio.h>
#include <string.h>

#define FIELDS_MAX  24
#define VALUES_MAX  64 /* of a field that has names for them: a p2m type */
#define PIECE_SIZE  (FIELDS_TEXT_SIZE / FIELDS_MAX)
#define BRIEF_MOST  32 /* length of a piece in the brief form */
#define MOST_DIGITS 16

struct piece {
	unsigned char length; /* 0: not made yet */
	char text[PIECE_SIZE];
};

/* A field in one form. Of a number only what stands around it is made once. */
struct column {
	const struct ept_field *field;
	struct piece value[VALUES_MAX];
	struct piece before, behind;
};

/* The nth field, from *n on, of those that mean something here, or NULL. */
static const struct ept_field *next_field(const struct decode *decode, unsigned int *n)
{
	const struct ept_field *field;

	do
		field = ept_field((*n)++, &decode->layout);
	while (field && decode->foreign && field->software);
	return field;
}

/* The value of a field in words, or NULL. */
static const char *value_name(const struct decode *decode, const struct ept_field *field,
			      uint64_t value)
{
	switch (field->kind) {
	case EPT_MEMTYPE:
		return value == 7 ? "??" : memtype_name(value);
	case EPT_P2M_TYPE:
		return p2m_type_name(value);
	case EPT_P2M_ACCESS:
		return p2m_access_name(value, &decode->layout);
	default:
		return NULL;
	}
}

/* A line: "    5:3  emt         0x6 WB  (EPT memory type)". number stands for the value. */
static void text_pieces(const struct decode *decode, const struct ept_field *field,
			const char *number, const char *name, bool table, char *before,
			char *behind)
{
	char bits[8];

	if (field->high == field->low)
		snprintf(bits, sizeof(bits), "%u", field->high);
	else
		snprintf(bits, sizeof(bits), "%u:%u", field->high, field->low);
	snprintf(before, PIECE_SIZE, "  %5s  %-11s 0x%s", bits, field->name, number);
	snprintf(behind, PIECE_SIZE, "%s%s  (%s%s)\n", name ? " " : "", name ? name : "",
		 table && field->table ? field->table : field->meaning,
		 field->kind == EPT_P2M_ACCESS && !decode->layout_given
			 ? ", as of 4.20; --xen names another"
			 : "");
}

/* A member with a comma behind it: "\"emt\":\"WB\",". */
static void json_pieces(const struct ept_field *field, const char *number, const char *name,
			char *before, char *behind)
{
	if (name && strcmp(name, "unused")) {
		snprintf(before, PIECE_SIZE, "\"%s\":\"%s\",", field->name, name);
	} else if (field->kind == EPT_FLAG) {
		snprintf(before, PIECE_SIZE, "\"%s\":%s,", field->name,
			 *number == '0' ? "false" : "true");
	} else {
		snprintf(before, PIECE_SIZE, "\"%s\":\"0x%s", field->name, number);
		strcpy(behind, "\",");
	}
}

/* Of "rwx WB! ram_rw rwx 0x7d4000\n" what belongs to the field. */
static void brief_pieces(const struct decode *decode, const struct ept_field *field,
			 const char *number, const char *name, char *before, char *behind)
{
	bool set = *number != '0';

	if (field->kind == EPT_NUMBER) {
		strcpy(before, decode->foreign ? "- - 0x" : "0x");
		strcpy(behind, "\n");
	} else if (field->kind == EPT_MEMTYPE) {
		snprintf(before, PIECE_SIZE, " %2.2s", name);
	} else if (name) {
		snprintf(before, PIECE_SIZE, "%s ", name);
	} else if (!strcmp(field->name, "ipat")) {
		strcpy(before, set ? "! " : "  ");
	} else {
		strcpy(before, set ? field->name : "-");
	}
}

static void make_pieces(const struct decode *decode, enum fields_form form,
			const struct ept_field *field, uint64_t value, char *before, char *behind)
{
	const char *name = value_name(decode, field, value);
	char number[MOST_DIGITS + 1] = "";

	*behind = '\0';
	if (field->kind != EPT_NUMBER)
		*put_hex(number, value) = '\0';
	if (form == FIELDS_BRIEF)
		brief_pieces(decode, field, number, name, before, behind);
	else if (form == FIELDS_JSON)
		json_pieces(field, number, name, before, behind);
	else
		text_pieces(decode, field, number, name, form == FIELDS_TABLE, before, behind);
}

/* The fields that the form shows, in its order; ends with one of NULL. */
static void choose_columns(const struct decode *decode, enum fields_form form,
			   struct column *columns)
{
	static const char *const brief[] = { "r",    "w",	"x",	  "emt",
					     "ipat", "sa_p2mt", "access", "mfn" };
	const struct ept_field *field;
	unsigned int n = 0, i, count;

	if (form != FIELDS_BRIEF) {
		for (count = 0; count < FIELDS_MAX && (field = next_field(decode, &n)); count++)
			columns[count].field = field;
		return;
	}
	for (i = 0; i < ARRAY_SIZE(brief); i++)
		for (n = 0; (field = next_field(decode, &n));)
			if (!strcmp(field->name, brief[i]))
				columns++->field = field;
}

static void make_piece(const char *first, const char *second, struct piece *piece)
{
	int length = snprintf(piece->text, PIECE_SIZE, "%s%s", first, second);

	piece->length = length < PIECE_SIZE ? length : PIECE_SIZE - 1;
}

/* What the column shows of an entry. most bytes are written, of which the first ones count. */
static inline char *put_column(const struct decode *decode, enum fields_form form,
			       struct column *column, uint64_t raw, char *p, size_t most)
{
	uint64_t value = ept_field_value(column->field, raw);
	bool number = column->field->kind == EPT_NUMBER;
	struct piece *piece = number ? &column->before : &column->value[value];
	char before[PIECE_SIZE], behind[PIECE_SIZE];

	if (!piece->length) {
		make_pieces(decode, form, column->field, value, before, behind);
		make_piece(before, number ? "" : behind, piece);
		if (number)
			make_piece(behind, "", &column->behind);
	}
	memcpy(p, piece->text, most);
	p += piece->length;
	if (!number)
		return p;
	p = put_hex(p, value);
	memcpy(p, column->behind.text, most);
	return p + column->behind.length;
}

char *fields_put(const struct decode *decode, enum fields_form form, uint64_t raw, char *p)
{
	/* Of entries that a Xen made, and of those that another did. */
	static struct column all[2][FIELDS_FORMS][FIELDS_MAX + 1];
	struct column *column = all[decode->foreign][form];

	if (!column->field)
		choose_columns(decode, form, column);
	if (form == FIELDS_BRIEF)
		for (; column->field; column++)
			p = put_column(decode, form, column, raw, p, BRIEF_MOST);
	for (; column->field; column++)
		p = put_column(decode, form, column, raw, p, PIECE_SIZE);
	return p;
}
