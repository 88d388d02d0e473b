/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MACHINE_DIFFERENTIAL_H
#define MACHINE_DIFFERENTIAL_H

/*
 * Audits a log, or an image, as text, JSON and JSON Lines, and so the capture that is made of it
 * and the capture of that, for which files are put into folder. source is its path, perhaps with
 * options behind it, after blanks. Returns NULL if all say the same, else what differs.
 */
const char *differential(const char *source, const char *folder);

#endif
