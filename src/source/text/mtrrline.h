/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_TEXT_MTRRLINE_H
#define SOURCE_TEXT_MTRRLINE_H

#include <stdbool.h>
#include <stdint.h>

/* MTRRs as Xen and Linux print them with mtrr.show, or Linux in /proc/mtrr. */
enum mtrr_line_kind {
	MTRR_LINE_OTHER,
	MTRR_LINE_DEFAULT,     /* "MTRR default type: write-back": type */
	MTRR_LINE_FIXED_ON,    /* "MTRR fixed ranges enabled:": on */
	MTRR_LINE_VARIABLE_ON, /* "MTRR variable ranges enabled:": on */
	MTRR_LINE_FIXED,       /* "  00000-9ffff write-back": base, last, type */
	MTRR_LINE_VARIABLE,    /* "  0 base 00c0000000 mask ffc0000000 uncachable" */
	MTRR_LINE_NOT_IN_USE,  /* "  1 disabled": index */
	MTRR_LINE_PROC, /* "reg00: base=0x0c0000000 ( 3072MB), size= 1024MB, … write-back" */
};

struct mtrr_line {
	enum mtrr_line_kind kind;
	unsigned int index; /* of a variable range */
	uint8_t type;	    /* enum memtype */
	bool on;
	uint64_t base, last; /* addresses, last one inclusive: fixed and PROC */
	uint64_t mask;	     /* of VARIABLE, without its valid bit */
	unsigned int digits; /* that mask was printed with */
};

/* Reads one line (NUL-terminated); MTRR_LINE_OTHER where it is none of these. */
struct mtrr_line mtrr_line_parse(const char *text);

/*
 * Linux's "x86/PAT: Configuration [0-7]: WB  WC  UC- UC  WB  WP  UC- WT", which may stand anywhere
 * in the line, as the value of IA32_PAT. False if it is not that.
 */
bool pat_line_parse(const char *text, uint64_t *pat);

#endif
