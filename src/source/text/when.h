/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_TEXT_WHEN_H
#define SOURCE_TEXT_WHEN_H

#include <stdbool.h>
#include <stdint.h>

/* When a line was printed, by what stands before its text: Xen's timestamp, syslog's, ... */
enum when_kind { WHEN_UNKNOWN, WHEN_UPTIME, WHEN_DATE, WHEN_CLOCK };

struct when {
	enum when_kind kind;
	int64_t seconds; /* since boot, since 1970, or since midnight */
	char day[7];	 /* of CLOCK: what stands before it, as "Nov 20 " */
};

/* From a line's begin to end, where its text begins. */
struct when when_read(const char *begin, const char *end);

/* Did more than half an hour pass between two lines? False where that is not known. */
bool when_long_after(const struct when *before, const struct when *after);

#endif
