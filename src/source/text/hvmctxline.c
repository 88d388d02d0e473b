/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/text/hvmctxline.h"

#include "x86/mtrr.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct hvmctx_line hvmctx_line_parse(const char *text)
{
	struct hvmctx_line line;
	uint64_t *value = line.value;

	memset(&line, 0, sizeof(line));
	if (sscanf(text, "Entry %*u: type %u instance %u", &line.type, &line.number) == 2) {
		line.kind = HVMCTX_ENTRY;
	} else if (sscanf(text, "HVM save record for domain %u", &line.number) == 1) {
		line.kind = HVMCTX_DOMAIN;
	} else if (sscanf(text, " MTRR: PAT 0x%" SCNx64 ", cap 0x%" SCNx64 ", default 0x%" SCNx64,
			  &value[0], &value[1], &value[2]) == 3) {
		line.kind = HVMCTX_MTRR;
	} else if (sscanf(text, " var %u %" SCNx64 " %" SCNx64, &line.number, &value[0],
			  &value[1]) == 3) {
		line.kind = HVMCTX_VAR;
	} else if (sscanf(text, " fixed %x %" SCNx64, &line.number, &value[0]) == 2) {
		if (line.number == 0x10) /* old ones count in decimal, see dump_mtrr() */
			line.number = 10;
		if (line.number < MTRR_FIXED_COUNT)
			line.kind = HVMCTX_FIXED;
	}
	return line;
}
