/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values and lines: which is what. */
#include "decode/decode.h"

#include "base/text.h"
#include "decode/entry.h"
#include "decode/item.h"
#include "decode/registers.h"
#include "model/entry.h"
#include "report/screen.h"
#include "report/words.h"
#include "source/text/record.h"
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
	int rc = 0;

	if (decode->has_base)
		rc = error_set(err, -EINVAL, "base=VALUE needs mask=VALUE behind it");
	if (whole && !rc)
		document_open(decode);
	document_close(decode);
	if ((fflush(stdout) || ferror(stdout)) && !rc)
		rc = error_set(err, -EIO, "cannot write: is the disk full?");
	return rc;
}

static void record_text(const struct decode *decode, const struct entry *entry, bool known)
{
	char attributes[16], types[32], text[320] = "";

	text_append(text, sizeof(text), "gfn 0x%" PRIx64 "-0x%" PRIx64 ": ", entry->gfn,
		    entry->gfn + entry_pages(entry->order) - 1);
	if (!entry->pod)
		text_append(text, sizeof(text), "mfn 0x%" PRIx64 ", order %u, %s: ", entry->mfn,
			    entry->order, words_attributes(entry, attributes, sizeof(attributes)));
	if (entry->pod)
		text_append(text, sizeof(text), "order %u, populated on demand", entry->order);
	else if (known)
		text_append(text, sizeof(text),
			    "the guest's PAT %s; effective type for PAT0 to PAT7 (0x%016" PRIx64
			    "): %s",
			    entry->ipat ? "is ignored" : "counts", decode->pat,
			    effective_text(decode, entry->emt, entry->ipat, types));
	else
		text_append(text, sizeof(text), "%s",
			    entry->rights ? "Xen recomputes it on the next touch" : "not present");
	strcat(text, "\n");
	screen_lines(stdout, 4, text, strlen(text));
}

static void decode_record(struct decode *decode, const struct entry *entry)
{
	struct jsonwrite *json = &decode->json;
	uint64_t last = entry->gfn + entry_pages(entry->order) - 1;
	bool known = entry->rights && !entry->pending && !entry->pod;
	char attributes[16];

	words_attributes(entry, attributes, sizeof(attributes));
	if (decode->format == DECODE_TEXT) {
		record_text(decode, entry, known);
		return;
	}
	item_open(decode, "key-D");
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
	item_close(decode);
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
		register_eptp(decode, a);
		return 1;
	}
	if (sscanf(text, " MTRR: PAT 0x%" SCNx64 ", cap 0x%" SCNx64 ", default 0x%" SCNx64, &a, &b,
		   &c) == 3) {
		register_pat(decode, a);
		register_cap(decode, b);
		register_def_type(decode, c);
		return 1;
	}
	if (sscanf(text, " var %u %" SCNx64 " %" SCNx64, &n, &a, &b) == 3) {
		register_range(decode, a, b);
		return 1;
	}
	if (sscanf(text, " fixed %x %" SCNx64, &n, &a) == 2) {
		if (n == 0x10) /* old ones count in decimal: tools/misc/xen-hvmctx.c, dump_mtrr() */
			n = 10;
		if (n >= MTRR_FIXED_COUNT)
			return 0;
		register_fixed(decode, n, a);
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
