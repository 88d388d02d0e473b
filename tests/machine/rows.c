/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a report of an audit says as text, row by row, against the same as JSON Lines. */
#include "machine/rows.h"

#include "model/facts.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROW 256

/* "GFNS ENTRIES ATTRIBUTES MFN VERDICT" of each run of a domain. */
struct rows {
	char (*at)[ROW];
	size_t count, room;
};

static char *rows_new(struct rows *rows)
{
	if (rows->count == rows->room) {
		rows->room = rows->room ? 2 * rows->room : 64;
		rows->at = realloc(rows->at, rows->room * sizeof(*rows->at));
		if (!rows->at)
			abort();
	}
	return rows->at[rows->count++];
}

static int ascending(const void *a, const void *b)
{
	return strcmp(a, b);
}

static bool rows_same(struct rows *a, struct rows *b)
{
	size_t i;

	if (a->count != b->count)
		return false;
	qsort(a->at, a->count, ROW, ascending);
	qsort(b->at, b->count, ROW, ascending);
	for (i = 0; i < a->count; i++)
		if (strcmp(a->at[i], b->at[i]))
			return false;
	return true;
}

/* The line at *at, without its end; moves on. False at the end. */
static bool take_line(const char **at, char *line, size_t size)
{
	size_t length = strcspn(*at, "\n");

	if (!**at)
		return false;
	snprintf(line, size, "%.*s", (int)length, *at);
	*at += length + ((*at)[length] == '\n');
	return true;
}

/* ---- text ---- */

/* A title: its verdict stands at the right. */
static const char *verdict_of(const char *title)
{
	const char *at, *verdict = title + 2;

	for (at = verdict; (at = strstr(at, "  ")); at += strspn(at, " "))
		verdict = at + strspn(at, " ");
	return verdict;
}

static bool text_row(const char *line, const char *verdict, struct rows *rows)
{
	char gfns[64], entries[24], words[32], attributes[8] = "", mfn[32] = "-";
	const char *at;
	int used = 0;

	if (sscanf(line, " %63s %23s entr%31[yies] %*s %*s%n", gfns, entries, words, &used) < 3 ||
	    !used)
		return false;
	at = line + used;
	if (*at) {
		snprintf(attributes, sizeof(attributes), "%.7s", at + 2);
		if (strlen(at) < 9 || sscanf(at + 9, " mfn %31s", mfn) != 1)
			return false;
	}
	snprintf(rows_new(rows), ROW, "%s %s '%s' %s %s", gfns, entries, attributes, mfn, verdict);
	return true;
}

/* The fact of that label, or -1. */
static int labelled(const char *line)
{
	unsigned int fact;

	for (fact = 0; fact < FACT_COUNT; fact++)
		if (fact_info[fact].shown &&
		    !strncmp(line, fact_info[fact].label, strlen(fact_info[fact].label)) &&
		    line[strlen(fact_info[fact].label)] == ' ')
			return fact;
	return -1;
}

/* "measured" of "yes (measured)"; "unknown" of what is. */
static void note_fact(const char *line, char hows[FACT_COUNT][16])
{
	const char *open = strrchr(line, '(');
	int fact = labelled(line);

	if (fact < 0)
		return;
	snprintf(hows[fact], 16, "%.*s", open ? (int)strcspn(open + 1, ")") : 7,
		 open ? open + 1 : "unknown");
}

/* A domain of the text, from its heading on, up to the next; hows are those of the one before. */
static bool text_domain(const char **at, struct rows *rows, char hows[FACT_COUNT][16])
{
	char line[1024], verdict[64] = "";
	const char *before;
	bool in_facts = false;

	for (before = *at; take_line(at, line, sizeof(line)); before = *at) {
		if (!strncmp(line, "Domain ", 7)) {
			*at = before;
			return true;
		}
		if (!strncmp(line, "  What is known of this domain", 30))
			in_facts = true;
		else if (!*line)
			in_facts = false;
		else if (in_facts)
			note_fact(line + 4, hows);
		else if (!strncmp(line, "      0x", 8) && !text_row(line, verdict, rows))
			return false;
		else if (!strncmp(line, "  ", 2) && line[2] != ' ')
			snprintf(verdict, sizeof(verdict), "%.63s", verdict_of(line));
	}
	return true;
}

/* ---- JSON Lines ---- */

/* The value behind "KEY":, up to what ends it. */
static void value_of(const char *line, const char *key, char *value, size_t size)
{
	char name[40];
	const char *at;

	snprintf(name, sizeof(name), "\"%s\":", key);
	at = strstr(line, name);
	*value = '\0';
	if (!at)
		return;
	at += strlen(name);
	if (*at == '"')
		snprintf(value, size, "%.*s", (int)strcspn(at + 1, "\""), at + 1);
	else
		snprintf(value, size, "%.*s", (int)strcspn(at, ",}"), at);
}

static void json_row(const char *line, struct rows *rows)
{
	char first[24], last[24] = "", entries[24], attributes[16], mfn[32], contiguous[8];
	char verdict[32], bug[16];
	const char *gfn = strstr(line, "\"gfn\":[\"");

	if (!gfn || sscanf(gfn, "\"gfn\":[\"%23[^\"]\",\"%23[^\"]\"", first, last) != 2)
		abort();
	value_of(line, "entries", entries, sizeof(entries));
	value_of(line, "attributes", attributes, sizeof(attributes));
	value_of(line, "mfn", mfn, sizeof(mfn));
	value_of(line, "mfn_contiguous", contiguous, sizeof(contiguous));
	value_of(line, "verdict", verdict, sizeof(verdict));
	value_of(line, "bug", bug, sizeof(bug));
	if (!strcmp(verdict, "mismatch"))
		value_of(line, "severity", verdict, sizeof(verdict));
	if (!strcmp(mfn, "null")) {
		strcpy(mfn, "-");
		*attributes = '\0';
	} else if (strcmp(contiguous, "true")) {
		strcat(mfn, "+");
	}
	snprintf(rows_new(rows), ROW, "%s%s%s %s '%s' %s %s%s%s", first,
		 strcmp(first, last) ? "-" : "", strcmp(first, last) ? last : "", entries,
		 attributes, mfn, verdict, *bug && strcmp(bug, "null") ? ", " : "",
		 *bug && strcmp(bug, "null") ? bug : "");
}

/* How that fact is known in the line of a domain. */
static void json_how(const char *line, enum fact fact, char *how, size_t size)
{
	char name[64];
	const char *at, *next;

	snprintf(name, sizeof(name), "\"%s\":{\"value\":", fact_info[fact].name);
	at = strstr(line, name);
	snprintf(how, size, "none");
	/* That of the fact is the last before the next fact: a vCPU has its own. */
	for (next = at ? strstr(at + 1, "\":{\"value\":") : NULL; at;
	     at = strstr(at + 1, "\"how\":\"")) {
		if (next && at > next)
			break;
		value_of(at, "how", how, size);
	}
}

/* The line of a domain, which stands behind its runs; what it has besides goes into rows. */
static const char *json_domain(const char **at, struct rows *rows)
{
	while (**at) {
		const char *line = *at;

		*at += strcspn(line, "\n");
		*at += **at == '\n';
		if (!strncmp(line, "{\"record\":\"run\"", 15) ||
		    !strncmp(line, "{\"record\":\"finding\"", 19)) {
			char *copy = strndup(line, *at - line);

			if (!copy)
				abort();
			json_row(copy, rows);
			free(copy);
		} else if (!strncmp(line, "{\"record\":\"domain\"", 18)) {
			return line;
		}
	}
	return NULL;
}

static const char *compare_facts(const char *line, char hows[FACT_COUNT][16])
{
	char *copy = strndup(line, strcspn(line, "\n"));
	const char *differs = NULL;
	char how[16];
	unsigned int fact;

	if (!copy)
		abort();
	for (fact = 0; fact < FACT_COUNT && !differs; fact++) {
		if (!fact_info[fact].shown)
			continue;
		json_how(copy, fact, how, sizeof(how));
		if (strcmp(how, hows[fact])) {
			printf("  %s: text %s, JSON Lines %s\n", fact_info[fact].name, hows[fact],
			       how);
			differs = "how a fact is known, in text and JSON Lines";
		}
	}
	free(copy);
	return differs;
}

static void show_first(struct rows *text, struct rows *json)
{
	size_t i;

	for (i = 0; i < text->count && i < json->count; i++)
		if (strcmp(text->at[i], json->at[i])) {
			printf("  text %s\n  JSON %s\n", text->at[i], json->at[i]);
			return;
		}
}

const char *rows_compare(const char *text, const char *lines)
{
	char hows[FACT_COUNT][16] = { "" }, line[1024];
	struct rows in_text = { NULL, 0, 0 }, in_json = { NULL, 0, 0 };
	const char *differs = NULL, *domain;

	while (strncmp(text, "Domain ", 7))
		if (!take_line(&text, line, sizeof(line)))
			break;
	while (!differs && (domain = json_domain(&lines, &in_json))) {
		if (!take_line(&text, line, sizeof(line)) || !text_domain(&text, &in_text, hows))
			differs = "a domain or a row of text";
		else if (!rows_same(&in_text, &in_json))
			differs = "runs and verdicts of text and JSON Lines";
		else
			differs = compare_facts(domain, hows);
		if (differs)
			show_first(&in_text, &in_json);
		in_text.count = in_json.count = 0;
	}
	free(in_text.at);
	free(in_json.at);
	return differs;
}
