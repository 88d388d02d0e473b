/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef REPORT_CAPTURE_H
#define REPORT_CAPTURE_H

#include "base/error.h"
#include "source/source.h"
#include "x86/paging.h"

#include <stdio.h>

/* Makes a capture file, of the form in source/capture/form.h. */
struct capture;

/* Begins a file that must not exist, "-" for standard output. It has its name when it is whole. */
int capture_new(const char *path, const struct source *source, struct capture **capture,
		struct error *err);

/* The same on a stream of the caller's, who closes it. */
int capture_new_on(FILE *stream, const struct source *source, struct capture **capture,
		   struct error *err);

/*
 * In this order: capture_domain(), its entries in ascending order one by one or by runs that differ
 * by advancing gfn and mfn only, capture_domain_end(). Entries that no Xen can have made are left
 * out; dump then is not complete.
 */
void capture_domain(struct capture *capture, const struct dump *dump);
void capture_entries(struct capture *capture, const struct entry *entries, size_t count);
void capture_run(struct capture *capture, const struct entry *first, uint64_t count);

/*
 * Behind the entries, a page of the guest's own tables, of which only what effective looks at is
 * kept; the same gfn again is passed over. Returns 0 or -ENOMEM.
 */
int capture_table(struct capture *capture, uint64_t gfn, const uint64_t *page,
		  enum paging_mode mode);

void capture_domain_end(struct capture *capture, struct dump *dump);

/* Writes the totals and gives the file its name; or, if keep is false, leaves nothing of it. Frees
 * capture. */
int capture_end(struct capture *capture, bool keep, struct error *err);

#endif
