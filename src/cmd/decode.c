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
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PAT_DEFAULT UINT64_C(0x0007040600070406) /* after reset, SDM vol. 3 */

enum decode_format { DECODE_TEXT, DECODE_JSON, DECODE_JSONL };

struct decode {
	enum decode_format format;
	enum ept_layout layout;
	unsigned int level; /* 0: guessed */
	unsigned int phys_bits;
	uint64_t pat;
	bool brief, is_eptp;
	char **values;
	int value_count;
	struct jsonwrite json;
	struct mtrr_state mtrr; /* registers seen so far */
	uint64_t mtrr_base;
	bool has_base;
};

enum { OPT_FORMAT = 0x500, OPT_LEVEL, OPT_XEN, OPT_PAT, OPT_PHYS_BITS, OPT_BRIEF, OPT_EPTP };

static const struct argp_option options[] = {
	{ "format", OPT_FORMAT, "text|json|jsonl", 0, "Form of the output", 1 },
	{ "brief", OPT_BRIEF, NULL, 0, "One line an entry", 1 },
	{ "level", OPT_LEVEL, "1|2|3|4|5", 0,
	  "Level of the table that the entries stand in (1: 4K pages); guessed without this", 2 },
	{ "xen", OPT_XEN, "VERSION", 0, "Xen that made the entries, for the bits that are its own",
	  2 },
	{ "pat", OPT_PAT, "VALUE", 0, "The guest's IA32_PAT, for effective memory types", 2 },
	{ "phys-bits", OPT_PHYS_BITS, "N", 0, "Physical address width (52)", 2 },
	{ "eptp", OPT_EPTP, NULL, 0, "Values are EPT pointers", 2 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct decode *decode = state->input;
	struct xen_version xen;
	unsigned long number;
	char *end;

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
		number = strtoul(arg, &end, 10);
		if (*end || number < 1 || number > 5)
			argp_error(state, "--level %s: 1 to 5 is expected", arg);
		decode->level = number;
		break;
	case OPT_PHYS_BITS:
		number = strtoul(arg, &end, 10);
		if (*end || number < 32 || number > 52)
			argp_error(state, "--phys-bits %s: 32 to 52 is expected", arg);
		decode->phys_bits = number;
		break;
	case OPT_XEN:
		if (xen_version_parse(arg, NULL, &xen) || xen.major < 4)
			argp_error(state, "--xen %s: no Xen version", arg);
		decode->layout = ept_layout_of(xen.major > 4 ? 99 : xen.minor, xen.point);
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
	       "def_type, fixed0 to fixed10, base and mask (a pair); lines of key D and key v, and of "
	       "xen-hvmctx, are understood as they are.\n\n"
	       "Examples:\n"
	       "  xen-eptaudit decode 0x1a000007d40060f7\n"
	       "  xen-eptaudit decode def_type=0xc06 base=0xf0000000 mask=0xff8000800\n"
	       "  xen-eptaudit decode --brief < entries",
};

/* Xen's table entries have no EMT and type 0; a 4K leaf has no bit 7. What cannot be told is taken
 * for a 4K leaf. */
static unsigned int guess_level(uint64_t entry)
{
	if (!ept_present(entry))
		return 1;
	if (ept_superpage(entry))
		return ept_mfn(entry) & 0x1ff ? 1 : ept_mfn(entry) & 0x3ffff ? 2 : 3;
	return (entry & 0x7f) == 7 && ept_type(entry) == P2M_RAM_RW ? 2 : 1;
}

/* Effective types for each of the eight PAT entries, "UC WC …". */
static void effective(const struct decode *decode, unsigned int emt, bool ipat, char *text,
		      size_t size)
{
	size_t used = 0;
	unsigned int i;

	*text = '\0';
	for (i = 0; i < 8 && used < size; i++) {
		int type = memtype_effective(emt, ipat, decode->pat >> (i * 8) & 7);

		used += snprintf(text + used, size - used, "%s%s", i ? " " : "",
				 type < 0 ? "-" : memtype_name(type));
	}
}

/* A field's value in words, or NULL. */
static const char *value_name(const struct decode *decode, const struct ept_field *field,
			      uint64_t value)
{
	if (!strcmp(field->name, "emt"))
		return value == 7 ? "?? (to be recomputed)" : memtype_name(value);
	if (!strcmp(field->name, "sa_p2mt"))
		return p2m_type_name(value);
	if (!strcmp(field->name, "access"))
		return ept_access_name(value, decode->layout);
	return NULL;
}

static void entry_json(struct decode *decode, uint64_t raw, unsigned int level, bool leaf,
		       const char *wrong)
{
	struct jsonwrite *json = &decode->json;
	const struct ept_field *field;
	unsigned int n, i;

	json_string(json, "kind", "ept-entry");
	json_hex(json, "raw", raw);
	json_number(json, "level", level);
	json_bool(json, "level_guessed", !decode->level);
	json_bool(json, "leaf", leaf);
	json_open(json, "fields", '{');
	for (n = 0; (field = ept_field(n, decode->layout)); n++) {
		uint64_t value = ept_field_value(field, raw);
		const char *name = value_name(decode, field, value);

		if (name)
			json_string(json, field->name, name);
		else if (field->high - field->low > 5)
			json_hex(json, field->name, value);
		else
			json_bool(json, field->name, value);
	}
	json_close(json, '}');
	json_string(json, "misconfiguration", wrong);
	if (!leaf)
		return;
	json_open(json, "effective", '[');
	for (i = 0; i < 8; i++) {
		int type =
			memtype_effective(ept_emt(raw), ept_ipat(raw), decode->pat >> (i * 8) & 7);

		json_string(json, NULL, type < 0 ? NULL : memtype_name(type));
	}
	json_close(json, ']');
}

static void entry_text(struct decode *decode, uint64_t raw, unsigned int level, bool leaf,
		       const char *wrong)
{
	const struct ept_field *field;
	char text[64];
	unsigned int n;

	printf("0x%016" PRIx64 ": EPT entry, level %u%s, %s\n", raw, level,
	       decode->level ? "" : " (guessed)",
	       !ept_present(raw) ? "not present"
	       : leaf		 ? "maps a page"
				 : "refers to a table");
	for (n = 0; (field = ept_field(n, decode->layout)); n++) {
		uint64_t value = ept_field_value(field, raw);
		const char *name = value_name(decode, field, value);

		if (field->high == field->low)
			snprintf(text, sizeof(text), "%u", field->high);
		else
			snprintf(text, sizeof(text), "%u:%u", field->high, field->low);
		printf("  %5s  %-11s 0x%" PRIx64 "%s%s  (%s)\n", text, field->name, value,
		       name ? " " : "", name ? name : "", field->meaning);
	}
	if (leaf && ept_present(raw)) {
		effective(decode, ept_emt(raw), ept_ipat(raw), text, sizeof(text));
		printf("  effective type for PAT0 to PAT7 (0x%016" PRIx64 "): %s\n", decode->pat,
		       text);
	}
	if (wrong)
		printf("  EPT misconfiguration: %s (SDM vol. 3)\n", wrong);
}

/* "0x… r-x WB! ram_rw rwx 0x7d400", formatted by hand: it is the fast path. */
static void entry_brief(const struct decode *decode, uint64_t raw)
{
	static const char digits[] = "0123456789abcdef";
	unsigned int access = raw >> (decode->layout == EPT_LAYOUT_4_20 ? 59 : 58) & 15;
	const char *words[3] = { memtype_name(ept_emt(raw)), p2m_type_name(ept_type(raw)),
				 ept_access_name(access, decode->layout) };
	uint64_t mfn = ept_mfn(raw);
	char line[128], *p = line;
	int i, shift;

	*p++ = '0';
	*p++ = 'x';
	for (shift = 60; shift >= 0; shift -= 4)
		*p++ = digits[raw >> shift & 15];
	*p++ = ' ';
	for (i = 0; i < 3; i++)
		*p++ = raw >> i & 1 ? "rwx"[i] : '-';
	*p++ = ' ';
	if (ept_emt(raw) == 7)
		words[0] = "??";
	for (i = 0; i < 3; i++) {
		p = stpcpy(p, words[i]);
		if (!i)
			*p++ = ept_ipat(raw) ? '!' : ' ';
		*p++ = ' ';
	}
	*p++ = '0';
	*p++ = 'x';
	for (shift = 36; shift > 0 && !(mfn >> shift & 15); shift -= 4)
		;
	for (; shift >= 0; shift -= 4)
		*p++ = digits[mfn >> shift & 15];
	*p++ = '\n';
	fwrite_unlocked(line, 1, p - line, stdout);
}

/* Around each thing that is decoded. */
static void open_item(struct decode *decode)
{
	if (decode->format == DECODE_JSON)
		json_newline(&decode->json);
	decode->json.comma = false;
	json_open(&decode->json, NULL, '{');
}

static void close_item(struct decode *decode)
{
	json_close(&decode->json, '}');
	if (decode->format == DECODE_JSONL)
		putchar('\n');
}

static void decode_entry(struct decode *decode, uint64_t raw)
{
	unsigned int level = decode->level ? decode->level : guess_level(raw);
	bool leaf = level == 1 || (level < 4 && ept_superpage(raw)) || !ept_present(raw);
	const char *wrong = ept_misconfiguration(raw, level, decode->phys_bits);

	if (decode->format == DECODE_TEXT) {
		if (decode->brief)
			entry_brief(decode, raw);
		else
			entry_text(decode, raw, level, leaf, wrong);
		return;
	}
	open_item(decode);
	entry_json(decode, raw, level, leaf, wrong);
	close_item(decode);
}

/* SDM vol. 3, "Extended-Page-Table Pointer (EPTP)". */
static void decode_eptp(struct decode *decode, uint64_t value)
{
	unsigned int levels = (value >> 3 & 7) + 1;
	uint64_t root = value & UINT64_C(0xffffffffff000);

	if (decode->format == DECODE_TEXT) {
		printf("0x%016" PRIx64 ": EPT pointer, root table at 0x%" PRIx64
		       ", %u levels, tables %s, accessed and dirty bits %s\n",
		       value, root, levels, memtype_name(value & 7), value & 0x40 ? "on" : "off");
		return;
	}
	open_item(decode);
	json_string(&decode->json, "kind", "eptp");
	json_hex(&decode->json, "raw", value);
	json_hex(&decode->json, "root", root);
	json_number(&decode->json, "levels", levels);
	json_string(&decode->json, "type", memtype_name(value & 7));
	json_bool(&decode->json, "accessed_dirty", value >> 6 & 1);
	close_item(decode);
}

static void decode_pat(struct decode *decode, uint64_t value)
{
	unsigned int i;

	decode->pat = value; /* for what follows */
	if (decode->format == DECODE_TEXT) {
		printf("0x%016" PRIx64 ": IA32_PAT:", value);
		for (i = 0; i < 8; i++)
			printf(" PA%u %s", i, memtype_name(value >> (i * 8) & 0xff));
		putchar('\n');
		return;
	}
	open_item(decode);
	json_string(&decode->json, "kind", "pat");
	json_hex(&decode->json, "raw", value);
	json_open(&decode->json, "entries", '[');
	for (i = 0; i < 8; i++)
		json_string(&decode->json, NULL, memtype_name(value >> (i * 8) & 0xff));
	json_close(&decode->json, ']');
	close_item(decode);
}

/* One register that is told in one sentence. */
static void sentence(struct decode *decode, const char *kind, uint64_t value, const char *text)
{
	if (decode->format == DECODE_TEXT) {
		printf("0x%016" PRIx64 ": %s: %s\n", value, kind, text);
		return;
	}
	open_item(decode);
	json_string(&decode->json, "kind", kind);
	json_hex(&decode->json, "raw", value);
	json_string(&decode->json, "text", text);
	close_item(decode);
}

static void decode_def_type(struct decode *decode, uint64_t value)
{
	char text[128];

	snprintf(text, sizeof(text), "default type %s, MTRRs %s, fixed ranges %s",
		 memtype_name(value & 0xff), value & MTRR_DEF_TYPE_E ? "on" : "off",
		 value & MTRR_DEF_TYPE_FE ? "on" : "off");
	sentence(decode, "IA32_MTRR_DEF_TYPE", value, text);
}

static void decode_cap(struct decode *decode, uint64_t value)
{
	char text[128];

	snprintf(text, sizeof(text), "%u variable ranges, fixed ranges %s, WC %s",
		 (unsigned int)(value & 0xff), value & 0x100 ? "yes" : "no",
		 value & 0x400 ? "yes" : "no");
	sentence(decode, "IA32_MTRRCAP", value, text);
}

static void decode_fixed(struct decode *decode, unsigned int n, uint64_t value)
{
	char text[256];
	size_t used = 0;
	unsigned int i;
	uint64_t base = n == 0	? 0
			: n < 3 ? 0x80000 + (n - 1) * 0x20000
				: 0xc0000 + (n - 3) * 0x8000;
	uint64_t size = n == 0 ? 0x10000 : n < 3 ? 0x4000 : 0x1000;

	*text = '\0';
	for (i = 0; i < 8 && used < sizeof(text); i++)
		used += snprintf(text + used, sizeof(text) - used,
				 "%s0x%" PRIx64 "-0x%" PRIx64 " %s", i ? ", " : "", base + i * size,
				 base + (i + 1) * size - 1, memtype_name(value >> (i * 8) & 0xff));
	sentence(decode, "fixed-range MTRR", value, text);
}

static void decode_range(struct decode *decode, uint64_t base, uint64_t mask)
{
	uint64_t size = mtrr_range_size(mask), first = base & mask & ~UINT64_C(0xfff);
	char text[160], bytes[32];

	if (!size)
		snprintf(text, sizeof(text), "not valid");
	else if ((mask & ~UINT64_C(0xfff)) & ((mask & ~UINT64_C(0xfff)) + size) &
		 ~(UINT64_MAX << 36))
		snprintf(text, sizeof(text), "%s, not contiguous: base 0x%" PRIx64 ", blocks of %s",
			 memtype_name(base & 0xff), first, text_size(size, bytes, sizeof(bytes)));
	else
		snprintf(text, sizeof(text), "0x%" PRIx64 "-0x%" PRIx64 " %s, %s", first,
			 first + size - 1, memtype_name(base & 0xff),
			 text_size(size, bytes, sizeof(bytes)));
	sentence(decode, "variable-range MTRR", base, text);
}

static void decode_record(struct decode *decode, const struct entry *entry)
{
	char text[256], attributes[16], types[64];

	words_attributes(entry, attributes, sizeof(attributes));
	if (entry->pod) {
		snprintf(text, sizeof(text), "gfn 0x%" PRIx64 ", order %u, populated on demand",
			 entry->gfn, entry->order);
	} else {
		effective(decode, entry->emt, entry->ipat, types, sizeof(types));
		snprintf(text, sizeof(text),
			 "gfn 0x%" PRIx64 ", mfn 0x%" PRIx64
			 ", order %u, %s: %s%s; effective types: %s",
			 entry->gfn, entry->mfn, entry->order, attributes,
			 !entry->rights	  ? "not present"
			 : entry->pending ? "Xen recomputes it on the next touch"
			 : entry->ipat	  ? "the guest's PAT is ignored"
					  : "the guest's PAT counts",
			 entry->ipat_hidden ? " (iPAT is not shown)" : "",
			 entry->pending || !entry->rights ? "-" : types);
	}
	sentence(decode, "key D", entry->gfn, text);
}

/* NAME=VALUE. 1 if it was one. */
static int named_value(struct decode *decode, const char *text, struct error *err)
{
	const char *equals = strchr(text, '=');
	char name[16];
	uint64_t value;
	unsigned int n;

	if (!equals || equals - text >= (int)sizeof(name))
		return 0;
	snprintf(name, sizeof(name), "%.*s", (int)(equals - text), text);
	if (!text_hex_string(equals + 1, &value))
		return error_set(err, -EINVAL,
				 "'%s': a hexadecimal value is expected behind =", text);
	if (!strcmp(name, "eptp"))
		decode_eptp(decode, value);
	else if (!strcmp(name, "pat"))
		decode_pat(decode, value);
	else if (!strcmp(name, "cap"))
		decode_cap(decode, value);
	else if (!strcmp(name, "def_type"))
		decode_def_type(decode, value);
	else if (sscanf(name, "fixed%u", &n) == 1 && n < MTRR_FIXED_COUNT)
		decode_fixed(decode, n, value);
	else if (!strcmp(name, "base")) {
		decode->mtrr_base = value;
		decode->has_base = true;
	} else if (!strcmp(name, "mask")) {
		if (!decode->has_base)
			return error_set(err, -EINVAL, "mask=… needs base=… before it");
		decode_range(decode, decode->mtrr_base, value);
		decode->has_base = false;
	} else {
		return error_set(
			err, -EINVAL,
			"'%s': no such register; eptp, pat, cap, def_type, fixed0 to fixed10, base "
			"and mask are known",
			name);
	}
	return 1;
}

/* Lines that other tools print. 1 if it was one. */
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

/* bhyvectl --get-gpa-pmap: "gpa 0x…: 0x… 0x… 0x…", entries from the root down. 1 if it was that. */
static int gpa_pmap(struct decode *decode, char *text)
{
	unsigned int given = decode->level, level = 4;
	char *word, *save = NULL, *values;
	uint64_t value;

	if (strncmp(text, "gpa ", 4) || !(values = strchr(text, ':')))
		return 0;
	for (word = strtok_r(values + 1, " \t", &save); word; word = strtok_r(NULL, " \t", &save)) {
		if (!text_hex_string(word, &value) || !level)
			break;
		decode->level = level--;
		decode_entry(decode, value);
	}
	decode->level = given;
	return 1;
}

static int decode_one(struct decode *decode, char *text, struct error *err)
{
	uint64_t value;
	int rc;

	text += strspn(text, "\t");
	if (text_hex_string(text, &value)) {
		if (decode->is_eptp)
			decode_eptp(decode, value);
		else
			decode_entry(decode, value);
		return 0;
	}
	rc = known_line(decode, text);
	if (!rc)
		rc = gpa_pmap(decode, text);
	if (!rc)
		rc = named_value(decode, text, err);
	if (!rc)
		return error_set(
			err, -EINVAL,
			"'%.60s' is no hexadecimal value, NAME=VALUE, or line that is known; --help "
			"tells what is",
			text);
	return rc < 0 ? rc : 0;
}

static int decode_stdin(struct decode *decode, struct error *err)
{
	static char buffer[1 << 16];
	char line[1024];
	int rc = 0;

	setvbuf(stdin, buffer, _IOFBF, sizeof(buffer));
	while (!rc && fgets_unlocked(line, sizeof(line), stdin)) {
		size_t length = strcspn(line, "\r\n");

		line[length] = '\0';
		if (length)
			rc = decode_one(decode, line, err);
	}
	return rc;
}

static int run(int argc, char **argv)
{
	struct decode decode;
	struct error err = { "" };
	int i, rc = 0;

	memset(&decode, 0, sizeof(decode));
	decode.layout = EPT_LAYOUT_4_20;
	decode.phys_bits = 52;
	decode.pat = PAT_DEFAULT;
	decode.json.stream = stdout;
	if (argp_parse(&argp, argc, argv, 0, NULL, &decode))
		return STATUS_ERROR;
	if (decode.format == DECODE_JSON) {
		json_open(&decode.json, NULL, '{');
		json_string(&decode.json, "schema", "xen-eptaudit/decode");
		json_open(&decode.json, "values", '[');
	}
	for (i = 0; i < decode.value_count && !rc; i++)
		rc = decode_one(&decode, decode.values[i], &err);
	if (!decode.value_count)
		rc = decode_stdin(&decode, &err);
	if (decode.format == DECODE_JSON && !rc) {
		json_close(&decode.json, ']');
		json_close(&decode.json, '}');
		putchar('\n');
	}
	if (!rc && (fflush(stdout) || ferror(stdout)))
		rc = error_set(&err, -EIO, "cannot write: is the disk full?");
	return rc ? cmd_fail(argv[0], "%s", err.text) : STATUS_CLEAN;
}

const struct verb verb_decode = { "decode", "say what raw entries and registers mean", &argp, run };
