/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BASE_TEMPORARY_H
#define BASE_TEMPORARY_H

/*
 * A new unlinked file in $TMPDIR (/tmp): gone with the process, however it ends. Returns a
 * descriptor or a negative errno value.
 */
int temporary_file(void);

#endif
