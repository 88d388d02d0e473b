/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The machine that tests/structs makes: its memory, and its xen-syms in a folder of the test's. */
#ifndef UNIT_XENMACHINE_H
#define UNIT_XENMACHINE_H

#include "source/structs/syms.h"
#include "source/tables/pages.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MACHINE_SIZE	(8u << 20)
#define MACHINE_DOMAINS 3 /* 0 is PV, 1 has all that a domain can have, 2 little */

static char machine_folder[4000];
static uint64_t machine_memory[MACHINE_SIZE / sizeof(uint64_t)];

static inline const char *machine_file(const char *name)
{
	static char path[sizeof(machine_folder) + 32];

	snprintf(path, sizeof(path), "%s/%s", machine_folder, name);
	return path;
}

static inline uint64_t machine_number(const struct pages *pages, uint64_t mfn)
{
	(void)pages;
	return mfn;
}

/* False where the compiler makes no programs of x86-64. */
static inline bool machine_make(void)
{
	static char command[3 * sizeof(machine_folder)];
	const char *source = getenv("SRCDIR"), *temporary = getenv("TMPDIR");
	FILE *image;
	bool made;

	snprintf(machine_folder, sizeof(machine_folder), "%s/xen-eptaudit-structs.XXXXXX",
		 temporary && *temporary ? temporary : "/tmp");
	if (!mkdtemp(machine_folder)) {
		machine_folder[0] = '\0';
		return false;
	}
	snprintf(command, sizeof(command), "%s/tests/structs/make %s 2>%s/why",
		 source ? source : ".", machine_folder, machine_folder);
	if (system(command))
		return false;
	image = fopen(machine_file("image"), "r");
	made = image && fread(machine_memory, MACHINE_SIZE, 1, image) == 1;
	if (image)
		fclose(image);
	return made;
}

static inline void machine_remove(void)
{
	static const char *const names[] = {
		"image", "xen-syms", "memory", "xen.o", "why", "other"
	};
	unsigned int i;

	if (!*machine_folder)
		return;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unlink(machine_file(names[i]));
	rmdir(machine_folder);
}

#endif
