/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_TEXT_HVMCTXLINE_H
#define SOURCE_TEXT_HVMCTXLINE_H

#include <stdint.h>

/* The lines of tools/misc/xen-hvmctx.c that tell whose MTRRs they are, and what they hold. */
enum hvmctx_kind {
	HVMCTX_OTHER,
	HVMCTX_DOMAIN, /* "HVM save record for domain 5": number is its id */
	HVMCTX_ENTRY, /* "Entry 12: type 14 instance 0, length 240": type, and number of instance */
	HVMCTX_MTRR,  /* "MTRR: PAT 0x…, cap 0x…, default 0x…": value[0] to [2] */
	HVMCTX_VAR,   /* "var 0 0x… 0x…": number; value[0] is the base, [1] the mask */
	HVMCTX_FIXED, /* "fixed 00 0x…": number below MTRR_FIXED_COUNT, value[0] */
};

struct hvmctx_line {
	enum hvmctx_kind kind;
	unsigned int number, type;
	uint64_t value[3];
};

#define HVMCTX_TYPE_MTRR 14 /* HVM_SAVE_CODE(MTRR) */

/* Reads one line (NUL-terminated); HVMCTX_OTHER where it is none of these. */
struct hvmctx_line hvmctx_line_parse(const char *text);

#endif
