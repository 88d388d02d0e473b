/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzz target: decode's standard input, in each form. */
#include "decode/decode.h"

#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Once, with options that come from the data. What it prints goes nowhere. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("lines", 0), out = dup(1), null = open("/dev/null", O_WRONLY);
	unsigned int choice = size ? data[size / 2] + size : 0;
	struct decode decode;
	struct error err = { "" };
	int rc;

	if (fd < 0 || out < 0 || null < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	lseek(fd, 0, SEEK_SET);
	fflush(stdout);
	dup2(null, 1);
	decode_init(&decode);
	decode.format = choice % 3;
	decode.brief = choice >> 2 & 1;
	decode.is_eptp = !(choice >> 3 & 7);
	decode.level = choice >> 6 & 3;
	decode.phys_bits = choice & 1 ? 52 : 39;
	rc = decode_lines(&decode, fd, &err);
	if (rc && !err.text[0])
		abort();
	decode_end(&decode, !rc, &err);
	fflush(stdout);
	dup2(out, 1);
	close(out);
	close(null);
	close(fd);
	return 0;
}
