/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SOURCE_FACTSFILE_H
#define SOURCE_FACTSFILE_H

/*
 * A text with facts beside a source, recognized by its content. Read once, then asked for each
 * domain.
 */

#include "base/error.h"
#include "model/facts.h"
#include "model/ranges.h"

#include <stdbool.h>
#include <stddef.h>

struct facts_file;
struct section;
struct source_info;

enum facts_kind {
	FACTS_LOG,     /* a console log of Xen, of the same boot */
	FACTS_CONTEXT, /* what xen-hvmctx printed in dom0 */
	FACTS_GUEST,   /* a guest's /proc/mtrr or boot messages */
};

/* Reads all of it. Returns 0 or a negative errno value; -EINVAL where it is none of these. */
int facts_file_open(const char *path, struct facts_file **file, struct error *err);
void facts_file_close(struct facts_file *file);

/* Safe for a terminal. */
const char *facts_file_name(const struct facts_file *file);
enum facts_kind facts_file_kind(const struct facts_file *file);

/* Of a log: has it dumps of EPTs, which make it a source of its own? */
bool facts_file_has_dumps(const struct facts_file *file);

/*
 * What the physical-address width is at most, or 0: Xen pads the host's MTRRs to whole digits of it
 * (print_mtrr_state()).
 */
unsigned int facts_file_phys_bits(const struct facts_file *file);

/*
 * Chooses the boot of a log that a source, for messages name, is of. What like has not told is not
 * compared; with nothing told, or like being NULL, it is the last boot. Only the first call counts
 * until facts_file_forget(). Returns 0, or -EINVAL where all are other boots.
 */
int facts_file_settle(struct facts_file *file, const struct section *like, const char *name,
		      struct error *err);
void facts_file_forget(struct facts_file *file);

/* The boot of a log that was chosen, or NULL where it has no banner, or is no log. */
const struct section *facts_file_boot(const struct facts_file *file);

/*
 * What a log or context knows of a domain. at_dump: the entries are of the moment of the domain's
 * last dump in the log, or without dumps of its last key q; else of another one. Fills facts (not
 * initialized before). Returns 0 or -ENOMEM.
 */
int facts_file_facts(const struct facts_file *file, int domid, bool at_dump, struct facts *facts);

/* The ids of the domains that a context is of are added to domids. 0 or -ENOMEM. */
int facts_file_domains(const struct facts_file *file, struct ranges *domids);

/* guest_text_apply() of a guest's. */
int facts_file_guest(const struct facts_file *file, struct facts *facts, char *contradiction,
		     size_t size);

/* What to know of the file besides: one sentence, or "". */
const char *facts_file_remark(const struct facts_file *file);

#endif
