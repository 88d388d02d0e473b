/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_SOURCE_H
#define SOURCE_SOURCE_H

#include "base/error.h"
#include "model/entry.h"
#include "model/facts.h"
#include "model/ranges.h"
#include "rules/decide.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct input;
struct dump;

/* What only the running Xen is asked for; path is NULL then. */
struct live_options {
	bool all;	/* every domain with an EPT */
	bool pause;	/* meanwhile */
	bool no_q;	/* not key q, which pokes guests */
	/* "console": Xen prints its tables; "gdbsx": they are read directly; NULL: as is usual. */
	const char *via;
	bool force;	/* also where entries are lost, or dom0 is held up for long */
	bool judged;	/* entries that are not as they should be are to be looked at again */
	/* Lays what the user gave over the facts of a dump, or NULL. */
	int (*adjust)(const void *opaque, struct dump *dump, struct error *err);
	const void *opaque;
};

/* What the user wants of a source. */
struct source_options {
	const char *path;	  /* file, or "-"; NULL: the running Xen */
	const char *domain;	  /* id or name; NULL: all domains */
	unsigned int dump;	  /* which dump of a domain, from 1; 0: the last */
	bool all_dumps;		  /* every dump of every domain */
	const char *const *eptp;  /* "VALUE" or "DOMID=VALUE"; NULL-terminated, or NULL */
	const struct range *only; /* gfns that are wanted: others may be left out; NULL: all */
	unsigned int phys_bits;	  /* physical-address width of an image's machine, or 0 */
	/* Told before something that takes time or room, one sentence; NULL: nobody wants to know.
	 */
	void (*notice)(const char *text);
	struct input *input; /* path, already open: source_input() hands it over; or NULL */
	struct live_options live;
};

#define DUMP_TABLE_FINDINGS 8 /* told; the rest is counted */

/* One p2m that the source has, once chosen. Strings live until the next one is chosen. */
struct dump {
	int domid;
	const char *name;    /* of the domain, safe for a terminal, or NULL */
	unsigned int number; /* which dump of the domain, from 1 */
	unsigned int dumps;  /* how many there are of it */
	struct facts facts;  /* as this source knows them; freed by source_next()/source_close() */
	/* Valid once source_read() has returned 0: */
	bool complete;
	char reason[256];	/* why it is not complete */
	struct ranges not_seen; /* gfn ranges known to be missing */
	/* What is wrong with tables above the leaves: memory images only. */
	unsigned long table_findings;
	char table_finding[DUMP_TABLE_FINDINGS][256];
};

/* What holds for the whole source. Valid after source_open(). */
struct source_info {
	const char *kind; /* "console", "capture", "image", "live" */
	const char *via;  /* how a running Xen was asked: "console", "gdbsx"; NULL: it was not */
	char name[256];	  /* safe for a terminal */
	char xen_version[128];
	enum how how_xen;
	uint32_t rules;			/* rule sets of that version, bits 1 << id; 0: not known */
	char rules_name[128];		/* rule sets in use: "4.19", or "4.17 or 4.19" */
	char rules_note[160];		/* what to know of the choice of rule set, or "" */
	unsigned long rejected_lines;	/* look-alikes of Xen's lines that were not believed */
	unsigned long replayed_lines;	/* Xen's lines that came a second time */
	unsigned long headless_entries; /* entries before any header: of no known domain */
	uint64_t headless_first, headless_last; /* their gfns */
	bool attributes_trimmed;		/* trailing blanks were stripped */
	char remarks[8][200];			/* more to know, one sentence each */
	unsigned int remark_count;
	unsigned long hypercalls; /* live: how often Xen was asked */
};

struct source;

struct source_ops {
	/* Chooses the next p2m into dump. 1, 0 at the end, or a negative errno value. */
	int (*next)(struct source *source, struct dump *dump, struct error *err);
	/* Up to max entries in ascending gfn order; 0 at the end of this p2m. */
	ssize_t (*read)(struct source *source, struct entry *entries, size_t max,
			struct error *err);
	/* See source_skip(); NULL where it would gain nothing. */
	uint64_t (*skip)(struct source *source, struct entry *like, const struct window *window);
	void (*close)(struct source *source);
};

/* Back ends embed this at the start of their own structure. */
struct source {
	const struct source_ops *ops;
	struct source_info info;
	struct dump dump;
};

/*
 * Opens a file, recognized by content: console log, capture, or memory image. On error a message
 * that names the way out. Back ends' own open functions have the same form.
 */
int source_open(const struct source_options *options, struct source **source, struct error *err);

/* The next chosen p2m, or NULL at the end (*rc 0) or on error (*rc negative). */
struct dump *source_next(struct source *source, int *rc, struct error *err);
ssize_t source_read(struct source *source, struct entry *entries, size_t max, struct error *err);

/*
 * Passes over the next entries as long as they differ from like, the one read last, in gfn and mfn
 * only, and lie in the window. Returns how many; like becomes the last of them.
 */
uint64_t source_skip(struct source *source, struct entry *like, const struct window *window);
void source_close(struct source *source);

/* For back ends that read it as a log: the input that was looked at, or path opened. */
int source_input(const struct source_options *options, struct input **input, struct error *err);

#define DUMP_GFN_END (UINT64_C(1) << 40) /* behind the last gfn that a dump of Xen's can have */

/* For back ends: a dump is not complete. The first reason is told. */
void dump_incomplete(struct dump *dump, const char *reason);

/* gfns first to behind - 1 are known to be missing; none if behind is not above first. */
void dump_missing(struct dump *dump, uint64_t first, uint64_t behind);

/* Adds one sentence to info.remarks, dropped when full. */
void source_remark(struct source *source, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

int console_open(const struct source_options *options, struct source **source, struct error *err);

/* The running Xen: loads the module that can ask it. */
int live_open(const struct source_options *options, struct source **source, struct error *err);

#endif
