/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/source.h"

#include "base/text.h"
#include "source/input.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

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
	dump->reason[0] = dump->view[0] = '\0';
	dump->table_findings = dump->tables_absent = 0;
	dump->note_count = 0;
	dump->complete = dump->past = false;
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

uint64_t source_more(struct source *source, struct entry *next)
{
	return source->ops->more ? source->ops->more(source, next) : 0;
}

uint64_t source_skip(struct source *source, struct entry *like, const struct window *window)
{
	return source->ops->skip ? source->ops->skip(source, like, window) : 0;
}

bool source_rechecks(const struct source *source)
{
	return source->rechecks && source->ops->recheck;
}

int source_recheck(struct source *source, const struct ranges *suspect, size_t count,
		   struct error *err)
{
	clear_dump(&source->dump);
	return source->ops->recheck ? source->ops->recheck(source, suspect, count, err) : 0;
}

bool source_has_guest(const struct source *source)
{
	return source->ops->guest_page;
}

bool source_guest_kept(const struct source *source)
{
	return source->ops->guest_kept;
}

int source_guest_begin(struct source *source, struct error *err)
{
	return source->ops->guest_begin ? source->ops->guest_begin(source, err) : 0;
}

const void *source_guest_page(struct source *source, uint64_t gfn, unsigned int level)
{
	return source->ops->guest_page(source, gfn, level);
}

void source_guest_ahead(struct source *source, const uint64_t *gfns, unsigned int count)
{
	if (source->ops->guest_ahead)
		source->ops->guest_ahead(source, gfns, count);
}

int source_core(struct source *source, FILE *file, struct error *err)
{
	if (!source->ops->core)
		return error_set(err, -EOPNOTSUPP,
				 "no memory was read of which a core could be made");
	return source->ops->core(source, file, err);
}

void source_close(struct source *source)
{
	if (!source)
		return;
	clear_dump(&source->dump);
	source->ops->close(source);
}

void source_set_name(struct source *source, const char *path)
{
	snprintf(source->info.name, sizeof(source->info.name), "%s",
		 strcmp(path, "-") ? path : "standard input");
	text_sanitize(source->info.name);
}

void source_count(struct source *source, const char *name, unsigned long value)
{
	struct source_info *info = &source->info;
	unsigned int i;

	for (i = 0; i < info->count_count && strcmp(info->counts[i].name, name); i++)
		;
	if (i == sizeof(info->counts) / sizeof(info->counts[0]))
		return;
	info->counts[i].name = name;
	info->counts[i].value = value;
	info->count_count += i == info->count_count;
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

void dump_table_finding(void *opaque, const char *text)
{
	struct dump *dump = opaque;

	if (dump->table_findings < DUMP_TABLE_FINDINGS)
		snprintf(dump->table_finding[dump->table_findings], sizeof(dump->table_finding[0]),
			 "%s", text);
	dump->table_findings++;
}

void dump_note(struct dump *dump, const char *format, ...)
{
	va_list args;

	if (dump->note_count == DUMP_NOTES)
		return;
	va_start(args, format);
	vsnprintf(dump->notes[dump->note_count], sizeof(dump->notes[0]), format, args);
	va_end(args);
	text_sanitize(dump->notes[dump->note_count++]);
}

void dump_view(struct dump *dump, const char *view)
{
	snprintf(dump->view, sizeof(dump->view), "%s", view);
	text_sanitize(dump->view);
	if (dump->view[0])
		dump_note(dump, "this is not the domain's own p2m, but %s", dump->view);
}

void source_remark(struct source *source, const char *format, ...)
{
	struct source_info *info = &source->info;
	char *remark = info->remarks[info->remark_count];
	unsigned int i = 0;
	va_list args;

	if (info->remark_count == sizeof(info->remarks) / sizeof(info->remarks[0]))
		return;
	va_start(args, format);
	vsnprintf(remark, sizeof(info->remarks[0]), format, args);
	va_end(args);
	text_sanitize(remark);
	while (i < info->remark_count && strcmp(info->remarks[i], remark))
		i++;
	info->remark_count += i == info->remark_count;
}
