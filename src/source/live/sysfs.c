/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/live/sysfs.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

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

/* ---- the processor ---- */

int sys_cpu_vendor(void)
{
	FILE *file = open_below_sys("devices/system/cpu/%s", "modalias");
	unsigned int vendor = 0;
	bool good = file && fscanf(file, "cpu:type:x86,ven%4xfam", &vendor) == 1;

	if (file)
		fclose(file);
	return good ? (int)vendor : -1;
}

/* ---- ACPI 6.5 ---- */

#define TABLE_MAX (64u << 10)

/* Returns its bytes, to be freed, at least the 36 of the header, or NULL if there is none. */
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
static int io_apics(const unsigned char *table, size_t size, sys_window_add *add, void *opaque)
{
	size_t at;
	int rc = 0;

	for (at = 44; !rc && at + 2 <= size && table[at + 1] >= 2; at += table[at + 1])
		if (table[at] == 1 && table[at + 1] >= 12 && at + 12 <= size)
			rc = add(opaque, GET(uint32_t, table + at + 4), 1);
	return rc;
}

/* PCI Firmware 3.3, 4.1.2: base, segment, first and last bus; a bus has 1 MiB. */
static int mcfg(const unsigned char *table, size_t size, sys_window_add *add, void *opaque)
{
	size_t at;
	int rc = 0;

	for (at = 44; !rc && at + 16 <= size; at += 16) {
		uint64_t first = table[at + 10], last = table[at + 11];

		if (first <= last)
			rc = add(opaque, GET(uint64_t, table + at) + (first << 20),
				 (last - first + 1) << 20);
	}
	return rc;
}

/* IA-PC HPET 1.0a, 3.2.4: a generic address, whose space 0 is memory. */
static int hpet(const unsigned char *table, size_t size, sys_window_add *add, void *opaque)
{
	return size >= 52 && !table[40] ? add(opaque, GET(uint64_t, table + 44), 1) : 0;
}

int sys_windows(enum sys_window window, sys_window_add *add, void *opaque)
{
	static const struct {
		const char *signature;
		int (*find)(const unsigned char *table, size_t size, sys_window_add *add,
			    void *opaque);
	} windows[] = {
		[SYS_IO_APIC] = { "APIC", io_apics },
		[SYS_MCFG] = { "MCFG", mcfg },
		[SYS_HPET] = { "HPET", hpet },
	};
	size_t size;
	unsigned char *table = acpi_table(windows[window].signature, &size);
	int rc = table ? windows[window].find(table, size, add, opaque) : 0;

	free(table);
	return rc;
}

/* ---- PCI ---- */

/* The lines of "resource": the BARs, then the ROM, then what a bridge passes on. */
static bool read_resources(FILE *file, struct sys_device *device)
{
	unsigned int i;

	for (i = 0; i < SYS_BARS; i++) {
		uint64_t first, last, flags;

		if (fscanf(file, "%" SCNx64 " %" SCNx64 " %" SCNx64, &first, &last, &flags) != 3)
			return false;
		if (last > first && flags & 0x200) { /* IORESOURCE_MEM */
			device->first[i] = first;
			device->size[i] = last - first + 1;
		}
	}
	return true;
}

static bool read_device(const char *name, struct sys_device *device)
{
	FILE *config = open_below_sys("bus/pci/devices/%s/config", name);
	FILE *resource = open_below_sys("bus/pci/devices/%s/resource", name);
	bool good;

	memset(device, 0, sizeof(*device));
	snprintf(device->name, sizeof(device->name), "%.*s", (int)sizeof(device->name) - 1, name);
	good = config && resource &&
	       fread(device->config, 1, SYS_CONFIG_SIZE, config) == SYS_CONFIG_SIZE &&
	       read_resources(resource, device);
	if (config)
		fclose(config);
	if (resource)
		fclose(resource);
	return good;
}

bool sys_devices_open(struct sys_devices *devices)
{
	char path[512];

	devices->dir = opendir(below_sys("bus/pci/devices", path, sizeof(path)));
	devices->all = true;
	return devices->dir;
}

bool sys_devices_next(struct sys_devices *devices, struct sys_device *device)
{
	struct dirent *entry;

	while (devices->dir && (entry = readdir(devices->dir))) {
		if (entry->d_name[0] == '.')
			continue;
		if (read_device(entry->d_name, device))
			return true;
		devices->all = false;
	}
	return false;
}

void sys_devices_close(struct sys_devices *devices)
{
	if (devices->dir)
		closedir(devices->dir);
}
