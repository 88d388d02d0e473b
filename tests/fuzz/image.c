/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzz target: a memory image: ELF headers, and EPT tables at whatever root. */
#include "source/image/image.h"
#include "audit/judge.h"
#include "source/image/find.h"

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

/* A walk of a small file is short, whatever the file says. */
static void audit(struct source *source, struct dump *dump, size_t size)
{
	static struct entry entries[512];
	uint64_t runs = 0, total = 0;
	struct judge *judge = judge_new(&dump->facts, true, emit, &runs);
	struct error err;
	ssize_t count;

	while (judge && (count = source_read(source, entries, 512, &err)) > 0) {
		judge_entries(judge, entries, count);
		total += count;
	}
	if (total > size / 8 + 1)
		abort(); /* more entries than the file has words */
	if (judge) {
		judge_finish(judge);
		judge_free(judge);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const eptp[] = { "1=0x557e601e",
					    "2=0x702c601e",
					    "3=0x7fc5201e",
					    "4=0x5657c01e",
					    "5=0x101e",
					    "6=0x5644601e",
					    NULL };
	struct source_options options = { .eptp = eptp };
	struct source *source;
	struct ept_root *roots;
	struct phys *phys;
	struct dump *dump;
	struct error err;
	size_t count;
	char path[64];
	int fd = memfd_create("image", 0), rc;

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	options.path = path;
	/* Compressed input would be unpacked: that is zlib's and zstd's. */
	if (size > 4 && data[0] != 0x1f && data[0] != 0x28) {
		if (!image_open(&options, &source, &err)) {
			while ((dump = source_next(source, &rc, &err)))
				audit(source, dump, size);
			source_close(source);
		}
		if (!phys_open(path, &phys, &err)) {
			find_roots(phys, &roots, &count);
			free(roots);
			phys_close(phys);
		}
	}
	close(fd);
	return 0;
}
