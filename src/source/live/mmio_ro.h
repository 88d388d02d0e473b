/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_LIVE_MMIO_RO_H
#define SOURCE_LIVE_MMIO_RO_H

#include "model/ranges.h"

/*
 * What the firmware's tables and PCI devices tell of mmio_ro_ranges, from dom0's /sys (or
 * $XEN_EPTAUDIT_SYS). No function fails for what is not there; -ENOMEM only.
 */

/* Frames of the I/O APICs (ACPI MADT): read-only in every release (ioapic_init_mappings()). */
int readonly_io_apics(struct ranges *frames);

/*
 * Frames that can be read-only besides: windows of PCI configuration space (MCFG), the HPET, and
 * pages of MSI-X tables and pending bits, which are so while a vector is in use. *all: Xen has no
 * reason to make any other frame of a device read-only that a guest can have.
 */
int readonly_possible(struct ranges *frames, bool *all);

#endif
