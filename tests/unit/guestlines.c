/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Single lines of a guest's: its PAT as Linux prints it, its MTRRs, and what is neither. */
#include "audit/judge.h"
#include "source/text/guesttext.h"
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
	check(mtrr_line_parse("MTRR fixed ranges ena").kind == MTRR_LINE_OTHER &&
		      mtrr_line_parse("MTRR variable ranges ").kind == MTRR_LINE_OTHER &&
		      mtrr_line_parse("MTRR default type: write-").kind == MTRR_LINE_OTHER,
	      "headings that are torn");
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
	check(mtrr_line_parse("reg255: base=0x0 ( 0MB), size= 1MB, count=1: uncachable").kind ==
			      MTRR_LINE_PROC &&
		      mtrr_line_parse("reg256: base=0x0 ( 0MB), size= 1MB, count=1: uncachable")
				      .kind == MTRR_LINE_OTHER,
	      "the highest index of /proc/mtrr");
	check(mtrr_line_parse("  bffff-a0000 uncachable").kind == MTRR_LINE_OTHER,
	      "a range that ends before it begins");
	check(mtrr_line_parse("  100000-1fffff uncachable").kind == MTRR_LINE_OTHER,
	      "a fixed range above 1 MiB");
	check(mtrr_line_parse("  a0000-bffff wrong").kind == MTRR_LINE_OTHER, "no type");
}

#define TYPE	 "MTRR default type: "
#define VARIABLE "MTRR variable ranges enabled:\n"
#define RANGE_0	 "  0 base 00c0000000 mask 3fc0000000 uncachable\n"

/* What a guest says against what Xen shows: range 0 is 3-4 GiB UC, the default type WB. */
static const struct {
	const char *lines, *contradiction;
} guests[] = {
	{ TYPE "write-back\n" VARIABLE RANGE_0, "" },
	{ TYPE "write-through\n" VARIABLE RANGE_0, "its MTRRs' default type is WT, but WB by Xen" },
	{ TYPE "write-back\nMTRR variable ranges disabled:\n" RANGE_0,
	  "its MTRRs' default type is WB (disabled), but WB by Xen" },
	{ TYPE "write-back\n" VARIABLE "  0 disabled\n",
	  "its MTRR range 0 is not in use, but 0xc0000000-0xffffffff UC by Xen" },
	/* ranges that were not read to their end tell nothing */
	{ TYPE "write-back\n" VARIABLE, "" },
	{ TYPE "write-back\n" VARIABLE "  1 disabled\n", "" },
	{ TYPE "write-back\n" VARIABLE "  0 disabled\n  2 disabled\n", "" },
	{ TYPE "write-back\n" VARIABLE "  0 disabled\n  1 dis\n", "" },
	{ TYPE "write-back\n" VARIABLE "  0 base 0080000000 mask 3fc0000000 uncachable\n",
	  "its MTRR range 0 is 0x80000000-0xbfffffff UC, but 0xc0000000-0xffffffff UC by Xen" },
	{ TYPE "write-back\n" VARIABLE "  0 base 00c0000000 mask 3fe0000000 uncachable\n",
	  "its MTRR range 0 is 0xc0000000-0xdfffffff UC, but 0xc0000000-0xffffffff UC by Xen" },
	{ TYPE "write-back\n" VARIABLE "  0 base 00c0000000 mask 3fc0000000 write-protect\n",
	  "its MTRR range 0 is 0xc0000000-0xffffffff WP, but 0xc0000000-0xffffffff UC by Xen" },
	/* the width of addresses is the guest's own, and so is a range that Xen does not show */
	{ TYPE "write-back\n" VARIABLE "  0 base 00c0000000 mask fc0000000 uncachable\n", "" },
	{ TYPE "write-back\n" VARIABLE RANGE_0 "  1 base 0000000000 mask 3fc0000000 uncachable\n",
	  "" },
	{ "reg00: base=0x0c0000000 ( 3072MB), size= 1024MB, count=1: uncachable\n", "" },
	{ "Linux version 6.1.0\n" TYPE "write-through\n", "" },
};

static void read_guest(const char *lines, struct guest_text *guest)
{
	char line[128];

	memset(guest, 0, sizeof(*guest));
	for (; *lines; lines += strcspn(lines, "\n") + 1) {
		snprintf(line, sizeof(line), "%.*s", (int)strcspn(lines, "\n"), lines);
		guest_text_line(line, guest);
	}
}

/* Xen's MTRRs are off, and known as a whole; those of a vCPU that is only assumed; and no vCPU. */
static void test_less_known(void)
{
	struct mtrr_fact xen = { .how = HOW_LOG, .how_var = HOW_LOG };
	struct guest_text guest;
	struct facts facts;
	char text[256];

	xen.state.def_type = MEMTYPE_UC;
	xen.state.var_count = 8;
	read_guest(TYPE "write-back\n" VARIABLE "  0 disabled\n", &guest);
	facts_init(&facts);
	check(!facts_add_vcpu(&facts, &xen) &&
		      !guest_text_apply(&guest, &facts, text, sizeof(text)) &&
		      !strcmp(text, "its MTRRs' default type is WB, but UC (disabled) by Xen"),
	      "off by Xen: %s", text);
	read_guest(TYPE "uncachable\nMTRR variable ranges disabled:\n" RANGE_0, &guest);
	check(!guest_text_apply(&guest, &facts, text, sizeof(text)) &&
		      !strcmp(text,
			      "its MTRR range 0 is 0xc0000000-0xffffffff UC, but not in use by "
			      "Xen") &&
		      facts.vcpus[0].how_var == HOW_LOG && !facts.vcpus[0].state.var[0].base,
	      "all ranges are known: %s", text);
	facts_clear(&facts);

	xen.how = HOW_ASSUMED;
	xen.state.var_count = 1;
	facts_init(&facts);
	read_guest(TYPE "write-back\n" VARIABLE RANGE_0 "  1 disabled\n", &guest);
	check(!facts_add_vcpu(&facts, &xen) &&
		      !guest_text_apply(&guest, &facts, text, sizeof(text)) && !*text &&
		      facts.vcpus[0].state.var_count == 8 &&
		      facts.vcpus[0].state.var[0].base == 0xc0000000 &&
		      facts.vcpus[0].state.def_type == guest.mtrrs.state.def_type,
	      "what is only assumed gives way: %s", text);
	facts_clear(&facts);

	facts_init(&facts);
	facts.no_vcpu = HOW_LOG;
	check(!guest_text_apply(&guest, &facts, text, sizeof(text)) && !facts.vcpu_count,
	      "a domain without vCPUs has no MTRRs");
	facts_clear(&facts);
}

static void test_contradictions(void)
{
	struct mtrr_fact xen = { .how = HOW_LOG, .how_var = HOW_ASSUMED };
	char text[256];
	size_t i;

	xen.state.cap = 0x508;
	xen.state.def_type = 0x806;
	xen.state.var_count = 8;
	xen.state.var[0].base = 0xc0000000;
	xen.state.var[0].mask = UINT64_C(0x3fc0000800);
	xen.known = (struct mtrr_known){ .def_type = true, .fixed = true, .var = 1 };
	for (i = 0; i < sizeof(guests) / sizeof(guests[0]); i++) {
		struct guest_text guest;
		struct facts facts;

		read_guest(guests[i].lines, &guest);
		facts_init(&facts);
		check(!facts_add_vcpu(&facts, &xen) &&
			      !guest_text_apply(&guest, &facts, text, sizeof(text)),
		      "no memory");
		check(!strcmp(text, guests[i].contradiction), "%s: '%s' instead of '%s'",
		      guests[i].lines, text, guests[i].contradiction);
		/* What Xen shows stays. */
		check_each(facts.vcpus[0].state.def_type == 0x806 &&
				   facts.vcpus[0].state.var[0].base == 0xc0000000,
			   "%s: changes what is known", guests[i].lines);
		facts_clear(&facts);
	}
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
	test_contradictions();
	test_less_known();
	test_accepted();
	return test_end();
}
