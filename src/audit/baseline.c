/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "audit/baseline.h"

#include "base/array.h"
#include "base/lines.h"
#include "base/text.h"
#include "rules/outcome.h"
#include "rules/steps.h"
#include "x86/memtype.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* "d5" is the domain of that number, whatever another calls itself. */
static bool is_id(const char *word)
{
	return *word == 'd' && word[1] && !word[1 + strspn(word + 1, "0123456789")];
}

/* A domain in one word: its name, if that is one, else its id. */
static void domain_word(int domid, const char *name, char *word, size_t size)
{
	if (name && text_is_word(name) && !is_id(name) && strlen(name) < size)
		snprintf(word, size, "%s", name);
	else
		snprintf(word, size, "d%d", domid);
}

/* The step that decides otherwise, as audit's column "step" names it. */
static const char *rule_of(const struct run *run)
{
	return step_info[run->decision.outcome[decision_likeliest(&run->decision)].step].name;
}

static bool parse_type(const char *text, unsigned int *key)
{
	size_t length = strlen(text);
	bool ipat = length && text[length - 1] == '!';
	int type = memtype_parse_emt(text, length - ipat);

	*key = OUTCOME_KEY((unsigned int)type, (unsigned int)ipat);
	return type >= 0;
}

static int take_line(void *opaque, char *text, unsigned int number, struct error *err)
{
	static const char blanks[] = " \t";
	struct baseline *baseline = opaque;
	struct baseline_line line = { .number = number };
	char *rest, *domain, *range, *type, *rule;
	int rc;

	domain = strtok_r(text, blanks, &rest);
	range = strtok_r(NULL, blanks, &rest);
	type = strtok_r(NULL, blanks, &rest);
	rule = strtok_r(NULL, blanks, &rest);
	if (!rule || strtok_r(NULL, blanks, &rest) || strlen(domain) >= sizeof(line.domain) ||
	    strlen(rule) >= sizeof(line.rule) || !parse_type(type, &line.key) ||
	    !text_hex_range(range, range + strlen(range), &line.first, &line.last))
		return error_set(err, -EINVAL,
				 "DOMAIN GFN-GFN TYPE RULE is expected, such as 'd4 0x0-0xf WB "
				 "NO_IO_WB'; --write-baseline makes one");
	snprintf(line.domain, sizeof(line.domain), "%s", domain);
	snprintf(line.rule, sizeof(line.rule), "%s", rule);
	text_sanitize(line.domain);
	text_sanitize(line.rule);
	rc = array_append(&baseline->list, &baseline->count, sizeof(line), &line);
	return rc ? error_set(err, rc, "out of memory") : 0;
}

/* Lines by their first gfn, with the last one up to which they and all before them reach. */
struct baseline_place {
	struct baseline_line *line;
	uint64_t reach;
};

static int by_first(const void *a, const void *b)
{
	const struct baseline_line *x = ((const struct baseline_place *)a)->line;
	const struct baseline_line *y = ((const struct baseline_place *)b)->line;

	return x->first != y->first ? (x->first < y->first ? -1 : 1) : (x > y) - (x < y);
}

static int sort(struct baseline *baseline)
{
	size_t i;

	baseline->places = calloc(baseline->count + 1, sizeof(*baseline->places));
	if (!baseline->places)
		return -ENOMEM;
	for (i = 0; i < baseline->count; i++)
		baseline->places[i].line = &baseline->list[i];
	qsort(baseline->places, baseline->count, sizeof(*baseline->places), by_first);
	for (i = 0; i < baseline->count; i++) {
		struct baseline_place *place = &baseline->places[i];

		place->reach = place->line->last;
		if (i && place[-1].reach > place->reach)
			place->reach = place[-1].reach;
	}
	return 0;
}

int baseline_read(struct baseline *baseline, const char *path, struct error *err)
{
	int rc = lines_read(path, "the baseline", take_line, baseline, err);

	return rc || !sort(baseline) ? rc : error_set(err, -ENOMEM, "out of memory");
}

void baseline_clear(struct baseline *baseline)
{
	free(baseline->list);
	free(baseline->places);
	memset(baseline, 0, sizeof(*baseline));
}

static bool speaks_of(const struct baseline_line *line, int domid, const char *name)
{
	char id[16];

	snprintf(id, sizeof(id), "d%d", domid);
	return !strcmp(line->domain, "*") || !strcmp(line->domain, id) ||
	       (name && !is_id(line->domain) && !strcmp(line->domain, name));
}

void baseline_domain(struct baseline *baseline, int domid, const char *name)
{
	size_t i;

	for (i = 0; i < baseline->count; i++)
		if (speaks_of(&baseline->list[i], domid, name))
			baseline->list[i].looked_for = true;
}

static bool matches(const struct baseline_line *line, int domid, const char *name,
		    const struct run *run)
{
	return speaks_of(line, domid, name) && line->key == entry_key(&run->first) &&
	       (!strcmp(line->rule, "*") || !strcmp(line->rule, rule_of(run))) &&
	       line->first <= run->gfn_last && line->last >= run->first.gfn;
}

/* The first of the places, if any, whose lines can reach that gfn. */
static struct baseline_place *reaching(const struct baseline *baseline, uint64_t gfn)
{
	return baseline->places +
	       ARRAY_FIRST_FROM(baseline->places, 0, baseline->count, reach, gfn);
}

bool baseline_accepts(struct baseline *baseline, int domid, const char *name, const struct run *run)
{
	struct baseline_place *begin = reaching(baseline, run->first.gfn), *place;
	const struct baseline_place *end = baseline->places + baseline->count;
	uint64_t next = run->first.gfn; /* the first gfn that no line covers yet */
	bool covered = false;

	for (place = begin; place < end && place->line->first <= next && !covered; place++) {
		if (place->line->last < next || !matches(place->line, domid, name, run))
			continue;
		covered = place->line->last >= run->gfn_last;
		next = place->line->last + 1;
	}
	for (place = begin; covered && place < end && place->line->first <= run->gfn_last; place++)
		if (matches(place->line, domid, name, run))
			place->line->met = true;
	return covered;
}

bool baseline_stale(const struct baseline_line *line)
{
	return line->looked_for && !line->met;
}

void baseline_head(FILE *file)
{
	fputs("# Findings of xen-eptaudit that are known and accepted: DOMAIN GFN-GFN TYPE RULE\n",
	      file);
}

const char *baseline_text(const struct baseline_line *line, char *text, size_t size)
{
	char range[48];

	text_frames(line->first, line->last, range, sizeof(range));
	snprintf(text, size, "%s %s %s%s %s", line->domain, range,
		 memtype_name(outcome_emt(line->key)), outcome_ipat(line->key) ? "!" : "",
		 line->rule);
	return text;
}

void baseline_write(FILE *file, int domid, const char *name, const struct run *run)
{
	struct baseline_line line = {
		.first = run->first.gfn,
		.last = run->gfn_last,
		.key = entry_key(&run->first),
	};
	char text[192];

	domain_word(domid, name, line.domain, sizeof(line.domain));
	snprintf(line.rule, sizeof(line.rule), "%s", rule_of(run));
	fprintf(file, "%s\n", baseline_text(&line, text, sizeof(text)));
}
