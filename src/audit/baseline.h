/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The baseline: findings that are known and accepted, in a file. */
#ifndef AUDIT_BASELINE_H
#define AUDIT_BASELINE_H

#include "audit/judge.h"
#include "base/error.h"

#include <stdio.h>

/*
 * Findings that are known and accepted. A line of the file: DOMAIN GFN[-GFN] TYPE[!] RULE, that is
 * the domain's name ("d4" where it has none that fits), guest frames (hexadecimal, inclusive), what
 * the entries hold, and the step that decides otherwise. '*' in place of DOMAIN or RULE is any.
 */
struct baseline_line {
	char domain[64], rule[32]; /* safe for a terminal */
	unsigned int number;	   /* in the file */
	uint64_t first, last;
	unsigned int key; /* OUTCOME_KEY */
	bool met, looked_for;
};

struct baseline_place;

struct baseline {
	struct baseline_line *list; /* as in the file */
	size_t count;
	struct baseline_place *places; /* its own: by the first gfn */
};

/* Reads a file. Returns 0, or a negative errno value with err naming the line. */
int baseline_read(struct baseline *baseline, const char *path, struct error *err);
void baseline_clear(struct baseline *baseline);

/* A domain has been audited as a whole: notes which lines speak of it. name may be NULL. */
void baseline_domain(struct baseline *baseline, int domid, const char *name);

/* Do lines cover all of a finding? They are then met. */
bool baseline_accepts(struct baseline *baseline, int domid, const char *name,
		      const struct run *run);

/* A line that speaks of a domain that was audited, and that no finding met. */
bool baseline_stale(const struct baseline_line *line);

/* The line for a finding; baseline_head() is a comment that says what the file is. */
void baseline_head(FILE *file);
void baseline_write(FILE *file, int domid, const char *name, const struct run *run);

/* "d4 0x0-0xf WB NO_IO_WB", as in the file. Returns text. */
const char *baseline_text(const struct baseline_line *line, char *text, size_t size);

#endif
