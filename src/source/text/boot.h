/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_TEXT_BOOT_H
#define SOURCE_TEXT_BOOT_H

#include "source/text/scan.h"

/* What the next lines belong to. */
enum boot_state { BOOT_NOTHING, BOOT_MEMORY_MAP };

/* Is this the banner with which a boot begins? */
bool boot_banner(const char *text, struct section *section);

/*
 * One of Xen's lines (NUL-terminated) if it is a boot message of use. Returns 1 if it was, 0 if
 * not, or -ENOMEM.
 */
int boot_line(const char *text, struct section *section, enum boot_state *state);

/* A line of nobody's, as "[...]", stands among them: a list that it interrupts is not whole. */
void boot_interrupted(struct section *section, enum boot_state *state);

/* One of Xen's lines that no boot has: no list goes on behind it. */
void boot_over(struct section *section, enum boot_state *state);

#endif
