/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/source.h"

#include "base/text.h"
#include "source/console/record.h"
#include "source/console/replay.h"
#include "source/console/scan.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct console {
	struct source source;
	struct input *input;
	struct reader reader;
	struct scan scan;
	bool *chosen; /* one for each of scan.dumps */
	size_t next;
	/* The dump being read. */
	const struct dump_place *place;
	const struct section *section;
	struct record_shape shape;
	struct record_memory memory;
	bool open, any;
	uint64_t last_gfn;		   /* of the entry read last, its last page */
	uint64_t ram_pages, may_be_others; /* 4K pages: RAM frames; those not owned by the domain */
	uint64_t ram_first, ram_last;	   /* the range of RAM seen last */
};

static void incomplete(struct console *console, const char *reason)
{
	struct dump *dump = &console->source.dump;

	if (!dump->reason[0])
		snprintf(dump->reason, sizeof(dump->reason), "%s", reason);
}

static void missing_from(struct console *console, uint64_t first)
{
	/* Up to the last gfn that a dump can have: 40 bits. */
	if (first < UINT64_C(1) << 40)
		ranges_add(&console->source.dump.not_seen, first, (UINT64_C(1) << 40) - 1);
}

static uint64_t after_last(const struct console *console)
{
	return console->any ? console->last_gfn + 1 : 0;
}

/* Counts pages that key q counts as the domain's own. */
static inline void count_ram(struct console *console, const struct entry *entry)
{
	const struct facts *facts = &console->source.dump.facts;

	if (entry->pod)
		return;
	if (entry->mfn < console->ram_first || entry->mfn > console->ram_last) {
		uint64_t first = 0, last = UINT64_MAX;

		if (!ranges_contain(&facts->ram.ranges, entry->mfn, &first, &last))
			return;
		console->ram_first = first;
		console->ram_last = last;
	}
	console->ram_pages += entry_pages(entry->order);
	if (!entry->order && !(entry->rights & ENTRY_X))
		console->may_be_others++;
}

/*
 * A dump never has more RAM than the domain, and mostly all of it. Pages that dom0 took away or
 * covered with MMIO are missing from a whole dump, too, so a few say nothing.
 */
static void compare_with_nr_pages(struct console *console)
{
	const struct facts *facts = &console->source.dump.facts;
	uint64_t count = facts->nr_pages.value, special = 0, tolerated;
	char text[200];
	size_t i;

	if (!how_certain(facts->nr_pages.how) || !how_certain(facts->ram.how))
		return;
	for (i = 0; i < facts->special.ranges.count; i++)
		special += facts->special.ranges.range[i].last -
			   facts->special.ranges.range[i].first + 1;
	if (console->ram_pages > count + special + console->may_be_others) {
		snprintf(text, sizeof(text),
			 "it shows %" PRIu64 " RAM pages, but the domain has only %" PRIu64
			 ": lines of another dump are mixed in",
			 console->ram_pages, count);
		incomplete(console, text);
	}
	tolerated = console->place->at_end ? count / 64 + 64 : count / 16 + 256;
	if (console->ram_pages + tolerated < count) {
		snprintf(text, sizeof(text),
			 "it shows %" PRIu64 " RAM pages of the domain's %" PRIu64,
			 console->ram_pages, count);
		incomplete(console, text);
		missing_from(console, after_last(console));
	}
}

static void finish_dump(struct console *console)
{
	struct dump *dump = &console->source.dump;

	console->open = false;
	if (console->place->torn) {
		incomplete(console,
			   "the log lost lines behind its last entry: the console ring was "
			   "overwritten");
		missing_from(console, after_last(console));
	}
	if (console->place->at_end && input_cut(console->input)) {
		incomplete(console, "the compressed log is cut short");
		missing_from(console, after_last(console));
	}
	compare_with_nr_pages(console);
	dump->complete = !dump->reason[0];
}

/*
 * A record that does not come after the one before: its header, and what was before it, is lost, or
 * dom0 showed the log again.
 */
static int stepped_back(struct console *console, const struct entry *entry, uint64_t offset,
			struct error *err)
{
	unsigned long repeated;
	char text[200];
	int rc = replay_of(&console->reader, console->section, console->place->offset, offset,
			   console->place->end, &repeated, err);

	if (rc < 0)
		return rc;
	if (rc) {
		console->source.info.replayed_lines += repeated;
	} else {
		snprintf(text, sizeof(text),
			 "after gfn 0x%" PRIx64 " the log goes on with gfn 0x%" PRIx64
			 " and no header between: lines were lost",
			 console->last_gfn, entry->gfn);
		incomplete(console, text);
		missing_from(console, after_last(console));
	}
	finish_dump(console);
	return 0;
}

/* Records in their usual form, as long as they follow each other. */
static size_t read_fast(struct console *console, struct entry *entries, size_t max)
{
	struct reader *reader = &console->reader;
	const char *p = reader->buffer + reader->pos;
	size_t left = reader->end - reader->pos, stride = record_stride(&console->shape), count;
	uint64_t offset = reader->offset + reader->pos;

	for (count = 0; count < max && left >= stride; count++) {
		struct entry *entry = &entries[count];

		if (!record_fits(&console->shape, p) || offset >= console->place->end ||
		    !record_parse_fast(p + console->shape.at, &console->memory, entry) ||
		    (console->any && entry->gfn <= console->last_gfn))
			break;
		console->any = true;
		console->last_gfn = entry->gfn + entry_pages(entry->order) - 1;
		count_ram(console, entry);
		p += stride;
		left -= stride;
		offset += stride;
	}
	reader->pos = p - reader->buffer;
	return count;
}

/* One line in any form. 1 if it filled entry, 0 if not; the dump may be over. */
static int read_slow(struct console *console, struct entry *entry, struct error *err)
{
	struct utterance said;
	struct line line;
	enum record record;
	uint64_t gfn;
	char text[160];
	int rc;

	if (console->reader.offset + console->reader.pos >= console->place->end) {
		finish_dump(console);
		return 0;
	}
	rc = reader_line(&console->reader, &line, err);
	if (rc <= 0) {
		if (!rc)
			finish_dump(console);
		return rc;
	}
	line_origin(&line, console->section, &said);
	if (said.origin != ORIGIN_XEN || said.length < 4 || memcmp(said.text, "gfn:", 4))
		return 0;
	record = record_parse(said.text, said.length, entry);
	if (record == RECORD_ENTRY || record == RECORD_TRIMMED) {
		if (record == RECORD_TRIMMED)
			console->source.info.attributes_trimmed = true;
		if (console->any && entry->gfn <= console->last_gfn)
			return stepped_back(console, entry, line.offset, err);
		console->any = true;
		console->last_gfn = entry->gfn + entry_pages(entry->order) - 1;
		count_ram(console, entry);
		console->shape.at = said.text - line.text;
		console->shape.cr = line.cr;
		return 1;
	}
	/* Another's text in it: dom0 showing a log while a guest writes. Xen's lines are whole. */
	if (record_gfn(said.text, said.length, &gfn) && gfn < after_last(console))
		return 0;
	snprintf(text, sizeof(text),
		 line.terminated ? "a line behind gfn 0x%" PRIx64 " is damaged"
				 : "the log ends in the middle of a line, behind gfn 0x%" PRIx64,
		 console->any ? console->last_gfn : 0);
	incomplete(console, text);
	missing_from(console, after_last(console));
	return 0;
}

static ssize_t console_read(struct source *source, struct entry *entries, size_t max,
			    struct error *err)
{
	struct console *console = (struct console *)source;
	size_t count = 0;
	int rc;

	while (console->open && count < max) {
		if (console->shape.at)
			count += read_fast(console, entries + count, max - count);
		if (count == max)
			break;
		rc = read_slow(console, &entries[count], err);
		if (rc < 0)
			return rc;
		count += rc;
	}
	return count;
}

static unsigned int dumps_of(const struct scan *scan, int domid)
{
	unsigned int count = 0;
	size_t i;

	for (i = 0; i < scan->dump_count; i++)
		count += scan->dumps[i].domid == domid;
	return count;
}

static int console_next(struct source *source, struct dump *dump, struct error *err)
{
	struct console *console = (struct console *)source;
	int rc;

	while (console->next < console->scan.dump_count && !console->chosen[console->next])
		console->next++;
	if (console->next == console->scan.dump_count)
		return 0;
	console->place = &console->scan.dumps[console->next++];
	console->section = &console->scan.sections[console->place->place.section];
	dump->domid = console->place->domid;
	dump->number = console->place->number;
	dump->dumps = dumps_of(&console->scan, dump->domid);
	rc = scan_facts(&console->scan, console->place, &dump->facts);
	if (rc)
		return error_set(err, -ENOMEM, "out of memory");
	memset(&console->memory, 0, sizeof(console->memory));
	console->shape.at = 0;
	console->open = true;
	console->any = false;
	console->last_gfn = 0;
	console->ram_pages = console->may_be_others = 0;
	console->ram_first = 1;
	console->ram_last = 0;
	rc = reader_seek(&console->reader, console->place->offset, err);
	return rc ? rc : 1;
}

static void console_close(struct source *source)
{
	struct console *console = (struct console *)source;

	reader_clear(&console->reader);
	input_close(console->input);
	scan_clear(&console->scan);
	free(console->chosen);
	free(console);
}

static const struct source_ops console_ops = {
	.next = console_next,
	.read = console_read,
	.close = console_close,
};

/* "3", "d3" or "domain3"; logs have no names. */
static bool parse_domid(const char *text, int *domid)
{
	char *end;
	long value;

	if (!strncmp(text, "domain", 6))
		text += 6;
	else if (*text == 'd')
		text++;
	value = strtol(text, &end, 10);
	*domid = value;
	return end != text && !*end && value >= 0 && value < 0x7ff0;
}

static void list_domains(const struct scan *scan, char *text, size_t size)
{
	size_t i, used = 0;
	int last = -1;

	*text = '\0';
	for (;;) {
		int lowest = -1;

		for (i = 0; i < scan->dump_count; i++)
			if (scan->dumps[i].domid > last &&
			    (lowest < 0 || scan->dumps[i].domid < lowest))
				lowest = scan->dumps[i].domid;
		if (lowest < 0 || used + 12 >= size)
			return;
		used += snprintf(text + used, size - used, "%s%d", used ? ", " : "", lowest);
		last = lowest;
	}
}

static int choose(struct console *console, const struct source_options *options, struct error *err)
{
	const struct scan *scan = &console->scan;
	char domains[128];
	int domid = -1;
	size_t i, chosen = 0;

	console->chosen = calloc(scan->dump_count, sizeof(*console->chosen));
	if (!console->chosen)
		return error_set(err, -ENOMEM, "out of memory");
	list_domains(scan, domains, sizeof(domains));
	if (options->domain && !parse_domid(options->domain, &domid))
		return error_set(
			err, -EINVAL,
			"a console log has no domain names; choose '%s' by its id (this log has: "
			"%s)",
			options->domain, domains);
	for (i = 0; i < scan->dump_count; i++) {
		const struct dump_place *dump = &scan->dumps[i];
		unsigned int wanted = options->dump ? options->dump : dumps_of(scan, dump->domid);

		if (domid >= 0 && dump->domid != domid)
			continue;
		console->chosen[i] = options->all_dumps || dump->number == wanted;
		chosen += console->chosen[i];
	}
	if (chosen)
		return 0;
	if (domid >= 0 && !dumps_of(scan, domid))
		return error_set(err, -ENOENT, "the log has no dump of domain %d (it has: %s)",
				 domid, domains);
	return error_set(err, -ENOENT,
			 "no domain has a dump %u in this log; without --dump the last is taken",
			 options->dump);
}

/* Sets up the version that the chosen dumps run under; the last one's is reported. */
static void describe(struct console *console)
{
	struct source_info *info = &console->source.info;
	const struct scan *scan = &console->scan;
	const struct section *section = NULL;
	size_t i;

	for (i = 0; i < scan->dump_count; i++)
		if (console->chosen[i])
			section = &scan->sections[scan->dumps[i].place.section];
	if (section)
		section_version(section, info);
	if (section && section->has_host_var)
		source_remark(&console->source, "host MTRRs are those of boot; a log does not show "
						"whether dom0 changed them since");
	info->rejected_lines = scan->rejected;
	info->replayed_lines = scan->replayed;
	info->headless_entries = scan->headless;
	info->headless_first = scan->headless_first;
	info->headless_last = scan->headless_last;
}

static int no_dump(const struct console *console, struct error *err)
{
	const struct scan *scan = &console->scan;
	const char *name = console->source.info.name;

	if (!scan->lines)
		return error_set(
			err, -ENODATA,
			"%s is empty; make a log with: xl debug-keys q; xl debug-keys D; xl dmesg",
			name);
	if (!scan->xen_lines)
		return error_set(
			err, -EINVAL,
			"%s is not a console log of Xen%s; make one with: xl debug-keys q; xl "
			"debug-keys D; xl dmesg",
			name,
			scan->has_nul
				? " (it has binary data: name a memory image's EPT with --eptp)"
				: "");
	if (scan->headless)
		return error_set(
			err, -ENODATA,
			"%s has entries, but no header that names their domain: the console ring "
			"was overwritten; boot Xen with a larger conring_size=, or take the log from "
			"a serial console",
			name);
	return error_set(
		err, -ENODATA,
		"%s has no EPT dump; make one with: xl debug-keys q; xl debug-keys D; xl dmesg (on "
		"Intel with HAP domains only)",
		name);
}

int console_open(const struct source_options *options, struct source **source, struct error *err)
{
	struct console *console = calloc(1, sizeof(*console));
	struct source_info *info;
	int rc;

	if (!console)
		return error_set(err, -ENOMEM, "out of memory");
	info = &console->source.info;
	console->source.ops = &console_ops;
	info->kind = "console";
	snprintf(info->name, sizeof(info->name), "%s",
		 strcmp(options->path, "-") ? options->path : "standard input");
	text_sanitize(info->name);
	rc = source_input(options, &console->input, err);
	if (!rc)
		rc = reader_init(&console->reader, console->input, err);
	if (!rc)
		rc = scan_log(&console->reader, &console->scan, err);
	if (!rc && !console->scan.dump_count)
		rc = no_dump(console, err);
	if (!rc)
		rc = choose(console, options, err);
	if (rc) {
		console_close(&console->source);
		return rc;
	}
	describe(console);
	*source = &console->source;
	return 0;
}
