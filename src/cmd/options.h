/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CMD_OPTIONS_H
#define CMD_OPTIONS_H

/* Options of the command line: those that several verbs share, and which of them go together. */

#include "report/format.h"
#include "report/report.h"
#include "source/given.h"
#include "source/source.h"

#include <argp.h>
#include <glob.h>

/*
 * The options of all verbs, so that one table can say which exclude each other. They are the keys
 * of argp, but for those with a letter and for what is no option.
 */
enum option_key {
	OPT_FROM = 0x100, /* -f */
	OPT_DOMAIN,	  /* the argument */
	OPT_DUMP,
	OPT_ALL_DUMPS,
	OPT_GFN,
	OPT_EPTP,
	OPT_PHYS_BITS,
	OPT_XEN_SYMS,
	OPT_MAX_SIZE,
	OPT_FACTS,
	OPT_GIVEN,
	OPT_XEN,
	OPT_RULES,
	OPT_RULES_FILE,
	OPT_ALL,
	OPT_PAUSE,
	OPT_NO_Q,
	OPT_DRY_RUN,
	OPT_VIA,
	OPT_FORCE,
	OPT_FORMAT, /* from here on a verb's own, though of the same name in several */
	OPT_COLUMNS,
	OPT_SUMMARY,
	OPT_COLOR,
	OPT_FAIL_ON,
	OPT_STRICT,
	OPT_EXPECT,
	OPT_EXPECT_FILE,
	OPT_BASELINE,
	OPT_WRITE_BASELINE,
	OPT_FIND_EPTP,
	OPT_MFN,
	OPT_TYPE,
	OPT_EMT,
	OPT_IPAT,
	OPT_ORDER,
	OPT_PENDING,
	OPT_TABLES_ONLY,
	OPT_CORE,
	OPT_REDACT,
	OPT_NO_REDACT,
	OPT_VERBOSE, /* -v */
	OPT_ALLOW_EMPTY,
	OPT_NO_HEADINGS,
	OPT_BYTES,
	OPT_VCPU,
	OPT_GVA,
	OPT_LIMIT,
	OPT_SAMPLES,
	OPT_GUEST_TABLES,
	OPT_EFFECTIVE,
	OPT_ALL_RULES, /* --all of compare; the last */
};

#define OPTION(key) (UINT64_C(1) << ((key)-OPT_FROM))

/* What a verb offers: sets of shared options. */
#define OPTIONS_FILE                                                                      \
	(OPTION(OPT_FROM) | OPTION(OPT_DUMP) | OPTION(OPT_EPTP) | OPTION(OPT_PHYS_BITS) | \
	 OPTION(OPT_XEN_SYMS) | OPTION(OPT_MAX_SIZE) | OPTION(OPT_FACTS) | OPTION(OPT_GIVEN))
#define OPTIONS_RULES (OPTION(OPT_RULES) | OPTION(OPT_RULES_FILE))
#define OPTIONS_RUNNING                                                               \
	(OPTION(OPT_PAUSE) | OPTION(OPT_NO_Q) | OPTION(OPT_VIA) | OPTION(OPT_FORCE) | \
	 OPTION(OPT_DRY_RUN))
#define OPTIONS_MANY (OPTION(OPT_ALL_DUMPS) | OPTION(OPT_ALL)) /* who takes several domains */
#define OPTIONS_ALL                                                                        \
	(OPTIONS_FILE | OPTIONS_RULES | OPTIONS_RUNNING | OPTIONS_MANY | OPTION(OPT_GFN) | \
	 OPTION(OPT_XEN))

#define EPTP_MAX  256
#define FROM_MAX  8
#define FACTS_MAX 32
#define SYMS_MAX  8

/* What the shared options say: where to read from, and what is known besides. */
struct shared_options {
	uint64_t seen; /* options that were used, as OPTION() */
	struct source_options source;
	const char *given_path, *rules_names[2], *xen;
	unsigned int rules_count;   /* --rules: one judges, compare takes two */
	const char *from[FROM_MAX]; /* of several, logs of one boot, source.path is one */
	unsigned int from_count;
	const char *facts_paths[FACTS_MAX];
	unsigned int facts_paths_count;
	struct facts_file *facts[FROM_MAX + FACTS_MAX]; /* the same, read, and the other --from */
	unsigned int facts_count;
	const char *eptp[EPTP_MAX + 1]; /* NULL-terminated */
	unsigned int eptp_count;
	glob_t syms; /* each xen-syms where distributions put it */
	struct given *given;
	bool rules_optional;  /* goes on where it is not known which Xen it is */
	uint32_t compared[2]; /* rule sets of the first two --rules, bits; a version may have two */
	uint32_t rules;	      /* chosen with --rules or --xen; 0: by the source */
	struct ranges gfns;   /* --gfn; empty: all */
};

/*
 * A child for the argp of a verb; its input is a struct shared_options. It has the options that
 * options_offer() chose: a set of the shared ones.
 */
extern const struct argp_child shared_children[];
extern struct argp shared_argp;
void options_offer(uint64_t offered);

/* A verb's own parser says that this key was used. */
void options_see(struct shared_options *options, int key);

/*
 * For what a verb's own parser does not know: gives the shared options to their parser, its first
 * child. Returns as parsers do.
 */
error_t options_pass(struct shared_options *options, int key, struct argp_state *state);

/*
 * Are any of these options used? Then err has format, which has one %s for the name of the first,
 * and -EINVAL is returned; else 0.
 */
int options_refuse(const struct shared_options *options, uint64_t refused, const char *format,
		   struct error *err);

/* Checks which options were used together. Returns 0 or a negative errno value. */
int options_check(struct shared_options *options, struct error *err);

/*
 * Would what is written to output, which may be NULL, replace a file that is read: one of these
 * options, or other (NULL: none)? Then -EINVAL and err.
 */
int options_keep_apart(const struct shared_options *options, const char *output, const char *other,
		       struct error *err);

/* options_check(), and reads the files that they name. Returns 0 or a
 * negative errno value. */
int options_prepare(struct shared_options *options, struct error *err);
void options_clear(struct shared_options *options);

/* ---- arguments of options; all of them exit with a message on a bad one ---- */

/* Frames: "FIRST" or "FIRST-LAST". */
void parse_frames(struct ranges *frames, const char *option, const char *arg,
		  struct argp_state *state);

/* A decimal number from low to high. */
unsigned int parse_number(const char *option, const char *arg, unsigned int low, unsigned int high,
			  struct argp_state *state);

/* One of "a|b|c", as the option is offered. Returns which, from 0. */
unsigned int parse_choice(const char *option, const char *arg, const char *offered,
			  struct argp_state *state);

/* The same of formats; NULL is json. */
enum format parse_format(const char *arg, const char *offered, struct argp_state *state);

/* Rule sets, bits: of that name, or that a Xen of that version may have. 0 or -EINVAL. */
int parse_rules(const char *name, uint32_t *sets, struct error *err);

/* Arguments of --type, a p2m type, and of --order. */
#define ORDERS "0|9|18"
int parse_type(const char *arg, struct argp_state *state);
int parse_order(const char *arg, struct argp_state *state);

/*
 * The two rows of an option table for the form of what is printed. A verb's parser calls
 * parse_format() for both of their keys.
 */
#define OPTION_FORMATS(formats, help, group)                    \
	{ "format", OPT_FORMAT, formats, 0, help, group },      \
	{                                                       \
		"json", 'j', NULL, 0, "As --format json", group \
	}

/* What the options of reports say. Fill in the first; the rest begins as zero. */
struct report_choice {
	struct report_options *options;
	uint64_t seen;	    /* as in struct shared_options */
	const char *output; /* NULL: standard output */
	bool quiet;
};

/* Options of reports: format, columns, colour. Its input is a struct report_choice. */
extern const struct argp report_argp;

/* Is any of them used that means nothing with the others? Returns 0 or -EINVAL. */
int report_choice_check(const struct report_choice *choice, struct error *err);

#endif
