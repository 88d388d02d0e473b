/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/live/mmio_ro.h"

#include "source/live/sysfs.h"

/* A sys_window_add. */
static int add_bytes(void *frames, uint64_t address, uint64_t size)
{
	uint64_t last = address + size - 1;

	if (!size || last < address)
		return 0;
	return ranges_add(frames, address >> FRAME_SHIFT, last >> FRAME_SHIFT);
}

int readonly_io_apics(struct ranges *frames)
{
	return sys_windows(SYS_IO_APIC, add_bytes, frames);
}

/* ---- PCI Local Bus 3.0, 6.7 and 6.8.2 ---- */

/* Where a table register points: its low bits number a BAR, the others are an offset. */
static int add_table(struct ranges *frames, const struct sys_device *device, uint32_t where,
		     uint64_t size)
{
	unsigned int bar = where & 7;
	uint64_t offset = where & ~7u;

	if (bar >= SYS_ROM || offset >= device->size[bar])
		return 0;
	return add_bytes(frames, device->first[bar] + offset, size);
}

static int add_device(struct ranges *frames, const struct sys_device *device)
{
	const unsigned char *config = device->config;
	unsigned int at, steps, bar;
	int rc = 0;

	/*
	 * Switched off: its capabilities cannot be read, so it can be anywhere in its memory. Of a
	 * virtual function only vendor and device read as ones (SR-IOV 1.1, 3.4.1.1).
	 */
	if (GET(uint64_t, config) == UINT64_MAX) {
		for (bar = 0; bar < SYS_ROM && !rc; bar++)
			rc = add_bytes(frames, device->first[bar], device->size[bar]);
		return rc;
	}
	if (!(GET(uint16_t, config + 6) & 0x10)) /* no list of capabilities */
		return 0;
	at = config[0x34] & ~3u;
	for (steps = 0; at >= 0x40 && at + 12 <= SYS_CONFIG_SIZE && steps < 48 && !rc; steps++) {
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
	struct sys_devices devices;
	struct sys_device device;
	int rc = 0;

	*all = sys_devices_open(&devices);
	while (!rc && sys_devices_next(&devices, &device))
		rc = add_device(frames, &device);
	*all &= devices.all;
	sys_devices_close(&devices);
	return rc;
}

int readonly_possible(struct ranges *frames, bool *all)
{
	int rc = sys_windows(SYS_MCFG, add_bytes, frames);

	if (!rc)
		rc = sys_windows(SYS_HPET, add_bytes, frames);
	return rc ? rc : msix_pages(frames, all);
}
