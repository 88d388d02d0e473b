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
		{ UC + PAT, UC, SEVERITY_SLOW, WC }, /* no write-combining */
		{ UC, UC + PAT, SEVERITY_DIFFERS, WC },	     { WB, WB + PAT, SEVERITY_SLOW, WC },
		{ WB + PAT, WB, SEVERITY_DANGER, WC },	     { UC, UC, SEVERITY_DIFFERS, -1 },
		{ WC, WC + PAT, SEVERITY_SLOW, UC }, /* PAT WB and WC are WC either way */
		{ WC + PAT, WC, SEVERITY_DIFFERS, UC },	     { WB, UC, SEVERITY_DANGER, WB },
		{ WB + PAT, UC, SEVERITY_DANGER, WB },	     { WT, UC + PAT, SEVERITY_DANGER, WB },
		{ WB + PAT, UC + PAT, SEVERITY_DANGER, WB }, { UC, WB, SEVERITY_SLOW, WB },
		{ WC, WB + PAT, SEVERITY_SLOW, WB },	     { UC + PAT, WC, SEVERITY_SLOW, WB },
		{ UC, WC + PAT, SEVERITY_SLOW, WB },	     { WP, WB, SEVERITY_DIFFERS, WB },
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

/*
 * The three definitions, for all pairs: rows are EPT types, columns PAT types UC, WC, WT, WP, WB,
 * UC- (SDM vol. 3, "Effective Page-Level Memory Types").
 */
static void test_definitions(void)
{
	static const unsigned int emts[] = { UC, WC, WT, WP, WB };
	static const unsigned int effective[5][6] = {
		{ UC, WC, UC, UC, UC, UC }, { UC, WC, UC, UC, WC, WC }, { UC, WC, WT, WP, WT, UC },
		{ UC, WC, WT, WP, WP, WC }, { UC, WC, WT, WP, WB, UC },
	};
	unsigned int a, b, pat;

	for (a = 0; a < 10; a++)
		for (b = 0; b < 10; b++) {
			enum severity wanted = SEVERITY_DIFFERS, got;
			unsigned int actual = emts[a % 5] + (a < 5 ? 0 : PAT);
			unsigned int expected = emts[b % 5] + (b < 5 ? 0 : PAT);

			for (pat = 0; pat < 6; pat++) {
				unsigned int is = a < 5 ? effective[a][pat] : emts[a % 5];
				unsigned int should = b < 5 ? effective[b][pat] : emts[b % 5];

				if (is >= WT && should <= WC)
					wanted = SEVERITY_DANGER;
				else if (((is <= WC && should >= WT) ||
					  (is == UC && should == WC)) &&
					 wanted < SEVERITY_SLOW)
					wanted = SEVERITY_SLOW;
			}
			got = severity_between(actual, expected);
			check(got == wanted, "%#x for %#x: %s, not %s", actual, expected,
			      severity_name(got), severity_name(wanted));
		}
}

/* Against several outcomes: the least, of those that are usual if any is. */
static void test_severity_of(void)
{
	struct decision decision = { .possible = 1u << UC | 1u << WB };

	check(severity_of(WT, &decision, SEVERITY_SLOW) == SEVERITY_DIFFERS, "UC or WB");
	decision.outcome[WB].unusual = 1;
	check(severity_of(WT, &decision, SEVERITY_SLOW) == SEVERITY_DANGER, "rather UC than WB");
	decision.outcome[UC].unusual = 1;
	check(severity_of(WT, &decision, SEVERITY_SLOW) == SEVERITY_DIFFERS, "neither is usual");
	decision = (struct decision){ .possible = 1u << WB | 1u << (UC + PAT) };
	check(severity_of(WT, &decision, SEVERITY_SLOW) == SEVERITY_DIFFERS,
	      "the one that comes first is the least");
	decision = (struct decision){ .possible = 1u << OUTCOME_SPLIT };
	check(severity_of(WT, &decision, SEVERITY_SLOW) == SEVERITY_SLOW, "what its pieces say");
}

static void test_names(void)
{
	int i;

	for (i = 0; i < SEVERITY_COUNT; i++)
		check(severity_parse(severity_name(i)) == i, "%s is %d", severity_name(i),
		      severity_parse(severity_name(i)));
	check(severity_parse("dange") == -1 && severity_parse("") == -1, "no severity");
}

int main(void)
{
	test_names();
	test_severity();
	test_definitions();
	test_severity_of();
	return test_end();
}
