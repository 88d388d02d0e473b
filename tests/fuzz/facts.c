/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzz target: texts with facts beside a source (--facts): what they tell of a domain, twice. */
#include "base/jsonwrite.h"
#include "source/factsfile.h"
#include "source/factsjson.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* As JSON, to be freed. */
static char *known(struct facts_file *file, int domid)
{
	char contradiction[256], *text = NULL;
	struct jsonwrite json = { NULL, false };
	struct facts facts;
	size_t size;

	if (facts_file_kind(file) == FACTS_GUEST) {
		facts_init(&facts);
		if (facts_file_guest(file, &facts, contradiction, sizeof(contradiction)))
			abort();
	} else if (facts_file_facts(file, domid, true, &facts)) {
		abort();
	}
	json.stream = open_memstream(&text, &size);
	if (!json.stream)
		abort();
	facts_write(&json, NULL, &facts);
	fclose(json.stream);
	facts_clear(&facts);
	return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ranges domids = { .count = 0 };
	struct facts_file *file;
	struct error err = { "" };
	char path[64], *text, *again;
	int fd = memfd_create("facts", 0);

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (facts_file_open(path, &file, &err)) {
		if (!err.text[0])
			abort();
		close(fd);
		return 0;
	}
	facts_file_settle(file, NULL, "it", &err);
	facts_file_boot(file);
	facts_file_phys_bits(file);
	if (facts_file_domains(file, &domids))
		abort();
	text = known(file, domids.count ? (int)domids.range[0].first : 1);
	again = known(file, domids.count ? (int)domids.range[0].first : 1);
	if (strcmp(text, again))
		abort();
	free(text);
	free(again);
	ranges_clear(&domids);
	facts_file_close(file);
	close(fd);
	return 0;
}
