/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "decode/registers.h"

#include "base/text.h"
#include "decode/item.h"
#include "x86/memtype.h"
#include "x86/mtrr.h"

#include <inttypes.h>
#include <stdio.h>

void register_eptp(struct decode *decode, uint64_t value)
{
	struct jsonwrite *json = &decode->json;
	uint64_t root = eptp_root(value);

	if (!item_tell(decode, "EPT pointer", value, eptp_invalid(value, decode->phys_bits),
		       "root table at 0x%" PRIx64
		       ", %u levels, tables %s, accessed and dirty bits %s%s",
		       root, eptp_levels(value), memtype_name(value & 7),
		       value & 0x40 ? "on" : "off",
		       value & 0x80 ? ", supervisor shadow stacks" : ""))
		return;
	json_hex(json, "root", root);
	json_number(json, "levels", eptp_levels(value));
	json_string(json, "type", memtype_name(value & 7));
	json_bool(json, "accessed_dirty", value >> 6 & 1);
	json_bool(json, "supervisor_shadow_stack", value >> 7 & 1);
	item_close(decode);
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

static void tell_pat(struct decode *decode, const char *kind, uint64_t value, uint64_t *valid)
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
		*valid = value;
	if (!item_tell(decode, kind, value, wrong, "%s", text))
		return;
	bytes_json(decode, "entries", value, true);
	item_close(decode);
}

void register_pat(struct decode *decode, uint64_t value)
{
	tell_pat(decode, "IA32_PAT", value, &decode->pat);
}

void register_host_pat(struct decode *decode, uint64_t value)
{
	uint64_t ignored;

	tell_pat(decode, "IA32_PAT of the host", value, &ignored);
}

static const char *refused(const struct decode *decode, const char *reg, uint64_t value)
{
	return mtrr_write_accepted(reg, value, decode->phys_bits)
		       ? NULL
		       : "a type is reserved, or a reserved bit is set";
}

void register_def_type(struct decode *decode, uint64_t value)
{
	char name[8];
	const char *type = byte_name(value, 0, false, name);

	if (!item_tell(decode, "IA32_MTRR_DEF_TYPE", value, refused(decode, "def_type", value),
		       "default type %s, MTRRs %s, fixed ranges %s", type,
		       value & MTRR_DEF_TYPE_E ? "on" : "off",
		       value & MTRR_DEF_TYPE_FE ? "on" : "off"))
		return;
	json_string(&decode->json, "type", type);
	json_bool(&decode->json, "enabled", value & MTRR_DEF_TYPE_E);
	json_bool(&decode->json, "fixed_enabled", value & MTRR_DEF_TYPE_FE);
	item_close(decode);
}

void register_cap(struct decode *decode, uint64_t value)
{
	if (!item_tell(decode, "IA32_MTRRCAP", value, NULL,
		       "%u variable ranges, fixed ranges %s, WC %s", (unsigned int)(value & 0xff),
		       value & 0x100 ? "yes" : "no", value & 0x400 ? "yes" : "no"))
		return;
	json_number(&decode->json, "variable_ranges", value & 0xff);
	json_bool(&decode->json, "fixed_ranges", value & 0x100);
	json_bool(&decode->json, "wc", value & 0x400);
	item_close(decode);
}

void register_fixed(struct decode *decode, unsigned int n, uint64_t value)
{
	uint64_t size, base = mtrr_fixed_base(n, &size);
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
	snprintf(kind, sizeof(kind), "IA32_MTRR_FIX%uK_%05" PRIX64, (unsigned int)(size >> 10),
		 base);
	snprintf(reg, sizeof(reg), "fixed%u", n);
	if (!item_tell(decode, kind, value, refused(decode, reg, value), "%s", text))
		return;
	json_hex_pair(&decode->json, "range", base, base + 8 * size - 1);
	bytes_json(decode, "types", value, false);
	item_close(decode);
}

void register_range(struct decode *decode, uint64_t base, uint64_t mask)
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
	if (!item_tell(decode, "IA32_MTRR_PHYSBASE", base, wrong, "mask 0x%" PRIx64 ": %s", mask,
		       text))
		return;
	json_hex(&decode->json, "mask", mask);
	json_bool(&decode->json, "enabled", mask & MTRR_MASK_VALID);
	json_string(&decode->json, "type", type);
	if (mask & MTRR_MASK_VALID && whole)
		json_hex_pair(&decode->json, "range", first, first + size - 1);
	item_close(decode);
}
