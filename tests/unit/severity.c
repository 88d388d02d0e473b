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

static void test_effect(void)
{
	static const struct {
		unsigned int before, after;
		enum effect effect;
	} cases[] = {
		{ UC, WB, EFFECT_WEAKER },
		{ WB, WB + PAT, EFFECT_WEAKER }, /* PAT UC was UC */
		{ WC + PAT, WT, EFFECT_WEAKER }, /* though PAT UC and UC- are UC now */
		{ WB, UC, EFFECT_SAFER },
		{ WB + PAT, WB, EFFECT_SAFER },
		{ WB, WC, EFFECT_SAFER },
		{ WT, WC, EFFECT_SAFER },	 /* though PAT UC- is WC now */
		{ UC, UC + PAT, EFFECT_SAFER },	 /* PAT WC was WC */
		{ WC + PAT, UC, EFFECT_SAFER },	 /* all but PAT WC were WC */
		{ UC + PAT, UC, EFFECT_FASTER }, /* PAT WC is WC now */
		{ UC, WC, EFFECT_FASTER },
		{ UC + PAT, WC + PAT, EFFECT_FASTER },
		{ WT, WB, EFFECT_SAME },
		{ WB + PAT, WT + PAT, EFFECT_SAME },
		{ WC, WC, EFFECT_SAME },
		{ UC, OUTCOME_SPLIT, EFFECT_SAME },
		{ OUTCOME_SPLIT, WB, EFFECT_SAME },
	};
	unsigned int i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		enum effect effect = effect_of(cases[i].before, cases[i].after);

		check(effect == cases[i].effect, "effect %u: %s", i, effect_name(effect));
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
	test_effect();
	return test_end();
}
