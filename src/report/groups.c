/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/groups.h"

#include "base/screen.h"
#include "base/text.h"
#include "report/document.h"
#include "report/effective.h"
#include "report/words.h"
#include "rules/bugadvice.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define GROUPS_MAX 64
#define RANGES_MAX 4096 /* of all groups */
#define BUGS_MAX   8
#define WORDS_SIZE 320

struct range_held {
	struct entry first;
	uint64_t gfn_last, entries;
	bool mfn_contiguous;
	const struct sufferers *sufferers; /* of the run */
	const struct device_range *device;
	unsigned int group;
};

struct group {
	struct run run; /* the first */
	char rule[WORDS_SIZE], cause[WORDS_SIZE], effect[WORDS_SIZE], expected[64];
	char facts[WORDS_SIZE];
};

struct groups {
	FILE *stream;
	struct group group[GROUPS_MAX];
	struct range_held range[RANGES_MAX];
	unsigned int group_count, range_count;
	const struct bug *bugs[BUGS_MAX]; /* met in this report */
	unsigned int bug_count;
	struct legend *legend;
};

struct groups *groups_new(FILE *stream, struct legend *legend)
{
	struct groups *groups = calloc(1, sizeof(*groups));

	if (!groups)
		return NULL;
	groups->stream = stream;
	groups->legend = legend;
	return groups;
}

void groups_free(struct groups *groups)
{
	free(groups);
}

/* ---- what a group is ---- */

static bool undecided(const struct run *run)
{
	return run->verdict == VERDICT_PENDING || run->verdict == VERDICT_SKIPPED;
}

/* Without words, so that most runs need none. */
static bool surely_alike(const struct run *a, const struct run *b)
{
	if (a->verdict != b->verdict || a->accepted != b->accepted)
		return false;
	if (undecided(a))
		return a->first.pod == b->first.pod;
	return entry_key(&a->first) == entry_key(&b->first) &&
	       (a->verdict != VERDICT_MISMATCH || (a->severity == b->severity && a->bug == b->bug &&
						   a->pieces.outcomes == b->pieces.outcomes)) &&
	       a->decision.possible == b->decision.possible &&
	       !memcmp(a->decision.outcome, b->decision.outcome, sizeof(a->decision.outcome));
}

static void write_cause(const struct run *run, char *text, size_t size)
{
	*text = '\0';
	if (run->verdict == VERDICT_INHERITED)
		snprintf(
			text, size,
			"Xen split a larger page that rightly had this, and copied it to every piece; "
			"it looks at a piece again only when something changes");
	else if (run->verdict == VERDICT_MISMATCH && run->bug)
		snprintf(text, size, "%s (known bug %s, see below)", run->bug->text, run->bug->id);
}

static void write_facts(const struct run *run, char *text, size_t size)
{
	const struct outcome *outcome = &run->decision.outcome[entry_key(&run->first)];
	char facts[WORDS_SIZE - 64];

	*text = '\0';
	if (run->verdict != VERDICT_OK_IF)
		return;
	words_fact_labels(outcome->unusual ? outcome->unusual : outcome->assumes, facts,
			  sizeof(facts));
	snprintf(text, size, outcome->unusual ? "%s: not as usual" : "%s: as usual", facts);
}

static void make_group(const struct run *run, struct group *group)
{
	group->run = *run;
	words_rule(run, group->rule, sizeof(group->rule));
	words_effect(run, group->effect, sizeof(group->effect));
	words_expected(run, group->expected, sizeof(group->expected));
	write_cause(run, group->cause, sizeof(group->cause));
	write_facts(run, group->facts, sizeof(group->facts));
}

static bool alike(const struct group *a, const struct group *b)
{
	return a->run.verdict == b->run.verdict && a->run.accepted == b->run.accepted &&
	       a->run.first.pod == b->run.first.pod &&
	       (undecided(&a->run) || entry_key(&a->run.first) == entry_key(&b->run.first)) &&
	       (a->run.verdict != VERDICT_MISMATCH ||
		(a->run.severity == b->run.severity && a->run.bug == b->run.bug &&
		 a->run.pieces.outcomes == b->run.pieces.outcomes)) &&
	       !strcmp(a->rule, b->rule) && !strcmp(a->effect, b->effect) &&
	       !strcmp(a->expected, b->expected) && !strcmp(a->facts, b->facts);
}

static void remember_bug(struct groups *groups, const struct bug *bug)
{
	unsigned int i;

	for (i = 0; i < groups->bug_count; i++)
		if (groups->bugs[i] == bug)
			return;
	if (groups->bug_count < BUGS_MAX)
		groups->bugs[groups->bug_count++] = bug;
}

/* The group of a run, which may be new; -1 if there is no room for one more. */
static int group_of(struct groups *groups, const struct run *run)
{
	struct group *fresh = &groups->group[groups->group_count];
	unsigned int i;

	for (i = groups->group_count; i-- > 0;)
		if (surely_alike(&groups->group[i].run, run))
			return i;
	if (groups->group_count == GROUPS_MAX)
		return -1;
	make_group(run, fresh);
	for (i = 0; i < groups->group_count; i++)
		if (alike(&groups->group[i], fresh))
			return i;
	return groups->group_count++;
}

void groups_add(struct groups *groups, const struct run *run)
{
	struct range_held *range;
	int group;

	if (groups->range_count == RANGES_MAX)
		groups_flush(groups);
	group = group_of(groups, run);
	if (group < 0) {
		groups_flush(groups);
		group = group_of(groups, run);
	}
	if (run->verdict == VERDICT_MISMATCH && run->bug)
		remember_bug(groups, run->bug);
	range = &groups->range[groups->range_count++];
	range->first = run->first;
	range->gfn_last = run->gfn_last;
	range->entries = run->entries;
	range->mfn_contiguous = run->mfn_contiguous;
	range->sufferers = run->sufferers;
	range->device = run->device;
	range->group = group;
}

/* ---- how it is printed ---- */

/* "WB, should be WB!" */
static void write_title(const struct group *group, char *text, size_t size)
{
	const struct run *run = &group->run;
	char is[8], pieces[64];

	words_outcome(entry_key(&run->first), true, is, sizeof(is));
	switch (run->verdict) {
	case VERDICT_OK:
		snprintf(text, size, "%s, as it should be", is);
		break;
	case VERDICT_OK_IF:
		snprintf(text, size, "%s, right only if", is);
		break;
	case VERDICT_INHERITED:
		snprintf(text, size, "%s from a larger page, by itself it would be %s", is,
			 group->expected);
		break;
	case VERDICT_PENDING:
		snprintf(text, size, "Xen recomputes these when they are next touched");
		break;
	case VERDICT_SKIPPED:
		snprintf(text, size,
			 run->first.pod ? "populated on demand, maps nothing yet" : "not present");
		break;
	default:
		if (decision_allows(&run->decision, OUTCOME_SPLIT) &&
		    decision_likeliest(&run->decision) == OUTCOME_SPLIT)
			snprintf(text, size, "%s, should be split into pieces of %s", is,
				 words_outcomes(run->pieces.outcomes, pieces, sizeof(pieces)));
		else if (!strcmp(group->expected, "not known"))
			snprintf(text, size, "%s, which nothing explains", is);
		else
			snprintf(text, size, "%s, should be %s", is, group->expected);
		break;
	}
}

static void write_verdict(const struct run *run, char *text, size_t size)
{
	if (run->verdict != VERDICT_MISMATCH) {
		snprintf(text, size, "%s", verdict_name(run->verdict));
		return;
	}
	snprintf(text, size, "%s%s%s%s", severity_name(run->severity), run->bug ? ", " : "",
		 run->bug ? run->bug->id : "", run->accepted ? ", in the baseline" : "");
}

/* At the right of an ordinary line, and no farther. */
static void print_title(const struct groups *groups, const struct group *group)
{
	const struct run *run = &group->run;
	unsigned int width = screen_width() < 80 ? screen_width() : 80;
	char title[128], verdict[64];
	enum paint paint = run->verdict != VERDICT_MISMATCH    ? PAINT_BOLD
			   : run->severity == SEVERITY_DIFFERS ? PAINT_AMBER
							       : PAINT_RED;
	int gap;

	write_title(group, title, sizeof(title));
	write_verdict(run, verdict, sizeof(verdict));
	gap = (int)width - 2 - (int)strlen(title) - (int)strlen(verdict);
	fprintf(groups->stream, "  %s%s%*s%s%s\n", screen_paint(paint), title, gap < 2 ? 2 : gap,
		"", verdict, screen_paint(PAINT_NONE));
}

static void print_line(const struct groups *groups, const char *label, const char *text)
{
	if (*text)
		screen_text(groups->stream, fprintf(groups->stream, "    %-7s ", label), 12, text);
}

/* Columns of a range that most ranges need; what is longer pushes the others. */
static void print_range(struct groups *groups, const struct range_held *range)
{
	const struct entry *first = &range->first;
	FILE *stream = groups->stream;
	char gfns[48], size[32], text[16];
	int used;

	text_frames(first->gfn, range->gfn_last, gfns, sizeof(gfns));
	text_size((range->gfn_last - first->gfn + 1) << 12, size, sizeof(size));
	used = fprintf(stream, "      %-17s %6" PRIu64 " %-7s", gfns, range->entries,
		       plural(range->entries, "entry", "entries"));
	fprintf(stream, " %*s", used > 38 ? 8 - (used - 38) : 8, size);
	if (first->pod) {
		putc('\n', stream);
		return;
	}
	if (screen_is_terminal() && screen_width() < 76) {
		fprintf(stream, "  %s\n", words_attributes(first, text, sizeof(text)));
		return;
	}
	fprintf(stream, "  %s  mfn 0x%" PRIx64 "%s", words_attributes(first, text, sizeof(text)),
		first->mfn, range->mfn_contiguous ? "" : "+");
	if (first->type != ENTRY_TYPE_UNKNOWN)
		fprintf(stream, " %s", p2m_type_name(first->type));
	putc('\n', stream);
	groups->legend->scattered |= !range->mfn_contiguous;
}

static void print_device(const struct groups *groups, const struct device_range *device)
{
	char name[DEVICE_NAME_SIZE];

	screen_text(groups->stream, fprintf(groups->stream, "        "), 10,
		    device_name(device, name, sizeof(name)));
}

static void print_group(struct groups *groups, unsigned int number)
{
	struct group *group = &groups->group[number];
	unsigned int i;

	print_title(groups, group);
	print_line(groups, "if", group->facts);
	print_line(groups, "rule", group->rule);
	print_line(groups, "cause", group->cause);
	print_line(groups, "effect", group->effect);
	legend_entry(groups->legend, &group->run.first, group->expected);
	for (i = 0; i < groups->range_count; i++)
		if (groups->range[i].group == number) {
			print_range(groups, &groups->range[i]);
			if (groups->range[i].device)
				print_device(groups, groups->range[i].device);
			if (groups->range[i].sufferers)
				sufferers_print(groups->stream, groups->range[i].sufferers);
		}
	putc('\n', groups->stream);
}

/* Findings before the rest, the worst first. */
static int rank(const struct run *run)
{
	return run->verdict == VERDICT_MISMATCH ? SEVERITY_COUNT - 1 - (int)run->severity
						: SEVERITY_COUNT;
}

void groups_flush(struct groups *groups)
{
	unsigned int i;
	int nth;

	for (nth = 0; nth <= SEVERITY_COUNT; nth++)
		for (i = 0; i < groups->group_count; i++)
			if (rank(&groups->group[i].run) == nth)
				print_group(groups, i);
	groups->group_count = groups->range_count = 0;
}

/* ---- known bugs ---- */

static void print_bug(const struct groups *groups, const char *id, const struct bug *bug)
{
	const struct bug_advice *advice = bug_advice(id);

	fprintf(groups->stream, "\n%s%s, a known bug of Xen%s\n", screen_paint(PAINT_BOLD), id,
		screen_paint(PAINT_NONE));
	print_line(groups, "what", advice ? advice->what : bug->text);
	print_line(groups, "Xen", bug->affected);
	if (!advice)
		return;
	print_line(groups, "fixed", advice->fixed);
	print_line(groups, "since", advice->event);
	print_line(groups, "means", advice->means);
	print_line(groups, "do", advice->now);
}

/* One, and another that leaves the same. */
static void print_bugs(const struct groups *groups, const struct bug *bug)
{
	print_bug(groups, bug->id, bug);
	if (bug->also)
		print_bug(groups, bug->also, bug);
}

void groups_end(struct groups *groups)
{
	unsigned int i;

	for (i = 0; i < groups->bug_count; i++)
		print_bugs(groups, groups->bugs[i]);
}
