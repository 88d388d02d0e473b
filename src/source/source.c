/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/source.h"

#include "base/text.h"
#include "source/image/image.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Memory images begin like this; what else is no text is one if EPT roots were named. */
static bool looks_like_image(const char *path)
{
	unsigned char head[4] = { 0 };
	int fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	bool image = fd >= 0 && pread(fd, head, sizeof(head), 0) == sizeof(head) &&
		     (!memcmp(head, "\177ELF", 4) || !memcmp(head, "\x28\xb5\x2f\xfd", 4));

	if (fd >= 0)
		close(fd);
	return image;
}

int source_open(const struct source_options *options, struct source **source, struct error *err)
{
	if (options->eptp || looks_like_image(options->path))
		return image_open(options, source, err);
	return console_open(options, source, err);
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
