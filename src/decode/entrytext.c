/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An entry in text, a line for each field. */
#include "decode/entry.h"

#include "base/put.h"
#include "base/screen.h"
#include "decode/fields.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

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

void entry_text(struct decode *decode, uint64_t raw, const struct entry_place *place)
{
	bool table = ept_present(raw) && !place->leaf;
	char out[FIELDS_TEXT_SIZE + 512], *p = out;

	p = put_hex16(put_text(p, "0x"), raw);
	p = put_decimal(put_text(p, ": EPT entry, level "), place->level);
	if (place->doubt)
		p = put_text(put_text(put_text(p, " (guessed"), place->doubt), ")");
	p = put_text(p, !ept_present(raw) ? ", not present\n"
			: table		  ? ", refers to a table\n"
					  : ", maps a page\n");
	p = fields_put(decode, table ? FIELDS_TABLE : FIELDS_TEXT, raw, p);
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
