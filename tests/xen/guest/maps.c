/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Page tables with each of the eight PAT entries over frames of every kind, as 4K and as 2M pages,
 * for a test that tells what it must find: check_maps.py has the same numbers. LEVELS is 4, or 3
 * for PAE; the code is of 32 bits either way.
 */
#include <stdint.h>

/* Frames, in the order of their addresses: pages of one frame with PAT entries 0 to 7 in a row. */
static const uint32_t small[] = {
	0x20,	 0x30, 0x40, 0x50, 0x60, /* typed by fixed MTRRs */
	0x70,	 0x71, 0x72, 0x73, 0x74, /* pinned */
	0xf0010,			 /* shared info */
	0xc0200,			 /* a device */
	0xe0000,			 /* one that is read-only for Xen's own sake */
	0x3000,				 /* nothing: not touched, and so the last */
};
static const uint32_t large[] = {
	0x400,	 0x600,	 0x800,	 0xa00,	 0xc00,	 /* typed by variable MTRRs */
	0xe00,	 0x1000, 0x1200, 0x1400, 0x1600, /* pinned */
	0xc0000,				 /* a device */
};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define SMALL_AT    0x40000000u
#define LARGE_AT    0x80000000u
#define PAT	    UINT64_C(0x0006050100070406) /* WB WT UC- UC WC WP WB UC */

#define PRESENT	  UINT64_C(1)
#define WRITE	  UINT64_C(2)
#define IS_LARGE  UINT64_C(0x80)
#define SMALL_PAT UINT64_C(0x80)
#define LARGE_PAT UINT64_C(0x1000)

static uint64_t tables[16][512] __attribute__((aligned(4096)));
static unsigned int used = 1; /* the first is the top */

static void map(uint32_t address, uint64_t frame, unsigned int level, unsigned int pat)
{
	uint64_t *table = tables[0], *entry, bits = PRESENT | WRITE | (uint64_t)(pat & 3) << 3;
	unsigned int i;

	for (i = LEVELS;; i--) {
		entry = &table[i > 3 ? 0 : address >> (3 + 9 * i) & 511];
		if (i == level)
			break;
		if (!*entry) /* PAE has no other bits in the uppermost table */
			*entry = (uintptr_t)tables[used++] | PRESENT |
				 (LEVELS == 3 && i == 3 ? 0 : WRITE);
		table = tables[((uintptr_t)*entry - (uintptr_t)tables) >> 12];
	}
	if (level == 1)
		bits |= pat & 4 ? SMALL_PAT : 0;
	else
		bits |= IS_LARGE | (pat & 4 ? LARGE_PAT : 0);
	*entry = frame << 12 | bits;
}

static void write_msr(uint32_t msr, uint64_t value)
{
	__asm__ volatile("wrmsr" ::"c"(msr), "A"(value));
}

static void use_tables(void)
{
	uint32_t cr0;

	write_msr(0x277, PAT);
	__asm__ volatile("mov %0, %%cr4" ::"r"(UINT32_C(0x20)));
	__asm__ volatile("mov %0, %%cr3" ::"r"(tables[0]));
	if (LEVELS == 4)
		write_msr(0xc0000080, 0x100); /* EFER.LME */
	__asm__ volatile("mov %%cr0, %0" : "=r"(cr0));
	__asm__ volatile("mov %0, %%cr0" ::"r"(cr0 | UINT32_C(0x80000000)) : "memory");
}

static void touch(uint32_t address)
{
	(void)*(volatile const uint32_t *)(uintptr_t)address;
}

void maps(void)
{
	unsigned int i;

	map(0, 0, 2, 0); /* itself */
	for (i = 0; i < 8 * COUNT(small); i++)
		map(SMALL_AT + (i << 12), small[i / 8], 1, i % 8);
	for (i = 0; i < 8 * COUNT(large); i++)
		map(LARGE_AT + (i << 21), large[i / 8], 2, i % 8);
	use_tables();
	for (i = 0; i < 8 * (COUNT(small) - 1); i++)
		touch(SMALL_AT + (i << 12));
	for (i = 0; i < 8 * COUNT(large); i++)
		touch(LARGE_AT + (i << 21));
}
