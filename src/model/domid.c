/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "model/domid.h"

#include <string.h>

bool domid_parse(const char *text, size_t length, int *domid)
{
	const char *end = text + length;
	int value = 0;

	if (length > 6 && !memcmp(text, "domain", 6))
		text += 6;
	else if (length > 1 && *text == 'd')
		text++;
	if (text == end)
		return false;
	for (; text < end; text++) {
		if (*text < '0' || *text > '9')
			return false;
		value = value * 10 + (*text - '0');
		if (value >= DOMID_COUNT)
			return false;
	}
	*domid = value;
	return true;
}
