/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DECODE_ENTRY_H
#define DECODE_ENTRY_H

#include "decode/decode.h"

/* What is known of an entry beyond its bits. */
struct entry_place {
	unsigned int level;
	const char *doubt; /* if the level is guessed, else NULL */
	bool leaf;
	const char *wrong; /* the rule that it breaks, or NULL */
};

/* A raw entry of a table of that level; 0: guessed. */
void entry_decode(struct decode *decode, uint64_t raw, unsigned int level);

/* One as text, and in JSON. */
void entry_text(struct decode *decode, uint64_t raw, const struct entry_place *place);
void entry_json(struct decode *decode, uint64_t raw, const struct entry_place *place);

/* "0x00000007d4000377 rwx WB! ram_rw rwx 0x7d4000\n". Returns its end; there must be room. */
#define ENTRY_BRIEF_SIZE 300
char *entry_brief(const struct decode *decode, uint64_t raw, char *p);

/* Has it effective types? */
bool entry_has_effective(uint64_t raw, const struct entry_place *place);

/* Effective types for each of the eight PAT entries, "UC WC …"; "-" is none. Returns text. */
const char *effective_text(const struct decode *decode, unsigned int emt, bool ipat, char text[32]);

/* The same as an array of JSON. */
void effective_json(struct decode *decode, unsigned int emt, bool ipat);

#endif
