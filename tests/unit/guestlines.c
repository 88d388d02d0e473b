/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Single lines of a guest's: its PAT as Linux prints it, its MTRRs, and what is neither. */
#include "audit/judge.h"
#include "source/text/mtrrline.h"
#include "test.h"
#include "x86/memtype.h"

#include <string.h>

static void test_pat(void)
{
	static const char *const wrong[] = {
		"x86/PAT: Configuration [0-7]: WB  WC  UC- UC  WB  WP  UC-",
		"x86/PAT: Configuration [0-7]: WB  WC  UC- UC  WB  WP  UC- XX",
		"x86/PAT: Configuration [0-7]: ",
		"x86/PAT: Configuration: WB  WC  UC- UC  WB  WP  UC- WT",
		"",
	};
	uint64_t pat = 0;
	unsigned int i;

	check(pat_line_parse("x86/PAT: Configuration [0-7]: WB  WC  UC- UC  WB  WP  UC- WT  ",
			     &pat) &&
		      pat == 0x0407050600070106,
	      "Linux's PAT is 0x%lx", (long)pat);
	check(pat_line_parse("[    0.01] x86/PAT: Configuration [0-7]: WB WT UC- UC WB WT UC- UC",
			     &pat) &&
		      pat == 0x0007040600070406,
	      "the PAT of a reset is 0x%lx", (long)pat);
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		check(!pat_line_parse(wrong[i], &pat), "a PAT: %s", wrong[i]);
}

static void test_mtrr(void)
{
	struct mtrr_line line = mtrr_line_parse("MTRR default type: write-back");

	check(line.kind == MTRR_LINE_DEFAULT && line.type == MEMTYPE_WB, "the default type");
	line = mtrr_line_parse("MTRR fixed ranges enabled:");
	check(line.kind == MTRR_LINE_FIXED_ON && line.on, "fixed ranges are on");
	line = mtrr_line_parse("MTRR fixed ranges disabled:");
	check(line.kind == MTRR_LINE_FIXED_ON && !line.on, "fixed ranges are off");
	line = mtrr_line_parse("  a0000-bffff uncachable");
	check(line.kind == MTRR_LINE_FIXED && line.base == 0xa0000 && line.last == 0xbffff &&
		      line.type == MEMTYPE_UC,
	      "a fixed range");
	line = mtrr_line_parse("  12 base 00c0000000 mask ffc0000000 write-combining");
	check(line.kind == MTRR_LINE_VARIABLE && line.index == 12 && line.base == 0xc0000000 &&
		      line.mask == 0xffc0000000 && line.digits == 10 && line.type == MEMTYPE_WC,
	      "a variable range: kind %d, %u, mask 0x%lx", line.kind, line.index, (long)line.mask);
	line = mtrr_line_parse("  1 disabled");
	check(line.kind == MTRR_LINE_NOT_IN_USE && line.index == 1, "one that is not in use");
	check(mtrr_line_parse("  255 disabled").index == 255 &&
		      mtrr_line_parse("  255 disabled").kind == MTRR_LINE_NOT_IN_USE &&
		      mtrr_line_parse("  256 disabled").kind == MTRR_LINE_OTHER &&
		      mtrr_line_parse("  -1 disabled").kind == MTRR_LINE_OTHER &&
		      mtrr_line_parse("  +1 disabled").kind == MTRR_LINE_OTHER &&
		      mtrr_line_parse("  \v1 disabled").kind == MTRR_LINE_OTHER,
	      "the highest index, and what is none");
	check(mtrr_line_parse("  bffff-a0000 uncachable").kind == MTRR_LINE_OTHER,
	      "a range that ends before it begins");
	check(mtrr_line_parse("  100000-1fffff uncachable").kind == MTRR_LINE_OTHER,
	      "a fixed range above 1 MiB");
	check(mtrr_line_parse("  a0000-bffff wrong").kind == MTRR_LINE_OTHER, "no type");
}

/* What a baseline accepts, of all severities. */
static void test_accepted(void)
{
	struct summary summary;
	unsigned int i;

	memset(&summary, 0, sizeof(summary));
	check(!summary_accepted(&summary), "nothing is accepted");
	for (i = 0; i < SEVERITY_COUNT; i++)
		summary.accepted[i] = 1u << (8 * i);
	check(summary_accepted(&summary) == 0x010101, "0x%lx are accepted",
	      (long)summary_accepted(&summary));
}

int main(void)
{
	test_pat();
	test_mtrr();
	test_accepted();
	return test_end();
}
