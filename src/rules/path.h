/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the steps of a rule set are written with: one way through a set, and what it leads to. */
#ifndef RULES_PATH_H
#define RULES_PATH_H

#include "model/facts.h"
#include "rules/outcome.h"
#include "rules/question.h"
#include "rules/steps.h"

/* One way through a rule set for one p2m class, and what was taken for granted on it. */
struct path {
	const struct facts *facts;
	const struct question *question;
	struct decision *decision; /* gets the outcomes; its window is narrowed */
	enum p2m_class class;
	enum step step;		   /* that is being taken */
	const struct ruleset *set; /* of which it is */
	uint32_t assumes, unusual; /* as in struct outcome */
	unsigned int guest, host;  /* as in struct outcome */
};

/* Notes the outcome to which the path leads. */
void path_record(const struct path *path, unsigned int key);

/* The same for a branch that needs fact to be so. */
void path_record_if(const struct path *path, unsigned int key, enum fact fact, bool unusual);

/* Notes the outcome and ends the path. */
enum step_result path_decided(const struct path *path, unsigned int emt, unsigned int ipat);
enum step_result path_split(const struct path *path);

/* The path goes on where fact is the other way. */
void path_assume(struct path *path, enum fact fact, bool unusual);

/* The last frame of the block that begins at frame, UINT64_MAX where that does not fit. */
uint64_t path_last_frame(uint64_t frame, unsigned int order);

/* Do machine frames, from the entry's first to last, lie in ranges? Narrows the window. */
enum overlap path_consult(const struct path *path, const struct ranges *ranges, uint64_t last);

/* The same where Xen looks at the first frame only. */
enum overlap path_consult_first(const struct path *path, const struct ranges *ranges);

/* Is the entry's memory RAM by the machine's memory map? PARTIAL where the map is not known. */
enum overlap path_in_ram(const struct path *path);

#endif
