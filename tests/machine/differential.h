/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MACHINE_DIFFERENTIAL_H
#define MACHINE_DIFFERENTIAL_H

/*
 * Audits a log as text, JSON and JSON Lines, and so the capture that is made of it, for which a
 * file is put into folder. Returns NULL if all say the same, else what differs.
 */
const char *differential(const char *path, const char *folder);

#endif
