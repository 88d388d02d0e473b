/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BASE_ARRAY_H
#define BASE_ARRAY_H

#include <stddef.h>

/* How many elements an array (not a pointer) has. */
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/*
 * Appends a copy of item, size bytes, to *array, which holds *count of them (NULL for none). array
 * is the address of the pointer. Returns 0 or -ENOMEM.
 */
int array_append(void *array, size_t *count, size_t size, const void *item);

#endif
