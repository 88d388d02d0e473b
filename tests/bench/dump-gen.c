/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dump-gen ENTRIES [PERCENT]: a console log with one dump of so many 4K entries, PERCENT (30) of
 * their frames scattered, with the boot messages and key q that go with it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t random_state = 1;

static uint64_t next_random(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

int main(int argc, char **argv)
{
	uint64_t entries = argc > 1 ? strtoull(argv[1], NULL, 10) : 4000000;
	unsigned int scattered = argc > 2 ? strtoul(argv[2], NULL, 10) : 30;
	uint64_t frames = entries * 4, gfn, mfn = 0x100000;

	printf("(XEN) Xen version 4.19.1 (root@host) (gcc 12.2.0) debug=n\n"
	       "(XEN) Command line: console=com1 conring_size=512M mtrr.show=1\n"
	       "(XEN) EFI RAM map:\n"
	       "(XEN)  [0000000000000000, 000000000009efff] (usable)\n"
	       "(XEN)  [00000000000a0000, 00000000000fffff] (reserved)\n"
	       "(XEN)  [0000000000100000, 000000007fffffff] (usable)\n"
	       "(XEN)  [0000000100000000, %016" PRIx64 "] (usable)\n"
	       "(XEN) IOAPIC[0]: apic_id 1, version 17, address 0xfec00000, GSI 0-23\n"
	       "(XEN) I/O virtualisation disabled\n"
	       "(XEN) MTRR default type: write-back\n"
	       "(XEN) MTRR fixed ranges enabled:\n"
	       "(XEN)   00000-9ffff write-back\n"
	       "(XEN)   a0000-fffff uncachable\n"
	       "(XEN) MTRR variable ranges enabled:\n"
	       "(XEN)   0 base 00c0000000 mask ffc0000000 uncachable\n",
	       ((0x100000 + frames) << 12) - 1);
	printf("(XEN) 'q' pressed -> dumping domain info (now = 1)\n"
	       "(XEN) General information for domain 1:\n"
	       "(XEN)     nr_pages=%" PRIu64 " xenheap_pages=2 dirty_cpus={} max_pages=%" PRIu64
	       "\n"
	       "(XEN) Rangesets belonging to domain 1:\n"
	       "(XEN)     I/O Memory { }\n"
	       "(XEN)     I/O Ports  { }\n"
	       "(XEN) Memory pages belonging to domain 1:\n"
	       "(XEN)     XenPage 0000000000001000: caf=c000000000000001, taf=e400000000000001\n"
	       "(XEN)     ExtraPage 0000000000001001: caf=8200000000000002, taf=e400000000000001\n"
	       "(XEN) Notifying guest 1:0 (virq 1, port 0)\n"
	       "(XEN) \n"
	       "(XEN) domain1 EPT p2m table:\n",
	       entries, entries);
	for (gfn = 0; gfn < entries; gfn++) {
		uint64_t frame;

		if (next_random() % 100 < scattered)
			frame = 0x100000 + next_random() % frames;
		else
			frame = mfn++;
		printf("(XEN) gfn: %13" PRIx64 " order:  0 mfn: %13" PRIx64 " rwx WB!\n", gfn,
		       frame);
	}
	return ferror(stdout) || fflush(stdout) ? 1 : 0;
}
