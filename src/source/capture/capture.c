/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "source/capture/capture.h"

#include "base/array.h"
#include "base/jsonread.h"
#include "base/text.h"
#include "rules/rulesets.h"
#include "source/factsjson.h"
#include "source/input.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#define BEGINS "{\"record\":\""

struct place {
	uint64_t offset; /* of the domain's line */
	int domid;
	unsigned int number;
	bool chosen;
	char name[64];
};

struct capture {
	struct source source;
	struct input *input;
	struct reader reader;
	struct place *places;
	size_t count, next;
	bool open;
	uint64_t entries; /* read of this domain */
	struct entry run; /* being unrolled */
	uint64_t left;	  /* entries of it still to come */
	char name[64];
};

bool capture_recognize(const char *head, size_t size)
{
	static const char start[] = BEGINS "capture\"";

	return size >= sizeof(start) - 1 && !memcmp(head, start, sizeof(start) - 1);
}

static bool is_record(const struct line *line, const char *record)
{
	size_t length = strlen(record);

	return line->length > sizeof(BEGINS) + length &&
	       !memcmp(line->text, BEGINS, sizeof(BEGINS) - 1) &&
	       !memcmp(line->text + sizeof(BEGINS) - 1, record, length) &&
	       line->text[sizeof(BEGINS) - 1 + length] == '"';
}

/* A line as JSON, to be freed by the caller; NULL if it is none. */
static struct json_object *parse(const struct line *line)
{
	return jsonread_text(line->text, line->length);
}

static const char *string(struct json_object *json, const char *key)
{
	const char *text = jsonread_string(jsonread_member(json, key));

	return text ? text : "";
}

static int damaged(const struct capture *capture, struct error *err, const char *how)
{
	return error_set(err, -EINVAL, "%s: %s; take it anew with: xen-eptaudit capture",
			 capture->source.info.name, how);
}

static void read_head(struct capture *capture, struct json_object *json)
{
	struct source_info *info = &capture->source.info;
	struct json_object *rules = jsonread_member(json, "rules");
	size_t i;
	int id, how = how_parse(string(json, "how"));

	snprintf(info->xen_version, sizeof(info->xen_version), "%s", string(json, "xen"));
	text_sanitize(info->xen_version);
	snprintf(info->rules_note, sizeof(info->rules_note), "%s", string(json, "note"));
	text_sanitize(info->rules_note);
	info->how_xen = how < 0 ? HOW_UNKNOWN : how;
	info->via = !strcmp(string(json, "via"), "gdbsx")     ? "gdbsx"
		    : !strcmp(string(json, "via"), "console") ? "console"
							      : NULL;
	for (i = 0; i < jsonread_length(rules); i++) {
		const char *name = jsonread_string(jsonread_item(rules, i));

		id = name ? ruleset_parse(name) : -1;
		if (id >= 0)
			info->rules |= 1u << id;
	}
}

/* Returns 0, -ENOMEM, or -EINVAL if the line is wrong. */
static int add_place(struct capture *capture, const struct line *line, struct json_object *json)
{
	struct place place = { .offset = line->offset };
	uint64_t domid, number;

	if (!jsonread_whole(jsonread_member(json, "domid"), INT32_MAX, &domid) ||
	    !jsonread_whole(jsonread_member(json, "dump"), INT32_MAX, &number))
		return -EINVAL;
	place.domid = domid;
	place.number = number;
	snprintf(place.name, sizeof(place.name), "%s", string(json, "name"));
	text_sanitize(place.name);
	return array_append(&capture->places, &capture->count, sizeof(place), &place);
}

/* The first reading: is it whole and as it was written, and where are its domains? */
static int check(struct capture *capture, struct error *err)
{
	uLong crc = crc32(0, NULL, 0);
	struct line line;
	bool any = false;
	int rc;

	while ((rc = reader_line(&capture->reader, &line, err)) > 0) {
		struct json_object *json = NULL;
		uint64_t told, version;

		if (!line.terminated || line.cut || line.cr)
			return damaged(capture, err, "the capture is cut or its lines are changed");
		if (is_record(&line, "end")) {
			json = parse(&line);
			if (!text_hex_string(string(json, "crc32"), &told))
				told = UINT64_MAX;
			jsonread_free(json);
			return told == crc
				       ? 0
				       : damaged(capture, err,
						 "the capture was altered (its checksum is wrong)");
		}
		crc = crc32(crc, (const Bytef *)line.text, line.length + 1);
		if (!any) {
			json = parse(&line);
			if (strcmp(string(json, "schema"), "xen-eptaudit/capture") ||
			    !jsonread_whole(jsonread_item(jsonread_member(json, "schema_version"),
							  0),
					    1, &version) ||
			    version != 1) {
				jsonread_free(json);
				return damaged(capture, err,
					       "the capture is of a version not known here");
			}
			read_head(capture, json);
		} else if (is_record(&line, "domain")) {
			json = parse(&line);
			rc = add_place(capture, &line, json);
			if (rc)
				rc = rc == -ENOMEM
					     ? error_set(err, rc, "out of memory")
					     : damaged(capture, err, "a domain has no number");
		}
		jsonread_free(json);
		any = true;
		if (rc < 0)
			return rc;
	}
	return rc ? rc : damaged(capture, err, "the capture is cut: its last line is missing");
}

static bool wanted(const struct source_options *options, const struct place *place)
{
	const char *domain = options->domain;
	char *end;
	long id;

	if (options->dump && place->number != options->dump)
		return false;
	if (!domain || (place->name[0] && !strcmp(domain, place->name)))
		return true;
	id = strtol(*domain == 'd' ? domain + 1 : domain, &end, 10);
	return !*end && end != domain && id == place->domid;
}

static int choose(struct capture *capture, const struct source_options *options, struct error *err)
{
	size_t i, chosen = 0;

	for (i = 0; i < capture->count; i++)
		chosen += capture->places[i].chosen = wanted(options, &capture->places[i]);
	return chosen ? 0
		      : error_set(err, -ENOENT, "the capture has no domain %s%s",
				  options->domain ? options->domain : "at all",
				  options->dump ? " with such a dump" : "");
}

static int capture_next(struct source *source, struct dump *dump, struct error *err)
{
	struct capture *capture = (struct capture *)source;
	struct json_object *json;
	struct line line;
	uint64_t dumps;
	int rc;

	while (capture->next < capture->count && !capture->places[capture->next].chosen)
		capture->next++;
	if (capture->next == capture->count)
		return 0;
	rc = reader_seek(&capture->reader, capture->places[capture->next].offset, err);
	if (!rc)
		rc = reader_line(&capture->reader, &line, err);
	if (rc <= 0)
		return rc ? rc : damaged(capture, err, "the capture is cut");
	json = parse(&line);
	dump->domid = capture->places[capture->next].domid;
	dump->number = capture->places[capture->next].number;
	dump->dumps = jsonread_whole(jsonread_member(json, "dumps"), INT32_MAX, &dumps) ? dumps : 0;
	dump->name =
		capture->places[capture->next].name[0] ? capture->places[capture->next].name : NULL;
	dump->facts.dom0 = !dump->domid;
	rc = facts_read(jsonread_member(json, "facts"), &dump->facts, err);
	jsonread_free(json);
	capture->next++;
	capture->open = true;
	capture->left = capture->entries = 0;
	return rc ? rc : 1;
}

/* {"record":"run","gfn":"0x…","mfn":"0x…","order":…,"entries":…,"bits":"0x…","type":… */
static bool parse_run(struct capture *capture, const struct line *line)
{
	struct entry *run = &capture->run;
	unsigned int order, bits, type;
	char copy[256];

	if (line->length >= sizeof(copy))
		return false;
	memcpy(copy, line->text, line->length);
	copy[line->length] = '\0';
	memset(run, 0, sizeof(*run));
	if (sscanf(copy,
		   BEGINS "run\",\"gfn\":\"0x%" SCNx64 "\",\"mfn\":\"0x%" SCNx64
			  "\",\"order\":%u,\"entries\":%" SCNu64 ",\"bits\":\"0x%x\",\"type\":%u",
		   &run->gfn, &run->mfn, &order, &capture->left, &bits, &type) != 6 ||
	    (order != 0 && order != 9 && order != 18) || !capture->left || bits >> 10 ||
	    type > 255 || run->gfn >> 52 || capture->left >> 52)
		return false;
	run->order = order;
	run->rights = bits & 7;
	run->emt = bits >> 3 & 7;
	run->ipat = bits >> 6 & 1;
	run->ipat_hidden = bits >> 7 & 1;
	run->pending = bits >> 8 & 1;
	run->pod = bits >> 9 & 1;
	run->type = type;
	return true;
}

static int domain_end(struct capture *capture, const struct line *line, struct error *err)
{
	struct dump *dump = &capture->source.dump;
	struct json_object *json = parse(line);
	uint64_t entries;
	int rc = 0;

	capture->open = false;
	if (!jsonread_bool(jsonread_member(json, "complete"), &dump->complete) ||
	    !jsonread_whole(jsonread_member(json, "entries"), UINT64_MAX, &entries)) {
		jsonread_free(json);
		return damaged(capture, err, "the end of a domain is not one");
	}
	snprintf(dump->reason, sizeof(dump->reason), "%s", string(json, "reason"));
	text_sanitize(dump->reason);
	if (entries != capture->entries)
		rc = damaged(capture, err, "the entries of a domain are not as many as it says");
	if (!rc && jsonread_member(json, "not_seen"))
		rc = ranges_read(jsonread_member(json, "not_seen"), &dump->not_seen, err);
	jsonread_free(json);
	return rc;
}

static ssize_t capture_read(struct source *source, struct entry *entries, size_t max,
			    struct error *err)
{
	struct capture *capture = (struct capture *)source;
	size_t count = 0;
	struct line line;
	int rc;

	while (capture->open && count < max) {
		if (capture->left) {
			uint64_t size = entry_pages(capture->run.order);

			entries[count++] = capture->run;
			capture->run.gfn += size;
			if (!capture->run.pod)
				capture->run.mfn += size;
			capture->left--;
			capture->entries++;
			continue;
		}
		rc = reader_line(&capture->reader, &line, err);
		if (rc > 0 && is_record(&line, "domain-end"))
			rc = domain_end(capture, &line, err);
		else if (rc > 0 && !parse_run(capture, &line))
			rc = damaged(capture, err, "a line of the capture is not one of a run");
		else if (!rc)
			rc = damaged(capture, err, "the capture is cut");
		if (rc < 0)
			return rc;
	}
	return count;
}

static void capture_close(struct source *source)
{
	struct capture *capture = (struct capture *)source;

	reader_clear(&capture->reader);
	input_close(capture->input);
	free(capture->places);
	free(capture);
}

static const struct source_ops capture_ops = {
	.next = capture_next,
	.read = capture_read,
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
		rc = reader_init(&capture->reader, capture->input, err);
	if (!rc)
		rc = check(capture, err);
	if (!rc)
		rc = choose(capture, options, err);
	if (rc) {
		capture_close(&capture->source);
		return rc;
	}
	*source = &capture->source;
	return 0;
}
