/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_LIVE_LIVE_H
#define SOURCE_LIVE_LIVE_H

#include "source/live/guestpages.h"
#include "source/live/measure.h"
#include "source/live/pause.h"
#include "source/live/preflight.h"
#include "source/live/ring.h"
#include "source/source.h"
#include "source/text/dumpreader.h"
#include "source/text/logcounts.h"

struct direct;
struct direct_data;

/*
 * The running Xen as a source: all is asked for when it is opened, and read from copies then.
 */
struct live {
	struct source source;
	struct log_counts counts;
	void (*notice)(const char *text); /* as in source_options */
	void (*progress)(const char *text);
	struct xen *xen;
	int lock; /* a descriptor, or -1 */
	struct pause pause;
	struct xen_domain *all; /* every domain of the host */
	size_t all_count;
	struct target *targets; /* those to be looked at */
	size_t count, next;
	struct machine machine;
	uint64_t ring;		  /* bytes of the ring at least; 0: not known */
	uint64_t printed;	  /* bytes of it that this run cost */
	uint32_t index;		  /* the ring has been read up to there */
	struct transcript before; /* what it held: boot messages, perhaps */
	struct transcript dumps;  /* keys D and q */
	unsigned int gaps;	  /* of them in the former */
	bool has_q;		  /* all of the latter */
	bool named; /* the header of the first dump was overwritten; whose it is, is known */
	/* The one being read. */
	struct target *target;
	struct dumpreader reading;
	bool any;
	uint64_t first_gfn, left_out;
	/* Of guests' own tables, where they are wanted. */
	bool guest_tables;
	unsigned int samples;
	int registers_rc; /* why the registers of its vCPUs are not known, or 0 */
	struct guest_pages guest;
	struct direct_data *data; /* what Xen has in memory can be read; or NULL */
	struct direct *direct;	  /* its tables are read directly; NULL: Xen prints its entries */
};

/* Tells what is being done now, to who wants to know. */
void live_progress(const struct live *live, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Pauses all targets. Returns 0 or a negative errno value. */
int live_hold(struct live *live, struct error *err);

/* The MTRRs of all targets' vCPUs; again: those that changed meanwhile are added. */
int live_measure(struct live *live, struct error *err);

/* Frees what a target has. */
void live_target_clear(struct target *target);

#endif
