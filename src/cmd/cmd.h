/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef CMD_CMD_H
#define CMD_CMD_H

/* What a verb of the command line is, and how verbs speak to people. */

#include "base/error.h"
#include "report/format.h"

#include <argp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Exit statuses, the same for every verb. */
enum {
	STATUS_CLEAN = 0,      /* audited, nothing found */
	STATUS_FOUND = 1,      /* a finding, or an expectation that failed */
	STATUS_ERROR = 2,      /* could not do it: usage, privilege, unreadable input */
	STATUS_INCOMPLETE = 3, /* entries lost, or with --strict something unproven */
};

/* A verb of the command line: one file of this folder each. argv[0] names program and verb. */
struct verb {
	const char *name, *help;
	const struct argp *argp;
	int (*run)(int argc, char **argv);
	uint64_t shared; /* options of options.h that it offers, as OPTION() */
};

extern const struct verb verb_audit;
extern const struct verb verb_list;
extern const struct verb verb_map;
extern const struct verb verb_decode;
extern const struct verb verb_capture;
extern const struct verb verb_bugreport;
extern const struct verb verb_explain;
extern const struct verb verb_effective;
extern const struct verb verb_compare;
extern const struct verb verb_diff;
extern const struct verb verb_rules;

/*
 * Parses the options of a verb as argp_parse() does, whose parser gets input; with -h and --version
 * for every verb, and a hint where an option is misspelt. Returns 0 or STATUS_ERROR, or exits.
 */
int cmd_parse(const struct argp *argp, int argc, char **argv, void *input);

/* Prints the version, and what was built in. */
void cmd_version(FILE *stream);

/*
 * What a verb returns: status if rc is 0, else the error is told. -ECANCELED without a message: all
 * that was asked for has been told.
 */
int cmd_end(const char *name, int rc, int status, const struct error *err);

/*
 * Prints "NAME: …" to standard error; name is argv[0]. In a form for programs standard output gets
 * it as well. Returns STATUS_ERROR.
 */
int cmd_fail(const char *name, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The form that was asked for; cmd_look_for_form() finds it before options are parsed. */
void cmd_form(enum format format);
void cmd_look_for_form(int argc, char **argv);

/* A document begins on standard output: what fails from here on cannot be another one. */
void cmd_begins(void);

/* First of all: where standard output cannot be written at the end, that is said, and no success.
 */
void cmd_starts(void);

/* Around what exits by itself where the command line is wrong. */
void cmd_parses(void);
void cmd_parsed(void);

/* For verbs that may print gigabytes, before they print: fewer writes, but to a terminal. */
void cmd_prints_much(void);

/* Prints "xen-eptaudit: …" to standard error at once: what is about to take time or room. */
void cmd_notice(const char *text);

/* Shows on a terminal what is being done, where it takes more than a second; NULL: it is done. */
void cmd_progress(const char *text);

#endif
