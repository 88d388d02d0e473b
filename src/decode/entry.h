/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef DECODE_ENTRY_H
#define DECODE_ENTRY_H

#include "decode/decode.h"

/* What is known of an entry beyond its bits. */
struct place {
	unsigned int level;
	const char *doubt; /* if the level is guessed, else NULL */
	bool leaf;
	const char *wrong; /* the rule that it breaks, or NULL */
};

/* A raw entry of a table of that level; 0: guessed. */
void entry_decode(struct decode *decode, uint64_t raw, unsigned int level);

/* One as text, and in JSON. */
void entry_text(struct decode *decode, uint64_t raw, const struct place *place);
void entry_json(struct decode *decode, uint64_t raw, const struct place *place);

/* "0x00000007d4000377 rwx WB! ram_rw rwx 0x7d4000\n". Returns its end; BRIEF_LENGTH is enough. */
#define BRIEF_LENGTH 100
struct brief;
char *brief_line(const struct brief *brief, const struct ept_layout *layout, uint64_t raw, char *p);

/* The tables for this Xen, or for an entry that is not of one. */
const struct brief *brief_of(const struct decode *decode);

#define FIELDS_MAX 24

/* The nth field, from *n on, of those that mean something here, or NULL. */
const struct ept_field *entry_field(const struct decode *decode, unsigned int *n);

/* A field's value in words, or NULL. */
const char *entry_value_name(const struct decode *decode, const struct ept_field *field,
			     uint64_t value);

/* Has it effective types? */
bool entry_has_effective(uint64_t raw, const struct place *place);

/* Effective types for each of the eight PAT entries, "UC WC …"; "-" is none. Returns text. */
const char *effective_text(const struct decode *decode, unsigned int emt, bool ipat, char text[32]);

/* The same as an array of JSON. */
void effective_json(struct decode *decode, unsigned int emt, bool ipat);

#endif
