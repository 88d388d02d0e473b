/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_MODULE_H
#define SOURCE_MODULE_H

#include "config.h"
#include "rules/decide.h"
#include "source/source.h"

/*
 * What xen-eptaudit-live.so exports as "xen_eptaudit_live". It is a part of the program of its own
 * only because it links Xen's libraries, and calls back into it: both must be of one build.
 */
struct live_module {
	const char *version;
	uint64_t sizes; /* LIVE_SIZES */
	int (*open)(const struct source_options *options, struct source **source,
		    struct error *err);
};

#define LIVE_SYMBOL "xen_eptaudit_live"
/* Of what both sides look into, to tell objects of two builds apart. */
#define LIVE_SIZES                                                                         \
	((uint64_t)sizeof(struct source) ^ (uint64_t)sizeof(struct source_options) << 16 ^ \
	 (uint64_t)sizeof(struct decision) << 32 ^ (uint64_t)sizeof(struct question) << 48)

#endif
