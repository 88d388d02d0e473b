/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_SOURCE_H
#define SOURCE_SOURCE_H

/* The interface of all sources: what delivers entries of p2ms, and facts about them. */

#include "base/error.h"
#include "model/entry.h"
#include "model/facts.h"
#include "model/ranges.h"
#include "model/window.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

struct facts_file;
struct input;
struct log_counts;

/* What only the running Xen is asked for; path is NULL then. */
struct live_options {
	bool all;	      /* every domain with an EPT */
	bool pause;	      /* pause the domains meanwhile */
	bool no_q;	      /* do without key q, which pokes guests */
	bool gdbsx;	      /* read tables directly, instead of having Xen print them */
	bool force;	      /* go on where entries are lost, or dom0 is held up for long */
	bool guest_tables;    /* source_guest_page() follows: vCPUs' registers are wanted */
	bool without_ept;     /* domains without an EPT, too: their guests' tables are enough */
	unsigned int samples; /* how often vCPUs' registers are looked at; 0: once */
	bool core;	      /* source_core() follows: all pages that are read are kept */
	bool recheck;	      /* source_recheck() follows; domains stay paused until then */
	bool dry_run;	      /* say only what would be done: -ECANCELED then */
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
	const char *xen_syms;	  /* of the Xen in an image, or NULL */
	/* Where none is named: what lies where distributions put it, of whatever Xen. */
	const char *const *syms_there;
	unsigned int syms_count;
	/* Is told one sentence before something that takes time or room. NULL: nobody is. */
	void (*notice)(const char *text);
	/* Is told what is being done now, as often as is convenient. NULL: nobody is. */
	void (*progress)(const char *text);
	struct input *input; /* path, already open: source_input() hands it over; or NULL */
	/* Files with facts beside the source: a log without a banner has its boot from them. */
	struct facts_file *const *facts;
	unsigned int facts_count;
	struct live_options live;
};

#define DUMP_TABLE_FINDINGS 8 /* told; the rest is counted */
#define DUMP_NOTES	    4

/* One p2m that the source has, once chosen. Strings live until the next one is chosen. */
struct dump {
	int domid;
	const char *name;    /* of the domain, safe for a terminal, or NULL */
	unsigned int number; /* which dump of the domain, from 1 */
	unsigned int dumps;  /* how many there are of it */
	unsigned int boot;   /* which boot of those that dumps were chosen of, from 1 */
	bool past;	     /* of an earlier boot than the one that the source is described by */
	char view[64];	     /* which other p2m of the domain this is; "": its own */
	char no_ept[160];    /* why there are no entries, but only the guest's own tables; or "" */
	struct facts facts;  /* as this source knows them; freed by source_next()/source_close() */
	char notes[DUMP_NOTES][320]; /* what to know of its facts, one sentence each */
	unsigned int note_count;
	/* Valid once source_read() has returned 0: */
	bool complete;
	char reason[256];	/* why it is not complete */
	struct ranges not_seen; /* gfn ranges known to be missing */
	/* What is wrong with tables above the leaves: memory images only. */
	unsigned long table_findings;
	unsigned long tables_absent; /* of these, tables that the image only does not have */
	char table_finding[DUMP_TABLE_FINDINGS][256];
};

/* A number that one kind of source counts, told by its name beside the source's own. */
struct source_count {
	const char *name;
	unsigned long value;
};

/* What holds for the whole source. Valid after source_open(). */
struct source_info {
	const char *kind; /* name of its row in the registry: "console", "capture", ... */
	const char *via;  /* how a running Xen was asked: "console", "gdbsx"; NULL: it was not */
	char name[256];	  /* of the file or host, safe for a terminal */
	char xen_version[128];
	enum how how_xen;	/* how its rules are known, and so the version */
	enum how how_version;	/* the version, where it is not as how_xen says; or HOW_UNKNOWN */
	char command_line[512]; /* of Xen, or "" where it is not known; may be cut */
	uint32_t rules;		/* rule sets of that version, bits 1 << id; 0: not known */
	char rules_name[128];	/* rule sets in use: "4.19", or "4.17 or 4.19" */
	char rules_note[160];	/* what to know of the choice of rule set, or "" */
	char remarks[8][200];	/* more to know, one sentence each */
	unsigned int remark_count;
	bool one_domain;	       /* all that was chosen is of one and the same */
	const struct log_counts *log;  /* what its text had in it besides; NULL: it is no text */
	struct source_count counts[4]; /* see source_count() */
	unsigned int count_count;
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
	/* See source_more(); NULL where entries come one by one. */
	uint64_t (*more)(struct source *source, struct entry *next);
	/* See source_recheck(); NULL where a second look shows what the first did. */
	int (*recheck)(struct source *source, const struct ranges *suspect, size_t count,
		       struct error *err);
	/* See source_guest_begin() and what follows it; NULL where there is no guest memory, or
	 * where it costs nothing to ask for pages one by one. */
	bool guest_kept; /* see source_guest_kept() */
	int (*guest_begin)(struct source *source, struct error *err);
	const void *(*guest_page)(struct source *source, uint64_t gfn, unsigned int level);
	void (*guest_ahead)(struct source *source, const uint64_t *gfns, unsigned int count);
	/* See source_core(); NULL where no memory is read. */
	int (*core)(struct source *source, FILE *file, struct error *err);
	void (*close)(struct source *source);
};

/* Back ends embed this at the start of their own structure. */
struct source {
	const struct source_ops *ops;
	struct source_info info;
	struct dump dump;
	bool rechecks; /* source_recheck() was asked for */
};

/*
 * Opens what the options name: a file, whose kind is recognized by its content, or the running Xen.
 * Returns 0 or a negative errno value with a message that names the way out. Each kind's own
 * function has the same form; registry.c lists them.
 */
int source_open(const struct source_options *options, struct source **source, struct error *err);

/* The next chosen p2m, or NULL at the end (*rc 0) or on error (*rc negative). */
struct dump *source_next(struct source *source, int *rc, struct error *err);

/*
 * Up to max entries of it in ascending gfn order. Returns how many, 0 at its end, or a negative
 * errno value.
 */
ssize_t source_read(struct source *source, struct entry *entries, size_t max, struct error *err);

/*
 * Passes over the next entries as long as they differ from like, the one read last, in gfn and mfn
 * only, and lie in the window. Returns how many; like becomes the last of them.
 */
uint64_t source_skip(struct source *source, struct entry *like, const struct window *window);

/*
 * The entries behind the one read last that the source has as one run: they differ by advancing gfn
 * and mfn only. Fills next with the first and returns how many they are, 0 if it has none so. They
 * then count as read. Who does not ask gets them from source_read(), however many they are.
 */
uint64_t source_more(struct source *source, struct entry *next);

/* Can a second look show something else, and was it asked for (live_options.recheck)? */
bool source_rechecks(const struct source *source);

/*
 * Looks a second time at entries that look wrong, for they may have been changing. suspect has the
 * gfns of them, one set for each of the count p2ms that source_next() gave, in that order. The
 * source then begins anew with its first p2m: entries that were others the second time are left out
 * of it and counted in the reason why it is not complete, and facts that changed are told to be
 * less certain. Call it once, after all p2ms were read, also where nothing is suspect. Returns 0 or
 * a negative errno value.
 */
int source_recheck(struct source *source, const struct ranges *suspect, size_t count,
		   struct error *err);

/* Does it have memory of the guests, for their page tables? */
bool source_has_guest(const struct source *source);

/* Are its pages of guests copies that were made of tables, so that reading any has no effect? */
bool source_guest_kept(const struct source *source);

/*
 * A walk over the page tables of the guest whose p2m was read last begins: what was fetched for
 * another is forgotten. Returns 0 or a negative errno value.
 */
int source_guest_begin(struct source *source, struct error *err);

/*
 * A page of that guest's, as struct paging_reader has it. Only of frames that entries say are RAM,
 * there, and not to be populated first.
 */
const void *source_guest_page(struct source *source, uint64_t gfn, unsigned int level);

/* Pages that will be asked for. */
void source_guest_ahead(struct source *source, const uint64_t *gfns, unsigned int count);

/*
 * Writes the pages of the machine's memory that were read so far as an ELF core, of which an image
 * of that machine can be made (live_options.core asked for it). Returns 0 or a negative errno
 * value; whether all could be written file tells.
 */
int source_core(struct source *source, FILE *file, struct error *err);

/* Ends it. NULL: nothing. */
void source_close(struct source *source);

/* For back ends that read it as a log: the input that was looked at, or path opened. */
int source_input(const struct source_options *options, struct input **input, struct error *err);

/* For back ends: info.name becomes that of a file, "-" being standard input. */
void source_set_name(struct source *source, const char *path);

/* For back ends: info.counts gets this number, in place of one of the same name. */
void source_count(struct source *source, const char *name, unsigned long value);

#define DUMP_GFN_END (UINT64_C(1) << 40) /* behind the last gfn that a dump of Xen's can have */

/* For back ends: a dump is not complete. The first reason is told. */
void dump_incomplete(struct dump *dump, const char *reason);

/* gfns first to behind - 1 are known to be missing; none if behind is not above first. */
void dump_missing(struct dump *dump, uint64_t first, uint64_t behind);

/* Something is wrong in its tables: the first of these are told. dump is a struct dump. */
void dump_table_finding(void *dump, const char *text);

/* Adds one sentence to the notes of a dump, dropped when full. */
void dump_note(struct dump *dump, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* It is another p2m than the domain's own, which a note then says: "view 1 of altp2m". */
void dump_view(struct dump *dump, const char *view);

/* Adds one sentence to info.remarks if it is not there, dropped when full. */
void source_remark(struct source *source, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
