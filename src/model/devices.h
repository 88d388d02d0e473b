/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MODEL_DEVICES_H
#define MODEL_DEVICES_H

#include <stddef.h>
#include <stdint.h>

/*
 * Which device machine frames belong to, to be told to people: no rule asks. A PCI device has a
 * range for each of its BARs.
 */
struct device_range {
	uint64_t first, last; /* frames, inclusive */
	char part[16];	      /* "BAR 2"; of what is no PCI device all of it: "IO-APIC", "HPET" */
	char which[32]; /* "0000:00:02.0, 8086:3e92"; "" if it is not known, or none of its kind */
	char kind[32];	/* "VGA"; "" if it is not known */
};

struct devices {
	struct device_range *list;
	size_t count;
};

#define DEVICES_MAX 1024 /* ranges; more are not kept */

/*
 * Appends frames first to last. Strings are made safe for a terminal, and cut. Returns 0, also
 * where there are too many, or -ENOMEM.
 */
int devices_add(struct devices *devices, uint64_t first, uint64_t last, const char *part,
		const char *which, const char *kind);

/* Appends those of from that it has not. Returns 0 or -ENOMEM. */
int devices_add_all(struct devices *devices, const struct devices *from);
void devices_clear(struct devices *devices);

/* The smallest range that has the frame, or NULL. */
const struct device_range *devices_at(const struct devices *devices, uint64_t mfn);

/* The same, and around the frame, inclusive, those for which it is the same. */
const struct device_range *devices_around(const struct devices *devices, uint64_t mfn,
					  uint64_t *first, uint64_t *last);

/* "BAR 2 of 0000:00:02.0, 8086:3e92, VGA", "IO-APIC". Returns text. */
const char *device_name(const struct device_range *device, char *text, size_t size);

/* What that needs at most. */
#define DEVICE_NAME_SIZE 96

#endif
