/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/array.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int array_append(void *array, size_t *count, size_t size, const void *item)
{
	char *items;

	memcpy(&items, array, sizeof(items));
	/* Full at each power of two: so it doubles. */
	if (!(*count & (*count - 1))) {
		items = realloc(items, (*count ? *count * 2 : 1) * size);
		if (!items)
			return -ENOMEM;
		memcpy(array, &items, sizeof(items));
	}
	memcpy(items + *count * size, item, size);
	++*count;
	return 0;
}
