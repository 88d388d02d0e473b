/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef REPORT_WORDS_H
#define REPORT_WORDS_H

#include "audit/judge.h"

#include <stddef.h>

/* "rwx WB!" as key D prints it. Returns text. */
const char *words_attributes(const struct entry *entry, char *text, size_t size);

/* "WB!", "UC ", "split" for an OUTCOME_KEY; without the blank where trim. */
const char *words_outcome(unsigned int key, bool trim, char *text, size_t size);

/* "UC/WB!" for a set of them, bits 1 << OUTCOME_KEY. Returns text. */
const char *words_outcomes(uint16_t outcomes, char *text, size_t size);

/* "WB! or UC": the usual outcomes, or all where none is usual. */
const char *words_expected(const struct run *run, char *text, size_t size);

/* "pinned, guest-mtrr" for a set of facts. */
const char *words_facts(uint32_t facts, char *text, size_t size);

/* The same for people: "pinned ranges, guest MTRRs". */
const char *words_fact_labels(uint32_t facts, char *text, size_t size);

/* What the rules say of a run, and why: "MMIO_UC: the type is mmio_direct". Returns text. */
const char *words_rule(const struct run *run, char *text, size_t size);

/* What a guest can notice of a finding, "" where that cannot be said. Returns text. */
const char *words_effect(const struct run *run, char *text, size_t size);

/* "decides", "passes", "may" or "not asked". */
const char *words_answer(const struct step_answer *answer);

/* One plain sentence on a run: what is the matter, and why. */
const char *words_sentence(const struct run *run, char *text, size_t size);

#endif
