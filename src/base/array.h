/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef BASE_ARRAY_H
#define BASE_ARRAY_H

#include <stddef.h>
#include <stdint.h>

/* How many elements an array (not a pointer) has. */
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/*
 * Appends a copy of item, size bytes, to *array, which holds *count of them (NULL for none). array
 * is the address of the pointer. Returns 0 or -ENOMEM.
 */
int array_append(void *array, size_t *count, size_t size, const void *item);

/*
 * Which of the elements from low to high (exclusive) of a list, in ascending order of a number
 * that stands offset bytes into each, is the first in which it is at or above value; high if it is
 * in none. size is that of an element.
 */
static inline size_t array_first_from(const void *list, size_t low, size_t high, size_t size,
				      size_t offset, uint64_t value)
{
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		uint64_t number;

		__builtin_memcpy(&number, (const char *)list + middle * size + offset,
				 sizeof(number));
		if (number < value)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The same of a list whose elements have the number, a uint64_t, as a member. */
#define ARRAY_FIRST_FROM(list, low, high, member, value)     \
	array_first_from(list, low, high, sizeof((list)[0]), \
			 offsetof(__typeof__((list)[0]), member), value)

#endif
