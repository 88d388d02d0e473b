/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzz target: two captures, behind each other with a line "---" between, and where the one differs
 * from the other: in ascending order, not at all from itself, and both ways at the same gfns.
 */
#include "audit/diff.h"
#include "fuzz/sealed.h"
#include "model/turns.h"
#include "source/capture/capture.h"

#include <stdbool.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first p2m of a capture; false if it is none. */
static bool read_pieces(const uint8_t *data, size_t size, struct pieces *pieces)
{
	static struct entry entries[64];
	struct source_options options = { .path = NULL };
	struct source *source;
	struct error err;
	struct judge *judge;
	struct dump *dump;
	ssize_t count;
	uint64_t turns = 0, more;
	char path[64];
	int fd = sealed(data, size), rc;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	options.path = path;
	if (capture_open(&options, &source, &err)) {
		close(fd);
		return false;
	}
	dump = source_next(source, &rc, &err);
	judge = dump ? judge_new(&dump->facts, true, pieces_add, pieces) : NULL;
	if (judge) {
		judge_follow_frames(judge);
		while ((count = source_read(source, entries, 64, &err)) > 0) {
			judge_entries(judge, entries, count);
			more = source_more(source, &entries[0]);
			if (!turns_bearable(&turns, &dump->facts, &entries[0], more))
				continue; /* which the verb refuses */
			judge_run(judge, &entries[0], more);
		}
		if (count)
			abort(); /* it was looked at when it was opened */
		judge_finish(judge);
		judge_free(judge);
	}
	source_close(source);
	close(fd);
	return judge;
}

struct told {
	uint64_t next, gfns;
};

static void note(void *opaque, const struct difference *difference)
{
	struct told *told = opaque;

	if (difference->first > difference->last || difference->first < told->next ||
	    (!difference->mapped[0] && !difference->mapped[1]))
		abort();
	told->next = difference->last + 1;
	told->gfns += difference->last - difference->first + 1;
}

static uint64_t differ(const struct pieces *before, const struct pieces *after)
{
	struct told told = { 0, 0 };
	uint64_t gfns = diff_pieces(before, after, note, &told);

	if (gfns != told.gfns)
		abort();
	return gfns;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char between[] = "\n---\n";
	const uint8_t *cut = memmem(data, size, between, strlen(between));
	size_t first = cut ? (size_t)(cut - data) + 1 : size, second = cut ? first + 4 : 0;
	struct pieces a = { .list = NULL }, b = { .list = NULL };

	if (read_pieces(data, first, &a) && read_pieces(data + second, size - second, &b)) {
		if (differ(&a, &a) || differ(&b, &b) || differ(&a, &b) != differ(&b, &a))
			abort();
	}
	pieces_clear(&a);
	pieces_clear(&b);
	return 0;
}
