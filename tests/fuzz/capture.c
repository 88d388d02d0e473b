/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzz target: anything that claims to be a capture, its checksum made right, judged, listed, and
 * captured again: what the program writes it reads.
 */
#include "report/capture.h"
#include "audit/judge.h"
#include "fuzz/sealed.h"
#include "model/turns.h"
#include "source/capture/capture.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void emit(void *opaque, const struct run *run)
{
	*(uint64_t *)opaque += run->entries;
}

/* Entries of a p2m; all of them are in runs, and get a verdict. */
static uint64_t audit(struct source *source, struct dump *dump, struct capture *again,
		      struct error *err)
{
	static struct entry entries[64];
	uint64_t in_runs = 0, verdicts = 0, turns = 0, more;
	struct judge *judge = judge_new(&dump->facts, true, emit, &in_runs);
	const struct summary *summary;
	ssize_t count;
	int i;

	if (!judge)
		return 0;
	capture_domain(again, dump);
	while ((count = source_read(source, entries, 64, err)) > 0) {
		judge_entries(judge, entries, count);
		capture_entries(again, entries, count);
		more = source_more(source, &entries[0]);
		if (!turns_bearable(&turns, &dump->facts, &entries[0], more))
			continue; /* which verbs refuse */
		judge_run(judge, &entries[0], more);
		capture_run(again, &entries[0], more);
	}
	if (count)
		abort(); /* it was looked at as a whole when it was opened */
	capture_domain_end(again, dump);
	summary = judge_finish(judge);
	for (i = 0; i < VERDICT_COUNT; i++)
		verdicts += summary->verdict[i];
	if (verdicts != summary->entries || in_runs != summary->entries)
		abort();
	judge_free(judge);
	return verdicts;
}

/* Everything in a file; with again, into a capture of it. Returns the entries. */
static uint64_t look(const char *path, const char *again)
{
	struct source_options options = { .path = path };
	struct capture *capture = NULL;
	struct source *source;
	struct dump *dump;
	struct error err;
	uint64_t entries = 0;
	int rc;

	if (capture_open(&options, &source, &err))
		return UINT64_MAX;
	if (capture_new(again, source, &capture, &err))
		abort();
	while ((dump = source_next(source, &rc, &err)))
		entries += audit(source, dump, capture, &err);
	if (rc || capture_end(capture, true, &err))
		abort();
	source_close(source);
	return entries;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *first = "first.again", *second = "second.again";
	int fd = sealed(data, size);
	uint64_t entries;
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	unlink(first);
	unlink(second);
	entries = look(path, first);
	if (entries != UINT64_MAX && look(first, second) != entries)
		abort(); /* what the program writes it reads */
	close(fd);
	return 0;
}
