/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/console/factslog.h"

#include "source/input.h"
#include "source/text/record.h"
#include "source/text/scan.h"

#include <errno.h>
#include <stdlib.h>

struct facts_log {
	struct scan scan;
};

int facts_log_open(const char *path, struct facts_log **log, struct error *err)
{
	struct reader reader = { .buffer = NULL };
	struct input *input = NULL;
	int rc;

	*log = calloc(1, sizeof(**log));
	if (!*log)
		return error_set(err, -ENOMEM, "out of memory");
	rc = input_open(path, &input, err);
	if (!rc)
		rc = reader_init(&reader, input, READER_BUFFER, err);
	if (!rc)
		rc = scan_log(&reader, &(*log)->scan, false, err);
	if (!rc && !(*log)->scan.xen_lines)
		rc = error_set(err, -EINVAL, "%s is not a console log of Xen", path);
	reader_clear(&reader);
	input_close(input);
	if (rc) {
		facts_log_close(*log);
		*log = NULL;
	}
	return rc;
}

void facts_log_close(struct facts_log *log)
{
	if (log)
		scan_clear(&log->scan);
	free(log);
}

/* Then the answer is the same as from the dump itself. */
static struct place last_moment(const struct scan *scan, int domid)
{
	size_t i;

	for (i = scan->dump_count; i > 0; i--)
		if (scan->dumps[i - 1].domid == domid)
			return scan->dumps[i - 1].place;
	if (scan->dump_count)
		return scan->dumps[scan->dump_count - 1].place;
	return scan->keyq_count ? scan->keyqs[scan->keyq_count - 1].place : scan->last;
}

void facts_log_version(const struct facts_log *log, struct source_info *info)
{
	section_version(&log->scan.sections[last_moment(&log->scan, -1).section], info);
}

unsigned int facts_log_phys_bits(const struct facts_log *log)
{
	return log->scan.sections[last_moment(&log->scan, -1).section].mask_digits * 4;
}

int facts_log_facts(const struct facts_log *log, int domid, struct facts *facts)
{
	struct dump_place end = { .place = last_moment(&log->scan, domid), .domid = domid };

	facts_init(facts);
	return scan_facts(&log->scan, &end, facts);
}
