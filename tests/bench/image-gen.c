/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * image-gen FILE MILLIONS [scattered]: a flat memory image that holds only the EPT of a domain with
 * so many million 4K entries (in units of 1024 * 1024), of frames that follow each other or do not.
 * Its EPTP is 0x101e. Only table pages are written; the rest of the file is a hole.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ENTRIES	   512
#define MIDDLE	   UINT64_C(0x8000000000000107) /* r, w, x, a, suppress_ve */
#define LEAF	   UINT64_C(0x9c00000000000377) /* r, w, x, WB, iPAT, a, d, access rwx, suppress_ve */
#define FIRST_LEAF UINT64_C(0x1000000)		/* frames far above the tables */

static uint64_t random_state = 88172645463325252;

static uint64_t next_random(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

static int put(int fd, uint64_t frame, const uint64_t *table)
{
	return pwrite(fd, table, ENTRIES * 8, frame * 4096) == ENTRIES * 8 ? 0 : -1;
}

int main(int argc, char **argv)
{
	uint64_t millions = argc > 2 ? strtoull(argv[2], NULL, 10) : 0, scattered = argc > 3;
	uint64_t tables[4], first[4], level, i, n, table[ENTRIES], leaf = 0;
	int fd = argc > 2 ? open(argv[1], O_WRONLY | O_CREAT | O_TRUNC, 0666) : -1;

	if (fd < 0 || !millions) {
		fprintf(stderr, "usage: image-gen FILE MILLIONS [scattered]\n");
		return 2;
	}
	/* Tables of each level, from the root at frame 1 down. */
	tables[0] = millions << 20 >> 9;
	for (level = 1; level < 4; level++)
		tables[level] = (tables[level - 1] + ENTRIES - 1) / ENTRIES;
	first[3] = 1;
	for (level = 3; level > 0; level--)
		first[level - 1] = first[level] + tables[level];
	for (level = 1; level < 4; level++)
		for (n = 0; n < tables[level]; n++) {
			memset(table, 0, sizeof(table));
			for (i = 0; i < ENTRIES && n * ENTRIES + i < tables[level - 1]; i++)
				table[i] = (first[level - 1] + n * ENTRIES + i) << 12 | MIDDLE;
			if (put(fd, first[level] + n, table))
				return 1;
		}
	for (n = 0; n < tables[0]; n++) {
		for (i = 0; i < ENTRIES; i++, leaf++)
			table[i] =
				(FIRST_LEAF + (scattered ? next_random() % (millions << 20) : leaf))
					<< 12 |
				LEAF;
		if (put(fd, first[0] + n, table))
			return 1;
	}
	return close(fd);
}
