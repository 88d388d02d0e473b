/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/source.h"

#include "base/stream.h"
#include "base/text.h"
#include "source/capture/capture.h"
#include "source/image/image.h"
#include "source/input.h"

#include <elf.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static bool is_image(const char *head, size_t size)
{
	return size >= 16 && (!memcmp(head, ELFMAG, SELFMAG) || !memcmp(head, "KDUMP   ", 8) ||
			      !memcmp(head, "DISKDUMP", 8) || !memcmp(head, "makedumpfile", 12));
}

int source_open(const struct source_options *options, struct source **source, struct error *err)
{
	struct source_options opened = *options;
	char head[STREAM_PEEK];
	size_t size;
	int rc;

	if (!options->path)
		return live_open(options, source, err);
	if (options->eptp) /* says that it is an image, also where it begins with anything */
		return image_open(options, source, err);
	rc = input_open(options->path, &opened.input, err);
	if (rc)
		return rc;
	size = input_peek(opened.input, head, sizeof(head));
	if (is_image(head, size)) { /* which says that it needs an EPTP */
		input_close(opened.input);
		return image_open(options, source, err);
	}
	return capture_recognize(head, size) ? capture_open(&opened, source, err)
					     : console_open(&opened, source, err);
}

int source_input(const struct source_options *options, struct input **input, struct error *err)
{
	if (!options->input)
		return input_open(options->path, input, err);
	*input = options->input;
	return 0;
}

static void clear_dump(struct dump *dump)
{
	facts_clear(&dump->facts);
	ranges_clear(&dump->not_seen);
	dump->reason[0] = '\0';
	dump->table_findings = 0;
	dump->complete = false;
	dump->name = NULL;
}

struct dump *source_next(struct source *source, int *rc, struct error *err)
{
	clear_dump(&source->dump);
	*rc = source->ops->next(source, &source->dump, err);
	if (*rc <= 0)
		return NULL;
	*rc = 0;
	return &source->dump;
}

ssize_t source_read(struct source *source, struct entry *entries, size_t max, struct error *err)
{
	return source->ops->read(source, entries, max, err);
}

uint64_t source_skip(struct source *source, struct entry *like, const struct window *window)
{
	return source->ops->skip ? source->ops->skip(source, like, window) : 0;
}

uint64_t source_more(struct source *source, struct entry *next)
{
	return source->ops->more ? source->ops->more(source, next) : 0;
}

void source_close(struct source *source)
{
	if (!source)
		return;
	clear_dump(&source->dump);
	source->ops->close(source);
}

void dump_incomplete(struct dump *dump, const char *reason)
{
	if (!dump->reason[0])
		snprintf(dump->reason, sizeof(dump->reason), "%s", reason);
	dump->complete = false;
}

void dump_missing(struct dump *dump, uint64_t first, uint64_t behind)
{
	if (first < behind)
		ranges_add(&dump->not_seen, first, behind - 1);
}

void source_remark(struct source *source, const char *format, ...)
{
	struct source_info *info = &source->info;
	va_list args;

	if (info->remark_count == sizeof(info->remarks) / sizeof(info->remarks[0]))
		return;
	va_start(args, format);
	vsnprintf(info->remarks[info->remark_count], sizeof(info->remarks[0]), format, args);
	va_end(args);
	text_sanitize(info->remarks[info->remark_count++]);
}
