/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest-gen FILE MILLIONS [scattered]: a flat memory image with a guest whose own 4-level tables
 * have so many million 4K entries (in units of 1024 * 1024), and an EPT of 1G pages that maps guest
 * frames to the same machine frames. Its EPTP is 0x101e, its CR3 0x4000. Only tables are written.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ENTRIES	 512
#define EPT_1G	 UINT64_C(0xb7) /* r, w, x, WB, a page */
#define EPT_NEXT UINT64_C(7)
#define GUEST	 UINT64_C(0x67)
#define TABLES	 UINT64_C(4) /* first frame of the guest's tables */

static int put(int fd, uint64_t frame, const uint64_t *table)
{
	return pwrite(fd, table, ENTRIES * 8, frame * 4096) == ENTRIES * 8 ? 0 : -1;
}

static uint64_t random_state = 88172645463325252;

static uint64_t next_random(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

static int write_ept(int fd)
{
	uint64_t table[ENTRIES] = { UINT64_C(2) << 12 | EPT_NEXT }, i;

	if (put(fd, 1, table))
		return -1;
	for (i = 0; i < ENTRIES; i++)
		table[i] = i << 30 | EPT_1G;
	return put(fd, 2, table);
}

int main(int argc, char **argv)
{
	uint64_t millions = argc > 2 ? strtoull(argv[2], NULL, 10) : 0, scattered = argc > 3;
	uint64_t tables[4], first[4], level, i, n, table[ENTRIES], leaf = 0;
	int fd = argc > 2 ? open(argv[1], O_WRONLY | O_CREAT | O_TRUNC, 0666) : -1;

	if (fd < 0 || !millions || millions > 64) {
		fprintf(stderr, "usage: guest-gen FILE MILLIONS [scattered]\n");
		return 2;
	}
	if (write_ept(fd))
		return 1;
	tables[0] = millions << 20 >> 9;
	for (level = 1; level < 4; level++)
		tables[level] = (tables[level - 1] + ENTRIES - 1) / ENTRIES;
	first[3] = TABLES;
	for (level = 3; level > 0; level--)
		first[level - 1] = first[level] + tables[level];
	for (level = 1; level < 4; level++)
		for (n = 0; n < tables[level]; n++) {
			memset(table, 0, sizeof(table));
			for (i = 0; i < ENTRIES && n * ENTRIES + i < tables[level - 1]; i++)
				table[i] = (first[level - 1] + n * ENTRIES + i) << 12 | GUEST;
			if (put(fd, first[level] + n, table))
				return 1;
		}
	for (n = 0; n < tables[0]; n++) {
		for (i = 0; i < ENTRIES; i++, leaf++)
			table[i] =
				(scattered ? next_random() % (millions << 20) : leaf) << 12 | GUEST;
		if (put(fd, first[0] + n, table))
			return 1;
	}
	return close(fd);
}
