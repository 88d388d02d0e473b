/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/compare.h"

#include "base/screen.h"
#include "base/text.h"
#include "report/document.h"
#include "report/outcomejson.h"
#include "report/words.h"
#include "source/factsjson.h"
#include "x86/memtype.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct change_count compare_differing(const struct compare_summary *summary)
{
	struct change_count all = { 0, 0 };
	unsigned int effect;

	for (effect = 0; effect < EFFECT_COUNT; effect++) {
		all.entries += summary->by_effect[effect].entries;
		all.pages += summary->by_effect[effect].pages;
	}
	return all;
}

static void add_up(struct compare_summary *total, const struct compare_summary *summary)
{
	unsigned int effect;

	total->all.entries += summary->all.entries;
	total->all.pages += summary->all.pages;
	total->open.entries += summary->open.entries;
	total->open.pages += summary->open.pages;
	total->open_facts |= summary->open_facts;
	for (effect = 0; effect < EFFECT_COUNT; effect++) {
		total->by_effect[effect].entries += summary->by_effect[effect].entries;
		total->by_effect[effect].pages += summary->by_effect[effect].pages;
	}
}

/* "PAT WC gives WC, not UC; …", or that nothing changes. */
static void effective_in_words(const struct change *change, char *text, size_t size)
{
	size_t i;

	*text = '\0';
	if (change->before == OUTCOME_SPLIT || change->after == OUTCOME_SPLIT) {
		snprintf(text, size, "%s",
			 change->effect == EFFECT_SAME
				 ? "the pieces give a guest what the whole page does"
				 : "the pieces differ from what the whole page gives a guest");
		return;
	}
	for (i = 0; i < MEMTYPE_PATS; i++) {
		int was = outcome_effective(change->before, memtype_pats[i]);
		int is = outcome_effective(change->after, memtype_pats[i]);

		if (was != is && was >= 0 && is >= 0) /* those of reserved types are none */
			text_append(text, size, "%sPAT %s gives %s, not %s", *text ? "; " : "",
				    memtype_name(memtype_pats[i]), memtype_name(is),
				    memtype_name(was));
	}
	if (!*text)
		snprintf(text, size, "every PAT type gives what it gave before");
}

static void sentence(const struct change *change, bool labels, char *text, size_t size)
{
	char before[8], after[8], effective[200], facts[128];

	effective_in_words(change, effective, sizeof(effective));
	snprintf(text, size, "%s (%s) becomes %s (%s), %s: %s",
		 words_outcome(change->before, true, before, sizeof(before)),
		 step_info[change->step_before].name,
		 words_outcome(change->after, true, after, sizeof(after)),
		 step_info[change->step_after].name, effect_name(change->effect), effective);
	if (change->assumes)
		snprintf(text + strlen(text), size - strlen(text), "; if %s is as usual",
			 labels ? words_fact_labels(change->assumes, facts, sizeof(facts))
				: words_facts(change->assumes, facts, sizeof(facts)));
}

static void text_change(struct compare_report *report, const struct change *change)
{
	char text[400], gfns[48], size[32];

	sentence(change, true, text, sizeof(text));
	if (strcmp(text, report->sentence)) {
		fputs(screen_paint(change->effect == EFFECT_WEAKER ? PAINT_AMBER : PAINT_NONE),
		      stdout);
		screen_text(stdout, printf("  "), 4, text);
		fputs(screen_paint(PAINT_NONE), stdout);
	}
	memcpy(report->sentence, text, sizeof(text));
	snprintf(gfns, sizeof(gfns), "0x%" PRIx64 "-0x%" PRIx64, change->first.gfn,
		 change->gfn_last);
	printf("    %-21s mfn 0x%-10" PRIx64 " %7" PRIu64 " x order %u, %s\n", gfns,
	       change->first.mfn, change->entries, change->first.order,
	       text_size((change->gfn_last - change->first.gfn + 1) << 12, size, sizeof(size)));
}

static void json_outcome(struct jsonwrite *json, const char *key, unsigned int outcome,
			 enum step step, uint16_t possible)
{
	char text[64];

	json_open(json, key, '{');
	json_string(json, "emt",
		    outcome == OUTCOME_SPLIT ? "split" : memtype_name(outcome_emt(outcome)));
	json_bool(json, "ipat", outcome_ipat(outcome));
	json_string(json, "step", step_info[step].name);
	json_bool(json, "certain", possible == 1u << outcome);
	json_string(json, "outcomes", words_outcomes(possible, text, sizeof(text)));
	effective_write(json, "effective", outcome);
	json_close(json, '}');
}

static void json_types(struct jsonwrite *json, const char *key, unsigned int types)
{
	unsigned int type;

	json_open(json, key, '[');
	for (type = 0; type < MEMTYPE_COUNT; type++)
		if (types >> type & 1)
			json_string(json, NULL, memtype_name(type));
	json_close(json, ']');
}

static void json_change(struct jsonwrite *json, const struct change *change)
{
	unsigned int before = effective_types(change->before);
	unsigned int after = effective_types(change->after);
	char text[400];

	json_newline(json);
	json_open(json, NULL, '{');
	json_hex_pair(json, "gfn", change->first.gfn, change->gfn_last);
	json_hex(json, "mfn", change->first.mfn);
	json_number(json, "order", change->first.order);
	json_number(json, "entries", change->entries);
	json_outcome(json, "before", change->before, change->step_before, change->possible_before);
	json_outcome(json, "after", change->after, change->step_after, change->possible_after);
	json_types(json, "gained", after & ~before);
	json_types(json, "lost", before & ~after);
	json_string(json, "class", effect_name(change->effect));
	effective_in_words(change, text, sizeof(text));
	json_string(json, "effective", text);
	facts_write_names(json, "assumes", change->assumes);
	sentence(change, false, text, sizeof(text));
	json_string(json, "text", text);
	json_close(json, '}');
}

/* Up to that gfn nothing changes. */
static void draw_unchanged(struct compare_report *report, uint64_t behind)
{
	struct stretch stretch;

	if (report->next >= behind)
		return;
	stretch_empty(report->next, behind - 1, SHOWN_SAME, &stretch);
	picture_stretch(report->picture, &stretch);
}

static void draw_change(struct compare_report *report, const struct change *change)
{
	struct stretch stretch;

	draw_unchanged(report, change->first.gfn);
	stretch_of_change(change, &stretch);
	picture_stretch(report->picture, &stretch);
	report->next = change->gfn_last + 1;
}

static void add_types(struct compare_report *report, const struct change *change)
{
	unsigned int before = effective_types(change->before), type;
	unsigned int after = effective_types(change->after);
	uint64_t pages = change->gfn_last - change->first.gfn + 1;

	if (change->before == OUTCOME_SPLIT || change->after == OUTCOME_SPLIT)
		return;
	for (type = 0; type < MEMTYPE_COUNT; type++) {
		report->lost[type] += before & ~after & 1u << type ? pages : 0;
		report->gained[type] += after & ~before & 1u << type ? pages : 0;
	}
}

/* "UC in 49 MiB, WC in 49 MiB", or "nothing" */
static void types_in_words(const uint64_t pages[MEMTYPE_COUNT], char *text, size_t size)
{
	unsigned int type;
	char bytes[32];

	*text = '\0';
	for (type = 0; type < MEMTYPE_COUNT; type++)
		if (pages[type])
			text_append(text, size, "%s%s in %s", *text ? ", " : "", memtype_name(type),
				    text_size(pages[type] << 12, bytes, sizeof(bytes)));
	if (!*text)
		text_append(text, size, "nothing");
}

/* What all changes together mean to the guest, one sentence. */
static void lost_and_gained(const struct compare_report *report, char *text, size_t size)
{
	char lost[160], gained[160];

	types_in_words(report->lost, lost, sizeof(lost));
	types_in_words(report->gained, gained, sizeof(gained));
	snprintf(text, size, "Whatever its PAT says, the guest loses %s, and gains %s.", lost,
		 gained);
}

void compare_report_change(void *opaque, const struct change *change)
{
	struct compare_report *report = opaque;

	add_types(report, change);
	if (report->format == FORMAT_JSON)
		json_change(&report->json, change);
	else if (report->picture)
		draw_change(report, change);
	else
		text_change(report, change);
}

static void json_head(struct jsonwrite *json, const struct source *source)
{
	json->stream = stdout;
	document_begin(json, "xen-eptaudit/compare");
	document_source(json, &source->info);
}

static int begin_picture(struct compare_report *report, const struct source *source,
			 struct error *err)
{
	static const char *const lanes[2] = { "before", "after" };
	char title[400];

	snprintf(title, sizeof(title), "%s %s: from rule set %s to %s", source->info.kind,
		 source->info.name, ruleset(report->before)->name, ruleset(report->after)->name);
	report->picture = picture_new(title, lanes);
	return report->picture ? 0
			       : error_set(err, -EIO, "cannot make a temporary file to draw in");
}

int compare_report_begin(struct compare_report *report, const struct source *source,
			 struct error *err)
{
	if (report->format == FORMAT_SVG)
		return begin_picture(report, source, err);
	if (report->format != FORMAT_JSON) {
		printf("%s %s\nrule set %s before, %s after\n", source->info.kind,
		       source->info.name, ruleset(report->before)->name,
		       ruleset(report->after)->name);
		return 0;
	}
	json_head(&report->json, source);
	json_string(&report->json, "before", ruleset(report->before)->name);
	json_string(&report->json, "after", ruleset(report->after)->name);
	json_open(&report->json, "domains", '[');
	return 0;
}

void compare_report_domain(struct compare_report *report, const struct dump *dump)
{
	report->domains++;
	report->sentence[0] = '\0';
	report->next = 0;
	memset(report->lost, 0, sizeof(report->lost));
	memset(report->gained, 0, sizeof(report->gained));
	if (report->picture) {
		picture_domain(report->picture, dump);
		return;
	}
	if (report->format != FORMAT_JSON) {
		putchar('\n');
		heading_domain(stdout, dump, screen_paint(PAINT_BOLD), screen_paint(PAINT_NONE));
		return;
	}
	json_newline(&report->json);
	json_open(&report->json, NULL, '{');
	document_domain(&report->json, dump);
	json_open(&report->json, "changes", '[');
}

static void text_summary(const struct compare_summary *summary, unsigned int at)
{
	struct change_count differ = compare_differing(summary);
	char size[32], all[32], facts[200], text[640] = "";
	unsigned int effect;
	bool any = false;

	text_append(text, sizeof(text), "%" PRIu64 " of %" PRIu64 " %s differ, %s of %s",
		    differ.entries, summary->all.entries,
		    plural(summary->all.entries, "entry", "entries"),
		    text_size(differ.pages << 12, size, sizeof(size)),
		    text_size(summary->all.pages << 12, all, sizeof(all)));
	for (effect = EFFECT_COUNT; effect-- > 0;) {
		const struct change_count *count = &summary->by_effect[effect];

		if (!count->entries)
			continue;
		text_append(text, sizeof(text), "%s %" PRIu64 " %s (%s)", any ? "," : ":",
			    count->entries, effect_name(effect),
			    text_size(count->pages << 12, size, sizeof(size)));
		any = true;
	}
	screen_text(stdout, at, 4, text);
	if (summary->open.entries)
		screen_print(stdout, printf("  "), 4,
			     "%" PRIu64 " more (%s) may differ: that hangs on %s",
			     summary->open.entries,
			     text_size(summary->open.pages << 12, size, sizeof(size)),
			     words_fact_labels(summary->open_facts, facts, sizeof(facts)));
}

static void json_count(struct jsonwrite *json, const char *key, const struct change_count *count)
{
	json_open(json, key, '{');
	json_number(json, "entries", count->entries);
	json_number(json, "bytes", count->pages << 12);
	json_close(json, '}');
}

static void json_summary(struct jsonwrite *json, const char *key,
			 const struct compare_summary *summary)
{
	struct change_count differ = compare_differing(summary);
	unsigned int effect;

	json_open(json, key, '{');
	json_count(json, "all", &summary->all);
	json_count(json, "differ", &differ);
	for (effect = EFFECT_COUNT; effect-- > 0;)
		json_count(json, effect_key(effect), &summary->by_effect[effect]);
	json_count(json, "open", &summary->open);
	facts_write_names(json, "open_facts", summary->open_facts);
	json_close(json, '}');
}

/* The same as in the summary, by the names of the classes. */
static void json_bytes(struct jsonwrite *json, const struct compare_summary *summary)
{
	unsigned int effect;

	json_open(json, "bytes", '{');
	for (effect = 0; effect < EFFECT_COUNT; effect++)
		json_number(json, effect_name(effect), summary->by_effect[effect].pages << 12);
	json_close(json, '}');
}

void compare_report_domain_end(struct compare_report *report, const struct dump *dump,
			       const struct compare_summary *summary)
{
	char text[400];

	add_up(&report->total, summary);
	if (report->picture) {
		picture_domain_end(report->picture, dump);
		return;
	}
	lost_and_gained(report, text, sizeof(text));
	if (report->format != FORMAT_JSON) {
		text_summary(summary, printf("  "));
		if (compare_differing(summary).entries)
			screen_text(stdout, printf("  "), 4, text);
		if (!dump->complete)
			screen_print(stdout, printf("  "), 4, "incomplete: %s", dump->reason);
		return;
	}
	json_close(&report->json, ']');
	json_number(&report->json, "entries", summary->all.entries);
	json_number(&report->json, "differing", compare_differing(summary).entries);
	json_bytes(&report->json, summary);
	json_summary(&report->json, "summary", summary);
	json_string(&report->json, "text", text);
	json_bool(&report->json, "complete", dump->complete);
	json_close(&report->json, '}');
}

int compare_report_end(struct compare_report *report, bool complete, int exit_status, bool keep,
		       struct error *err)
{
	if (report->picture || !keep)
		return picture_end(report->picture, keep, err);
	if (report->format != FORMAT_JSON) {
		if (report->domains > 1) {
			putchar('\n');
			text_summary(&report->total, printf("%u domains: ", report->domains));
		}
		return 0;
	}
	json_close(&report->json, ']');
	json_summary(&report->json, "total", &report->total);
	json_bool(&report->json, "complete", complete);
	document_end(&report->json, exit_status);
	return 0;
}

/* Rows from the first of these columns on; where a row and a column meet, the sets are one. */
static void matrix_block(const struct compare_matrix *matrix, unsigned int first, unsigned int last)
{
	unsigned int a, b;

	putchar('\n');
	for (a = first; a < ruleset_count(); a++) {
		printf("%2u %-24s", a + 1, ruleset(a)->name);
		for (b = first; b < a && b <= last; b++)
			printf(" %6" PRIu64, matrix->differ[a][b]);
		puts(a <= last ? "      -" : "");
	}
	printf("   %-24s", "");
	for (b = first; b <= last; b++)
		printf(" %6u", b + 1);
	putchar('\n');
}

static void matrix_text(const struct source *source, const struct compare_matrix *matrix,
			bool complete)
{
	unsigned int columns = screen_width() < 34 ? 1 : (screen_width() - 27) / 7;
	unsigned int first, last;

	printf("%s %s\n", source->info.kind, source->info.name);
	screen_print(stdout, 0, 2, "%" PRIu64 " %s; of them, so many differ between two rule sets:",
		     matrix->entries, plural(matrix->entries, "entry", "entries"));
	for (first = 0; first < ruleset_count(); first = last + 1) {
		last = first + columns - 1;
		if (last >= ruleset_count())
			last = ruleset_count() - 1;
		matrix_block(matrix, first, last);
	}
	if (!complete)
		puts("incomplete: entries were lost");
}

void compare_report_matrix(bool json_form, const struct source *source,
			   const struct compare_matrix *matrix, bool complete, int exit_status)
{
	struct jsonwrite json = { stdout, false };
	unsigned int a, b;

	if (!json_form) {
		matrix_text(source, matrix, complete);
		return;
	}
	json_head(&json, source);
	json_number(&json, "entries", matrix->entries);
	json_open(&json, "pairs", '[');
	for (a = 0; a < ruleset_count(); a++) {
		for (b = a + 1; b < ruleset_count(); b++) {
			json_newline(&json);
			json_open(&json, NULL, '{');
			json_string(&json, "before", ruleset(a)->name);
			json_string(&json, "after", ruleset(b)->name);
			json_number(&json, "differing", matrix->differ[a][b]);
			json_close(&json, '}');
		}
	}
	json_close(&json, ']');
	json_bool(&json, "complete", complete);
	document_end(&json, exit_status);
}
