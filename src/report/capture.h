/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef REPORT_CAPTURE_H
#define REPORT_CAPTURE_H

#include "base/error.h"
#include "source/source.h"
#include "x86/paging.h"

/*
 * A capture file: JSON Lines. First what it is of, then for each p2m a line with all facts, one for
 * each run of entries that differ by advancing gfn and mfn only, and one with its totals; last the
 * totals of all, with a CRC-32 of what stands before.
 */
struct capture;

#define CAPTURE_TABLE_WORDS 512

#define CAPTURE_SCHEMA "xen-eptaudit/capture"

/* Begins a file that must not exist; it is written under a temporary name beside it. */
int capture_new(const char *path, const struct source *source, struct capture **capture,
		struct error *err);
void capture_domain(struct capture *capture, const struct dump *dump);
void capture_entries(struct capture *capture, const struct entry *entries, size_t count);

/*
 * Behind the entries, a page of the guest's own tables, of which only what effective looks at is
 * kept; the same gfn again is passed over. Returns 0 or -ENOMEM.
 */
int capture_table(struct capture *capture, uint64_t gfn, const uint64_t *page,
		  enum paging_mode mode);

void capture_domain_end(struct capture *capture, const struct dump *dump);

/* Writes the totals and gives the file its name; or, if keep is false, removes it. Frees capture.
 */
int capture_end(struct capture *capture, bool keep, struct error *err);

#endif
