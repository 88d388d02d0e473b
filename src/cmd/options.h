/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CMD_OPTIONS_H
#define CMD_OPTIONS_H

#include "model/filter.h"
#include "report/report.h"
#include "source/console/factslog.h"
#include "source/given.h"
#include "source/source.h"

#include <argp.h>

#define EPTP_MAX 256

/* Options that mean the same in every verb that reads a p2m: where from, and what is known. */
struct common_options {
	struct source_options source;
	const char *given_path, *rules_names[2], *xen;
	unsigned int rules_count;	/* --rules: one judges, compare takes two */
	const char *facts_path;		/* console log of the machine that an image is of */
	struct facts_log *facts_log;	/* the same, read */
	const char *eptp[EPTP_MAX + 1]; /* NULL-terminated */
	unsigned int eptp_count;
	struct given *given;
	bool rules_optional; /* goes on where it is not known which Xen it is */
	int compared[2];     /* rule sets of the first two --rules */
	uint32_t rules;	     /* chosen with --rules or --xen; 0: by the source */
	struct ranges gfns;  /* --gfn; empty: all */
};

/* A child for the argp of a verb; its input is a struct common_options. */
extern const struct argp common_argp;
extern const struct argp_child common_children[]; /* for verbs that have no other */
extern const struct argp_child
	no_all_children[]; /* to whom --all means something else, or nothing */
extern const struct argp_child files_children[]; /* that ask no running Xen */

/* Reads the files that the options name. Returns 0 or a negative errno value. */
int common_prepare(struct common_options *common, struct error *err);
void common_clear(struct common_options *common);

/* Opens the source and settles which rule sets are used. */
int common_open(struct common_options *common, struct source **source, struct error *err);

/* What was given for this dump, and the chosen rules, over what the source knows. */
int common_facts(const struct common_options *common, struct dump *dump, struct error *err);

/* Drops entries outside of --gfn; returns how many are left. */
size_t common_filter(const struct common_options *common, struct entry *entries, size_t count);

/* Of a run of entries hands those in --gfn on. */
void common_run(const struct common_options *common, const struct entry *first, uint64_t count,
		filter_take *take, void *opaque);

/* Argument of an option that names frames: "FIRST" or "FIRST-LAST". Exits on a bad one. */
void parse_frames(struct ranges *frames, const char *option, const char *arg,
		  struct argp_state *state);

/* Argument of a --format that has two forms: is it "json", not "text"? Exits on another. */
bool parse_format(const char *arg, struct argp_state *state);

/* Arguments of --type, a p2m type, and of --order. Exit on a bad one. */
int parse_type(const char *arg, struct argp_state *state);
int parse_order(const char *arg, struct argp_state *state);

/* Options of reports: format, columns, colour. Input: a struct report_options. */
extern const struct argp report_argp;

#endif
