/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_LIVE_ACPI_H
#define SOURCE_LIVE_ACPI_H

#include "model/ranges.h"

/*
 * Adds the frames of the IO-APICs that the machine's MADT lists, which Xen lets nobody write
 * (ioapic_init_mappings()). Returns 0, also where there is no such table to read, or -ENOMEM.
 */
int acpi_io_apics(struct ranges *frames);

#endif
