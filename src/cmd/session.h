/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CMD_SESSION_H
#define CMD_SESSION_H

/* The source that options name, opened and read: the one loop that all verbs have in common. */

#include "cmd/options.h"
#include "model/filter.h"

struct judge;
struct summary;

struct session {
	struct shared_options *options;
	struct source *source; /* NULL: not open */
	bool entries_only;     /* nothing is judged: neither rule sets nor facts are settled */
	bool complete;	       /* no entry was lost of what was read */
	bool tells_log;	       /* the report says what the log lost: see log_counts_headless() */
	uint32_t own_rules;    /* rule sets of the Xen, whatever --rules says; 0: not known */
	/* Of what was read last: */
	struct ranges domids; /* that it has */
	struct ranges dumps;  /* of those, as GIVEN_DUMP(), also what was not chosen */
	struct ranges unmet;  /* those of --gfn that no entry lies in */
	uint64_t turns;	      /* of types by MTRRs whose masks have gaps, within long runs */
};

/*
 * What a verb does with what is read; what is NULL is passed over. Each returns 0, a negative errno
 * value with err filled, which ends the reading, or SESSION_STOP, which ends it as well, but is no
 * error.
 */
#define SESSION_STOP 1
struct visitor {
	/* A p2m begins. Its facts are settled: what was given stands over what the source knows. */
	int (*dump)(void *opaque, struct dump *dump, struct error *err);
	/* Its next entries in ascending gfn order, before any is left out. */
	int (*all_entries)(void *opaque, const struct entry *entries, size_t count,
			   struct error *err);
	/* Those of them that --gfn leaves; count may be 0. They may be changed. */
	int (*entries)(void *opaque, struct entry *entries, size_t count, struct error *err);
	/*
	 * Entries that the source has as one run, which differ by advancing gfn and mfn only: all
	 * of them, and those that --gfn leaves. With both NULL they come as entries, one by one.
	 */
	filter_take *all_run, *run;
	bool without_ept; /* one that has no EPT is no loss: see dump->no_ept */
	/* It was read to its end, and it is known whether it is complete. */
	int (*dump_end)(void *opaque, struct dump *dump, struct error *err);
};

/* Opens the source and settles which rule sets are used. options were prepared. */
int session_open(struct session *session, struct shared_options *options, struct error *err);

/* Reads all p2ms that were chosen. opaque is handed to the visitor. */
int session_read(struct session *session, const struct visitor *visitor, void *opaque,
		 struct error *err);

/* What a verb does that has each p2m judged, and nothing else of it. */
struct judging {
	/* The judge of a p2m that begins, whose facts are settled. NULL: out of memory. */
	struct judge *(*begin)(void *opaque, struct dump *dump);
	/* All of it was judged. Returns 0 or a negative errno value with err filled. */
	int (*end)(void *opaque, struct dump *dump, const struct summary *summary,
		   struct error *err);
};

/* Reads and judges all p2ms that were chosen; --gfn leaves out the others' entries. */
int session_judge(struct session *session, const struct judging *judging, void *opaque,
		  struct error *err);

/*
 * For who judges what is read: passes over the next entries as long as they would only be counted
 * like the last one that the judge was given, which need not be read one by one.
 */
void session_skip(struct session *session, struct judge *judge);

/*
 * Where entries of a running domain may have been changing: judges all, and has the source look a
 * second time at what looks wrong. Before session_read(); the option live.recheck asked for it.
 */
int session_recheck(struct session *session, struct error *err);

/*
 * What --gfn and --given name that is not in what was read. Nothing is said where entries were
 * lost. Returns 0 or -ENOMEM.
 */
int session_unmatched(const struct session *session, struct nothing *nothing);

void session_close(struct session *session);

#endif
