/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BASE_SANDBOX_H
#define BASE_SANDBOX_H

#include <stdbool.h>

/* Can this build confine itself? Sanitizers and coverage need more than a reader does. */
bool sandbox_built(void);

/*
 * From here on this process can read and write what is open, use memory, and make files without a
 * name in $TMPDIR; the kernel kills it (SIGSYS) if it asks for anything else: to open a file, to
 * connect, to start a program. Returns 0 or a negative errno value, and nothing has changed then;
 * -ENOSYS where the kernel or this build cannot do it.
 */
int sandbox_enter(void);

/* Before that: gives up root's privileges, as far as what is to be done yet allows it. */
void sandbox_drop(void);

#endif
