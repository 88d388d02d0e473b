/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzz target: files of lines: baselines, expectations, rule sets. */
#include "audit/baseline.h"
#include "audit/expect.h"
#include "rules/rulesets.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct expectations expectations = { NULL, 0 };
	struct baseline baseline = { NULL, 0, NULL };
	struct error err;
	char path[64], text[192];
	size_t i;
	int fd = memfd_create("lines", 0);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	baseline_read(&baseline, path, &err);
	for (i = 0; i < baseline.count; i++)
		baseline_text(&baseline.list[i], text, sizeof(text));
	baseline_clear(&baseline);
	expect_file(&expectations, path, &err);
	expect_clear(&expectations);
	ruleset_load(path, &err);
	for (i = 0; i < ruleset_count(); i++)
		if (ruleset_wrong(ruleset(i)))
			abort();
	close(fd);
	return 0;
}
