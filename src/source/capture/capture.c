/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/capture/capture.h"

#include "base/array.h"
#include "base/jsonread.h"
#include "base/text.h"
#include "model/domid.h"
#include "rules/rulesets.h"
#include "source/capture/form.h"
#include "source/capture/tables.h"
#include "source/factsjson.h"
#include "source/input.h"
#include "source/text/logcounts.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

struct place {
	uint64_t offset; /* of the domain's line */
	uint64_t line;	 /* its number, from 1 */
	int domid;
	unsigned int number, dumps, boot;
	bool chosen;
	char name[FORM_NAME_MAX + 1];
	char view[64], no_ept[160]; /* as in struct dump */
};

/* The dump of a domain that stands last among those before: no other number than 0 is none. */
struct last_dump {
	uint32_t boot, number;
};

struct capture {
	struct source source;
	struct input *input;
	struct reader reader;
	uint64_t number; /* of the line read last */
	struct place *places;
	size_t count, next;
	struct last_dump *last; /* of each domain; while they are looked for */
	bool newer;		/* it may have what is not known here */
	/* The p2m that is read. */
	bool open;
	uint64_t entries;    /* of all runs so far */
	uint64_t next_gfn;   /* behind them */
	struct form_run run; /* the rest of the one that is being unrolled */
	struct line held;    /* read, but not yet looked at, if holding */
	bool holding;
	struct log_counts counts; /* of the log that it was made of */
	bool has_tables;	  /* of guests, whatever the p2m */
	struct tables tables;	  /* those of this p2m */
};

bool capture_recognize(const char *head, size_t size)
{
	static const char start[] = FORM_BEGINS FORM_CAPTURE "\"";

	return size >= sizeof(start) - 1 && !memcmp(head, start, sizeof(start) - 1);
}

static bool is_record(const struct line *line, const char *record)
{
	size_t length = strlen(record), begins = sizeof(FORM_BEGINS) - 1;

	return line->length > begins + length && !memcmp(line->text, FORM_BEGINS, begins) &&
	       !memcmp(line->text + begins, record, length) && line->text[begins + length] == '"';
}

static int damaged(const struct capture *capture, struct error *err, const char *how)
{
	return error_set(err, -EINVAL, "%s: %s; take it anew with: xen-eptaudit capture",
			 capture->source.info.name, how);
}

/* The line read last is not as it must be. */
static int wrong(const struct capture *capture, struct error *err, const char *how)
{
	return error_set(err, -EINVAL,
			 "%s, line %" PRIu64 ": %s; take it anew with: xen-eptaudit capture",
			 capture->source.info.name, capture->number, how);
}

/* Why jsonread_text() gave nothing. */
static const char *no_json(void)
{
	if (errno == EEXIST)
		return "an object in it has the same member twice";
	return errno == ENOMEM ? "out of memory" : "it is no JSON, or too much for a line";
}

static int no_memory(struct error *err)
{
	return error_set(err, -ENOMEM, "out of memory");
}

/* The next line, which must be whole: 1, 0 at the end, or a negative errno value. */
static int next_line(struct capture *capture, struct line *line, struct error *err)
{
	int rc;

	if (capture->holding) {
		*line = capture->held;
		capture->holding = false;
		return 1;
	}
	rc = reader_line(&capture->reader, line, err);
	if (rc <= 0)
		return rc;
	capture->number++;
	if (line->cut)
		return wrong(capture, err, "it is longer than any line of a capture");
	if (!line->terminated || line->cr)
		return damaged(capture, err, "the capture is cut or its lines are changed");
	return 1;
}

/*
 * A string, or where it is missing or null an empty one, made safe for a terminal. False if it is
 * something else or does not fit.
 */
static bool take_text(struct json_object *json, const char *key, char *text, size_t size)
{
	struct json_object *value = jsonread_member(json, key);
	const char *string = jsonread_string(value);

	*text = '\0';
	if (!value)
		return true;
	if (!string || strlen(string) >= size)
		return false;
	strcpy(text, string);
	text_sanitize(text);
	return true;
}

/* How the Xen was asked: a word of live/, or NULL where it is another or none. */
static const char *via_word(const char *text)
{
	static const char *const words[] = { "console", "gdbsx" };
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (!strcmp(text, words[i]))
			return words[i];
	return NULL;
}

/* A way of knowing, which is unknown where it is missing. False if it is something else. */
static bool take_how(struct json_object *json, const char *key, enum how *how)
{
	struct json_object *value = jsonread_member(json, key);
	int parsed = value ? how_parse(jsonread_string(value)) : HOW_UNKNOWN;

	*how = parsed < 0 ? HOW_UNKNOWN : parsed;
	return parsed >= 0;
}

/* What was lost of the log, so that it is not in the capture. */
static const char *read_lost(struct capture *capture, struct json_object *json)
{
	struct log_counts *counts = &capture->counts;
	struct json_object *headless = jsonread_member(json, FORM_KEY_HEADLESS),
			   *left_out = jsonread_member(json, FORM_KEY_LEFT_OUT);
	uint64_t entries;

	if (left_out) {
		if (!jsonread_whole(left_out, UINT32_MAX, &entries) || !entries)
			return "\"" FORM_KEY_LEFT_OUT "\" is no number of lines";
		counts->left_out_lines = entries;
		counts->lines_lost = true;
		capture->source.info.log = counts;
	}
	if (!headless)
		return NULL;
	if (!jsonread_whole(jsonread_member(headless, FORM_KEY_ENTRIES), UINT32_MAX, &entries) ||
	    !jsonread_range(jsonread_member(headless, FORM_KEY_GFN),
			    (UINT64_C(1) << FORM_FRAME_BITS) - 1, &counts->headless_first,
			    &counts->headless_last))
		return "\"" FORM_KEY_HEADLESS "\" is no number of entries with a range of gfns";
	counts->headless_entries = entries;
	capture->source.info.log = counts;
	return NULL;
}

/* Hands on each sentence of an array, which may be missing. False if it is something else. */
static bool take_sentences(struct json_object *list, void (*take)(void *opaque, const char *text),
			   void *opaque)
{
	size_t i;

	if (list && !jsonread_is_array(list))
		return false;
	for (i = 0; i < jsonread_length(list); i++) {
		const char *text = jsonread_string(jsonread_item(list, i));

		if (!text)
			return false;
		take(opaque, text);
	}
	return true;
}

static void take_remark(void *source, const char *text)
{
	source_remark(source, "%s", text);
}

/* What was remarked of the source that it was made of, in its head or at its end. */
static const char *read_remarks(struct capture *capture, struct json_object *json)
{
	return take_sentences(jsonread_member(json, FORM_KEY_REMARKS), take_remark,
			      &capture->source)
		       ? NULL
		       : "\"" FORM_KEY_REMARKS "\" is no array of sentences";
}

/* That it is another p2m is a note already. */
static void take_note(void *opaque, const char *text)
{
	struct dump *dump = opaque;
	unsigned int i = 0;

	while (i < dump->note_count && strcmp(dump->notes[i], text))
		i++;
	if (i == dump->note_count)
		dump_note(dump, "%s", text);
}

/* The same of a domain. */
static const char *read_notes(struct json_object *json, struct dump *dump)
{
	return take_sentences(jsonread_member(json, FORM_KEY_NOTES), take_note, dump)
		       ? NULL
		       : "\"" FORM_KEY_NOTES "\" is no array of sentences";
}

/* Takes the head of the file. Returns what is wrong with it, or NULL. */
static const char *read_head(struct capture *capture, struct json_object *json)
{
	struct source_info *info = &capture->source.info;
	struct json_object *rules = jsonread_member(json, FORM_KEY_RULES);
	const char *wrong_remarks = read_remarks(capture, json);
	char via[16];
	size_t i;

	if (wrong_remarks)
		return wrong_remarks;
	if (!take_text(json, FORM_KEY_XEN, info->xen_version, sizeof(info->xen_version)) ||
	    !take_text(json, FORM_KEY_NOTE, info->rules_note, sizeof(info->rules_note)))
		return "\"" FORM_KEY_XEN "\" or \"" FORM_KEY_NOTE "\" is no text, or too long";
	if (!take_text(json, FORM_KEY_VIA, via, sizeof(via)))
		return "\"" FORM_KEY_VIA "\" is no text, or too long";
	info->via = via_word(via);
	if (!take_how(json, FORM_KEY_HOW, &info->how_xen) ||
	    !take_how(json, FORM_KEY_XEN_HOW, &info->how_version))
		return "\"" FORM_KEY_HOW "\" is no way of knowing";
	if (rules && !jsonread_is_array(rules))
		return "\"" FORM_KEY_RULES "\" is no array of names";
	for (i = 0; i < jsonread_length(rules); i++) {
		const char *name = jsonread_string(jsonread_item(rules, i));
		int id = name ? ruleset_parse(name) : -1;

		if (id < 0)
			return "it names a rule set that is not known here (--rules-file)";
		info->rules |= 1u << id;
	}
	return read_lost(capture, json);
}

/* Takes the line of a domain. Returns what is wrong with it, or NULL. */
static const char *read_domain(struct json_object *json, struct place *place)
{
	struct json_object *boot = jsonread_member(json, FORM_KEY_BOOT);
	uint64_t domid, number, dumps, boots = 1;

	if (boot && (!jsonread_whole(boot, FORM_DUMP_MAX, &boots) || !boots))
		return "\"" FORM_KEY_BOOT "\" is no number from 1 to 1000000";
	if (!jsonread_whole(jsonread_member(json, FORM_KEY_DOMID), FORM_DOMID_MAX, &domid))
		return "\"" FORM_KEY_DOMID "\" is no number from 0 to 32751";
	if (!jsonread_whole(jsonread_member(json, FORM_KEY_DUMPS), FORM_DUMP_MAX, &dumps) ||
	    !jsonread_whole(jsonread_member(json, FORM_KEY_DUMP), dumps, &number) || !number)
		return "\"" FORM_KEY_DUMP "\" and \"" FORM_KEY_DUMPS
		       "\" are no numbers from 1 to 1000000, the first not above the second";
	if (!take_text(json, FORM_KEY_NAME, place->name, sizeof(place->name)))
		return "\"" FORM_KEY_NAME "\" is no text of at most 63 characters";
	if (!take_text(json, FORM_KEY_VIEW, place->view, sizeof(place->view)))
		return "\"" FORM_KEY_VIEW "\" is no text of at most 63 characters";
	if (!take_text(json, FORM_KEY_NO_EPT, place->no_ept, sizeof(place->no_ept)))
		return "\"" FORM_KEY_NO_EPT "\" is no text, or too long";
	place->domid = domid;
	place->number = number;
	place->dumps = dumps;
	place->boot = boots;
	return NULL;
}

/* Takes facts of the line of a domain, or those of a further line. */
static int take_facts(struct capture *capture, struct json_object *json, bool further,
		      struct facts *facts, struct error *err)
{
	struct json_object *told = jsonread_member(json, FORM_KEY_FACTS);
	struct error inner = { "" };
	struct facts more;
	int rc;

	if (!further) {
		rc = facts_read(told, capture->newer, facts, &inner);
	} else {
		facts_init(&more);
		rc = facts_read(told, capture->newer, &more, &inner);
		if (!rc) {
			rc = form_append(facts, &more);
			if (rc == -E2BIG)
				error_set(&inner, rc, "too many vCPUs");
		}
		facts_clear(&more);
	}
	return !rc ? 0 : rc == -ENOMEM ? no_memory(err) : wrong(capture, err, inner.text);
}

static int read_not_seen(struct capture *capture, struct json_object *json, struct dump *dump,
			 struct error *err)
{
	struct json_object *list = jsonread_member(json, FORM_KEY_NOT_SEEN);
	struct ranges more = { .count = 0 };
	struct error inner = { "" };
	int rc = list ? ranges_read(list, &more, &inner) : 0;

	if (rc && rc != -ENOMEM)
		rc = wrong(capture, err, inner.text);
	else if (rc || ranges_add_all(&dump->not_seen, &more))
		rc = no_memory(err);
	ranges_clear(&more);
	return rc;
}

static int read_domain_end(struct capture *capture, struct json_object *json, struct dump *dump,
			   struct error *err)
{
	uint64_t entries;

	capture->open = false;
	if (tables_settle(&capture->tables))
		return wrong(capture, err, "a page of the guest's tables stands before it twice");
	if (!jsonread_bool(jsonread_member(json, FORM_KEY_COMPLETE), &dump->complete))
		return wrong(capture, err, "\"" FORM_KEY_COMPLETE "\" is neither true nor false");
	if (!take_text(json, FORM_KEY_REASON, dump->reason, sizeof(dump->reason)))
		return wrong(capture, err, "\"" FORM_KEY_REASON "\" is no text, or too long");
	if (!jsonread_whole(jsonread_member(json, FORM_KEY_ENTRIES), INT64_MAX - 1, &entries) ||
	    entries != capture->entries)
		return wrong(capture, err, "the entries of the domain are not as many as it says");
	return read_not_seen(capture, json, dump, err);
}

/* Takes a run, which must come behind those before. */
static int read_run(struct capture *capture, const struct line *line, struct error *err)
{
	struct form_run *run = &capture->run;
	const char *how = form_parse_run(line->text, line->length, run);

	if (!how)
		how = form_run_wrong(run, capture->next_gfn);
	if (how)
		return wrong(capture, err, how);
	capture->entries += run->count;
	capture->next_gfn = run->first.gfn + (run->count << run->first.order);
	return 0;
}

/* Takes a page of the guest's own tables. */
static int read_table(struct capture *capture, struct json_object *json, struct error *err)
{
	const char *gfn_text = jsonread_string(jsonread_member(json, FORM_KEY_GFN)),
		   *words = jsonread_string(jsonread_member(json, FORM_KEY_WORDS)), *how;
	uint64_t gfn;

	if (!gfn_text || !text_hex_string(gfn_text, &gfn) || gfn >> FORM_FRAME_BITS)
		return wrong(capture, err, "\"" FORM_KEY_GFN "\" is no gfn of at most 40 bits");
	how = words ? form_parse_words(words, NULL) : "\"" FORM_KEY_WORDS "\" is no text";
	if (how)
		return wrong(capture, err, how);
	capture->has_tables = true;
	return tables_add(&capture->tables, gfn, words) ? no_memory(err) : 0;
}

static void begin_domain(struct capture *capture)
{
	capture->open = true;
	tables_clear(&capture->tables);
	capture->entries = capture->next_gfn = capture->run.count = 0;
}

/* Any line of a p2m but its first. */
static int read_line(struct capture *capture, const struct line *line, struct dump *dump,
		     struct error *err)
{
	struct json_object *json;
	int rc;

	if (is_record(line, FORM_RUN) && !capture->tables.count)
		return read_run(capture, line, err);
	json = jsonread_text(line->text, line->length);
	if (!json)
		rc = wrong(capture, err, no_json());
	else if (is_record(line, FORM_FACTS) && !capture->entries && !capture->tables.count)
		rc = take_facts(capture, json, true, &dump->facts, err);
	else if (is_record(line, FORM_TABLE))
		rc = read_table(capture, json, err);
	else if (is_record(line, FORM_NOT_SEEN))
		rc = read_not_seen(capture, json, dump, err);
	else if (is_record(line, FORM_DOMAIN_END))
		rc = read_domain_end(capture, json, dump, err);
	else
		rc = wrong(capture, err, "it is no line that can stand here");
	jsonread_free(json);
	return rc;
}

/* The first line of a p2m. */
static int read_first(struct capture *capture, const struct line *line, struct place *place,
		      struct dump *dump, struct error *err)
{
	struct json_object *json = jsonread_text(line->text, line->length);
	const char *how = json ? read_domain(json, place) : no_json();
	int rc;

	if (!how)
		how = read_notes(json, dump);
	rc = how ? wrong(capture, err, how) : take_facts(capture, json, false, &dump->facts, err);
	jsonread_free(json);
	begin_domain(capture);
	return rc;
}

static void clear_scratch(struct dump *dump)
{
	facts_clear(&dump->facts);
	ranges_clear(&dump->not_seen);
	dump->note_count = 0;
}

/* Does it come behind the dumps of its domain that stand before it? They would count twice. */
static bool comes_behind(struct capture *capture, const struct place *place)
{
	struct last_dump *last = &capture->last[place->domid];
	bool behind = place->boot > last->boot ||
		      (place->boot == last->boot && place->number > last->number);

	*last = (struct last_dump){ place->boot, place->number };
	return behind;
}

/* A line behind the head, at the first reading; what it says goes into scratch. */
static int check_line(struct capture *capture, const struct line *line, struct dump *scratch,
		      struct error *err)
{
	struct place place = { .offset = line->offset, .line = capture->number };
	int rc;

	if (capture->open)
		return read_line(capture, line, scratch, err);
	if (!is_record(line, FORM_DOMAIN))
		return wrong(capture, err, "it is no line that can stand here");
	clear_scratch(scratch);
	rc = read_first(capture, line, &place, scratch, err);
	if (!rc && !comes_behind(capture, &place))
		rc = wrong(capture, err,
			   "this dump of the domain, or a later one, stands before it already");
	if (!rc && array_append(&capture->places, &capture->count, sizeof(place), &place))
		rc = no_memory(err);
	return rc;
}

/* The head: a version that is not known is told before anything else. */
static int check_head(struct capture *capture, const struct line *line, struct error *err)
{
	struct json_object *json = jsonread_text(line->text, line->length);
	const char *schema = jsonread_string(jsonread_member(json, "schema")), *how;
	struct json_object *versions = jsonread_member(json, "schema_version");
	uint64_t version, added = 0;
	int rc = 0;

	if (!json && errno == ENOMEM)
		return no_memory(err);
	if (!schema || strcmp(schema, FORM_SCHEMA) ||
	    !jsonread_whole(jsonread_item(versions, 0), FORM_VERSION, &version) ||
	    version != FORM_VERSION) {
		rc = damaged(capture, err, "the capture is of a version not known here");
	} else {
		jsonread_whole(jsonread_item(versions, 1), INT64_MAX - 1, &added);
		capture->newer = added > FORM_ADDED;
		how = read_head(capture, json);
		if (how)
			rc = wrong(capture, err, how);
	}
	jsonread_free(json);
	return rc;
}

/* The last line: 0 if the checksum is right, and nothing follows. */
static int check_end(struct capture *capture, const struct line *line, uLong crc, struct error *err)
{
	struct json_object *json = jsonread_text(line->text, line->length);
	const char *text = jsonread_string(jsonread_member(json, FORM_KEY_CRC)), *how;
	struct line behind;
	uint64_t told;
	int rc = 0;

	if (!text || !text_hex_string(text, &told) || told != crc)
		rc = damaged(capture, err, "the capture was altered (its checksum is wrong)");
	how = rc ? NULL : read_remarks(capture, json);
	if (how)
		rc = wrong(capture, err, how);
	jsonread_free(json);
	if (!rc)
		rc = reader_line(&capture->reader, &behind, err);
	capture->number += rc > 0;
	return rc > 0 ? wrong(capture, err, "it stands behind the last line") : rc;
}

/*
 * The first reading: is it whole and as it was written, and where are its domains? Each line is
 * looked at, so that nothing is told of a capture that has a wrong one. Where the checksum is
 * wrong, too, that is what is told.
 */
static int check(struct capture *capture, struct error *err)
{
	uLong crc = crc32(0, NULL, 0);
	struct error first_wrong = { "" };
	struct dump scratch = { .domid = 0 };
	struct line line;
	bool ended = false;
	int rc = 0, bad = 0;

	while (!rc && !ended && bad != -ENOMEM) {
		rc = next_line(capture, &line, err);
		if (rc <= 0)
			break;
		ended = is_record(&line, FORM_END);
		rc = ended ? check_end(capture, &line, crc, err) : 0;
		if (ended)
			break;
		crc = crc32(crc, (const Bytef *)line.text, line.length + 1);
		if (capture->number == 1)
			rc = check_head(capture, &line, err);
		else if (!bad)
			bad = check_line(capture, &line, &scratch, &first_wrong);
	}
	clear_scratch(&scratch);
	if (!rc && !ended && bad != -ENOMEM)
		rc = damaged(capture, err, "the capture is cut: its last line is missing");
	if (!rc && !bad && capture->open)
		return wrong(capture, err, "it is no line that can stand here");
	if (!rc && bad)
		*err = first_wrong;
	return rc ? rc : bad;
}

static bool wanted(const struct source_options *options, const struct place *place)
{
	const char *domain = options->domain;
	int id;

	if (options->dump && place->number != options->dump)
		return false;
	if (!domain || (place->name[0] && !strcmp(domain, place->name)))
		return true;
	return domid_parse(domain, strlen(domain), &id) && id == place->domid;
}

/* Of one gfn one dump is wanted: as in a log the last one, of the domain's own p2m if it is there.
 */
static void choose_last(struct capture *capture)
{
	struct place *place, *end = capture->places + capture->count, *last = NULL;

	for (place = capture->places; place < end; place++)
		if (place->chosen && (!last || !place->view[0]))
			last = place;
	for (place = capture->places; place < end; place++)
		place->chosen = place == last;
}

static int choose(struct capture *capture, const struct source_options *options, struct error *err)
{
	const struct place *first = NULL;
	bool one = true;
	size_t i, chosen = 0;

	for (i = 0; i < capture->count; i++) {
		struct place *place = &capture->places[i];

		place->chosen = wanted(options, place);
		if (!place->chosen)
			continue;
		chosen++;
		first = first ? first : place;
		one &= place->domid == first->domid;
	}
	capture->source.info.one_domain = one;
	if (options->only && one)
		choose_last(capture);
	if (options->domain) /* which is in the file as a whole */
		capture->counts.headless_entries = 0;
	return chosen ? 0
		      : error_set(err, -ENOENT, "the capture has no domain %s%s",
				  options->domain ? options->domain : "at all",
				  options->dump ? " with such a dump" : "");
}

/* Facts of the p2m that stand in lines of their own. */
static int read_more_facts(struct capture *capture, struct dump *dump, struct error *err)
{
	int rc;

	while ((rc = next_line(capture, &capture->held, err)) > 0 &&
	       is_record(&capture->held, FORM_FACTS)) {
		rc = read_line(capture, &capture->held, dump, err);
		if (rc)
			return rc;
	}
	capture->holding = rc > 0;
	return rc < 0 ? rc : 0;
}

static int capture_next(struct source *source, struct dump *dump, struct error *err)
{
	struct capture *capture = (struct capture *)source;
	const struct source_info *info = &source->info;
	struct place *place, again;
	struct line line;
	int rc;

	while (capture->next < capture->count && !capture->places[capture->next].chosen)
		capture->next++;
	if (capture->next == capture->count)
		return 0;
	place = &capture->places[capture->next++];
	capture->holding = false;
	capture->number = place->line - 1;
	rc = reader_seek(&capture->reader, place->offset, err);
	if (!rc)
		rc = next_line(capture, &line, err);
	if (rc <= 0)
		return rc ? rc : damaged(capture, err, "the capture is cut");
	dump->domid = place->domid;
	dump->number = place->number;
	dump->dumps = place->dumps;
	dump->boot = place->boot;
	dump->name = place->name[0] ? place->name : NULL;
	dump_view(dump, place->view);
	strcpy(dump->no_ept, place->no_ept);
	dump->facts.dom0 = !dump->domid;
	rc = read_first(capture, &line, &again, dump, err);
	if (!rc)
		rc = read_more_facts(capture, dump, err);
	/* There is no judging without rules: those of the head, or else any of them. */
	if (!dump->facts.rules) {
		dump->facts.rules = info->rules ? info->rules : RULES_RELEASED;
		dump->facts.how_rules = info->rules ? info->how_xen : HOW_UNKNOWN;
	}
	return rc ? rc : 1;
}

/* Of the run being unrolled, the next entries. */
static size_t unroll(struct capture *capture, struct entry *entries, size_t max)
{
	struct form_run *run = &capture->run;
	uint64_t size = entry_pages(run->first.order);
	size_t count;

	for (count = 0; count < max && run->count; count++) {
		entries[count] = run->first;
		run->first.gfn += size;
		if (!run->first.pod)
			run->first.mfn += size;
		run->count--;
	}
	return count;
}

static ssize_t capture_read(struct source *source, struct entry *entries, size_t max,
			    struct error *err)
{
	struct capture *capture = (struct capture *)source;
	size_t count = 0;
	struct line line;
	int rc;

	while (count < max) {
		count += unroll(capture, entries + count, max - count);
		if (count == max || !capture->open)
			break;
		rc = next_line(capture, &line, err);
		if (!rc)
			rc = damaged(capture, err, "the capture is cut");
		else if (rc > 0)
			rc = read_line(capture, &line, &source->dump, err);
		if (rc < 0)
			return rc;
	}
	return count;
}

static uint64_t capture_more(struct source *source, struct entry *next)
{
	struct form_run *run = &((struct capture *)source)->run;
	uint64_t count = run->count;

	*next = run->first;
	run->count = 0;
	return count;
}

static void capture_close(struct source *source)
{
	struct capture *capture = (struct capture *)source;

	tables_clear(&capture->tables);
	reader_clear(&capture->reader);
	input_close(capture->input);
	free(capture->places);
	free(capture);
}

static const struct source_ops capture_ops = {
	.next = capture_next,
	.read = capture_read,
	.more = capture_more,
	.close = capture_close,
};

static const void *capture_guest_page(struct source *source, uint64_t gfn, unsigned int level)
{
	return tables_find(&((struct capture *)source)->tables, gfn, level);
}

static const struct source_ops with_tables_ops = {
	.next = capture_next,
	.read = capture_read,
	.more = capture_more,
	.guest_kept = true,
	.guest_page = capture_guest_page,
	.close = capture_close,
};

int capture_open(const struct source_options *options, struct source **source, struct error *err)
{
	struct capture *capture = calloc(1, sizeof(*capture));
	int rc;

	if (!capture)
		return error_set(err, -ENOMEM, "out of memory");
	capture->source.ops = &capture_ops;
	source_set_name(&capture->source, options->path);
	rc = source_input(options, &capture->input, err);
	if (!rc)
		rc = reader_init(&capture->reader, capture->input, FORM_LINE_MAX, err);
	if (!rc)
		capture->last = calloc(FORM_DOMID_MAX + 1, sizeof(*capture->last));
	if (!rc)
		rc = capture->last ? check(capture, err) : no_memory(err);
	free(capture->last);
	capture->last = NULL;
	if (!rc)
		rc = choose(capture, options, err);
	if (rc) {
		capture_close(&capture->source);
		return rc;
	}
	if (capture->has_tables)
		capture->source.ops = &with_tables_ops;
	*source = &capture->source;
	return 0;
}
