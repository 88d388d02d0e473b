/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_TEXT_WRAPPED_H
#define SOURCE_TEXT_WRAPPED_H

#include "source/text/scan.h"

/*
 * Mail programs break lines at the last blank before column 72 or a bit more; what follows stands in
 * the next line, without "(XEN) ". It is put together where Xen's line is plainly not whole without
 * it, and did not fit with it.
 */

#define WRAPPED_MAX 8192 /* Xen's longest lines are rangesets of dom0 */

/*
 * line is the one read last, said what it says. If it was broken, said becomes the whole, which
 * stands in text, and the lines that have the rest count as read. Returns how many these are, or a
 * negative errno value. What line and said point to may move.
 */
int wrapped_join(struct reader *reader, const struct section *section, struct line *line,
		 struct utterance *said, char text[WRAPPED_MAX], struct error *err);

#endif
