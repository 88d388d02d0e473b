/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CMD_JAIL_H
#define CMD_JAIL_H

/*
 * What comes from outside is read in a process of its own that can do nothing but that: see
 * base/sandbox.h. The program splits in two: the one that returns goes on in there; the other waits
 * for it, puts files that are written into their places, and ends as it does. Everything that is to
 * be read or written must be open by then, see jail_will_read() and outfile_prepare(). Where it
 * cannot be done, or XEN_EPTAUDIT_JAIL=off is in the environment, nothing happens; nor before the
 * program said that it may split, which a test that calls verbs must not.
 */
void jail_enter(void);
void jail_may_split(void);

/* Opens it if it is to be read in there. NULL and "-" are nothing. */
void jail_will_read(const char *path);

#endif
