/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "base/nearest.h"

#include <stdio.h>
#include <string.h>

#define LENGTH_MAX 40

static unsigned int least(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

/* The distance of Damerau and Levenshtein in which no part is changed twice. */
static unsigned int slips_between(const char *a, const char *b)
{
	unsigned int row[3][LENGTH_MAX + 1], *now = row[0], *last = row[1], *before = row[2], *old;
	size_t length_a = strlen(a), length_b = strlen(b), i, k;

	if (length_a > LENGTH_MAX || length_b > LENGTH_MAX)
		return LENGTH_MAX;
	for (k = 0; k <= length_b; k++)
		last[k] = before[k] = k;
	for (i = 1; i <= length_a; i++) {
		now[0] = i;
		for (k = 1; k <= length_b; k++) {
			now[k] = least(least(last[k], now[k - 1]) + 1,
				       last[k - 1] + (a[i - 1] != b[k - 1]));
			if (i > 1 && k > 1 && a[i - 1] == b[k - 2] && a[i - 2] == b[k - 1])
				now[k] = least(now[k], before[k - 2] + 1);
		}
		old = before;
		before = last;
		last = now;
		now = old;
	}
	return last[length_b];
}

void nearest_try(struct nearest *nearest, const char *name)
{
	unsigned int slips = slips_between(nearest->word, name);
	unsigned int most = strlen(nearest->word) > 4 ? 2 : 1;

	if (slips > most || (nearest->found[0] && slips >= nearest->slips))
		return;
	snprintf(nearest->found, sizeof(nearest->found), "%s", name);
	nearest->slips = slips;
}

void nearest_try_all(struct nearest *nearest, const char *names)
{
	char name[LENGTH_MAX + 1];

	while (*names) {
		size_t length = strcspn(names, "|");

		if (length < sizeof(name)) {
			memcpy(name, names, length);
			name[length] = '\0';
			nearest_try(nearest, name);
		}
		names += length;
		names += *names == '|';
	}
}

const char *nearest_text(const struct nearest *nearest, char text[96])
{
	snprintf(text, 96, nearest->found[0] ? "; did you mean '%s'?" : "%s", nearest->found);
	return text;
}
