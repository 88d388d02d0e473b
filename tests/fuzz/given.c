/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzz target: a file of facts, laid over what a source knows. */
#include "source/given.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct given *given;
	struct facts facts;
	struct error err;
	char path[64];
	int fd = memfd_create("given", 0);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (!given_load(path, &given, &err)) {
		facts_init(&facts);
		if (given_apply(given, 1, 2, &facts, &err))
			abort(); /* what given_load() accepts can be applied */
		facts_clear(&facts);
		given_free(given);
	}
	close(fd);
	return 0;
}
