/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/live/devices.h"

#include "base/array.h"
#include "source/live/sysfs.h"

#include <stdio.h>

/* PCI Code and ID Assignment 1.11, section 1: class and subclass. */
static const struct {
	uint16_t class;
	const char *name;
} classes[] = {
	{ 0x0101, "IDE" },	     { 0x0104, "RAID" },	{ 0x0106, "SATA" },
	{ 0x0107, "SAS" },	     { 0x0108, "NVMe" },	{ 0x0200, "Ethernet" },
	{ 0x0280, "network" },	     { 0x0300, "VGA" },		{ 0x0302, "3D controller" },
	{ 0x0380, "display" },	     { 0x0400, "video" },	{ 0x0401, "audio" },
	{ 0x0403, "audio" },	     { 0x0600, "host bridge" }, { 0x0601, "ISA bridge" },
	{ 0x0604, "PCI bridge" },    { 0x0700, "serial port" }, { 0x0c03, "USB" },
	{ 0x0c04, "Fibre Channel" }, { 0x0c05, "SMBus" },	{ 0x1200, "accelerator" },
};

#define CLASS_VGA 0x0300

static const char *class_name(unsigned int class)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(classes); i++)
		if (classes[i].class == class)
			return classes[i].name;
	return "";
}

struct window {
	struct devices *devices;
	const char *what, *which, *kind;
};

/* A sys_window_add. */
static int add_window(void *opaque, uint64_t address, uint64_t size)
{
	const struct window *window = opaque;
	uint64_t last = address + size - 1;

	if (!size || last < address)
		return 0;
	return devices_add(window->devices, address >> FRAME_SHIFT, last >> FRAME_SHIFT,
			   window->what, window->which, window->kind);
}

static int add_device(struct devices *devices, const struct sys_device *device)
{
	unsigned int class = GET(uint16_t, device->config + 10), i;
	struct window window = { devices, NULL, device->name, "" };
	char bar[8], which[48];
	int rc = 0;

	if (GET(uint16_t, device->config) != 0xffff) { /* else switched off */
		snprintf(which, sizeof(which), "%s, %04x:%04x", device->name,
			 GET(uint16_t, device->config), GET(uint16_t, device->config + 2));
		window.which = which;
		window.kind = class_name(class);
		if (class == CLASS_VGA) { /* which every VGA has besides its BARs */
			window.what = "VGA hole";
			rc = add_window(&window, 0xa0000, 0x20000);
		}
	}
	for (i = 0; i < SYS_BARS && !rc; i++) {
		snprintf(bar, sizeof(bar), i == SYS_ROM ? "ROM" : "BAR %u", i);
		window.what = bar;
		rc = add_window(&window, device->first[i], device->size[i]);
	}
	return rc;
}

int live_devices(struct devices *devices)
{
	static const char *const names[] = {
		[SYS_IO_APIC] = "IO-APIC",
		[SYS_MCFG] = "MMCFG",
		[SYS_HPET] = "HPET",
	};
	struct sys_devices all;
	struct sys_device device;
	unsigned int i;
	int rc = 0;

	for (i = 0; i < ARRAY_SIZE(names) && !rc; i++)
		rc = sys_windows(i, add_window, &(struct window){ devices, names[i], "", "" });
	sys_devices_open(&all);
	while (!rc && sys_devices_next(&all, &device))
		rc = add_device(devices, &device);
	sys_devices_close(&all);
	return rc;
}
