/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/diff.h"

#include "base/screen.h"
#include "base/text.h"
#include "model/domid.h"
#include "report/document.h"
#include "report/factwords.h"
#include "report/words.h"
#include "source/factsjson.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Everything that is known of a fact, as text to be freed, or NULL. */
static char *fact_text(const struct facts *facts, enum fact fact)
{
	char *text = NULL;
	size_t size;
	bool failed;
	struct jsonwrite json = { open_memstream(&text, &size), false };

	if (!json.stream)
		return NULL;
	facts_write_one(&json, fact_info[fact].name, facts, fact);
	failed = fflush(json.stream) || ferror(json.stream);
	if (!fclose(json.stream) && !failed)
		return text;
	free(text);
	return NULL;
}

/* Adds the fact to the set if it is not the same in both. Returns 0 or -ENOMEM. */
static int compare_fact(const struct facts *a, const struct facts *b, enum fact fact,
			uint32_t *differ)
{
	char *x = fact_text(a, fact), *y = fact_text(b, fact);
	int rc = x && y ? 0 : -ENOMEM;

	if (!rc && strcmp(x, y) != 0)
		*differ |= 1u << fact;
	free(x);
	free(y);
	return rc;
}

/* One of the others that is of the same p2m, and of the dump of the same number if that counts. */
static struct moment *find_other(const struct moments *others, const struct moment *moment,
				 bool number)
{
	struct moment *other;

	for (other = others->list; other < others->list + others->count; other++)
		if (!other->met && other->domid == moment->domid &&
		    !strcmp(other->view, moment->view) &&
		    (!number || other->number == moment->number))
			return other;
	return NULL;
}

/* Dumps of one number belong together; those that are left then, in their order. */
static void pair(const struct moments *before, const struct moments *after, bool number)
{
	struct moment *moment;

	for (moment = before->list; moment < before->list + before->count; moment++) {
		if (!moment->other)
			moment->other = find_other(after, moment, number);
		if (moment->other)
			moment->other->met = true;
	}
}

int diff_facts(const struct moments *before, const struct moments *after)
{
	struct moment *moment;
	unsigned int fact;
	int rc = 0;

	pair(before, after, true);
	pair(before, after, false);
	for (moment = before->list; moment < before->list + before->count && !rc; moment++)
		for (fact = 0; fact < FACT_COUNT && moment->other && !rc; fact++)
			if (fact_info[fact].kind != KIND_NONE)
				rc = compare_fact(&moment->facts, &moment->other->facts, fact,
						  &moment->differ);
	return rc;
}

static void describe(const struct difference *difference, unsigned int side, char *text,
		     size_t size)
{
	const struct piece *piece = &difference->piece[side];
	char attributes[16], type[32] = "";

	if (!difference->mapped[side]) {
		snprintf(text, size, "not mapped");
		return;
	}
	words_attributes(&piece->first, attributes, sizeof(attributes));
	if (piece->first.type != ENTRY_TYPE_UNKNOWN)
		snprintf(type, sizeof(type), " %s", p2m_type_name(piece->first.type));
	snprintf(text, size, "%s order %u mfn 0x%" PRIx64 "%s%s %s", attributes, piece->first.order,
		 piece->first.mfn, difference->mfn_contiguous[side] ? "" : "+", type,
		 verdict_name(piece->verdict));
}

static void json_piece(struct jsonwrite *json, const char *key, const struct difference *difference,
		       unsigned int side)
{
	const struct piece *piece = &difference->piece[side];
	char text[16];

	if (!difference->mapped[side]) {
		json_string(json, key, NULL);
		return;
	}
	json_open(json, key, '{');
	if (piece->first.pod)
		json_string(json, "mfn", NULL);
	else
		json_hex(json, "mfn", piece->first.mfn);
	json_bool(json, "mfn_contiguous", difference->mfn_contiguous[side]);
	json_number(json, "order", piece->first.order);
	json_string(json, "attributes", words_attributes(&piece->first, text, sizeof(text)));
	if (piece->first.type != ENTRY_TYPE_UNKNOWN)
		json_string(json, "type", p2m_type_name(piece->first.type));
	json_string(json, "verdict", verdict_name(piece->verdict));
	json_close(json, '}');
}

static void print_difference(void *opaque, const struct difference *difference)
{
	struct diff_report *report = opaque;
	struct jsonwrite *json = &report->json;
	char before[128], after[128], size[32], gfns[48];

	if (report->json_form) {
		json_newline(json);
		json_open(json, NULL, '{');
		json_hex_pair(json, "gfn", difference->first, difference->last);
		json_piece(json, "before", difference, 0);
		json_piece(json, "after", difference, 1);
		json_close(json, '}');
		return;
	}
	describe(difference, 0, before, sizeof(before));
	describe(difference, 1, after, sizeof(after));
	text_frames(difference->first, difference->last, gfns, sizeof(gfns));
	screen_print(stdout, printf("  "), 4, "%s (%s): %s -> %s", gfns,
		     text_size((difference->last - difference->first + 1) << 12, size,
			       sizeof(size)),
		     before, after);
}

/* Facts that are not the same, or not known in the same way. */
static void print_facts(struct diff_report *report, const struct moment *a, const struct moment *b)
{
	char before[256], after[256];
	unsigned int fact;

	for (fact = 0; fact < FACT_COUNT; fact++) {
		const char *how[2] = { how_name(fact_how(&a->facts, fact)),
				       how_name(fact_how(&b->facts, fact)) };

		if (!(a->differ >> fact & 1))
			continue;
		report->differs = true;
		words_fact(&a->facts, fact, before, sizeof(before));
		words_fact(&b->facts, fact, after, sizeof(after));
		if (report->json_form) {
			json_open(&report->json, fact_info[fact].name, '{');
			json_string(&report->json, "before", before);
			json_string(&report->json, "after", after);
			json_string(&report->json, "how_before", how[0]);
			json_string(&report->json, "how_after", how[1]);
			facts_write_one(&report->json, "fact_before", &a->facts, fact);
			facts_write_one(&report->json, "fact_after", &b->facts, fact);
			json_close(&report->json, '}');
		} else {
			screen_print(stdout, printf("  "), 4, "fact %s: %s (%s) -> %s (%s)%s",
				     fact_info[fact].label, before, how[0], after, how[1],
				     strcmp(before, after) || strcmp(how[0], how[1])
					     ? ""
					     : ", with other values");
		}
	}
}

static size_t count_of(const struct moments *moments, int domid)
{
	size_t i, count = 0;

	for (i = 0; i < moments->count; i++)
		count += moments->list[i].domid == domid;
	return count;
}

/* Its domain, and if there are several of it, which p2m or which dump, with a comma behind. */
static const char *moment_words(const struct moment *moment, bool several, const char *comma,
				char *text, size_t size)
{
	snprintf(text, size,
		 moment->domid == DOMID_UNNAMED ? "A domain that is not named" : "Domain %d",
		 moment->domid);
	if (several && moment->view[0])
		text_append(text, size, ", %s%s", moment->view, comma);
	else if (several)
		text_append(text, size, ", dump %u of %u%s", moment->number, moment->dumps, comma);
	return text;
}

static void diff_moments(struct diff_report *report, const struct moment *a, const struct moment *b,
			 bool several)
{
	struct jsonwrite *json = &report->json;
	bool complete = !a->pieces.incomplete && !b->pieces.incomplete;
	uint64_t pages;
	char size[32], words[128];

	if (report->json_form) {
		json_newline(json);
		json_open(json, NULL, '{');
		document_domid(json, a->domid);
		json_open(json, "facts", '{');
	} else {
		printf("%s%s%s\n", screen_paint(PAINT_BOLD),
		       moment_words(a, several, "", words, sizeof(words)),
		       screen_paint(PAINT_NONE));
	}
	print_facts(report, a, b);
	if (report->json_form) {
		json_close(json, '}');
		json_open(json, "changes", '[');
	}
	pages = diff_pieces(&a->pieces, &b->pieces, print_difference, report);
	if (report->json_form) {
		json_close(json, ']');
		json_number(json, "differing_pages", pages);
		json_bool(json, "complete", complete);
		json_close(json, '}');
	} else {
		printf("  %s%s%s\n",
		       pages ? text_size(pages << 12, size, sizeof(size)) : "no entry",
		       pages ? " differ" : " differs",
		       complete ? "" : "; incomplete: not all entries were seen");
	}
	report->differs |= pages != 0;
}

/* The other side may have lost the domain, which then is no difference. */
static void only_in(struct diff_report *report, const struct moment *moment, unsigned int side,
		    const struct moments *own, const struct moments *others)
{
	bool several = count_of(own, moment->domid) > 1 || count_of(others, moment->domid) > 0;
	bool other_complete = others->complete;
	struct jsonwrite *json = &report->json;
	char words[128];

	report->differs |= other_complete;
	if (!report->json_form) {
		printf("%s is only in the %s%s\n",
		       moment_words(moment, several, ",", words, sizeof(words)),
		       side ? "second" : "first",
		       other_complete ? "" : "; incomplete: the other one lost entries");
		return;
	}
	json_newline(json);
	json_open(json, NULL, '{');
	document_domid(json, moment->domid);
	if (several)
		json_number(json, "dump", moment->number);
	json_string(json, "only_in", side ? "after" : "before");
	json_close(json, '}');
}

void diff_report_moments(struct diff_report *report, const struct moments *before,
			 const struct moments *after)
{
	size_t i, k;

	report->incomplete |= !before->complete || !after->complete;
	for (i = 0; i < before->count; i++) {
		const struct moment *moment = &before->list[i];

		if (moment->other)
			diff_moments(report, moment, moment->other,
				     count_of(before, moment->domid) > 1);
		else
			only_in(report, moment, 0, before, after);
	}
	for (k = 0; k < after->count; k++)
		if (!after->list[k].met)
			only_in(report, &after->list[k], 1, after, before);
}

void diff_report_begin(struct diff_report *report, const char *before, const char *after)
{
	report->json.stream = stdout;
	if (!report->json_form)
		return;
	document_begin(&report->json, "xen-eptaudit/diff");
	json_open(&report->json, "source", '{');
	json_string(&report->json, "before", before);
	json_string(&report->json, "after", after);
	json_close(&report->json, '}');
	json_open(&report->json, "domains", '[');
}

void diff_report_end(struct diff_report *report, int exit_status)
{
	if (!report->json_form)
		return;
	json_close(&report->json, ']');
	json_bool(&report->json, "complete", !report->incomplete);
	document_end(&report->json, exit_status);
}
