/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/capture.h"

#include "base/jsonwrite.h"
#include "config.h"
#include "report/words.h"
#include "source/factsjson.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

struct capture {
	char path[4096], temporary[4112];
	FILE *file, *line; /* line: in memory, to be counted before it is written */
	char *text;
	size_t length;
	struct jsonwrite json;
	uLong crc;
	struct entry first, last; /* of the run being built */
	uint64_t entries;	  /* in it */
	uint64_t domain_entries, all_entries;
	unsigned int domains;
};

static void begin_line(struct capture *capture, const char *record)
{
	rewind(capture->line);
	capture->json.comma = false;
	json_open(&capture->json, NULL, '{');
	json_string(&capture->json, "record", record);
}

static void end_line(struct capture *capture)
{
	json_close(&capture->json, '}');
	putc('\n', capture->line);
	fflush(capture->line);
	capture->crc = crc32(capture->crc, (const Bytef *)capture->text, capture->length);
	fwrite(capture->text, 1, capture->length, capture->file);
}

int capture_new(const char *path, const struct source *source, struct capture **result,
		struct error *err)
{
	struct capture *capture = calloc(1, sizeof(*capture));
	const struct source_info *info = &source->info;
	unsigned int id;
	int fd;

	if (!capture)
		return error_set(err, -ENOMEM, "out of memory");
	*result = capture;
	if (snprintf(capture->path, sizeof(capture->path), "%s", path) >=
		    (int)sizeof(capture->path) ||
	    !access(path, F_OK)) {
		free(capture);
		return error_set(err, -EEXIST,
				 "%s exists; a capture never overwrites: name a new file", path);
	}
	snprintf(capture->temporary, sizeof(capture->temporary), "%s.XXXXXX", path);
	fd = mkstemp(capture->temporary);
	capture->file = fd < 0 ? NULL : fdopen(fd, "w");
	capture->line = open_memstream(&capture->text, &capture->length);
	if (!capture->file || !capture->line) {
		int rc = error_set(err, -errno, "cannot write %s: %s", path, strerror(errno));

		capture_end(capture, false, NULL);
		return rc;
	}
	capture->json.stream = capture->line;
	capture->crc = crc32(0, NULL, 0);
	begin_line(capture, "capture");
	json_schema(&capture->json, CAPTURE_SCHEMA);
	json_string(&capture->json, "tool", "xen-eptaudit " PACKAGE_VERSION);
	json_string(&capture->json, "kind", info->kind);
	json_string(&capture->json, "name", info->name);
	if (info->via)
		json_string(&capture->json, "via", info->via);
	json_string(&capture->json, "xen", info->xen_version[0] ? info->xen_version : NULL);
	json_string(&capture->json, "how", how_name(info->how_xen));
	json_open(&capture->json, "rules", '[');
	for (id = 0; id < ruleset_count(); id++)
		if (info->rules >> id & 1)
			json_string(&capture->json, NULL, ruleset(id)->name);
	json_close(&capture->json, ']');
	json_string(&capture->json, "note", info->rules_note);
	end_line(capture);
	return 0;
}

void capture_domain(struct capture *capture, const struct dump *dump)
{
	capture->domains++;
	capture->domain_entries = 0;
	begin_line(capture, "domain");
	json_number(&capture->json, "domid", dump->domid);
	json_string(&capture->json, "name", dump->name);
	json_number(&capture->json, "dump", dump->number);
	json_number(&capture->json, "dumps", dump->dumps);
	facts_write(&capture->json, "facts", &dump->facts);
	end_line(capture);
}

/* What an entry is but for its frames: bits 2:0 rights, 5:3 EMT, 6 iPAT, then the source's own. */
static unsigned int entry_bits(const struct entry *entry)
{
	return entry->rights | entry->emt << 3 | entry->ipat << 6 | entry->ipat_hidden << 7 |
	       entry->pending << 8 | entry->pod << 9;
}

static void flush_run(struct capture *capture)
{
	const struct entry *first = &capture->first;
	char attributes[16];

	if (!capture->entries)
		return;
	begin_line(capture, "run");
	json_hex(&capture->json, "gfn", first->gfn);
	json_hex(&capture->json, "mfn", first->mfn);
	json_number(&capture->json, "order", first->order);
	json_number(&capture->json, "entries", capture->entries);
	json_hex(&capture->json, "bits", entry_bits(first));
	json_number(&capture->json, "type", first->type);
	json_string(&capture->json, "attributes",
		    words_attributes(first, attributes, sizeof(attributes)));
	end_line(capture);
	capture->entries = 0;
}

void capture_entries(struct capture *capture, const struct entry *entries, size_t count)
{
	const struct entry *entry;

	for (entry = entries; entry < entries + count; entry++) {
		const struct entry *last = &capture->last;

		if (capture->entries && (!entry_alike(last, entry) || !entry_adjoins(last, entry)))
			flush_run(capture);
		if (!capture->entries)
			capture->first = *entry;
		capture->last = *entry;
		capture->entries++;
		capture->domain_entries++;
	}
}

void capture_domain_end(struct capture *capture, const struct dump *dump)
{
	flush_run(capture);
	begin_line(capture, "domain-end");
	json_number(&capture->json, "entries", capture->domain_entries);
	json_bool(&capture->json, "complete", dump->complete);
	json_string(&capture->json, "reason", dump->reason);
	ranges_write(&capture->json, "not_seen", &dump->not_seen);
	end_line(capture);
	capture->all_entries += capture->domain_entries;
}

static int finish(struct capture *capture, struct error *err)
{
	begin_line(capture, "end");
	json_number(&capture->json, "domains", capture->domains);
	json_number(&capture->json, "entries", capture->all_entries);
	json_hex(&capture->json, "crc32", capture->crc);
	end_line(capture);
	if (ferror(capture->line) || fflush(capture->file) || ferror(capture->file) ||
	    fsync(fileno(capture->file)))
		return error_set(err, -EIO, "cannot write %s: is the disk full?", capture->path);
	/* link() does not replace what has appeared there meanwhile; rename() would. */
	if (link(capture->temporary, capture->path))
		return error_set(err, -errno, "cannot make %s: %s", capture->path, strerror(errno));
	return 0;
}

int capture_end(struct capture *capture, bool keep, struct error *err)
{
	int rc = keep ? finish(capture, err) : 0;

	if (capture->file) {
		fclose(capture->file);
		unlink(capture->temporary);
	}
	if (capture->line)
		fclose(capture->line);
	free(capture->text);
	free(capture);
	return rc;
}
