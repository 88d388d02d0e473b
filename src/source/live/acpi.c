/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/live/acpi.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define MADT "/sys/firmware/acpi/tables/APIC"

/* ACPI 6.5, 5.2.12: a header of 44 bytes, then structures that begin with type and length. */
#define MADT_HEADER  44
#define TYPE_IO_APIC 1

int acpi_io_apics(struct ranges *frames)
{
	unsigned char table[64 << 10];
	FILE *file = fopen(MADT, "re");
	size_t size, at;

	if (!file)
		return 0;
	size = fread(table, 1, sizeof(table), file);
	fclose(file);
	for (at = MADT_HEADER; at + 2 <= size && table[at + 1] >= 2; at += table[at + 1]) {
		uint32_t address;

		if (table[at] != TYPE_IO_APIC || table[at + 1] < 12 || at + 12 > size)
			continue;
		memcpy(&address, table + at + 4, sizeof(address));
		if (ranges_add(frames, address >> 12, address >> 12))
			return -ENOMEM;
	}
	return 0;
}
