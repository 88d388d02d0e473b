/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values and lines: which is what. */
#include "decode/decode.h"

#include "base/outfile.h"
#include "base/text.h"
#include "decode/entry.h"
#include "decode/item.h"
#include "decode/printed.h"
#include "decode/registers.h"
#include "source/text/scan.h"
#include "x86/memtype.h"
#include "x86/mtrr.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void decode_init(struct decode *decode)
{
	memset(decode, 0, sizeof(*decode));
	decode->layout = ept_layout_for(EPT_NEWEST, -1);
	decode->phys_bits = 52;
	decode->pat = DECODE_PAT_DEFAULT;
	decode->json.stream = stdout;
}

int decode_end(struct decode *decode, bool whole, struct error *err)
{
	int rc = 0, lost;

	if (decode->has_base)
		rc = error_set(err, -EINVAL, "base=VALUE needs mask=VALUE behind it");
	if (whole && !rc)
		document_open(decode);
	document_close(decode, whole && !rc);
	lost = written(stdout);
	if (lost && !rc)
		rc = error_set(err, lost, "cannot write the output: %s", strerror(-lost));
	return rc;
}

/* "fixed0" to "fixed10", or -1. */
static int fixed_number(const char *name)
{
	char text[20];
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
		register_fixed(decode, n, value);
	} else if (!strcmp(name, "eptp")) {
		register_eptp(decode, value);
	} else if (!strcmp(name, "pat")) {
		register_pat(decode, value);
	} else if (!strcmp(name, "cap")) {
		register_cap(decode, value);
	} else if (!strcmp(name, "def_type")) {
		register_def_type(decode, value);
	} else if (!strcmp(name, "base")) {
		decode->base = value;
		decode->has_base = true;
	} else if (!strcmp(name, "mask")) {
		if (!decode->has_base)
			return error_set(err, -EINVAL, "mask=VALUE needs base=VALUE before it");
		decode->has_base = false;
		register_range(decode, decode->base, value);
	} else {
		return error_set(
			err, -EINVAL,
			"'%.20s': no such register; eptp, pat, cap, def_type, fixed0 to fixed10, "
			"base and mask are known",
			name);
	}
	return 0;
}

/* A value whose eight bytes are all types that a PAT can hold, and not all in its lower half. */
static bool looks_like_pat(uint64_t value)
{
	unsigned int i;

	for (i = 0; i < 8; i++)
		if (!memtype_valid(value >> (i * 8) & 0xff) &&
		    (value >> (i * 8) & 0xff) != MEMTYPE_UC_MINUS)
			return false;
	return value >> 32;
}

static void suggest_pat(struct decode *decode, uint64_t value)
{
	if (decode->format == DECODE_TEXT && !decode->brief)
		printf("  this may be an IA32_PAT instead: pat=0x%016" PRIx64 " says what of\n",
		       value);
}

/* Raw values and NAME=VALUE, as many as there are. 1 if text begins with one. */
static int plain_values(struct decode *decode, const char *text, struct error *err)
{
	size_t length, name;
	uint64_t value;
	char word[64];
	int rc = 0, count = 0;

	for (text += strspn(text, DECODE_BLANKS); *text && !rc;
	     text += length + strspn(text + length, DECODE_BLANKS)) {
		length = strcspn(text, DECODE_BLANKS);
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
			register_eptp(decode, value);
		} else {
			entry_decode(decode, value, decode->level);
			if (looks_like_pat(value))
				suggest_pat(decode, value);
		}
	}
	return rc ? rc : !!count;
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

	text += strspn(text, DECODE_BLANKS);
	if (*text >= '1' && *text <= '0' + DECODE_LEVEL_MAX && text[1] == ':')
		level = *text - '0';
	else if (strncmp(text, "gpa ", 4) || !strchr(text, ':'))
		return 0;
	text = strchr(text, ':') + 1;
	for (text += strspn(text, DECODE_BLANKS); *text; text = end + strspn(end, DECODE_BLANKS)) {
		end = (char *)text + strcspn(text, DECODE_BLANKS);
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
		entry_decode(decode, entries[value], level--);
	decode->foreign = false;
	return 1;
}

int decode_text(struct decode *decode, const char *text, struct error *err)
{
	char shown[64];
	int rc;

	rc = printed_line(decode, line_said(text));
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
