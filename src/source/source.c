/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/source.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>

int source_open(const struct source_options *options, struct source **source, struct error *err)
{
	return console_open(options, source, err);
}

static void clear_dump(struct dump *dump)
{
	facts_clear(&dump->facts);
	ranges_clear(&dump->not_seen);
	dump->reason[0] = '\0';
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

void source_close(struct source *source)
{
	if (!source)
		return;
	clear_dump(&source->dump);
	source->ops->close(source);
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
