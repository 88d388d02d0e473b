/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_TEXT_MEMORYMAP_H
#define SOURCE_TEXT_MEMORYMAP_H

#include "source/text/scan.h"

/*
 * The machine's memory map as Xen prints it at boot. What it does not list is no RAM, so it counts
 * only if all of its lines were read; else nothing is known of it.
 */

/* Its heading was read. */
void memory_map_begin(struct section *section);

/*
 * One line (NUL-terminated) behind the heading. Returns 1 if it is one of the map, 0 if the map is
 * over, or -ENOMEM.
 */
int memory_map_line(const char *text, struct section *section);

/* Lines of it were lost. */
void memory_map_broken(struct section *section);

/* "System RAM: 8190MB (8387140kB)", which is not more than the map's. */
void memory_map_total(const char *text, struct section *section);

/* Does not believe maps that call no RAM what is RAM by other lines of the log. */
void memory_maps_check(struct scan *scan);

#endif
