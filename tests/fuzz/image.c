/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzz target: a memory image: ELF headers, and EPT tables at whatever root. */
#include "source/image/image.h"
#include "audit/judge.h"
#include "source/image/core.h"
#include "source/image/find.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void emit(void *opaque, const struct run *run)
{
	*(uint64_t *)opaque += run->entries;
}

/* A walk of a small file is short, whatever the file says. */
static void audit(struct source *source, struct dump *dump, size_t size)
{
	static struct entry entries[512];
	uint64_t runs = 0, total = 0;
	struct judge *judge = judge_new(&dump->facts, size & 1, emit, &runs);
	struct window window;
	struct entry like;
	struct error err;
	ssize_t count;
	uint64_t more;

	while (judge && (count = source_read(source, entries, 1 + size % 512, &err)) > 0) {
		judge_entries(judge, entries, count);
		total += count;
		if (!judge_repeatable(judge, &like, &window))
			continue;
		more = source_skip(source, &like, &window);
		if (more)
			judge_repeat(judge, &like, more);
		total += more;
	}
	if (total > size / 8 + 1)
		abort(); /* more entries than the file has words */
	if (judge) {
		judge_finish(judge);
		judge_free(judge);
	}
}

/* Everything that reads images, on the file. */
static void look(const char *path, size_t size)
{
	static const char *const eptp[] = { "1=0x557e601e", "2=0x702c601e",
					    "3=0x7fc5201e", "4=0x5657c01e",
					    "5=0x101e",	    "6=0x5644601e",
					    "7=0x1026",	    NULL };
	static const uint64_t eptps[] = { 0x557e601e, 0x7fc5201e, 0x1026 };
	struct source_options options = { .path = path, .eptp = eptp };
	struct ept_root *roots;
	struct source *source;
	struct phys *phys;
	struct dump *dump;
	struct error err;
	size_t count, core_size;
	char *core = NULL;
	FILE *file;
	int rc;

	if (!image_open(&options, &source, &err)) {
		while ((dump = source_next(source, &rc, &err)))
			audit(source, dump, size);
		source_close(source);
	}
	if (phys_open(path, NULL, &phys, &err))
		return;
	rc = find_roots(phys, &roots, &count);
	if (rc && rc != -ELOOP)
		abort();
	free(roots);
	file = open_memstream(&core, &core_size);
	if (file) {
		core_write(phys, eptps, 3, file, &err);
		fclose(file);
	}
	free(core);
	phys_close(phys);
}

/* Overwrites numbers of the ELF headers, of which an image has few beside its pages. */
static void mutate_headers(uint8_t *data, size_t size, uint64_t random)
{
	static const uint64_t numbers[] = { 0,		1,	    0xfff,
					    0x1000,	0x557e6000, 0xffff,
					    0x7fffffff, 1ul << 63,  UINT64_C(-4096),
					    UINT64_MAX };
	unsigned int times = random % 4 + 1;

	while (times--) {
		size_t at, length;
		uint64_t number;

		random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		at = (random >> 33) % (random & 1 ? 64 : 2048) & ~(size_t)1;
		length = at < 24 || (at >= 52 && at < 64) ? 2 : 8;
		number = numbers[(random >> 16) % 10] + (random >> 24) % 3 - 1;
		if (at >= 16 && at + length <= size)
			memcpy(data + at, &number, length);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("image", 0);
	uint64_t hash = size;
	uint8_t *copy;
	char path[64];
	size_t i;

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	/* Compressed input would be unpacked: that is zlib's and zstd's. */
	if (size > 4 && data[0] != 0x1f && data[0] != 0x28) {
		look(path, size);
		for (i = 0; i < size; i += 97)
			hash = (hash ^ data[i]) * UINT64_C(0x100000001b3);
		copy = malloc(size);
		if (!copy)
			abort();
		memcpy(copy, data, size);
		mutate_headers(copy, size, hash);
		if (pwrite(fd, copy, size, 0) != (ssize_t)size)
			abort();
		free(copy);
		look(path, size);
	}
	close(fd);
	return 0;
}
