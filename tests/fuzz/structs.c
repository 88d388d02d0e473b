/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzz target: Xen's own structures in a memory image, of which words are others. The input is the
 * memory of tests/structs/ from 4 MiB on; FUZZ_XEN_SYMS names its xen-syms.
 */
#include "audit/judge.h"
#include "source/image/image.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MACHINE (8u << 20) /* bytes, of which Xen lies in the second half */
#define WORDS	(MACHINE / 2 / 8)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t state;

static uint64_t next(void)
{
	state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return state >> 24;
}

/* Words that are something become others that are, or little more or less, or nothing at all. */
static void mutate(uint64_t *words, size_t count)
{
	static uint32_t used[WORDS];
	unsigned int times;
	size_t i, n = 0;

	for (i = 0; i < count; i++)
		if (words[i])
			used[n++] = i;
	if (!n)
		return;
	for (times = 1 + next() % 6; times; times--) {
		uint64_t *word = &words[used[next() % n]];

		switch (next() % 8) {
		case 0:
			*word = 0;
			break;
		case 1:
			*word = UINT64_MAX;
			break;
		case 2:
			*word ^= UINT64_C(1) << next() % 64;
			break;
		case 3:
			*word += 8 * (next() % 65) - 256;
			break;
		case 4:
			((uint8_t *)word)[next() % 8] = next();
			break;
		default:
			*word = words[used[next() % n]];
			break;
		}
	}
}

static void emit(void *opaque, const struct run *run)
{
	*(uint64_t *)opaque += run->entries;
}

static void audit(struct source *source, struct dump *dump)
{
	static struct entry entries[512];
	uint64_t runs = 0, total = 0;
	struct judge *judge;
	struct error err;
	ssize_t count;

	if (!dump->facts.rules || dump->facts.vcpu_count > FACTS_VCPU_MAX)
		abort();
	judge = judge_new(&dump->facts, false, emit, &runs);
	while (judge && (count = source_read(source, entries, 512, &err)) > 0) {
		judge_entries(judge, entries, count);
		total += count;
	}
	if (total > 2 * WORDS)
		abort(); /* more entries than the machine has words */
	if (judge) {
		judge_finish(judge);
		judge_free(judge);
	}
}

static void look(const char *path)
{
	struct source_options options = { .path = path, .xen_syms = getenv("FUZZ_XEN_SYMS") };
	unsigned int dumps = 0;
	struct source *source;
	struct dump *dump;
	struct error err;
	int rc;

	if (!options.xen_syms) {
		fprintf(stderr, "FUZZ_XEN_SYMS names no xen-syms\n");
		exit(2);
	}
	if (image_open(&options, &source, &err))
		return;
	while ((dump = source_next(source, &rc, &err))) {
		audit(source, dump);
		if (++dumps > 100000)
			abort();
	}
	source_close(source);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("image", 0);
	uint64_t *words = calloc(WORDS, 8);
	char path[64];
	size_t i;

	if (fd < 0 || !words || ftruncate(fd, MACHINE))
		abort();
	if (size > MACHINE / 2)
		size = MACHINE / 2;
	memcpy(words, data, size);
	for (state = size, i = 0; i < size; i += 61)
		state = (state ^ data[i]) * UINT64_C(0x100000001b3);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	for (i = 0; i < 4; i++) {
		if (pwrite(fd, words, size, MACHINE / 2) != (ssize_t)size)
			abort();
		look(path);
		mutate(words, size / 8);
	}
	free(words);
	close(fd);
	return 0;
}
