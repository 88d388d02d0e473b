/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/source.h"

#include "base/text.h"
#include "source/capture/capture.h"
#include "source/image/image.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <zlib.h>

static bool is_regular(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISREG(st.st_mode);
}

enum content { CONTENT_TEXT, CONTENT_IMAGE, CONTENT_CAPTURE };

/* By its first bytes; what cannot be looked at twice is taken for text. */
static enum content content_of(const char *path)
{
	char head[64] = { 0 };
	gzFile file = strcmp(path, "-") ? gzopen(path, "rb") : NULL;
	int size = file && is_regular(path) ? gzread(file, head, sizeof(head)) : 0;

	if (file)
		gzclose(file);
	if (size >= 8 && (!memcmp(head, "\177ELF", 4) || !memcmp(head, "\x28\xb5\x2f\xfd", 4) ||
			  !memcmp(head, "KDUMP   ", 8) || !memcmp(head, "DISKDUMP", 8)))
		return CONTENT_IMAGE;
	return size > 0 && capture_recognize(head, size) ? CONTENT_CAPTURE : CONTENT_TEXT;
}

int source_open(const struct source_options *options, struct source **source, struct error *err)
{
	if (options->eptp) /* says that it is an image, also where it begins with anything */
		return image_open(options, source, err);
	switch (content_of(options->path)) {
	case CONTENT_IMAGE:
		return image_open(options, source, err);
	case CONTENT_CAPTURE:
		return capture_open(options, source, err);
	default:
		return console_open(options, source, err);
	}
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
