/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_LIVE_SYSFS_H
#define SOURCE_LIVE_SYSFS_H

/*
 * What dom0's kernel shows of the hardware below /sys (or $XEN_EPTAUDIT_SYS): the processor, ACPI
 * tables and PCI devices.
 */

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define FRAME_SHIFT 12

/* A value from the bytes of hardware, which are little-endian, as x86 is. */
#define GET(type, from)                              \
	({                                           \
		type value_;                         \
		memcpy(&value_, from, sizeof(type)); \
		value_;                              \
	})

/* Linux's number of the processor's vendor (X86_VENDOR_*), or -1 where it does not tell. */
enum { SYS_CPU_INTEL = 0, SYS_CPU_AMD = 2, SYS_CPU_HYGON = 9 };
int sys_cpu_vendor(void);

/* What ACPI tables say where it is: registers of I/O APICs, PCI configuration space, the HPET. */
enum sys_window { SYS_IO_APIC, SYS_MCFG, SYS_HPET };

/* Is given an address and bytes; returns 0, or what ends the search. */
typedef int sys_window_add(void *opaque, uint64_t address, uint64_t size);

/* Calls add for each window of that kind. Returns 0, or what it returned. */
int sys_windows(enum sys_window window, sys_window_add *add, void *opaque);

#define SYS_BARS	7 /* the last is the expansion ROM */
#define SYS_ROM		6
#define SYS_CONFIG_SIZE 256

struct sys_device {
	char name[32]; /* "0000:00:02.0" */
	unsigned char config[SYS_CONFIG_SIZE];
	uint64_t first[SYS_BARS], size[SYS_BARS]; /* addresses; size 0: no memory there */
};

struct sys_devices {
	DIR *dir;
	bool all; /* none so far was left out because it cannot be read */
};

/* All PCI devices, one after the other. False where there is no such folder. */
bool sys_devices_open(struct sys_devices *devices);
bool sys_devices_next(struct sys_devices *devices, struct sys_device *device);
void sys_devices_close(struct sys_devices *devices);

#endif
