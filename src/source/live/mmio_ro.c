/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/live/mmio_ro.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FRAME_SHIFT 12

/* All of these are little-endian, as x86 is. */
#define GET(type, from)                              \
	({                                           \
		type value_;                         \
		memcpy(&value_, from, sizeof(type)); \
		value_;                              \
	})

static const char *below_sys(const char *name, char *path, size_t size)
{
	const char *sys = getenv("XEN_EPTAUDIT_SYS");

	snprintf(path, size, "%s/%s", sys && *sys ? sys : "/sys", name);
	return path;
}

static FILE *open_below_sys(const char *format, const char *name)
{
	char path[512], below[384];

	snprintf(below, sizeof(below), format, name);
	return fopen(below_sys(below, path, sizeof(path)), "re");
}

static int add_bytes(struct ranges *frames, uint64_t address, uint64_t size)
{
	uint64_t last = address + size - 1;

	if (!size || last < address)
		return 0;
	return ranges_add(frames, address >> FRAME_SHIFT, last >> FRAME_SHIFT);
}

/* ---- ACPI 6.5 ---- */

#define TABLE_MAX (64u << 10)

/* Returns its bytes, to be freed, or NULL if there is none. */
static unsigned char *acpi_table(const char *signature, size_t *size)
{
	FILE *file = open_below_sys("firmware/acpi/tables/%s", signature);
	unsigned char *table = file ? malloc(TABLE_MAX) : NULL;

	*size = table ? fread(table, 1, TABLE_MAX, file) : 0;
	if (file)
		fclose(file);
	if (*size >= 36 && !memcmp(table, signature, 4))
		return table;
	free(table);
	return NULL;
}

/* 5.2.12: structures that begin with type and length; type 1 is an I/O APIC. */
int readonly_io_apics(struct ranges *frames)
{
	size_t size, at;
	unsigned char *table = acpi_table("APIC", &size);
	int rc = 0;

	for (at = 44; table && !rc && at + 2 <= size && table[at + 1] >= 2; at += table[at + 1])
		if (table[at] == 1 && table[at + 1] >= 12 && at + 12 <= size)
			rc = add_bytes(frames, GET(uint32_t, table + at + 4), 1);
	free(table);
	return rc;
}

/* PCI Firmware 3.3, 4.1.2: base, segment, first and last bus; a bus has 1 MiB. */
static int mcfg_windows(struct ranges *frames)
{
	size_t size, at;
	unsigned char *table = acpi_table("MCFG", &size);
	int rc = 0;

	for (at = 44; table && !rc && at + 16 <= size; at += 16) {
		uint64_t first = table[at + 10], last = table[at + 11];

		if (first <= last)
			rc = add_bytes(frames, GET(uint64_t, table + at) + (first << 20),
				       (last - first + 1) << 20);
	}
	free(table);
	return rc;
}

/* IA-PC HPET 1.0a, 3.2.4: a generic address, whose space 0 is memory. */
static int hpet_page(struct ranges *frames)
{
	size_t size;
	unsigned char *table = acpi_table("HPET", &size);
	int rc = 0;

	if (table && size >= 52 && !table[40])
		rc = add_bytes(frames, GET(uint64_t, table + 44), 1);
	free(table);
	return rc;
}

/* ---- PCI Local Bus 3.0, 6.7 and 6.8.2 ---- */

#define BARS	    6
#define CONFIG_SIZE 256

struct device {
	unsigned char config[CONFIG_SIZE];
	uint64_t first[BARS], size[BARS]; /* size 0: no memory there */
};

static bool read_device(const char *name, struct device *device)
{
	FILE *config = open_below_sys("bus/pci/devices/%s/config", name);
	FILE *resource = open_below_sys("bus/pci/devices/%s/resource", name);
	bool good =
		config && resource && fread(device->config, 1, CONFIG_SIZE, config) == CONFIG_SIZE;
	unsigned int i;

	memset(device->first, 0, sizeof(device->first));
	memset(device->size, 0, sizeof(device->size));
	for (i = 0; i < BARS && good; i++) {
		uint64_t first, last, flags;

		good = fscanf(resource, "%" SCNx64 " %" SCNx64 " %" SCNx64, &first, &last,
			      &flags) == 3;
		if (good && last > first && flags & 0x200) { /* IORESOURCE_MEM */
			device->first[i] = first;
			device->size[i] = last - first + 1;
		}
	}
	if (config)
		fclose(config);
	if (resource)
		fclose(resource);
	return good;
}

/* Where a table register points: its low bits number a BAR, the others are an offset. */
static int add_table(struct ranges *frames, const struct device *device, uint32_t where,
		     uint64_t size)
{
	unsigned int bar = where & 7;
	uint64_t offset = where & ~7u;

	if (bar >= BARS || offset >= device->size[bar])
		return 0;
	return add_bytes(frames, device->first[bar] + offset, size);
}

static int add_device(struct ranges *frames, const struct device *device)
{
	const unsigned char *config = device->config;
	unsigned int at, steps, bar;
	int rc = 0;

	/*
	 * Switched off: its capabilities cannot be read, so it can be anywhere in its memory. Of a
	 * virtual function only vendor and device read as ones (SR-IOV 1.1, 3.4.1.1).
	 */
	if (GET(uint64_t, config) == UINT64_MAX) {
		for (bar = 0; bar < BARS && !rc; bar++)
			rc = add_bytes(frames, device->first[bar], device->size[bar]);
		return rc;
	}
	if (!(GET(uint16_t, config + 6) & 0x10)) /* no list of capabilities */
		return 0;
	at = config[0x34] & ~3u;
	for (steps = 0; at >= 0x40 && at + 12 <= CONFIG_SIZE && steps < 48 && !rc; steps++) {
		unsigned int vectors = (GET(uint16_t, config + at + 2) & 0x7ff) + 1;

		if (config[at] == 0x11) {
			rc = add_table(frames, device, GET(uint32_t, config + at + 4),
				       vectors * 16);
			if (!rc) /* as msix_capability_init() in Xen counts its words */
				rc = add_table(frames, device, GET(uint32_t, config + at + 8),
					       (vectors + 63) / 64 * 8);
		}
		at = config[at + 1] & ~3u;
	}
	return rc;
}

static int msix_pages(struct ranges *frames, bool *all)
{
	char path[512];
	struct dirent *entry;
	int rc = 0;
	DIR *dir;

	dir = opendir(below_sys("bus/pci/devices", path, sizeof(path)));
	*all = dir;
	while (dir && !rc && (entry = readdir(dir))) {
		struct device device;

		if (entry->d_name[0] == '.')
			continue;
		if (read_device(entry->d_name, &device))
			rc = add_device(frames, &device);
		else
			*all = false;
	}
	if (dir)
		closedir(dir);
	return rc;
}

int readonly_possible(struct ranges *frames, bool *all)
{
	int rc = mcfg_windows(frames);

	if (!rc)
		rc = hpet_page(frames);
	return rc ? rc : msix_pages(frames, all);
}
