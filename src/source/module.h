/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_MODULE_H
#define SOURCE_MODULE_H

/* What asks the running Xen is a module of its own; this is how the program and it fit together. */

#include "config.h"
#include "rules/decide.h"
#include "source/source.h"

/*
 * What xen-eptaudit-live.so exports as "xen_eptaudit_live". It is apart from the program only
 * because it links Xen's libraries, whose names change with every release of Xen. It calls back
 * into the program, so that both must be of one build.
 */
struct live_module {
	const char *version;
	uint64_t sizes; /* LIVE_SIZES */
	int (*open)(const struct source_options *options, struct source **source,
		    struct error *err);
};

/* The running Xen as a source: loads the module that can ask it. */
int live_open(const struct source_options *options, struct source **source, struct error *err);

/* Which Xen the module is for, or that there is none, for people. Returns text. */
const char *live_describe(char *text, size_t size);

#define LIVE_SYMBOL "xen_eptaudit_live"
/* Sizes of the structures that both sides look into, to tell objects of two builds apart. */
#define LIVE_SIZES                                                                         \
	((uint64_t)sizeof(struct source) ^ (uint64_t)sizeof(struct source_options) << 16 ^ \
	 (uint64_t)sizeof(struct decision) << 32 ^ (uint64_t)sizeof(struct question) << 48)

#endif
