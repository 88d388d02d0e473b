/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a guest can notice of a wrong entry, and what a change of an entry does to it: by hand from
 * the SDM's table of effective types.
 */
#include "unit/test.h"

#include "audit/compare.h"
#include "audit/severity.h"
#include "x86/memtype.h"

#define UC  MEMTYPE_UC
#define WC  MEMTYPE_WC
#define WT  MEMTYPE_WT
#define WP  MEMTYPE_WP
#define WB  MEMTYPE_WB
#define PAT 8 /* added: iPAT set */

static void test_severity(void)
{
	static const struct {
		unsigned int is, should;
		enum severity severity;
		int shown_by;
	} cases[] = {
		{ UC + PAT, UC, SEVERITY_DIFFERS, WC }, /* one EMT: iPAT alone is no danger */
		{ WB, WB + PAT, SEVERITY_DIFFERS, WC },
		{ WB + PAT, WB, SEVERITY_DIFFERS, WC },
		{ UC, UC, SEVERITY_DIFFERS, -1 },
		{ WC, WC + PAT, SEVERITY_DIFFERS, UC }, /* PAT WB and WC are WC either way */
		{ WB, UC, SEVERITY_DANGER, WB },
		{ WB + PAT, UC, SEVERITY_DANGER, WB },
		{ WT, UC + PAT, SEVERITY_DANGER, WB },
		{ WB + PAT, UC + PAT, SEVERITY_DANGER, WB },
		{ UC, WB, SEVERITY_SLOW, WB },
		{ WC, WB + PAT, SEVERITY_SLOW, WB },
		{ UC + PAT, WC, SEVERITY_SLOW, WB },
		{ UC, WC + PAT, SEVERITY_SLOW, WB },
		{ WP, WB, SEVERITY_DIFFERS, WB },
		{ WB, OUTCOME_SPLIT, SEVERITY_DIFFERS, -1 },
	};
	unsigned int i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int shown_by;
		enum severity severity = severity_shown(cases[i].is, cases[i].should, &shown_by);

		check(severity == cases[i].severity && shown_by == cases[i].shown_by,
		      "case %u: %s, shown by PAT %d", i, severity_name(severity), shown_by);
	}
}

/* Against several outcomes: the least, of those that are usual if any is. */
static void test_severity_of(void)
{
	struct decision decision = { .possible = 1u << UC | 1u << WB };

	check(severity_of(WT, &decision) == SEVERITY_DIFFERS, "UC or WB");
	decision.outcome[WB].unusual = 1;
	check(severity_of(WT, &decision) == SEVERITY_DANGER, "rather UC than WB");
	decision.outcome[UC].unusual = 1;
	check(severity_of(WT, &decision) == SEVERITY_DIFFERS, "neither is usual");
	decision = (struct decision){ .possible = 1u << WB | 1u << (UC + PAT) };
	check(severity_of(WT, &decision) == SEVERITY_DIFFERS,
	      "the one that comes first is the least");
}

int main(void)
{
	test_severity();
	test_severity_of();
	return test_end();
}
