/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/capture.h"

#include "base/jsonwrite.h"
#include "base/outfile.h"
#include "config.h"
#include "report/document.h"
#include "report/words.h"
#include "source/capture/form.h"
#include "source/factsjson.h"
#include "source/text/logcounts.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

struct capture {
	struct outfile *out; /* NULL: the caller's stream */
	FILE *stream;
	FILE *line; /* in memory, to be counted before it is written */
	char *text;
	size_t length;
	bool failed; /* a line could not be made: out of memory */
	struct jsonwrite json;
	uLong crc;
	struct form_run run; /* being built, if it has entries */
	uint64_t next_gfn;   /* behind the entries so far */
	uint64_t domain_entries, all_entries;
	uint64_t left_out; /* entries of the domain that no capture can have */
	struct ranges not_seen;
	struct ranges tables; /* gfns of the guest's tables that were written, of this domain */
	unsigned int domains;
	const struct source_info *info;
	unsigned int remarks; /* of these, written so far */
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
	capture->failed |= ferror(capture->line) || fflush(capture->line);
	if (capture->failed)
		return;
	capture->crc = crc32(capture->crc, (const Bytef *)capture->text, capture->length);
	fwrite(capture->text, 1, capture->length, capture->stream);
}

/* What the source remarked since the last time: some of it is known only when all was read. */
static void remarks(struct capture *capture)
{
	const struct source_info *info = capture->info;

	if (capture->remarks == info->remark_count)
		return;
	json_open(&capture->json, FORM_KEY_REMARKS, '[');
	while (capture->remarks < info->remark_count)
		json_string(&capture->json, NULL, info->remarks[capture->remarks++]);
	json_close(&capture->json, ']');
}

static void head(struct capture *capture, const struct source_info *info)
{
	unsigned int id;

	begin_line(capture, FORM_CAPTURE);
	json_schema(&capture->json, FORM_SCHEMA, FORM_ADDED);
	json_string(&capture->json, "tool", "xen-eptaudit " PACKAGE_VERSION);
	json_string(&capture->json, "kind", info->kind);
	json_string(&capture->json, "name", info->name);
	if (info->via)
		json_string(&capture->json, FORM_KEY_VIA, info->via);
	json_string(&capture->json, FORM_KEY_XEN, info->xen_version[0] ? info->xen_version : NULL);
	json_string(&capture->json, FORM_KEY_HOW, how_name(info->how_xen));
	if (info->how_version != HOW_UNKNOWN)
		json_string(&capture->json, FORM_KEY_XEN_HOW, how_name(info->how_version));
	json_open(&capture->json, FORM_KEY_RULES, '[');
	for (id = 0; id < ruleset_count(); id++)
		if (info->rules >> id & 1)
			json_string(&capture->json, NULL, ruleset(id)->name);
	json_close(&capture->json, ']');
	json_string(&capture->json, FORM_KEY_NOTE, info->rules_note);
	if (info->log && info->log->lines_lost)
		json_number(&capture->json, FORM_KEY_LEFT_OUT, info->log->left_out_lines);
	document_headless(&capture->json, info);
	remarks(capture);
	end_line(capture);
}

/* Takes over out, which may be NULL. */
static int begin(struct outfile *out, FILE *stream, const struct source *source,
		 struct capture **result, struct error *err)
{
	struct capture *capture = calloc(1, sizeof(*capture));

	if (capture)
		capture->line = open_memstream(&capture->text, &capture->length);
	if (!capture || !capture->line) {
		free(capture);
		outfile_close(out, false, NULL);
		return error_set(err, -ENOMEM, "out of memory");
	}
	*result = capture;
	capture->out = out;
	capture->stream = stream;
	capture->json.stream = capture->line;
	capture->crc = crc32(0, NULL, 0);
	capture->info = &source->info;
	head(capture, &source->info);
	return 0;
}

int capture_new(const char *path, const struct source *source, struct capture **result,
		struct error *err)
{
	struct outfile *out;
	int rc = outfile_open(path, OUTFILE_NEW, "a capture", &out, err);

	return rc ? rc : begin(out, outfile_stream(out), source, result, err);
}

int capture_new_on(FILE *stream, const struct source *source, struct capture **result,
		   struct error *err)
{
	return begin(NULL, stream, source, result, err);
}

/* Lists that are too long for the line of the domain go on in lines of their own. */
static void more_facts(struct capture *capture, const struct facts *facts)
{
	struct facts part;
	unsigned int n, fact;
	bool any;

	for (n = 1;; n++) {
		form_part(facts, n, &part);
		any = false;
		for (fact = 0; fact < FACT_COUNT; fact++) {
			if (!form_has_part(&part, fact))
				continue;
			if (!any) {
				begin_line(capture, FORM_FACTS);
				json_open(&capture->json, FORM_KEY_FACTS, '{');
			}
			any = true;
			facts_write_one(&capture->json, fact_info[fact].name, &part, fact);
		}
		if (!any)
			return;
		json_close(&capture->json, '}');
		end_line(capture);
	}
}

void capture_domain(struct capture *capture, const struct dump *dump)
{
	struct facts part;
	unsigned int i;

	capture->domains++;
	capture->domain_entries = capture->next_gfn = capture->left_out = 0;
	ranges_clear(&capture->tables);
	begin_line(capture, FORM_DOMAIN);
	json_number(&capture->json, FORM_KEY_DOMID, dump->domid);
	json_string(&capture->json, FORM_KEY_NAME, dump->name);
	json_number(&capture->json, FORM_KEY_DUMP, dump->number);
	json_number(&capture->json, FORM_KEY_DUMPS, dump->dumps);
	if (dump->boot > 1)
		json_number(&capture->json, FORM_KEY_BOOT, dump->boot);
	if (dump->view[0])
		json_string(&capture->json, FORM_KEY_VIEW, dump->view);
	if (dump->no_ept[0])
		json_string(&capture->json, FORM_KEY_NO_EPT, dump->no_ept);
	if (dump->note_count) {
		json_open(&capture->json, FORM_KEY_NOTES, '[');
		for (i = 0; i < dump->note_count; i++)
			json_string(&capture->json, NULL, dump->notes[i]);
		json_close(&capture->json, ']');
	}
	form_part(&dump->facts, 0, &part);
	facts_write(&capture->json, FORM_KEY_FACTS, &part);
	end_line(capture);
	more_facts(capture, &dump->facts);
}

static void flush_run(struct capture *capture)
{
	const struct entry *first = &capture->run.first;
	char attributes[16];

	if (!capture->run.count)
		return;
	begin_line(capture, FORM_RUN);
	json_hex(&capture->json, FORM_KEY_GFN, first->gfn);
	json_hex(&capture->json, FORM_KEY_MFN, first->mfn);
	json_number(&capture->json, FORM_KEY_ORDER, first->order);
	json_number(&capture->json, FORM_KEY_ENTRIES, capture->run.count);
	json_hex(&capture->json, FORM_KEY_BITS, form_bits(first));
	json_number(&capture->json, FORM_KEY_TYPE, first->type);
	json_string(&capture->json, "attributes",
		    words_attributes(first, attributes, sizeof(attributes)));
	end_line(capture);
	capture->run.count = 0;
}

/* Does a run that begins with entry continue the one being built? */
static bool continues(const struct form_run *run, const struct entry *entry)
{
	uint64_t pages = run->count << run->first.order;

	return run->count && entry->gfn == run->first.gfn + pages &&
	       entry->order == run->first.order &&
	       (entry->pod || entry->mfn == run->first.mfn + pages) &&
	       entry->type == run->first.type && form_bits(entry) == form_bits(&run->first);
}

void capture_run(struct capture *capture, const struct entry *first, uint64_t count)
{
	struct form_run run = { *first, count };
	uint64_t pages = count << first->order;

	if (!count)
		return;
	/* What damaged memory has in place of entries would make the capture one that is refused.
	 */
	if (form_run_wrong(&run, capture->next_gfn)) {
		capture->left_out += count;
		if (first->gfn < DUMP_GFN_END &&
		    ranges_add(&capture->not_seen, first->gfn, first->gfn + pages - 1))
			capture->failed = true;
		return;
	}
	capture->next_gfn = first->gfn + pages;
	capture->domain_entries += count;
	if (continues(&capture->run, first)) {
		capture->run.count += count;
		return;
	}
	flush_run(capture);
	capture->run = run;
}

void capture_entries(struct capture *capture, const struct entry *entries, size_t count)
{
	const struct entry *entry;

	for (entry = entries; entry < entries + count; entry++)
		capture_run(capture, entry, 1);
}

/* What is not in the capture, of the source or of its own, in as many lines as that takes. */
static void not_seen(struct capture *capture, const struct dump *dump)
{
	struct ranges part;
	size_t i;

	if (ranges_add_all(&capture->not_seen, &dump->not_seen))
		capture->failed = true;
	for (i = 0;; i += FORM_LIST_MAX) {
		part = capture->not_seen;
		part.count -= i;
		if (i)
			part.range += i;
		if (part.count <= FORM_LIST_MAX)
			break;
		part.count = FORM_LIST_MAX;
		begin_line(capture, FORM_NOT_SEEN);
		ranges_write(&capture->json, FORM_KEY_NOT_SEEN, &part);
		end_line(capture);
	}
	begin_line(capture, FORM_DOMAIN_END);
	json_number(&capture->json, FORM_KEY_ENTRIES, capture->domain_entries);
	json_bool(&capture->json, FORM_KEY_COMPLETE, dump->complete);
	json_string(&capture->json, FORM_KEY_REASON, dump->reason);
	ranges_write(&capture->json, FORM_KEY_NOT_SEEN, &part);
	end_line(capture);
	ranges_clear(&capture->not_seen);
}

int capture_table(struct capture *capture, uint64_t gfn, const uint64_t *page,
		  enum paging_mode mode)
{
	char words[FORM_WORDS_SIZE];
	uint64_t from = 0, to = UINT64_MAX;

	if (ranges_contain(&capture->tables, gfn, &from, &to))
		return 0;
	if (ranges_add(&capture->tables, gfn, gfn))
		return -ENOMEM;
	flush_run(capture);
	form_print_words(page, mode, words);
	begin_line(capture, FORM_TABLE);
	json_hex(&capture->json, FORM_KEY_GFN, gfn);
	json_string(&capture->json, FORM_KEY_WORDS, words);
	end_line(capture);
	return 0;
}

void capture_domain_end(struct capture *capture, struct dump *dump)
{
	char text[160];

	flush_run(capture);
	if (capture->left_out) {
		snprintf(text, sizeof(text),
			 "%" PRIu64 " entries that no Xen can have made were left out",
			 capture->left_out);
		dump_incomplete(dump, text);
	}
	not_seen(capture, dump);
	capture->all_entries += capture->domain_entries;
}

int capture_end(struct capture *capture, bool keep, struct error *err)
{
	int rc, lost;

	if (keep) {
		begin_line(capture, FORM_END);
		json_number(&capture->json, "domains", capture->domains);
		json_number(&capture->json, FORM_KEY_ENTRIES, capture->all_entries);
		json_hex(&capture->json, FORM_KEY_CRC, capture->crc);
		remarks(capture);
		end_line(capture);
	}
	rc = outfile_close(capture->out, keep && !capture->failed, err);
	if (!capture->out && keep && (lost = written(capture->stream)))
		rc = error_set(err, lost, "cannot write a temporary file: %s", strerror(-lost));
	if (!rc && keep && capture->failed)
		rc = error_set(err, -ENOMEM, "out of memory");
	fclose(capture->line);
	free(capture->text);
	ranges_clear(&capture->not_seen);
	ranges_clear(&capture->tables);
	free(capture);
	return rc;
}
