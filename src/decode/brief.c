/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Entries in text, a line each: there can be many millions. */
#include "decode/entry.h"

#include "base/put.h"
#include "model/entry.h"
#include "x86/memtype.h"

#include <stdio.h>
#include <string.h>

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

char *brief_line(const struct brief *brief, const struct ept_layout *layout, uint64_t raw, char *p)
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

const struct brief *brief_of(const struct decode *decode)
{
	static struct brief tables[2];
	static bool made[2];

	if (!made[decode->foreign])
		brief_init(&tables[decode->foreign], decode);
	made[decode->foreign] = true;
	return &tables[decode->foreign];
}
