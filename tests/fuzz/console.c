/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzz target: an audit of anything that claims to be a console log. */
#include "source/console/console.h"
#include "audit/judge.h"
#include "source/source.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void emit(void *opaque, const struct run *run)
{
	*(uint64_t *)opaque += run->entries;
}

static void audit(struct source *source, struct dump *dump)
{
	static struct entry entries[64];
	const struct summary *summary;
	struct error err;
	struct judge *judge;
	uint64_t verdicts = 0;
	ssize_t count;
	int i;

	if (!dump->facts.rules) /* as a session does where the release does not say */
		dump->facts.rules = RULES_RELEASED;
	judge = judge_new(&dump->facts, true, emit, (uint64_t[]){ 0 });
	while (judge && (count = source_read(source, entries, 64, &err)) > 0)
		judge_entries(judge, entries, count);
	if (!judge)
		return;
	summary = judge_finish(judge);
	for (i = 0; i < VERDICT_COUNT; i++)
		verdicts += summary->verdict[i];
	if (verdicts != summary->entries)
		abort(); /* the six verdicts add up to the entries */
	judge_free(judge);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct source_options options = { .all_dumps = true };
	struct source *source;
	struct error err;
	struct dump *dump;
	char path[64];
	int fd = memfd_create("log", 0), rc;

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	options.path = path;
	if (!console_open(&options, &source, &err)) {
		while ((dump = source_next(source, &rc, &err)))
			audit(source, dump);
		source_close(source);
	}
	close(fd);
	return 0;
}
