/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lines that Xen, Linux and tools print: what they say of memory types. */
#include "decode/printed.h"

#include "base/array.h"
#include "base/screen.h"
#include "base/text.h"
#include "decode/entry.h"
#include "decode/item.h"
#include "decode/registers.h"
#include "model/entry.h"
#include "report/words.h"
#include "source/text/hvmctxline.h"
#include "source/text/mtrrline.h"
#include "source/text/record.h"
#include "x86/memtype.h"
#include "x86/mtrr.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define EPT_LEVELS 4

static void tell_in_words(const struct decode *decode, const struct entry *entry, bool known)
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
	screen_text(stdout, 0, 4, text);
}

static void tell_record(struct decode *decode, const struct entry *entry)
{
	struct jsonwrite *json = &decode->json;
	uint64_t last = entry->gfn + entry_pages(entry->order) - 1;
	bool known = entry->rights && !entry->pending && !entry->pod;
	char attributes[16];

	words_attributes(entry, attributes, sizeof(attributes));
	if (decode->format == DECODE_TEXT) {
		tell_in_words(decode, entry, known);
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

/* An entry of key D. */
static bool record_line(struct decode *decode, const char *text)
{
	const char *record = strstr(text, "gfn: ");
	struct entry entry;

	if (!record || (record_parse(record, strlen(record), &entry) == RECORD_NONE &&
			record_parse_loose(record, strlen(record), &entry) == RECORD_NONE))
		return false;
	tell_record(decode, &entry);
	return true;
}

/* The VMCS, as Xen prints it when a vCPU cannot be entered, or on key v. */
static bool vmcs_line(struct decode *decode, const char *text)
{
	const char *p;
	uint64_t value;

	if (text_after(text, "*** Guest State") || text_after(text, "*** Host State") ||
	    text_after(text, "*** Control State")) {
		decode->of_host = text_after(text, "*** Host");
		return true;
	}
	p = strstr(text, "EPT pointer = 0x");
	if (p && sscanf(p, "EPT pointer = 0x%" SCNx64, &value) == 1) {
		register_eptp(decode, value);
		return true;
	}
	p = text_after(text, "EFER") ? strstr(text, "PAT = 0x") : NULL;
	if (!p || sscanf(p, "PAT = 0x%" SCNx64, &value) != 1)
		return false;
	if (decode->of_host)
		register_host_pat(decode, value);
	else
		register_pat(decode, value);
	return true;
}

static bool hvmctx_line(struct decode *decode, const char *text)
{
	struct hvmctx_line line = hvmctx_line_parse(text);

	switch (line.kind) {
	case HVMCTX_MTRR:
		register_pat(decode, line.value[0]);
		register_cap(decode, line.value[1]);
		register_def_type(decode, line.value[2]);
		return true;
	case HVMCTX_VAR:
		register_range(decode, line.value[0], line.value[1]);
		return true;
	case HVMCTX_FIXED:
		register_fixed(decode, line.number, line.value[0]);
		return true;
	default:
		return false;
	}
}

static void tell_mtrr_range(struct decode *decode, const struct mtrr_line *line, const char *kind)
{
	char size[32];

	text_size(line->last - line->base + 1, size, sizeof(size));
	if (!item_say(decode, kind, "0x%" PRIx64 "-0x%" PRIx64 ", %s, %s", line->base, line->last,
		      size, memtype_name(line->type)))
		return;
	json_hex_pair(&decode->json, "range", line->base, line->last);
	json_string(&decode->json, "type", memtype_name(line->type));
	item_close(decode);
}

static void tell_mtrr_on(struct decode *decode, const char *kind, bool on)
{
	if (!item_say(decode, kind, "%s", on ? "on" : "off"))
		return;
	json_bool(&decode->json, "enabled", on);
	item_close(decode);
}

/* The MTRRs with mtrr.show, and /proc/mtrr. */
static bool mtrr_line(struct decode *decode, const char *text)
{
	struct mtrr_line line = mtrr_line_parse(text);
	char kind[32];

	switch (line.kind) {
	case MTRR_LINE_DEFAULT:
		if (item_say(decode, "MTRR default type", "%s", memtype_name(line.type))) {
			json_string(&decode->json, "type", memtype_name(line.type));
			item_close(decode);
		}
		return true;
	case MTRR_LINE_FIXED_ON:
		tell_mtrr_on(decode, "MTRR fixed ranges", line.on);
		return true;
	case MTRR_LINE_VARIABLE_ON:
		tell_mtrr_on(decode, "MTRR variable ranges", line.on);
		return true;
	case MTRR_LINE_FIXED:
		tell_mtrr_range(decode, &line, "MTRR fixed range");
		return true;
	case MTRR_LINE_PROC:
		snprintf(kind, sizeof(kind), "MTRR variable range %u", line.index);
		tell_mtrr_range(decode, &line, kind);
		return true;
	case MTRR_LINE_VARIABLE:
		register_range(decode, line.base | line.type, line.mask | MTRR_MASK_VALID);
		return true;
	case MTRR_LINE_NOT_IN_USE:
		register_range(decode, 0, 0);
		return true;
	default:
		return false;
	}
}

static bool pat_line(struct decode *decode, const char *text)
{
	uint64_t pat;

	if (!pat_line_parse(text, &pat))
		return false;
	register_pat(decode, pat);
	return true;
}

/* The access and what the tables allowed: SDM vol. 3, "Exit Qualification for EPT Violations". */
static const char *violation_text(uint64_t qualification, char text[128])
{
	static const char *const accesses[] = { "read", "write", "instruction fetch" };
	char *p = text;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(accesses); i++)
		if (qualification >> i & 1)
			p += sprintf(p, "%s%s", p > text ? " and " : "", accesses[i]);
	if (p == text)
		p += sprintf(p, "access");
	if (!(qualification >> 3 & 7))
		p += sprintf(p, " where nothing is mapped");
	else
		p += sprintf(p, " where %s%s%s is allowed", qualification & 8 ? "r" : "",
			     qualification & 16 ? "w" : "", qualification & 32 ? "x" : "");
	if (qualification & 0x80)
		sprintf(p, qualification & 0x100 ? ", to a linear address"
						 : ", to a page table of the guest");
	return text;
}

/* "d1v0 EPT violation 0x19c (--x/rw-) gpa 0x0000007ed373a1 mfn 0x33ed37 type 0" */
static bool violation_line(struct decode *decode, const char *text)
{
	const char *p = strstr(text, "EPT violation 0x");
	uint64_t qualification, gpa, mfn;
	unsigned int type;
	char words[128];
	bool fetch;

	if (!p || sscanf(p,
			 "EPT violation 0x%" SCNx64 " (%*[^)])%*[, ]gpa 0x%" SCNx64
			 "%*[, ]mfn 0x%" SCNx64 "%*[, ]type %u",
			 &qualification, &gpa, &mfn, &type) != 4)
		return false;
	fetch = (qualification & 0x3c) == 0x1c && type == P2M_RAM_RW;
	if (!item_tell(decode, "EPT violation", qualification, NULL,
		       "%s; gpa 0x%" PRIx64 " (gfn 0x%" PRIx64 "), mfn 0x%" PRIx64 ", type %s%s",
		       violation_text(qualification, words), gpa, gpa >> 12, mfn,
		       type < P2M_TYPE_COUNT ? p2m_type_name(type) : "unknown",
		       fetch ? "; Xen takes x from superpages (XSA-304, unless ept=exec-sp), and "
			       "splits one when it is fetched from"
			     : ""))
		return true;
	json_hex(&decode->json, "gpa", gpa);
	json_hex(&decode->json, "mfn", mfn);
	json_string(&decode->json, "type", type < P2M_TYPE_COUNT ? p2m_type_name(type) : "unknown");
	item_close(decode);
	return true;
}

/* An entry of a walk: its level follows from the order of the lines, which begin at the root. */
static void walk_entry(struct decode *decode, struct decode_walk *walk, uint64_t raw)
{
	unsigned int level = walk->level--;
	uint64_t frames = UINT64_C(1) << ((level - 1) * 9);
	bool leaf = level == 1 || (level < EPT_LEVELS && ept_superpage(raw));

	entry_decode(decode, raw, level);
	if (leaf || !ept_present(raw))
		walk->level = 0;
	if (!leaf || !ept_present(raw))
		return;
	if (!item_say(decode, "EPT walk", "gfn 0x%" PRIx64 " is mfn 0x%" PRIx64, walk->gfn,
		      ept_mfn(raw) + (walk->gfn & (frames - 1))))
		return;
	json_hex(&decode->json, "gfn", walk->gfn);
	json_hex(&decode->json, "mfn", ept_mfn(raw) + (walk->gfn & (frames - 1)));
	item_close(decode);
}

/*
 * The walk of the vCPU whose name stands before p in text, or where none does the last that began;
 * NULL if that is over.
 */
static struct decode_walk *walk_of(struct decode *decode, const char *text, const char *p,
				   char vcpu[16])
{
	const char *end = p;
	size_t i;

	while (end > text && end[-1] == ' ')
		end--;
	for (p = end; p > text && p[-1] != ' ' && p[-1] != ':';)
		p--;
	snprintf(vcpu, 16, "%.*s", end - p < 16 ? (int)(end - p) : 15, p);
	for (i = 0; i < DECODE_WALKS; i++)
		if (decode->walks[i].level && !strcmp(decode->walks[i].vcpu, vcpu))
			return &decode->walks[i];
	i = (decode->walk_next + DECODE_WALKS - 1) % DECODE_WALKS;
	return !*vcpu && decode->walks[i].level ? &decode->walks[i] : NULL;
}

/* ept_walk_table(): "Walking EPT tables for GFN 7ed37:", then " epte 9c0000047eba3107" */
static bool walk_line(struct decode *decode, const char *text)
{
	const char *p = strstr(text, "Walking EPT tables for GFN ");
	struct decode_walk *walk;
	char vcpu[16];
	uint64_t value;

	if (p && sscanf(p, "Walking EPT tables for GFN %" SCNx64, &value) == 1) {
		walk = walk_of(decode, text, p, vcpu);
		if (!walk)
			walk = &decode->walks[decode->walk_next++ % DECODE_WALKS];
		memcpy(walk->vcpu, vcpu, sizeof(vcpu));
		walk->gfn = value;
		walk->level = EPT_LEVELS;
		if (item_say(decode, "EPT walk", "of gfn 0x%" PRIx64, value)) {
			json_hex(&decode->json, "gfn", value);
			item_close(decode);
		}
		return true;
	}
	p = strstr(text, " epte ");
	if (!p || sscanf(p, " epte %" SCNx64, &value) != 1)
		return false;
	walk = walk_of(decode, text, p, vcpu);
	if (walk)
		walk_entry(decode, walk, value);
	else
		entry_decode(decode, value, decode->level);
	return true;
}

/* "d1: GFN 0xf2000 (0x12345,0,5,7) -> (0x54321,0,5,7) not permitted": set_typed_p2m_entry() */
static bool not_permitted_line(struct decode *decode, const char *text)
{
	const char *p = strstr(text, "GFN ");
	uint64_t gfn, mfn[2];
	unsigned int order[2], type[2], access[2], i;
	int used = 0;

	if (!p ||
	    sscanf(p,
		   "GFN %" SCNx64 " (%" SCNx64 ",%u,%u,%u) -> (%" SCNx64
		   ",%u,%u,%u) not permitted%n",
		   &gfn, &mfn[0], &order[0], &type[0], &access[0], &mfn[1], &order[1], &type[1],
		   &access[1], &used) != 9 ||
	    !used)
		return false;
	for (i = 0; i < 2; i++) {
		if (type[i] >= P2M_TYPE_COUNT)
			type[i] = P2M_TYPE_COUNT;
		if (access[i] > 15)
			access[i] = 15;
	}
	if (!item_say(decode, "change refused",
		      "gfn 0x%" PRIx64 ": mfn 0x%" PRIx64 ", order %u, %s, %s stays; mfn 0x%" PRIx64
		      ", order %u, %s, %s was to replace it",
		      gfn, mfn[0], order[0], p2m_type_name(type[0]),
		      p2m_access_name(access[0], &decode->layout), mfn[1], order[1],
		      p2m_type_name(type[1]), p2m_access_name(access[1], &decode->layout)))
		return true;
	json_hex(&decode->json, "gfn", gfn);
	json_hex(&decode->json, "mfn", mfn[0]);
	json_string(&decode->json, "type", p2m_type_name(type[0]));
	json_hex(&decode->json, "new_mfn", mfn[1]);
	json_string(&decode->json, "new_type", p2m_type_name(type[1]));
	item_close(decode);
	return true;
}

/* "memory_map:add: dom1 gfn=f3074 mfn=a2610 nr=2" */
static bool memory_map_line(struct decode *decode, const char *text)
{
	uint64_t gfn, mfn, count;
	const char *p = strstr(text, "memory_map:");
	char what[8], gfns[48], mfns[48];
	int domid;

	if (!p ||
	    sscanf(p, "memory_map:%7[a-z]: dom%d gfn=%" SCNx64 " mfn=%" SCNx64 " nr=%" SCNx64, what,
		   &domid, &gfn, &mfn, &count) != 5 ||
	    domid < 0 || !count || gfn >> 40 || mfn >> 40 || count >> 40)
		return false;
	if (!item_say(decode, "MMIO", "domain %d: gfn %s is mfn %s, type mmio_direct; %s", domid,
		      text_frames(gfn, gfn + count - 1, gfns, sizeof(gfns)),
		      text_frames(mfn, mfn + count - 1, mfns, sizeof(mfns)),
		      !strcmp(what, "add")	? "mapped"
		      : !strcmp(what, "remove") ? "taken away"
						: "failed"))
		return true;
	json_number(&decode->json, "domid", domid);
	json_hex_pair(&decode->json, "gfn", gfn, gfn + count - 1);
	json_hex_pair(&decode->json, "mfn", mfn, mfn + count - 1);
	json_bool(&decode->json, "added", !strcmp(what, "add"));
	item_close(decode);
	return true;
}

bool printed_line(struct decode *decode, const char *text)
{
	static bool (*const kinds[])(struct decode *, const char *) = {
		record_line, vmcs_line, hvmctx_line,	 walk_line,	     violation_line,
		mtrr_line,   pat_line,	memory_map_line, not_permitted_line,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		if (kinds[i](decode, text))
			return true;
	return false;
}
