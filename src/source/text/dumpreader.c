/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/text/dumpreader.h"

#include "source/text/replay.h"
#include "source/text/wrapped.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static uint64_t after_last(const struct dumpreader *reading)
{
	return reading->any ? reading->last_gfn + 1 : 0;
}

static void missing_behind(struct dumpreader *reading)
{
	dump_missing(reading->dump, after_last(reading), DUMP_GFN_END);
}

/* Counts pages that key q counts as the domain's own. */
static inline void count_ram(struct dumpreader *reading, const struct entry *entry)
{
	const struct facts *facts = &reading->dump->facts;

	if (entry->pod)
		return;
	if (entry->mfn < reading->ram_first || entry->mfn > reading->ram_last) {
		uint64_t first = 0, last = UINT64_MAX;

		if (!ranges_contain(&facts->ram.ranges, entry->mfn, &first, &last))
			return;
		reading->ram_first = first;
		reading->ram_last = last;
	}
	reading->ram_pages += entry_pages(entry->order);
	if (!entry->order && !(entry->rights & ENTRY_X))
		reading->may_be_others++;
}

/*
 * A dump never has more RAM than the domain, and mostly all of it. Pages that dom0 took away or
 * covered with MMIO are missing from a whole dump, too, so a few say nothing.
 */
static void compare_with_nr_pages(struct dumpreader *reading)
{
	const struct facts *facts = &reading->dump->facts;
	uint64_t count = facts->nr_pages.value, special = 0, tolerated;
	char text[200];
	size_t i;

	if (!how_certain(facts->nr_pages.how) || !how_certain(facts->ram.how))
		return;
	for (i = 0; i < facts->special.ranges.count; i++)
		special += facts->special.ranges.range[i].last -
			   facts->special.ranges.range[i].first + 1;
	if (reading->ram_pages > count + special + reading->may_be_others) {
		snprintf(text, sizeof(text),
			 "it shows %" PRIu64 " RAM pages, but the domain has only %" PRIu64
			 ": lines of another dump are mixed in",
			 reading->ram_pages, count);
		dump_incomplete(reading->dump, text);
	}
	tolerated = reading->place->at_end ? count / 64 + 64 : count / 16 + 256;
	if (reading->ram_pages + tolerated < count) {
		snprintf(text, sizeof(text),
			 "it shows %" PRIu64 " RAM pages of the domain's %" PRIu64,
			 reading->ram_pages, count);
		dump_incomplete(reading->dump, text);
		missing_behind(reading);
	}
}

static void finish_dump(struct dumpreader *reading)
{
	struct dump *dump = reading->dump;

	reading->open = false;
	if (reading->place->excerpt)
		dump_incomplete(dump,
				"no header names its domain: it is an excerpt, or the console "
				"ring was overwritten; then boot Xen with a larger "
				"conring_size=, or take the log from a serial console");
	if (reading->place->torn) {
		dump_incomplete(reading->dump,
				"the log lost lines behind its last entry: the console ring was "
				"overwritten");
		missing_behind(reading);
	}
	if (reading->place->at_end && input_cut(reading->reader->input)) {
		dump_incomplete(reading->dump, "the compressed log is cut short");
		missing_behind(reading);
	}
	if (reading->counted)
		compare_with_nr_pages(reading);
	dump->complete = !dump->reason[0];
}

/*
 * A record that does not come after the one before: its header, and what was before it, is lost, or
 * dom0 showed the log again.
 */
static int stepped_back(struct dumpreader *reading, const struct entry *entry, uint64_t offset,
			struct error *err)
{
	unsigned long repeated;
	char text[200];
	int rc = replay_of(reading->reader, reading->section, reading->place->offset, offset,
			   reading->place->end, &repeated, err);

	if (rc < 0)
		return rc;
	if (rc) {
		reading->counts->replayed_lines += repeated;
	} else {
		snprintf(text, sizeof(text),
			 "after gfn 0x%" PRIx64 " the log goes on with gfn 0x%" PRIx64
			 " and no header between: lines were lost",
			 reading->last_gfn, entry->gfn);
		dump_incomplete(reading->dump, text);
		missing_behind(reading);
	}
	finish_dump(reading);
	return 0;
}

/* Records in their usual form, as long as they follow each other and one that was read before. */
static size_t read_fast(struct dumpreader *reading, struct entry *entries, size_t max)
{
	struct reader *reader = reading->reader;
	const char *p = reader->buffer + reader->pos;
	size_t stride = record_stride(&reading->shape), count;
	uint64_t offset = reader->offset + reader->pos;

	if (offset >= reading->place->end)
		return 0;
	if (max > (reader->end - reader->pos) / stride)
		max = (reader->end - reader->pos) / stride;
	if (max > (reading->place->end - offset + stride - 1) / stride)
		max = (reading->place->end - offset + stride - 1) / stride;
	max = records_fitting(&reading->shape, p, max);
	for (count = 0; count < max; count++) {
		struct entry *entry = &entries[count];

		if (!record_parse_fast(p + reading->shape.at, &reading->memory, entry) ||
		    entry->gfn <= reading->last_gfn)
			break;
		reading->last_gfn = entry->gfn + entry_pages(entry->order) - 1;
		count_ram(reading, entry);
		p += stride;
	}
	reader->pos = p - reader->buffer;
	return count;
}

/* An entry behind what dom0 printed: is it the next one, or does dom0 only show a log? */
static void not_believed(struct dumpreader *reading, const struct utterance *said)
{
	struct entry entry;
	char text[160];

	if (section_record(reading->section, said->text, said->length, &entry) != RECORD_ENTRY ||
	    entry.gfn < after_last(reading))
		return;
	snprintf(text, sizeof(text),
		 "the line of gfn 0x%" PRIx64 " begins with other text, and is not believed",
		 entry.gfn);
	dump_incomplete(reading->dump, text);
	ranges_add(&reading->dump->not_seen, entry.gfn, entry.gfn + entry_pages(entry.order) - 1);
}

/* One line in any form. 1 if it filled entry, 0 if not; the dump may be over. */
static int read_slow(struct dumpreader *reading, struct entry *entry, struct error *err)
{
	struct utterance said;
	struct line line;
	enum record record;
	uint64_t gfn;
	char text[160], joined[WRAPPED_MAX];
	int rc;

	if (reading->reader->offset + reading->reader->pos >= reading->place->end) {
		finish_dump(reading);
		return 0;
	}
	rc = reader_line(reading->reader, &line, err);
	if (rc <= 0) {
		if (!rc)
			finish_dump(reading);
		return rc;
	}
	line_origin(&line, reading->section, &said);
	if (said.origin == ORIGIN_REPLAYED && reading->from_xen)
		not_believed(reading, &said);
	if (said.origin != ORIGIN_XEN || said.length < 4 || memcmp(said.text, "gfn:", 4))
		return 0;
	record = section_record(reading->section, said.text, said.length, entry);
	if (record == RECORD_NONE) {
		rc = wrapped_join(reading->reader, reading->section, &line, &said, joined, err);
		if (rc < 0)
			return rc;
		if (rc)
			record = record_parse_loose(said.text, said.length, entry);
	}
	if (record == RECORD_ENTRY || record == RECORD_TRIMMED) {
		if (record == RECORD_TRIMMED)
			reading->counts->attributes_trimmed = true;
		if (reading->any && entry->gfn <= reading->last_gfn)
			return stepped_back(reading, entry, line.offset, err);
		reading->any = true;
		reading->last_gfn = entry->gfn + entry_pages(entry->order) - 1;
		count_ram(reading, entry);
		if (!said.joined)
			record_shape_set(&reading->shape, line.text, said.text, line.cr);
		return 1;
	}
	/* Another's text in it: dom0 showing a log while a guest writes. Xen's lines are whole. */
	if (record_gfn(said.text, said.length, &gfn) && gfn < after_last(reading))
		return 0;
	snprintf(text, sizeof(text),
		 line.terminated ? "a line behind gfn 0x%" PRIx64 " is damaged"
				 : "the log ends in the middle of a line, behind gfn 0x%" PRIx64,
		 reading->any ? reading->last_gfn : 0);
	dump_incomplete(reading->dump, text);
	missing_behind(reading);
	return 0;
}

ssize_t dumpreader_read(struct dumpreader *reading, struct entry *entries, size_t max,
			struct error *err)
{
	size_t count = 0;
	int rc;

	while (reading->open && count < max) {
		if (reading->shape.at)
			count += read_fast(reading, entries + count, max - count);
		if (count == max)
			break;
		rc = read_slow(reading, &entries[count], err);
		if (rc < 0)
			return rc;
		count += rc;
	}
	return count;
}

int dumpreader_open(struct dumpreader *reading, struct reader *reader, const struct scan *scan,
		    const struct dump_place *place, struct log_counts *counts, struct dump *dump,
		    struct error *err)
{
	memset(reading, 0, sizeof(*reading));
	reading->reader = reader;
	reading->place = place;
	reading->section = &scan->sections[place->place.section];
	reading->counts = counts;
	reading->dump = dump;
	reading->open = true;
	reading->ram_first = 1;
	return reader_seek(reader, place->offset, err);
}
