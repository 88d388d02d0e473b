/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DECODE_DECODE_H
#define DECODE_DECODE_H

#include "base/error.h"
#include "base/jsonwrite.h"
#include "x86/ept.h"

#include <stdbool.h>
#include <stdint.h>

#define DECODE_LEVEL_MAX   5
#define DECODE_BLANKS	   " \t\r,"			/* between values */
#define DECODE_PAT_DEFAULT UINT64_C(0x0007040600070406) /* after reset, SDM vol. 3 */

enum decode_format { DECODE_TEXT, DECODE_JSON, DECODE_JSONL };

/* Tables that Xen is printing for a vCPU, while others do the same. */
struct decode_walk {
	char vcpu[16];	    /* as it is printed, "d1v0"; "" where it is not */
	uint64_t gfn;	    /* whose tables these are */
	unsigned int level; /* of the next entry; 0: none is expected */
};

#define DECODE_WALKS 16 /* at the same time */

/* Values being decoded, in one form of output, to stdout. */
struct decode {
	enum decode_format format;
	struct ept_layout layout;
	bool layout_given;	/* not just the newest */
	unsigned int level;	/* of entries without a level of their own; 0: guessed */
	unsigned int phys_bits; /* physical-address width */
	uint64_t pat;		/* for effective types; one that is decoded becomes it */
	bool brief;		/* entries in text: a line each */
	bool is_eptp;		/* plain values are EPT pointers */
	struct jsonwrite json;
	bool foreign;  /* the entry at hand is not of a Xen */
	bool begun;    /* the JSON document */
	uint64_t base; /* IA32_MTRR_PHYSBASEn, until its mask comes */
	bool has_base;
	struct decode_walk walks[DECODE_WALKS];
	unsigned int walk_next; /* which of them a new one takes */
	bool of_host;		/* registers of a VMCS are the host's */
	bool understood;	/* a line was, of decode_lines() */
	uint64_t skipped;	/* lines that were not understood, of decode_lines() */
};

/* All zero but for what the architecture and the newest Xen have. */
void decode_init(struct decode *decode);

/*
 * Values, NAME=VALUE, or a line that Xen or one of its tools prints: what they mean. Returns 0 or
 * -EINVAL with what is not understood.
 */
int decode_text(struct decode *decode, const char *text, struct error *err);

/*
 * The same for every line that a descriptor has. Lines that are not understood are counted in
 * decode->skipped; it is an error only if no other is there, and then names the first of them.
 */
int decode_lines(struct decode *decode, int fd, struct error *err);

/*
 * Closes the JSON document; whole says that no error came before. Returns 0, -EINVAL if a base
 * still lacks its mask, or -EIO.
 */
int decode_end(struct decode *decode, bool whole, struct error *err);

#endif
