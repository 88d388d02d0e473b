/* SPDX-License-Identifier: GPL-2.0-or-later */
/* decode: what raw values mean. */
#include "cmd/cmd.h"

#include "base/error.h"
#include "base/text.h"
#include "model/entry.h"
#include "report/jsonwrite.h"
#include "report/words.h"
#include "rules/releases.h"
#include "source/console/record.h"
#include "x86/ept.h"
#include "x86/memtype.h"
#include "x86/mtrr.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PAT_DEFAULT UINT64_C(0x0007040600070406) /* after reset, SDM vol. 3 */
#define LEVEL_MAX   5

enum decode_format { DECODE_TEXT, DECODE_JSON, DECODE_JSONL };

struct decode {
	enum decode_format format;
	struct ept_layout layout;
	unsigned int level; /* 0: guessed */
	unsigned int phys_bits;
	uint64_t pat;
	bool brief, is_eptp;
	bool foreign; /* the entry at hand is not of a Xen */
	char **values;
	int value_count;
	bool begun; /* the JSON document */
	struct jsonwrite json;
	uint64_t base; /* IA32_MTRR_PHYSBASEn, until its mask comes */
	bool has_base;
};

enum { OPT_FORMAT = 0x500, OPT_LEVEL, OPT_XEN, OPT_PAT, OPT_PHYS_BITS, OPT_BRIEF, OPT_EPTP };

static const struct argp_option options[] = {
	{ "format", OPT_FORMAT, "text|json|jsonl", 0, "Form of the output", 1 },
	{ "brief", OPT_BRIEF, NULL, 0, "One line an entry", 1 },
	{ "level", OPT_LEVEL, "1|2|3|4|5", 0,
	  "Level of the table that the entries stand in (1: 4K pages); guessed without this", 2 },
	{ "xen", OPT_XEN, "VERSION", 0,
	  "Xen that made the entries, for the bits that are its own; without this the newest", 2 },
	{ "pat", OPT_PAT, "VALUE", 0, "The guest's IA32_PAT, for effective memory types", 2 },
	{ "phys-bits", OPT_PHYS_BITS, "N", 0, "Physical address width (52)", 2 },
	{ "eptp", OPT_EPTP, NULL, 0, "Plain values are EPT pointers", 2 },
	{ 0 },
};

static unsigned int parse_number(const char *option, const char *arg, unsigned int low,
				 unsigned int high, struct argp_state *state)
{
	unsigned long number;
	char *end;

	errno = 0;
	number = strtoul(arg, &end, 10);
	if (errno || *end || end == arg || number < low || number > high)
		argp_error(state, "--%s %s: %u to %u is expected", option, arg, low, high);
	return number;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct decode *decode = state->input;
	struct xen_version xen;

	switch (key) {
	case OPT_FORMAT:
		if (strcmp(arg, "text") && strcmp(arg, "json") && strcmp(arg, "jsonl"))
			argp_error(state, "--format %s: text, json or jsonl is expected", arg);
		decode->format = !strcmp(arg, "text")	? DECODE_TEXT
				 : !strcmp(arg, "json") ? DECODE_JSON
							: DECODE_JSONL;
		break;
	case OPT_BRIEF:
		decode->brief = true;
		break;
	case OPT_EPTP:
		decode->is_eptp = true;
		break;
	case OPT_LEVEL:
		decode->level = parse_number("level", arg, 1, LEVEL_MAX, state);
		break;
	case OPT_PHYS_BITS:
		decode->phys_bits = parse_number("phys-bits", arg, 32, 52, state);
		break;
	case OPT_XEN:
		if (xen_version_parse(arg, NULL, &xen) || !xen_at_least(&xen, 4, 2))
			argp_error(state, "--xen %s: a version from 4.2 on is expected", arg);
		decode->layout = ept_layout_for(xen.major > 4 ? EPT_NEWEST : xen.minor,
						xen.pre_release && xen.point < 0 ? 0 : xen.point);
		break;
	case OPT_PAT:
		if (!text_hex_string(arg, &decode->pat))
			argp_error(state, "--pat %s: a hexadecimal value is expected", arg);
		break;
	case ARGP_KEY_ARGS:
		decode->values = state->argv + state->next;
		decode->value_count = state->argc - state->next;
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "[VALUE...]",
	.doc = "Say what raw EPT entries, EPT pointers, MTRR and PAT registers, and lines of key D mean. "
	       "Without VALUE, lines of standard input are read.\v"
	       "Values are raw entries in hexadecimal, or NAME=VALUE with one of eptp, pat, cap, "
	       "def_type, fixed0 to fixed10, base and mask (a pair); lines of key D and key v, of "
	       "xen-hvmctx, and of bhyvectl --get-gpa-pmap are understood as they are.\n\n"
	       "Examples:\n"
	       "  xen-eptaudit decode 0x9c00000000000377 --xen 4.17.5\n"
	       "  xen-eptaudit decode def_type=0xc06 base=0xf0000000 mask=0xff8000800\n"
	       "  xen-hvmctx 3 | grep -E 'MTRR:|var|fixed' | xen-eptaudit decode --format json\n"
	       "  xen-eptaudit decode --brief < entries",
};

/* ---- what is printed around each thing ---- */

static void open_document(struct decode *decode)
{
	struct jsonwrite *json = &decode->json;

	if (decode->format != DECODE_JSON || decode->begun)
		return;
	decode->begun = true;
	json_open(json, NULL, '{');
	json_string(json, "schema", "xen-eptaudit/decode");
	json_open(json, "schema_version", '[');
	json_number(json, NULL, 1);
	json_number(json, NULL, 0);
	json_close(json, ']');
	json_open(json, "values", '[');
}

static void close_document(struct decode *decode)
{
	if (!decode->begun)
		return;
	json_close(&decode->json, ']');
	json_close(&decode->json, '}');
	putchar('\n');
}

static void open_item(struct decode *decode, const char *kind)
{
	struct jsonwrite *json = &decode->json;

	open_document(decode);
	if (decode->format == DECODE_JSON)
		json_newline(json);
	json->comma = false;
	json_open(json, NULL, '{');
	json_string(json, "kind", kind);
}

static void close_item(struct decode *decode)
{
	json_close(&decode->json, '}');
	if (decode->format == DECODE_JSONL)
		putchar('\n');
}

/*
 * A register that one sentence tells; wrong is what is the matter with it, or NULL. True where keys
 * of JSON should follow, and close_item().
 */
__attribute__((format(printf, 5, 6))) static bool tell(struct decode *decode, const char *kind,
						       uint64_t raw, const char *wrong,
						       const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (decode->format == DECODE_TEXT) {
		printf("0x%016" PRIx64 ": %s: %s%s%s\n", raw, kind, text,
		       wrong ? "; not valid: " : "", wrong ? wrong : "");
		return false;
	}
	open_item(decode, kind);
	json_hex(&decode->json, "raw", raw);
	json_string(&decode->json, "text", text);
	json_string(&decode->json, "not_valid", wrong);
	return true;
}

/* ---- raw entries ---- */

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

/* Effective types for each of the eight PAT entries, "UC WC …". */
static const char *effective_text(const struct decode *decode, unsigned int emt, bool ipat,
				  char text[32])
{
	char *p = text;
	unsigned int i;

	for (i = 0; i < 8; i++) {
		int type = memtype_effective(emt, ipat, decode->pat >> (i * 8) & 7);

		p += sprintf(p, "%s%s", i ? " " : "", type < 0 ? "-" : memtype_name(type));
	}
	return text;
}

static void effective_json(struct decode *decode, unsigned int emt, bool ipat)
{
	unsigned int i;

	json_open(&decode->json, "effective", '[');
	for (i = 0; i < 8; i++) {
		int type = memtype_effective(emt, ipat, decode->pat >> (i * 8) & 7);

		json_string(&decode->json, NULL, type < 0 ? NULL : memtype_name(type));
	}
	json_close(&decode->json, ']');
}

/* A field's value in words, or NULL. */
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

/* The nth field of those that mean something here. */
static const struct ept_field *next_field(const struct decode *decode, unsigned int *n)
{
	const struct ept_field *field;

	do
		field = ept_field((*n)++, &decode->layout);
	while (field && decode->foreign && field->software);
	return field;
}

/* What is known of an entry beyond its bits. */
struct place {
	unsigned int level;
	const char *doubt; /* if the level is guessed, else NULL */
	bool leaf;
	const char *wrong;
};

static bool has_effective(uint64_t raw, const struct place *place)
{
	return place->leaf && ept_present(raw) && memtype_valid(ept_emt(raw));
}

static void entry_json(struct decode *decode, uint64_t raw, const struct place *place)
{
	struct jsonwrite *json = &decode->json;
	const struct ept_field *field;
	unsigned int n = 0;

	open_item(decode, "ept-entry");
	json_hex(json, "raw", raw);
	json_number(json, "level", place->level);
	json_bool(json, "level_guessed", place->doubt);
	json_bool(json, "present", ept_present(raw));
	json_bool(json, "leaf", place->leaf);
	json_open(json, "fields", '{');
	while ((field = next_field(decode, &n))) {
		uint64_t value = ept_field_value(field, raw);
		const char *name = value_name(decode, field, value);

		if (name && strcmp(name, "unused"))
			json_string(json, field->name, name);
		else if (field->kind == EPT_FLAG)
			json_bool(json, field->name, value);
		else
			json_hex(json, field->name, value);
	}
	json_close(json, '}');
	json_string(json, "misconfiguration", place->wrong);
	if (has_effective(raw, place))
		effective_json(decode, ept_emt(raw), ept_ipat(raw));
	close_item(decode);
}

/* The text around a field's value, made once: formatting is slow, and entries can be millions. */
struct field_text {
	const struct ept_field *field;
	char before[32];    /* "  51:12  mfn         0x" */
	char after[2][128]; /* "  (frame of the page)\n", and that of an entry of a table */
};

#define FIELDS_MAX 24

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
	for (; text < texts + FIELDS_MAX && (field = next_field(decode, &n)); text++) {
		text->field = field;
		if (field->high == field->low)
			snprintf(bits, sizeof(bits), "%u", field->high);
		else
			snprintf(bits, sizeof(bits), "%u:%u", field->high, field->low);
		snprintf(text->before, sizeof(text->before), "  %5s  %-11s 0x", bits, field->name);
		for (i = 0; i < 2; i++)
			snprintf(text->after[i], sizeof(text->after[i]), "  (%s)\n",
				 i && field->table ? field->table : field->meaning);
	}
	return texts;
}

/* "%lx". Returns its end. */
static char *put_hex(char *p, uint64_t value)
{
	int shift = value ? (63 - __builtin_clzll(value)) & ~3 : 0;

	for (; shift >= 0; shift -= 4)
		*p++ = "0123456789abcdef"[value >> shift & 15];
	return p;
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

static void entry_text(struct decode *decode, uint64_t raw, const struct place *place)
{
	bool table = ept_present(raw) && !place->leaf;
	const struct field_text *text;
	char out[FIELDS_MAX * 192], *p = out;

	printf("0x%016" PRIx64 ": EPT entry, level %u%s%s%s, %s\n", raw, place->level,
	       place->doubt ? " (guessed" : "", place->doubt ? place->doubt : "",
	       place->doubt ? ")" : "",
	       !ept_present(raw) ? "not present"
	       : table		 ? "refers to a table"
				 : "maps a page");
	for (text = field_texts(decode); text->field; text++) {
		uint64_t value = ept_field_value(text->field, raw);
		const char *name = value_name(decode, text->field, value);

		p = put_hex(stpcpy(p, text->before), value);
		if (name)
			p = stpcpy(stpcpy(p, " "), name);
		p = stpcpy(p, text->after[table]);
	}
	fwrite(out, 1, p - out, stdout);
	if (has_effective(raw, place))
		fputs(effective_line(decode, ept_emt(raw), ept_ipat(raw)), stdout);
	if (place->wrong)
		printf("  EPT misconfiguration: %s (SDM vol. 3, \"EPT Misconfigurations\")\n",
		       place->wrong);
	if (ept_execute_only(raw))
		puts("  EPT misconfiguration, unless the processor supports execute-only "
		     "translations: bits 2:0 are 100b");
	if (ept_present(raw) && ept_emt(raw) == 7 && !decode->foreign)
		puts("  Xen sets an EMT of 7 on purpose: it recomputes on the next touch");
}

/* ---- raw entries, a line each, fast ---- */

/* Text of parts of entries, made once. */
struct brief {
	char digits[256][2];	 /* of a byte */
	char rights[1 << 7][8];	 /* "rwx WB! " by bits 6:0 */
	char words[1 << 10][32]; /* "ram_rw rwx 0x" by p2m type and access */
	unsigned char length[1 << 10];
	bool foreign;
};

static void brief_init(struct brief *brief, const struct decode *decode)
{
	char text[32];
	unsigned int i, k;

	for (i = 0; i < 256; i++) {
		snprintf(text, sizeof(text), "%02x", i);
		memcpy(brief->digits[i], text, 2);
	}
	for (i = 0; i < 128; i++) {
		for (k = 0; k < 3; k++)
			brief->rights[i][k] = i >> k & 1 ? "rwx"[k] : '-';
		snprintf(text, sizeof(text), " %2.2s%c ",
			 ept_emt(i) == 7 ? "??" : memtype_name(ept_emt(i)),
			 ept_ipat(i) ? '!' : ' ');
		memcpy(&brief->rights[i][3], text, 5);
	}
	for (i = 0; i < 1024; i++)
		brief->length[i] =
			decode->foreign
				? sprintf(brief->words[i], "- - 0x")
				: sprintf(brief->words[i], "%s %s 0x", p2m_type_name(i >> 4),
					  p2m_access_name(i & 15, &decode->layout));
}

/* "0x00000007d4000377 rwx WB! ram_rw rwx 0x7d4000\n". Returns its end; 100 bytes are enough. */
#define BRIEF_LENGTH 100
static char *brief_line(const struct brief *brief, const struct ept_layout *layout, uint64_t raw,
			char *p)
{
	unsigned int words = ept_type(raw) << 4 | ept_access(raw, layout);
	uint64_t mfn = ept_mfn(raw);
	int shift;

	memcpy(p, "0x", 2);
	p += 2;
	for (shift = 56; shift >= 0; shift -= 8, p += 2)
		memcpy(p, brief->digits[raw >> shift & 0xff], 2);
	*p++ = ' ';
	memcpy(p, brief->rights[raw & 0x7f], 8);
	p += 8;
	memcpy(p, brief->words[words], sizeof(brief->words[words]));
	p += brief->length[words];
	shift = mfn ? (63 - __builtin_clzll(mfn)) & ~3 : 0;
	if (!(shift & 4)) { /* an odd number of digits */
		*p++ = "0123456789abcdef"[mfn >> shift & 15];
		shift -= 4;
	}
	for (shift -= 4; shift >= 0; shift -= 8, p += 2)
		memcpy(p, brief->digits[mfn >> shift & 0xff], 2);
	*p++ = '\n';
	return p;
}

/* The tables for this Xen, or for one that is none. */
static const struct brief *brief_of(const struct decode *decode)
{
	static struct brief tables[2];
	static bool made[2];

	if (!made[decode->foreign])
		brief_init(&tables[decode->foreign], decode);
	made[decode->foreign] = true;
	return &tables[decode->foreign];
}

/* level 0: guessed */
static void decode_entry(struct decode *decode, uint64_t raw, unsigned int level)
{
	struct place place = { .level = level };
	char line[BRIEF_LENGTH];

	if (decode->brief && decode->format == DECODE_TEXT) {
		fwrite(line, 1, brief_line(brief_of(decode), &decode->layout, raw, line) - line,
		       stdout);
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

/* ---- registers ---- */

static void decode_eptp(struct decode *decode, uint64_t value)
{
	struct jsonwrite *json = &decode->json;
	uint64_t root = value & UINT64_C(0xffffffffff000);

	if (!tell(decode, "EPT pointer", value, eptp_invalid(value, decode->phys_bits),
		  "root table at 0x%" PRIx64 ", %u levels, tables %s, accessed and dirty bits %s%s",
		  root, eptp_levels(value), memtype_name(value & 7), value & 0x40 ? "on" : "off",
		  value & 0x80 ? ", supervisor shadow stacks" : ""))
		return;
	json_hex(json, "root", root);
	json_number(json, "levels", eptp_levels(value));
	json_string(json, "type", memtype_name(value & 7));
	json_bool(json, "accessed_dirty", value >> 6 & 1);
	json_bool(json, "supervisor_shadow_stack", value >> 7 & 1);
	close_item(decode);
}

/* A type as a byte of a register holds it; what is reserved there as "?0xff". */
static const char *byte_name(uint64_t value, unsigned int index, bool pat, char text[8])
{
	unsigned int byte = value >> (index * 8) & 0xff;

	if (memtype_valid(byte) || (pat && byte == MEMTYPE_UC_MINUS))
		return memtype_name(byte);
	snprintf(text, 8, "?0x%02x", byte);
	return text;
}

static void bytes_json(struct decode *decode, const char *key, uint64_t value, bool pat)
{
	char text[8];
	unsigned int i;

	json_open(&decode->json, key, '[');
	for (i = 0; i < 8; i++)
		json_string(&decode->json, NULL, byte_name(value, i, pat, text));
	json_close(&decode->json, ']');
}

static void decode_pat(struct decode *decode, uint64_t value)
{
	char text[128], *p = text, name[8];
	const char *wrong = NULL;
	unsigned int i;

	for (i = 0; i < 8; i++) {
		const char *type = byte_name(value, i, true, name);

		if (*type == '?')
			wrong = "a type is reserved";
		p += sprintf(p, "%sPA%u %s", i ? " " : "", i, type);
	}
	if (!wrong)
		decode->pat = value; /* for what follows */
	if (!tell(decode, "IA32_PAT", value, wrong, "%s", text))
		return;
	bytes_json(decode, "entries", value, true);
	close_item(decode);
}

static const char *refused(const struct decode *decode, const char *reg, uint64_t value)
{
	return mtrr_write_accepted(reg, value, decode->phys_bits)
		       ? NULL
		       : "a type is reserved, or a reserved bit is set";
}

static void decode_def_type(struct decode *decode, uint64_t value)
{
	char name[8];
	const char *type = byte_name(value, 0, false, name);

	if (!tell(decode, "IA32_MTRR_DEF_TYPE", value, refused(decode, "def_type", value),
		  "default type %s, MTRRs %s, fixed ranges %s", type,
		  value & MTRR_DEF_TYPE_E ? "on" : "off", value & MTRR_DEF_TYPE_FE ? "on" : "off"))
		return;
	json_string(&decode->json, "type", type);
	json_bool(&decode->json, "enabled", value & MTRR_DEF_TYPE_E);
	json_bool(&decode->json, "fixed_enabled", value & MTRR_DEF_TYPE_FE);
	close_item(decode);
}

static void decode_cap(struct decode *decode, uint64_t value)
{
	if (!tell(decode, "IA32_MTRRCAP", value, NULL, "%u variable ranges, fixed ranges %s, WC %s",
		  (unsigned int)(value & 0xff), value & 0x100 ? "yes" : "no",
		  value & 0x400 ? "yes" : "no"))
		return;
	json_number(&decode->json, "variable_ranges", value & 0xff);
	json_bool(&decode->json, "fixed_ranges", value & 0x100);
	json_bool(&decode->json, "wc", value & 0x400);
	close_item(decode);
}

static void decode_fixed(struct decode *decode, unsigned int n, uint64_t value)
{
	uint64_t base = n == 0	? 0
			: n < 3 ? 0x80000 + (n - 1) * 0x20000
				: 0xc0000 + (n - 3) * 0x8000;
	uint64_t size = n == 0 ? 0x10000 : n < 3 ? 0x4000 : 0x1000;
	char text[256], *p = text, name[8], kind[32], reg[16];
	unsigned int i, next;

	for (i = 0; i < 8; i = next) {
		const char *type = byte_name(value, i, false, name);

		for (next = i + 1; next < 8; next++)
			if ((value >> (next * 8) ^ value >> (i * 8)) & 0xff)
				break;
		p += sprintf(p, "%s0x%" PRIx64 "-0x%" PRIx64 " %s", i ? ", " : "", base + i * size,
			     base + next * size - 1, type);
	}
	snprintf(kind, sizeof(kind), "IA32_MTRR_FIX%s_%05" PRIX64,
		 n == 0	 ? "64K"
		 : n < 3 ? "16K"
			 : "4K",
		 base);
	snprintf(reg, sizeof(reg), "fixed%u", n);
	if (!tell(decode, kind, value, refused(decode, reg, value), "%s", text))
		return;
	json_hex_pair(&decode->json, "range", base, base + 8 * size - 1);
	bytes_json(decode, "types", value, false);
	close_item(decode);
}

static void decode_range(struct decode *decode, uint64_t base, uint64_t mask)
{
	uint64_t bits = mask & ~UINT64_C(0xfff), size = mtrr_range_size(mask), first = base & bits;
	/* All bits from the lowest to the highest are set. */
	bool whole = size && !(((bits | (size - 1)) + 1) & bits);
	const char *wrong = refused(decode, "var0_base", base);
	char bytes[32] = "", name[8], text[128];
	const char *type = byte_name(base, 0, false, name);

	if (!wrong)
		wrong = refused(decode, "var0_mask", mask);
	text_size(size, bytes, sizeof(bytes));
	if (!(mask & MTRR_MASK_VALID))
		snprintf(text, sizeof(text), "not in use");
	else if (!size)
		snprintf(text, sizeof(text), "all addresses, %s", type);
	else if (whole)
		snprintf(text, sizeof(text), "0x%" PRIx64 "-0x%" PRIx64 ", %s, %s", first,
			 first + size - 1, bytes, type);
	else
		snprintf(text, sizeof(text),
			 "not contiguous, blocks of %s from 0x%" PRIx64 " on, %s", bytes, first,
			 type);
	if (!tell(decode, "IA32_MTRR_PHYSBASE", base, wrong, "mask 0x%" PRIx64 ": %s", mask, text))
		return;
	json_hex(&decode->json, "mask", mask);
	json_bool(&decode->json, "enabled", mask & MTRR_MASK_VALID);
	json_string(&decode->json, "type", type);
	if (mask & MTRR_MASK_VALID && whole)
		json_hex_pair(&decode->json, "range", first, first + size - 1);
	close_item(decode);
}

/* ---- lines ---- */

static void decode_record(struct decode *decode, const struct entry *entry)
{
	struct jsonwrite *json = &decode->json;
	uint64_t last = entry->gfn + entry_pages(entry->order) - 1;
	bool known = entry->rights && !entry->pending && !entry->pod;
	char attributes[16], types[32];

	words_attributes(entry, attributes, sizeof(attributes));
	if (decode->format == DECODE_TEXT) {
		printf("gfn 0x%" PRIx64 "-0x%" PRIx64 ": ", entry->gfn, last);
		if (entry->pod) {
			printf("order %u, populated on demand\n", entry->order);
			return;
		}
		printf("mfn 0x%" PRIx64 ", order %u, %s: ", entry->mfn, entry->order, attributes);
		if (known)
			printf("the guest's PAT %s; effective type for PAT0 to PAT7 (0x%016" PRIx64
			       "): %s\n",
			       entry->ipat ? "is ignored" : "counts", decode->pat,
			       effective_text(decode, entry->emt, entry->ipat, types));
		else
			puts(entry->rights ? "Xen recomputes it on the next touch" : "not present");
		return;
	}
	open_item(decode, "key-D");
	json_hex_pair(json, "gfn", entry->gfn, last);
	json_number(json, "order", entry->order);
	json_bool(json, "pod", entry->pod);
	if (!entry->pod) {
		json_hex(json, "mfn", entry->mfn);
		json_string(json, "attributes", attributes);
		json_string(json, "emt", entry->emt == 7 ? NULL : memtype_name(entry->emt));
		json_bool(json, "ipat", entry->ipat);
		json_bool(json, "pending", entry->pending);
	}
	if (known)
		effective_json(decode, entry->emt, entry->ipat);
	close_item(decode);
}

/* "fixed0" to "fixed10", or -1. */
static int fixed_number(const char *name)
{
	char text[16];
	int n;

	for (n = 0; n < MTRR_FIXED_COUNT; n++) {
		snprintf(text, sizeof(text), "fixed%d", n);
		if (!strcmp(name, text))
			return n;
	}
	return -1;
}

static int named_value(struct decode *decode, const char *name, uint64_t value, struct error *err)
{
	int n = fixed_number(name);

	if (decode->has_base && strcmp(name, "mask"))
		return error_set(err, -EINVAL, "base=VALUE needs mask=VALUE behind it");
	if (n >= 0) {
		decode_fixed(decode, n, value);
	} else if (!strcmp(name, "eptp")) {
		decode_eptp(decode, value);
	} else if (!strcmp(name, "pat")) {
		decode_pat(decode, value);
	} else if (!strcmp(name, "cap")) {
		decode_cap(decode, value);
	} else if (!strcmp(name, "def_type")) {
		decode_def_type(decode, value);
	} else if (!strcmp(name, "base")) {
		decode->base = value;
		decode->has_base = true;
	} else if (!strcmp(name, "mask")) {
		if (!decode->has_base)
			return error_set(err, -EINVAL, "mask=VALUE needs base=VALUE before it");
		decode->has_base = false;
		decode_range(decode, decode->base, value);
	} else {
		return error_set(
			err, -EINVAL,
			"'%.20s': no such register; eptp, pat, cap, def_type, fixed0 to fixed10, "
			"base and mask are known",
			name);
	}
	return 0;
}

#define BLANKS " \t\r,"

/* Raw values and NAME=VALUE, as many as there are. 1 if text begins with one. */
static int plain_values(struct decode *decode, const char *text, struct error *err)
{
	size_t length, name;
	uint64_t value;
	char word[64];
	int rc = 0, count = 0;

	for (text += strspn(text, BLANKS); *text && !rc;
	     text += length + strspn(text + length, BLANKS)) {
		length = strcspn(text, BLANKS);
		snprintf(word, sizeof(word), "%.*s", (int)(length < 60 ? length : 60), text);
		name = strcspn(word, "=");
		if (!word[name] ? !text_hex(text, text + length, &value)
				: !text_hex(text + name + 1, text + length, &value)) {
			if (!count && !word[name])
				return 0;
			return error_set(err, -EINVAL, "'%s': a hexadecimal value is expected%s",
					 word, word[name] ? " behind =" : "");
		}
		count++;
		if (word[name]) {
			word[name] = '\0';
			rc = named_value(decode, word, value, err);
		} else if (decode->is_eptp) {
			decode_eptp(decode, value);
		} else {
			decode_entry(decode, value, decode->level);
		}
	}
	return rc ? rc : !!count;
}

/* Lines that Xen and its tools print. 1 if it was one. */
static int known_line(struct decode *decode, const char *text)
{
	uint64_t a, b, c;
	unsigned int n;
	struct entry entry;
	const char *record = strstr(text, "gfn: "), *pointer = strstr(text, "EPT pointer = ");

	if (record && record_parse(record, strlen(record), &entry) != RECORD_NONE) {
		decode_record(decode, &entry);
		return 1;
	}
	if (pointer && sscanf(pointer, "EPT pointer = 0x%" SCNx64, &a) == 1) {
		decode_eptp(decode, a);
		return 1;
	}
	if (sscanf(text, " MTRR: PAT 0x%" SCNx64 ", cap 0x%" SCNx64 ", default 0x%" SCNx64, &a, &b,
		   &c) == 3) {
		decode_pat(decode, a);
		decode_cap(decode, b);
		decode_def_type(decode, c);
		return 1;
	}
	if (sscanf(text, " var %u %" SCNx64 " %" SCNx64, &n, &a, &b) == 3) {
		decode_range(decode, a, b);
		return 1;
	}
	if (sscanf(text, " fixed %x %" SCNx64, &n, &a) == 2 && n < MTRR_FIXED_COUNT) {
		decode_fixed(decode, n, a);
		return 1;
	}
	return 0;
}

/*
 * bhyvectl --get-gpa-pmap prints "gpa 0x…: 0x… 0x… 0x… 0x…", entries from the root down to the
 * leaf; or "LEVEL: ENTRY". None has bits of Xen's. 1 if it was that.
 */
static int gpa_pmap(struct decode *decode, const char *text, struct error *err)
{
	unsigned int level = 0, count = 0;
	uint64_t value, entries[4];
	char *end;

	text += strspn(text, BLANKS);
	if (*text >= '1' && *text <= '0' + LEVEL_MAX && text[1] == ':')
		level = *text - '0';
	else if (strncmp(text, "gpa ", 4) || !strchr(text, ':'))
		return 0;
	text = strchr(text, ':') + 1;
	for (text += strspn(text, BLANKS); *text; text = end + strspn(end, BLANKS)) {
		end = (char *)text + strcspn(text, BLANKS);
		if (!text_hex(text, end, &value) || count == (level ? 1 : 4))
			return error_set(
				err, -EINVAL,
				level ? "one entry is expected behind LEVEL:"
				      : "at most four entries are expected behind gpa VALUE:");
		entries[count++] = value;
	}
	if (!count)
		return error_set(err, -EINVAL, "entries are expected behind the colon");
	decode->foreign = true;
	for (level = level ? level : 4, value = 0; value < count; value++)
		decode_entry(decode, entries[value], level--);
	decode->foreign = false;
	return 1;
}

static int decode_one(struct decode *decode, const char *text, struct error *err)
{
	char shown[64];
	int rc;

	rc = known_line(decode, text);
	if (!rc)
		rc = gpa_pmap(decode, text, err);
	if (!rc)
		rc = plain_values(decode, text, err);
	if (rc)
		return rc < 0 ? rc : 0;
	snprintf(shown, sizeof(shown), "%s", text);
	return error_set(err, -EINVAL,
			 "'%s' is no hexadecimal value, NAME=VALUE, or line that is known; --help "
			 "tells what is",
			 shown);
}

/* ---- standard input ---- */

#define INPUT_SIZE	(1 << 20)
#define LINE_MAX_LENGTH 4096

/* A line that is one raw value and nothing else, as most are. Its length with the newline, or 0. */
static size_t raw_line(const char *text, const char *end, uint64_t *value)
{
	static const signed char digits[256] = {
		['0'] = 1,  ['1'] = 2,	['2'] = 3,  ['3'] = 4,	['4'] = 5,  ['5'] = 6,
		['6'] = 7,  ['7'] = 8,	['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12,
		['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16, ['A'] = 11, ['B'] = 12,
		['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
	};
	const char *p = text, *first;
	uint64_t v = 0;

	if (end - p >= 3 && p[0] == '0' && (p[1] | 0x20) == 'x')
		p += 2;
	for (first = p; p < end && digits[(unsigned char)*p]; p++)
		v = v << 4 | (digits[(unsigned char)*p] - 1);
	if (p == end || *p != '\n' || p == first || p - first > 16)
		return 0;
	*value = v;
	return p + 1 - text;
}

/* Whole lines; the number of them is added to *number. */
static int decode_lines(struct decode *decode, const char *text, const char *end, uint64_t *number,
			struct error *err)
{
	static char out[1 << 16];
	bool fast = decode->brief && decode->format == DECODE_TEXT && !decode->is_eptp;
	const struct brief *brief = brief_of(decode);
	char *p = out, line[LINE_MAX_LENGTH + 1];
	int rc = 0;

	while (text < end && !rc) {
		const char *newline;
		uint64_t raw;
		size_t length = fast && !decode->has_base ? raw_line(text, end, &raw) : 0;

		++*number;
		if (length) {
			p = brief_line(brief, &decode->layout, raw, p);
			if (p > out + sizeof(out) - BRIEF_LENGTH) {
				fwrite(out, 1, p - out, stdout);
				p = out;
			}
			text += length;
			continue;
		}
		fwrite(out, 1, p - out, stdout);
		p = out;
		newline = memchr(text, '\n', end - text);
		length = newline - text;
		if (length > LINE_MAX_LENGTH)
			return error_set(err, -EINVAL, "longer than %d bytes", LINE_MAX_LENGTH);
		memcpy(line, text, length);
		line[length] = '\0';
		if (memchr(line, '\0', length))
			return error_set(err, -EINVAL, "not text");
		if (line[strspn(line, BLANKS)])
			rc = decode_one(decode, line, err);
		text = newline + 1;
	}
	fwrite(out, 1, p - out, stdout);
	return rc;
}

static int decode_stdin(struct decode *decode, struct error *err)
{
	char *buffer = malloc(INPUT_SIZE + 1), *end;
	struct error inner = { "" };
	uint64_t number = 0;
	size_t used = 0;
	ssize_t got;
	int rc = 0;

	if (!buffer)
		return error_set(err, -ENOMEM, "out of memory");
	do {
		got = read(STDIN_FILENO, buffer + used, INPUT_SIZE - used);
		if (got < 0) {
			if (errno == EINTR)
				continue;
			rc = error_set(err, -errno, "cannot read standard input: %s",
				       strerror(errno));
			break;
		}
		used += got;
		if (!got && used && buffer[used - 1] != '\n')
			buffer[used++] = '\n'; /* that the last line lacks */
		end = memrchr(buffer, '\n', used);
		if (!end && used <= LINE_MAX_LENGTH)
			continue;
		if (end) {
			rc = decode_lines(decode, buffer, end + 1, &number, &inner);
			used -= end + 1 - buffer;
			memmove(buffer, end + 1, used);
		} else {
			number++;
			rc = error_set(&inner, -EINVAL, "longer than %d bytes", LINE_MAX_LENGTH);
		}
		if (rc)
			rc = error_set(err, rc, "line %" PRIu64 ": %s", number, inner.text);
	} while (got && !rc && !ferror(stdout));
	free(buffer);
	return rc;
}

static int run(int argc, char **argv)
{
	struct decode decode;
	struct error err = { "" };
	int i, rc = 0;

	memset(&decode, 0, sizeof(decode));
	decode.layout = ept_layout_for(EPT_NEWEST, -1);
	decode.phys_bits = 52;
	decode.pat = PAT_DEFAULT;
	decode.json.stream = stdout;
	if (argp_parse(&argp, argc, argv, 0, NULL, &decode))
		return STATUS_ERROR;
	for (i = 0; i < decode.value_count && !rc; i++)
		rc = decode_one(&decode, decode.values[i], &err);
	if (!decode.value_count)
		rc = decode_stdin(&decode, &err);
	if (!rc && decode.has_base)
		rc = error_set(&err, -EINVAL, "base=VALUE needs mask=VALUE behind it");
	if (!rc)
		open_document(&decode);
	close_document(&decode);
	if ((fflush(stdout) || ferror(stdout)) && !rc)
		rc = error_set(&err, -EIO, "cannot write: is the disk full?");
	return rc ? cmd_fail(argv[0], "%s", err.text) : STATUS_CLEAN;
}

const struct verb verb_decode = { "decode", "say what raw entries and registers mean", &argp, run };
