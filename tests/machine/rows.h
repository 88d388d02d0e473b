/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef MACHINE_ROWS_H
#define MACHINE_ROWS_H

/*
 * Holds an audit with all its runs, as text, against the same as JSON Lines: each run's frames,
 * entries, attributes and verdict, and how each fact is known. Returns NULL if both say the same,
 * else what differs, of which the first is printed.
 */
const char *rows_compare(const char *text, const char *lines);

#endif
