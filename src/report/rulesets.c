/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/rulesets.h"

#include "base/screen.h"
#include "report/document.h"
#include "report/historywrite.h"
#include "rules/releases.h"

#include <stdio.h>

static void json_message(struct jsonwrite *json, const struct message *message)
{
	if (!message) {
		json_string(json, "message", NULL);
		return;
	}
	json_open(json, "message", '{');
	json_string(json, "subject", message->subject);
	json_string(json, "author", message->author);
	json_string(json, "date", message->date);
	json_string(json, "id", message->id);
	json_close(json, '}');
}

static void json_set(struct jsonwrite *json, unsigned int id)
{
	char releases[128];
	const struct xen_commit *commit;
	int from = ruleset_parent(id, &commit);
	const enum step *step;

	json_newline(json);
	json_open(json, NULL, '{');
	json_string(json, "name", ruleset(id)->name);
	json_string(json, "releases", releases_of_set(id, releases, sizeof(releases)));
	json_string(json, "origin", ruleset(id)->origin);
	json_bool(json, "released", RULES_RELEASED >> id & 1);
	json_open(json, "steps", '[');
	for (step = ruleset(id)->steps; *step != STEP_END; step++)
		json_string(json, NULL, step_info[*step].name);
	json_close(json, ']');
	json_string(json, "from", from < 0 ? NULL : ruleset(from)->name);
	commit_write(json, "commit", commit);
	json_message(json, ruleset_message(id));
	json_open(json, "history", '[');
	for (step = ruleset(id)->steps; *step != STEP_END; step++) {
		json_open(json, NULL, '{');
		json_string(json, "step", step_info[*step].name);
		json_string(json, "reason", step_info[*step].reason);
		past_write(json, "commits", id, *step);
		json_close(json, '}');
	}
	json_close(json, ']');
	json_close(json, '}');
}

static void list_set(unsigned int id)
{
	char releases[128];

	screen_text(stdout, printf("%-24s ", ruleset(id)->name), 25,
		    releases_of_set(id, releases, sizeof(releases)));
	screen_text(stdout, printf("%-24s ", ""), 25, ruleset(id)->origin);
}

void rulesets_list(bool json_form, uint32_t which, const char *how, const char *note)
{
	struct jsonwrite json = { stdout, false };
	unsigned int id;

	if (json_form) {
		document_begin(&json, "xen-eptaudit/rules");
		document_source(&json, NULL);
		json_open(&json, "rules", '[');
	}
	for (id = 0; id < ruleset_count(); id++) {
		if (!(which >> id & 1))
			continue;
		if (json_form)
			json_set(&json, id);
		else
			list_set(id);
	}
	if (json_form) {
		json_close(&json, ']');
		if (how)
			json_string(&json, "how", how);
		if (note)
			json_string(&json, "note", *note ? note : NULL);
		json_bool(&json, "complete", true);
		document_end(&json, 0);
	} else if (note && *note) {
		screen_print(stdout, 0, 2, "%s: %s", how, note);
	}
}

/* "  releases: …", folded; without a name it goes on what stands before. */
static void line(const char *name, const char *text)
{
	char label[16];

	snprintf(label, sizeof(label), "%s%s", name, *name ? ":" : "");
	screen_text(stdout, printf("  %-10s", label), 12, text);
}

static void show_origin(unsigned int id)
{
	const struct message *message = ruleset_message(id);
	const struct xen_commit *commit;
	int from = ruleset_parent(id, &commit);
	char text[160];

	printf("Rule set %s\n", ruleset(id)->name);
	line("releases", releases_of_set(id, text, sizeof(text)));
	line("origin", ruleset(id)->origin);
	if (from >= 0)
		line("made of", ruleset(from)->name);
	if (commit) {
		line("commit", words_commit(commit, text, sizeof(text)));
		line("", commit->what);
	}
	if (message) {
		screen_print(stdout, printf("  message:  "), 12, "%s, %s", message->author,
			     message->date);
		line("", message->subject);
		screen_print(stdout, printf("  %-10s", ""), 12, "Message-ID: <%s>", message->id);
	}
}

void rulesets_show(unsigned int id)
{
	const enum step *step;
	unsigned int n = 1;

	show_origin(id);
	for (step = ruleset(id)->steps; *step != STEP_END; step++, n++) {
		struct step_past past[STEP_PAST_MAX];
		unsigned int count = step_past(id, *step, past), i;
		char text[160];

		screen_text(stdout, printf("  %u. %-18s ", n, step_info[*step].name), 24,
			    step_info[*step].reason);
		for (i = 0; i < count; i++)
			screen_text(stdout, printf("     %-8s ", step_deed_name(past[i].deed)), 14,
				    words_commit(past[i].commit, text, sizeof(text)));
	}
}
