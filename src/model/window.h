/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A window: the guest and machine frames within which an answer stays the same. */
#ifndef MODEL_WINDOW_H
#define MODEL_WINDOW_H

#include "model/entry.h"

#include <stdbool.h>
#include <stdint.h>

/* All four are inclusive. */
struct window {
	uint64_t gfn_first, gfn_last, mfn_first, mfn_last;
};

#define WINDOW_ALL  ((struct window){ 0, UINT64_MAX, 0, UINT64_MAX })
#define WINDOW_NONE ((struct window){ 1, 0, 1, 0 }) /* no entry lies within */

/* Does all of an entry lie within? */
static inline bool window_has(const struct window *window, const struct entry *entry)
{
	uint64_t more = entry_pages(entry->order) - 1;

	return entry->gfn >= window->gfn_first && entry->gfn + more <= window->gfn_last &&
	       entry->mfn >= window->mfn_first && entry->mfn + more <= window->mfn_last;
}

/* Makes window the part of it that lies in other, too. */
static inline void window_narrow(struct window *window, const struct window *other)
{
	if (other->gfn_first > window->gfn_first)
		window->gfn_first = other->gfn_first;
	if (other->gfn_last < window->gfn_last)
		window->gfn_last = other->gfn_last;
	if (other->mfn_first > window->mfn_first)
		window->mfn_first = other->mfn_first;
	if (other->mfn_last < window->mfn_last)
		window->mfn_last = other->mfn_last;
}

#endif
