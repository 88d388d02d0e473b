/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/columns.h"

#include "report/effective.h"

#include "base/put.h"
#include "base/screen.h"
#include "base/text.h"
#include "report/outcomejson.h"
#include "report/words.h"
#include "source/factsjson.h"
#include "x86/memtype.h"

#include <errno.h>
#include <string.h>

#define CELL_SIZE 512 /* what a column writes at most */

/*
 * A column's text is written at p, where CELL_SIZE bytes are free, and its end is returned. There
 * can be many millions of rows, so that what list writes does without printf().
 */
typedef char *text_function(const struct row *row, char *p);
typedef void json_function(struct jsonwrite *json, const struct row *row);

/* ---- where they are ---- */

static char *gfn_text(const struct row *row, char *p)
{
	p = put_0x(p, row->first->gfn);
	if (row->run && row->gfn_last == row->first->gfn)
		return p;
	return put_0x(put_text(p, "-"), row->gfn_last);
}

static void gfn_json(struct jsonwrite *json, const struct row *row)
{
	json_hex_pair(json, "gfn", row->first->gfn, row->gfn_last);
	if (row->run) {
		json_number(json, "gfn_first", row->first->gfn);
		json_number(json, "gfn_last", row->gfn_last);
		json_number(json, "pages", row->gfn_last - row->first->gfn + 1);
	}
}

static char *mfn_text(const struct row *row, char *p)
{
	if (row->first->pod)
		return put_text(p, "-");
	return put_text(put_0x(p, row->first->mfn), row->mfn_contiguous ? "" : "+");
}

static void mfn_json(struct jsonwrite *json, const struct row *row)
{
	if (row->first->pod)
		json_string(json, "mfn", NULL);
	else
		json_hex(json, "mfn", row->first->mfn);
	if (row->run)
		json_bool(json, "mfn_contiguous", row->mfn_contiguous);
}

static char *order_text(const struct row *row, char *p)
{
	return put_decimal(p, row->first->order);
}

static void order_json(struct jsonwrite *json, const struct row *row)
{
	json_number(json, "order", row->first->order);
}

static char *entries_text(const struct row *row, char *p)
{
	return put_decimal(p, row->entries);
}

static void entries_json(struct jsonwrite *json, const struct row *row)
{
	json_number(json, "entries", row->entries);
}

static char *size_text(const struct row *row, char *p)
{
	uint64_t pages = row->gfn_last - row->first->gfn + 1;

	if (row->bytes)
		return put_decimal(p, pages << 12);
	if (pages == 1) /* most of many millions */
		return put_text(p, "4 KiB");
	text_size(pages << 12, p, CELL_SIZE);
	return p + strlen(p);
}

/* ---- what they hold ---- */

const char *row_attributes(const struct entry *entry)
{
	static char made[256][16];
	char *text = made[(entry->rights & 7) | (entry->emt & 7) << 3 | entry->ipat << 6 |
			  entry->ipat_hidden << 7];

	if (entry->pod)
		return "PoD";
	return *text ? text : words_attributes(entry, text, sizeof(made[0]));
}

static char *attributes_text(const struct row *row, char *p)
{
	return put_text(p, row_attributes(row->first));
}

static void attributes_json(struct jsonwrite *json, const struct row *row)
{
	const struct entry *first = row->first;

	json_string(json, "attributes", row_attributes(first));
	json_string(json, "emt",
		    first->pod	      ? NULL
		    : first->emt == 7 ? "??"
				      : memtype_name(first->emt));
	if (first->pod || first->ipat_hidden)
		json_string(json, "ipat", NULL);
	else
		json_bool(json, "ipat", first->ipat);
	if (!row->run)
		json_bool(json, "pending", first->pending);
}

static char *type_text(const struct row *row, char *p)
{
	unsigned int type = row->first->type;

	return type == ENTRY_TYPE_UNKNOWN ? p : put_text(p, p2m_type_name(type));
}

static void type_json(struct jsonwrite *json, const struct row *row)
{
	const char *type =
		row->first->type == ENTRY_TYPE_UNKNOWN ? NULL : p2m_type_name(row->first->type);

	if (!row->run)
		json_open(json, "types", '[');
	if (type)
		json_string(json, row->run ? "type" : NULL, type);
	if (!row->run)
		json_close(json, ']');
}

static char *access_text(const struct row *row, char *p)
{
	return row->access ? put_text(p, row->access) : p;
}

static void access_json(struct jsonwrite *json, const struct row *row)
{
	if (row->first->has_raw)
		json_string(json, "access", row->access);
}

static char *raw_text(const struct row *row, char *p)
{
	return row->first->has_raw ? put_hex16(put_text(p, "0x"), row->first->raw) : p;
}

static void raw_json(struct jsonwrite *json, const struct row *row)
{
	if (row->first->has_raw)
		json_hex(json, "raw", row->first->raw);
}

/* ---- what the judge says ---- */

static bool decided(const struct run *run)
{
	return run->verdict != VERDICT_PENDING && run->verdict != VERDICT_SKIPPED;
}

static char *expected_text(const struct row *row, char *p)
{
	words_expected(row->run, p, CELL_SIZE);
	return p + strlen(p);
}

/* What the pieces of a superpage would be that the rule splits. */
static void pieces_json(struct jsonwrite *json, uint16_t outcomes)
{
	unsigned int key;

	json_open(json, "pieces", '[');
	for (key = 0; key < OUTCOME_COUNT; key++) {
		if (!(outcomes >> key & 1))
			continue;
		json_open(json, NULL, '{');
		json_string(json, "emt", memtype_name(outcome_emt(key)));
		json_bool(json, "ipat", outcome_ipat(key));
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void expected_json(struct jsonwrite *json, const struct row *row)
{
	unsigned int keys[OUTCOME_COUNT], count, i;

	if (!decided(row->run))
		return;
	json_open(json, "expected", '[');
	count = decision_order(&row->run->decision, keys);
	for (i = 0; i < count; i++) {
		const struct outcome *outcome = &row->run->decision.outcome[keys[i]];

		json_open(json, NULL, '{');
		outcome_write(json, keys[i], outcome);
		if (outcome->assumes)
			facts_write_names(json, "assumes", outcome->assumes);
		json_close(json, '}');
	}
	json_close(json, ']');
	if (row->run->verdict == VERDICT_MISMATCH && row->run->pieces.outcomes)
		pieces_json(json, row->run->pieces.outcomes);
}

static char *verdict_text(const struct row *row, char *p)
{
	return put_text(p, verdict_name(row->run->verdict));
}

static void verdict_json(struct jsonwrite *json, const struct row *row)
{
	json_string(json, "verdict", verdict_name(row->run->verdict));
}

static char *severity_text(const struct row *row, char *p)
{
	const struct run *run = row->run;

	return run->verdict == VERDICT_MISMATCH ? put_text(p, severity_name(run->severity)) : p;
}

static void severity_json(struct jsonwrite *json, const struct row *row)
{
	if (row->run->verdict == VERDICT_MISMATCH)
		json_string(json, "severity", severity_name(row->run->severity));
}

static char *step_text(const struct row *row, char *p)
{
	const struct run *run = row->run;
	unsigned int key;

	if (!decided(run))
		return p;
	key = run->verdict == VERDICT_OK || run->verdict == VERDICT_OK_IF
		      ? entry_key(&run->first)
		      : decision_likeliest(&run->decision);
	return put_text(p, step_info[run->decision.outcome[key].step].name);
}

static char *bug_text(const struct row *row, char *p)
{
	const struct run *run = row->run;

	if (run->verdict != VERDICT_MISMATCH || !run->bug)
		return p;
	p = put_text(p, run->bug->id);
	return run->bug->also ? put_text(put_text(p, "/"), run->bug->also) : p;
}

static void bug_json(struct jsonwrite *json, const struct row *row)
{
	if (row->run->verdict != VERDICT_MISMATCH)
		return;
	json_string(json, "bug", row->run->bug ? row->run->bug->id : NULL);
	if (row->run->bug && row->run->bug->also) {
		json_open(json, "bugs", '[');
		json_string(json, NULL, row->run->bug->id);
		json_string(json, NULL, row->run->bug->also);
		json_close(json, ']');
	}
	if (row->run->accepted)
		json_bool(json, "accepted", true);
	if (row->run->sufferers)
		sufferers_write(json, row->run->sufferers);
}

static uint32_t assumed(const struct run *run)
{
	return run->verdict == VERDICT_OK_IF ? run->decision.outcome[entry_key(&run->first)].assumes
					     : 0;
}

static char *assumes_text(const struct row *row, char *p)
{
	words_facts(assumed(row->run), p, CELL_SIZE);
	return p + strlen(p);
}

static void assumes_json(struct jsonwrite *json, const struct row *row)
{
	if (row->run->verdict != VERDICT_OK_IF)
		return;
	facts_write_names(json, "assumes", assumed(row->run));
	facts_write_names(json, "unusual", run_unusual(row->run));
}

static char *sentence_text(const struct row *row, char *p)
{
	words_sentence(row->run, p, CELL_SIZE);
	return p + strlen(p);
}

static void sentence_json(struct jsonwrite *json, const struct row *row)
{
	char text[CELL_SIZE];

	json_string(json, "text", words_sentence(row->run, text, sizeof(text)));
}

static char *device_text(const struct row *row, char *p)
{
	if (!row->device)
		return p;
	return p + strlen(device_name(row->device, p, CELL_SIZE));
}

static void device_json(struct jsonwrite *json, const struct row *row)
{
	char name[DEVICE_NAME_SIZE];

	if (row->device)
		json_string(json, "device", device_name(row->device, name, sizeof(name)));
}

/* ---- the table ---- */

enum column {
	COLUMN_GFN,
	COLUMN_MFN,
	COLUMN_ORDER,
	COLUMN_ENTRIES,
	COLUMN_SIZE,
	COLUMN_ATTRIBUTES,
	COLUMN_TYPE,
	COLUMN_ACCESS,
	COLUMN_RAW,
	COLUMN_EXPECTED,
	COLUMN_VERDICT,
	COLUMN_SEVERITY,
	COLUMN_STEP,
	COLUMN_BUG,
	COLUMN_DEVICE,
	COLUMN_ASSUMES,
	COLUMN_TEXT,
	COLUMN_COUNT,
};

static const struct {
	const char *name, *help;
	text_function *text;
	json_function *json; /* NULL: what it tells follows from others */
	struct {
		const char *title; /* NULL: the set does not have it */
		int width;	   /* negative: left-aligned */
		unsigned int nth;  /* place of its members in JSON, from 1 */
	} in[COLUMN_SETS];	   /* audit, list */
} columns_all[COLUMN_COUNT] = {
	[COLUMN_GFN] = { "gfn",
			 "guest frames, inclusive",
			 gfn_text,
			 gfn_json,
			 { { "gfn", -19, 1 }, { "gfn", -18, 1 } } },
	[COLUMN_MFN] = { "mfn",
			 "first machine frame; + where the others do not follow it",
			 mfn_text,
			 mfn_json,
			 { { "mfn", -12, 2 }, { "mfn", -9, 2 } } },
	[COLUMN_ORDER] = { "order",
			   "0, 9 or 18",
			   order_text,
			   order_json,
			   { { "order", 5, 3 }, { "order", 5, 3 } } },
	[COLUMN_ENTRIES] = { "entries",
			     "lines of the dump",
			     entries_text,
			     entries_json,
			     { { "entries", 7, 4 }, { "entries", 7, 4 } } },
	[COLUMN_SIZE] = { "size",
			  "memory",
			  size_text,
			  NULL,
			  { { "size", 9, 0 }, { "size", 8, 0 } } },
	[COLUMN_ATTRIBUTES] = { "attributes",
				"rights, EMT and iPAT as key D prints them",
				attributes_text,
				attributes_json,
				{ { "entry", -7, 5 }, { "entry", -7, 5 } } },
	[COLUMN_TYPE] = { "type",
			  "p2m type, where the source knows it",
			  type_text,
			  type_json,
			  { { NULL, 0, 7 }, { "type", -12, 6 } } },
	[COLUMN_ACCESS] = { "access",
			    "p2m access, of a memory image",
			    access_text,
			    access_json,
			    { { NULL, 0, 0 }, { "access", -6, 8 } } },
	[COLUMN_RAW] = { "raw",
			 "all 64 bits, of a memory image",
			 raw_text,
			 raw_json,
			 { { NULL, 0, 6 }, { "raw", -18, 7 } } },
	[COLUMN_EXPECTED] = { "expected",
			      "what the rule says",
			      expected_text,
			      expected_json,
			      { { "expected", -8, 9 } } },
	[COLUMN_VERDICT] = { "verdict",
			     "ok, ok-if, inherited, pending, skipped or mismatch",
			     verdict_text,
			     verdict_json,
			     { { "verdict", -9, 8 } } },
	[COLUMN_SEVERITY] = { "severity",
			      "danger, slow or differs",
			      severity_text,
			      severity_json,
			      { { "severity", -8, 11 } } },
	[COLUMN_STEP] = { "step",
			  "the step of the rule set that decided",
			  step_text,
			  NULL,
			  { { "step", -16, 0 } } },
	[COLUMN_BUG] = { "bug",
			 "known bug whose signature fits",
			 bug_text,
			 bug_json,
			 { { "bug", -3, 12 } } },
	[COLUMN_DEVICE] = { "device",
			    "the device that the first frame belongs to, where that is known",
			    device_text,
			    device_json,
			    { { "device", -20, 14 }, { "device", -20, 9 } } },
	[COLUMN_ASSUMES] = { "assumes",
			     "facts that an ok-if rests on",
			     assumes_text,
			     assumes_json,
			     { { "assumes", -20, 10 } } },
	[COLUMN_TEXT] = { "text",
			  "one sentence",
			  sentence_text,
			  sentence_json,
			  { { "why", -1, 13 } } },
};

static bool is_named(unsigned int column, const char *name, size_t length)
{
	return strlen(columns_all[column].name) == length &&
	       !memcmp(columns_all[column].name, name, length);
}

int columns_parse(struct columns *columns, const char *names, struct error *err)
{
	const char *name = names;
	char all[256];

	columns->count = 0;
	while (*name) {
		size_t length = strcspn(name, ",");
		unsigned int i = 0;

		while (i < COLUMN_COUNT &&
		       (!columns_all[i].in[columns->set].title || !is_named(i, name, length)))
			i++;
		if (i == COLUMN_COUNT)
			return error_set(err, -EINVAL, "no column '%.*s'; the columns are %s",
					 (int)length, name,
					 columns_names(columns->set, ", ", all, sizeof(all)));
		if (columns->count == COLUMNS_MAX)
			return error_set(err, -EINVAL, "too many columns");
		columns->chosen[columns->count++] = i;
		name += length;
		name += *name == ',';
	}
	return columns->count ? 0
			      : error_set(err, -EINVAL, "a name is missing; the columns are %s",
					  columns_names(columns->set, ", ", all, sizeof(all)));
}

bool columns_have(const struct columns *columns, const char *name)
{
	unsigned int i;

	for (i = 0; i < columns->count; i++)
		if (!strcmp(columns_all[columns->chosen[i]].name, name))
			return true;
	return false;
}

const char *columns_names(enum column_set set, const char *separator, char *text, size_t size)
{
	unsigned int i;

	*text = '\0';
	for (i = 0; i < COLUMN_COUNT; i++)
		if (columns_all[i].in[set].title)
			text_append(text, size, "%s%s", *text ? separator : "",
				    columns_all[i].name);
	return text;
}

const char *columns_help(enum column_set set, char *text, size_t size)
{
	unsigned int i;

	*text = '\0';
	for (i = 0; i < COLUMN_COUNT; i++)
		if (columns_all[i].in[set].title)
			text_append(text, size, "  %-12s %s\n", columns_all[i].name,
				    columns_all[i].help);
	return text;
}

static unsigned int width_of(const struct columns *columns, unsigned int nth)
{
	int width = columns_all[columns->chosen[nth]].in[columns->set].width;

	return width < 0 ? -width : width;
}

static unsigned int total_width(const struct columns *columns)
{
	unsigned int total = 0, i;

	for (i = 0; i < columns->count; i++)
		total += 2 + width_of(columns, i);
	return total;
}

/* Takes a column out, if it is there. */
static bool leave_out(struct columns *columns, unsigned int column)
{
	unsigned int i;

	for (i = 0; i < columns->count && columns->chosen[i] != column; i++)
		;
	if (i == columns->count || columns->count == 1)
		return false;
	memmove(&columns->chosen[i], &columns->chosen[i + 1],
		(columns->count - i - 1) * sizeof(columns->chosen[0]));
	columns->count--;
	return true;
}

void columns_fit(struct columns *columns, FILE *stream)
{
	static const unsigned char least_needed[] = {
		COLUMN_ORDER, COLUMN_RAW,  COLUMN_ACCESS,   COLUMN_ASSUMES, COLUMN_STEP,
		COLUMN_MFN,   COLUMN_SIZE, COLUMN_SEVERITY, COLUMN_BUG,	    COLUMN_ENTRIES,
		COLUMN_TYPE,  COLUMN_TEXT, COLUMN_EXPECTED, COLUMN_VERDICT,
	};
	char names[256] = "";
	unsigned int i;

	if (!screen_is_terminal())
		return;
	for (i = 0; i < sizeof(least_needed) && total_width(columns) > screen_width(); i++)
		if (leave_out(columns, least_needed[i]))
			text_append(names, sizeof(names), "%s%s", *names ? ", " : "",
				    columns_all[least_needed[i]].name);
	if (*names)
		screen_print(stream, 0, 2, "left out, as the terminal is narrow: %s", names);
}

/* A sentence that is too long for the line goes below it, folded. */
static bool print_below(const struct columns *columns, const struct row *row, const char *line,
			const char *cell, FILE *stream)
{
	size_t used = cell - line;

	if (!row || !screen_is_terminal() || columns->count < 2 ||
	    used + strlen(cell) <= screen_width())
		return false;
	while (used && line[used - 1] == ' ')
		used--;
	fwrite(line, 1, used, stream);
	fputs("\n    ", stream);
	screen_text(stream, 4, 4, cell);
	return true;
}

struct row row_of_run(const struct run *run)
{
	return (struct row){
		.first = &run->first,
		.gfn_last = run->gfn_last,
		.entries = run->entries,
		.mfn_contiguous = run->mfn_contiguous,
		.run = run,
		.device = run->device,
	};
}

void columns_print(const struct columns *columns, const struct row *row, FILE *stream)
{
	char line[COLUMNS_MAX * (CELL_SIZE + 32)], *p = line;
	size_t end = 0; /* where a column ends if none before was too wide */
	unsigned int i;

	if (!row && columns->no_headings)
		return;
	for (i = 0; i < columns->count; i++) {
		unsigned int column = columns->chosen[i], width = width_of(columns, i);
		bool left = columns_all[column].in[columns->set].width < 0;
		char *cell = p = put_text(p, "  ");
		long pad;

		p = row ? columns_all[column].text(row, p)
			: put_text(p, columns_all[column].in[columns->set].title);
		*p = '\0';
		if (column == COLUMN_TEXT && i + 1 == columns->count &&
		    print_below(columns, row, line, cell, stream))
			return;
		end += 2 + width;
		pad = (long)end - (p - line);
		if (pad <= 0)
			continue;
		if (!left)
			memmove(cell + pad, cell, p - cell);
		memset(left ? p : cell, ' ', pad);
		p += pad;
	}
	while (p > line && p[-1] == ' ')
		p--;
	*p++ = '\n';
	fwrite_unlocked(line, 1, p - line, stream);
}

/* Columns of a set that have members in JSON, in their order there. */
static unsigned int json_order(enum column_set set, unsigned char order[COLUMN_COUNT])
{
	unsigned int nth, i, count = 0;

	for (nth = 1; nth <= COLUMN_COUNT; nth++)
		for (i = 0; i < COLUMN_COUNT; i++)
			if (columns_all[i].in[set].nth == nth)
				order[count++] = i;
	return count;
}

void columns_json(enum column_set set, struct jsonwrite *json, const struct row *row)
{
	static unsigned char order[COLUMN_SETS][COLUMN_COUNT];
	static unsigned int count[COLUMN_SETS];
	unsigned int i;

	if (!count[set])
		count[set] = json_order(set, order[set]);
	for (i = 0; i < count[set]; i++)
		columns_all[order[set][i]].json(json, row);
}
