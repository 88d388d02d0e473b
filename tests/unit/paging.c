/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A guest's page tables, made by hand from the SDM's figures, in every mode of paging. */
#include "unit/test.h"

#include "x86/memtype.h"
#include "x86/paging.h"

#include <inttypes.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define PAGES 16 /* guest frames 0 to 15 can be read */

static union {
	uint64_t wide[512];
	uint32_t narrow[1024];
} memory[PAGES];

static struct {
	unsigned int reads[PAGES], all, ahead;
	char gaps[512];
} seen;

static const void *read_page(void *opaque, uint64_t gfn, unsigned int level)
{
	(void)opaque;
	(void)level;
	seen.all++;
	if (gfn >= PAGES)
		return NULL;
	seen.reads[gfn]++;
	return &memory[gfn];
}

static void ahead(void *opaque, const uint64_t *gfns, unsigned int count, unsigned int level)
{
	(void)opaque;
	(void)gfns;
	(void)level;
	seen.ahead += count;
}

static void gap(void *opaque, enum paging_gap what, uint64_t first, uint64_t last, uint64_t gfn)
{
	size_t used = strlen(seen.gaps);

	(void)opaque;
	snprintf(seen.gaps + used, sizeof(seen.gaps) - used,
		 "%c%" PRIx64 "-%" PRIx64 ":%" PRIx64 " ", "urL"[what], first, last, gfn);
}

static const struct paging_reader reader = { read_page, ahead, gap, NULL };

#define PG   UINT64_C(0x80000001)
#define PSE  0x10
#define PAE  0x20
#define LA57 0x1000
#define LMA  0x500

static const struct paging_registers narrow = { .cr0 = PG, .cr3 = 0x1000, .cr4 = PSE };
static const struct paging_registers pae = { .cr0 = PG, .cr3 = 0x1020, .cr4 = PAE };
static const struct paging_registers four = { .cr0 = PG, .cr3 = 0x1018, .cr4 = PAE, .efer = LMA };
static const struct paging_registers five = {
	.cr0 = PG, .cr3 = 0x1000, .cr4 = PAE | LA57, .efer = LMA
};

/* "gva-last>gfn/order.pat …" of all mappings, read max at a time. */
static const char *walked(const struct paging_registers *registers, uint64_t limit,
			  unsigned int max)
{
	static char text[2048];
	struct mapping mappings[8];
	struct paging_walk walk;
	unsigned int count, i;
	size_t used = 0;

	text[0] = '\0';
	memset(&seen, 0, sizeof(seen));
	paging_begin(&walk, registers, &reader, limit);
	while ((count = paging_read(&walk, mappings, max)))
		for (i = 0; i < count && used < sizeof(text); i++)
			used += snprintf(text + used, sizeof(text) - used,
					 "%" PRIx64 "-%" PRIx64 ">%" PRIx64 "/%u.%u ",
					 mappings[i].gva,
					 mappings[i].gva + (mappings[i].pages << 12) - 1,
					 mappings[i].gfn, mappings[i].order, mappings[i].pat);
	check(walk.looked_at <= limit, "looked at %" PRIu64 " entries of %" PRIu64, walk.looked_at,
	      limit);
	return text;
}

static void expect(const struct paging_registers *registers, const char *wanted)
{
	unsigned int max;

	for (max = 1; max <= 8; max += 7) {
		const char *text = walked(registers, PAGING_LIMIT_DEFAULT, max);

		check(!strcmp(text, wanted), "%s, %u at a time: '%s', not '%s'",
		      paging_mode_name(paging_mode(registers)), max, text, wanted);
	}
}

static void clear(void)
{
	memset(memory, 0, sizeof(memory));
}

static void test_modes(void)
{
	static const struct paging_registers off = { .cr0 = 1, .cr4 = PAE, .efer = LMA };

	check(paging_mode(&off) == PAGING_OFF && paging_mode(&narrow) == PAGING_32BIT &&
		      paging_mode(&pae) == PAGING_PAE && paging_mode(&four) == PAGING_4LEVEL &&
		      paging_mode(&five) == PAGING_5LEVEL,
	      "modes");
	expect(&off, "0-ffffffff>0/20.8 ");
	check(paging_pat_type(&off, PAGING_NO_PAT) == MEMTYPE_WB, "paging off is PAT WB");
}

static void test_pat(void)
{
	struct paging_registers registers = { .pat = UINT64_C(0x0007010500070406) };

	check(paging_pat_type(&registers, 0) == MEMTYPE_WB &&
		      paging_pat_type(&registers, 1) == MEMTYPE_WT &&
		      paging_pat_type(&registers, 2) == MEMTYPE_UC_MINUS &&
		      paging_pat_type(&registers, 3) == MEMTYPE_UC &&
		      paging_pat_type(&registers, 4) == MEMTYPE_WP &&
		      paging_pat_type(&registers, 5) == MEMTYPE_WC &&
		      paging_pat_type(&registers, 7) == MEMTYPE_UC,
	      "entries of a PAT");
	check(!paging_cache_disabled(&registers), "CR0.CD clear");
	registers.cr0 = 1u << 30;
	check(paging_cache_disabled(&registers), "CR0.CD set");
}

/* Every PAT entry, from the bits of a 4K page, and where stretches begin and end. */
static void test_4k(void)
{
	unsigned int i;

	clear();
	memory[1].wide[0] = 0x2003;
	memory[2].wide[0] = 0x3003;
	memory[3].wide[0] = 0x4003;
	for (i = 0; i < 8; i++)
		memory[4].wide[i] = (UINT64_C(0x8000000000000063)) | (0x100 + i) << 12 |
				    (i & 3) << 3 | (i >> 2) << 7;
	memory[4].wide[8] = 0x20000000207b; /* on with another frame */
	memory[4].wide[9] = 0x20000000307b;
	memory[4].wide[10] = 0x20000000407a; /* not present */
	memory[4].wide[511] = 0x80000e63;
	expect(&four, "0-fff>100/0.0 1000-1fff>101/0.1 2000-2fff>102/0.2 3000-3fff>103/0.3 "
		      "4000-4fff>104/0.4 5000-5fff>105/0.5 6000-6fff>106/0.6 7000-7fff>107/0.7 "
		      "8000-9fff>200000002/0.3 1ff000-1fffff>80000/0.0 ");
	check(seen.all == 4 && seen.reads[4] == 1 && seen.ahead == 3, "each table once");

	/* A stretch goes on over the end of a table. */
	clear();
	memory[1].wide[256] = 0x2003;
	memory[2].wide[511] = 0x3003;
	memory[3].wide[0] = 0x4003;
	memory[3].wide[1] = 0x5003;
	memory[4].wide[511] = 0x7003;
	memory[5].wide[0] = 0x8003;
	expect(&four, "ffff807fc01ff000-ffff807fc0200fff>7/0.0 ");
}

/* PAT is bit 12 of a large page, and bit 7 there says that it is one. */
static void test_large(void)
{
	clear();
	memory[1].wide[511] = 0x2003;
	memory[2].wide[510] = 0x3003;
	memory[2].wide[511] = 0xc0000083 | 0x1000; /* 1G */
	memory[3].wide[0] = 0x200083;		   /* 2M */
	memory[3].wide[1] = 0x400083;
	memory[3].wide[2] = 0x601093;
	memory[3].wide[3] = 0x80008b;
	memory[3].wide[4] = 0xa02083; /* bit 13 is reserved */
	expect(&four, "ffffffff80000000-ffffffff803fffff>200/9.0 "
		      "ffffffff80400000-ffffffff805fffff>600/9.6 "
		      "ffffffff80600000-ffffffff807fffff>800/9.1 "
		      "ffffffffc0000000-ffffffffffffffff>c0000/18.4 ");
	check(!strcmp(seen.gaps, "rffffffff80800000-ffffffff809fffff:a02 "), "gaps: %s", seen.gaps);
	memory[1].wide[511] |= 0x80; /* no large page at that level */
	expect(&four, "");
	check(!strcmp(seen.gaps, "rffffff8000000000-ffffffffffffffff:2 "), "gaps: %s", seen.gaps);
}

static void test_five(void)
{
	clear();
	memory[1].wide[256] = 0x2003;
	memory[2].wide[0] = 0x3003;
	memory[3].wide[1] = 0x40000083;
	memory[1].wide[0] = 0x2003; /* twice */
	expect(&five, "40000000-7fffffff>40000/18.0 ff00000040000000-ff0000007fffffff>40000/18.0 ");
}

static void test_32bit(void)
{
	struct paging_registers no_pse = narrow;

	clear();
	memory[1].narrow[0] = 0x2003;
	memory[1].narrow[1] = 0x00c00083 | 0x1010; /* 4M, PAT bit and PCD */
	memory[1].narrow[2] = 0x00c06083;	   /* PSE-36: bits 14:13 are 33:32 of the address */
	memory[1].narrow[3] = 0x00e00083;	   /* bit 21 is reserved */
	memory[1].narrow[1023] = 0xffc00083;
	memory[2].narrow[0] = 0xfffff08b;
	memory[2].narrow[1023] = 0x5003;
	expect(&narrow, "0-fff>fffff/0.5 3ff000-3fffff>5/0.0 400000-7fffff>c00/10.6 "
			"800000-bfffff>300c00/10.0 ffc00000-ffffffff>ffc00/10.0 ");
	check(!strcmp(seen.gaps, "rc00000-ffffff:e00 "), "gaps: %s", seen.gaps);
	/* Without CR4.PSE they refer to tables. */
	no_pse.cr4 = 0;
	memory[1].narrow[1] = memory[1].narrow[2] = memory[1].narrow[3] = 0;
	expect(&no_pse, "0-fff>fffff/0.5 3ff000-3fffff>5/0.0 ");
	check(!strcmp(seen.gaps, "uffc00000-ffffffff:ffc00 "), "gaps: %s", seen.gaps);
	check(!paging_same_space(&narrow, &no_pse), "PSE makes another space");
}

/* The top table of PAE is of four entries anywhere in a page. */
static void test_pae(void)
{
	clear();
	memory[1].wide[3] = 0xdead; /* before it */
	memory[1].wide[4] = 0x2001;
	memory[1].wide[7] = 0x3001;
	memory[1].wide[8] = 0x4001; /* behind it */
	memory[2].wide[0] = 0x5003;
	memory[2].wide[511] = 0x8000201083;
	memory[3].wide[511] = 0x400093;
	memory[5].wide[1] = 0x9083;
	expect(&pae, "1000-1fff>9/0.4 3fe00000-3fffffff>8000200/9.4 ffe00000-ffffffff>400/9.2 ");
}

/* What a hostile guest can do is bounded by the limit. */
static void test_hostile(void)
{
	unsigned int i;
	uint64_t limit;

	/* Every entry of four tables refers to the next: 2^36 pages. */
	clear();
	for (i = 0; i < 512; i++) {
		memory[1].wide[i] = 0x2003;
		memory[2].wide[i] = 0x3003;
		memory[3].wide[i] = 0x4003;
		memory[4].wide[i] = 0x1003 + (i & 1) * 0x1000;
	}
	for (limit = 0; limit < 5000; limit += 700) {
		walked(&four, limit, 8);
		check(seen.gaps[0] == 'L' && seen.all <= limit / 512, "limit %" PRIu64 ": %s, %u",
		      limit, seen.gaps, seen.all);
	}
	walked(&four, 2048 + 1024, 8);
	check(!strcmp(seen.gaps, "L600000-ffffffffffffffff:4 "), "gaps: %s", seen.gaps);

	/* One table that is all of them. */
	clear();
	for (i = 0; i < 512; i++)
		memory[1].wide[i] = 0x1003;
	walked(&five, 100000, 8);
	check(strstr(seen.gaps, "L") != NULL, "gaps: %s", seen.gaps);

	/* Tables where there is no memory, each told. */
	clear();
	memory[1].wide[0] = 0xffffffffff003;
	memory[1].wide[511] = 0x2003;
	expect(&four, "");
	check(!strcmp(seen.gaps, "u0-7fffffffff:ffffffffff "), "gaps: %s", seen.gaps);
	{
		struct paging_registers nowhere = four;

		nowhere.cr3 = 0xffffffff000;
		expect(&nowhere, "");
		check(!strcmp(seen.gaps, "u0-ffffffffffffffff:ffffffff "), "gaps: %s", seen.gaps);
	}
}

/* The usual trick to edit one's own tables: an entry of the top table refers to it. */
static void test_self_map(void)
{
	clear();
	memory[1].wide[0] = 0x2003;
	memory[1].wide[511] = 0x1003;
	memory[2].wide[0] = 0x3003;
	memory[3].wide[0] = 0x4003;
	memory[4].wide[0] = 0x9003;
	expect(&four, "0-fff>9/0.0 ffffff8000000000-ffffff8000000fff>4/0.0 "
		      "ffffffffc0000000-ffffffffc0000fff>3/0.0 "
		      "ffffffffffe00000-ffffffffffe00fff>2/0.0 "
		      "fffffffffffff000-ffffffffffffffff>1/0.0 ");
	check(!seen.gaps[0], "gaps: %s", seen.gaps);
}

static uint64_t other_number(void *opaque, uint64_t gfn, unsigned int level)
{
	(void)opaque;
	(void)level;
	return gfn == 3 ? 0 : gfn + 0x100;
}

/* Tables that refer to others get new numbers; entries that do not stay as they are. */
static void test_renumbered(void)
{
	static const struct {
		const struct paging_registers *registers;
		unsigned int level;
		uint64_t before, after;
	} rows[] = {
		{ &four, 4, 0x2003, 0x102003 },	      { &four, 4, 0x3003, 0 },
		{ &four, 4, 0x2002, 0x2002 },	      { &four, 4, 0x2083, 0x2083 }, /* reserved */
		{ &four, 3, 0x40000083, 0x40000083 }, { &four, 2, 0x200083, 0x200083 },
		{ &four, 2, 0x202083, 0x202083 },     { &four, 1, 0x2083, 0x2083 },
		{ &pae, 3, 0x2003, 0x102003 },	      { &pae, 3, 0x2083, 0x2083 },
		{ &pae, 2, 0x200083, 0x200083 },      { &five, 5, 0x2003, 0x102003 },
		{ &narrow, 2, 0x2003, 0x102003 },     { &narrow, 2, 0x400083, 0x400083 },
		{ &narrow, 2, 0x600083, 0x600083 },   { &narrow, 1, 0x2083, 0x2083 },
	};
	size_t i;

	for (i = 0; i < COUNT(rows); i++) {
		bool is_narrow = rows[i].registers == &narrow;
		bool top = rows[i].registers == &pae && rows[i].level == 3;
		unsigned int at = top ? 5 : 7; /* of four, from 4 on, as CR3 has it */
		uint64_t got;

		clear();
		if (is_narrow)
			memory[1].narrow[at] = rows[i].before;
		else
			memory[1].wide[at] = memory[1].wide[511] = rows[i].before;
		paging_renumber(rows[i].registers, rows[i].level, &memory[1], other_number, NULL);
		got = is_narrow ? memory[1].narrow[at] : memory[1].wide[at];
		check(got == rows[i].after && (!top || !memory[1].wide[511]),
		      "row %zu: 0x%" PRIx64 ", not 0x%" PRIx64, i, got, rows[i].after);
	}
}

/* Who reads pages need not fetch ahead, nor be told of gaps: those are counted all the same. */
static void test_plain_reader(void)
{
	static const struct paging_reader plain = { .page = read_page };
	static const struct paging_registers *const modes[] = { &narrow, &pae, &four, &five };
	struct mapping mapping;
	struct paging_walk walk;
	unsigned int i, count;

	for (i = 0; i < COUNT(modes); i++) {
		clear();
		memset(&seen, 0, sizeof(seen));
		if (modes[i] == &narrow)
			memory[1].narrow[0] = 0x99003; /* no such page */
		else
			memory[1].wide[4] = memory[1].wide[0] = 0x99003;
		paging_begin(&walk, modes[i], &plain, PAGING_LIMIT_DEFAULT);
		for (count = 0; paging_read(&walk, &mapping, 1); count++)
			;
		check(!count && walk.gaps && !seen.gaps[0] && !seen.ahead, "mode %u: %u gaps", i,
		      (unsigned int)walk.gaps);
		paging_begin(&walk, modes[i], &plain, 1); /* less than a table has */
		check(!paging_read(&walk, &mapping, 1) && walk.limited && walk.gaps == 1,
		      "mode %u: limited", i);
	}
}

int main(void)
{
	test_renumbered();
	test_plain_reader();
	test_modes();
	test_pat();
	test_4k();
	test_large();
	test_five();
	test_32bit();
	test_pae();
	test_hostile();
	test_self_map();
	return test_end();
}
