/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_CONSOLE_FACTSLOG_H
#define SOURCE_CONSOLE_FACTSLOG_H

#include "source/source.h"

/* A console log of the machine that another source is of: read once, then asked for each domain. */
struct facts_log;

/* Reads all of it. Returns 0 or a negative errno value. */
int facts_log_open(const char *path, struct facts_log **log, struct error *err);
void facts_log_close(struct facts_log *log);

/* Which Xen it is of, into info; nothing where it does not tell. */
void facts_log_version(const struct facts_log *log, struct source_info *info);

/*
 * What the physical-address width is at most, or 0: Xen pads the host's MTRRs to whole digits of it
 * (print_mtrr_state()).
 */
unsigned int facts_log_phys_bits(const struct facts_log *log);

/*
 * What it knows of a domain at that one's last dump, or without dumps at the last key q. Fills
 * facts (not initialized before). Returns 0 or -ENOMEM.
 */
int facts_log_facts(const struct facts_log *log, int domid, struct facts *facts);

#endif
