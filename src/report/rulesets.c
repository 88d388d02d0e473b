/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/rulesets.h"

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

void rulesets_list(bool json_form, uint32_t which, const char *how, const char *note)
{
	struct jsonwrite json = { stdout, false };
	char releases[128];
	unsigned int id;

	if (json_form) {
		document_begin(&json, "xen-eptaudit/rules");
		json_open(&json, "rules", '[');
	}
	for (id = 0; id < ruleset_count(); id++) {
		if (!(which >> id & 1))
			continue;
		if (json_form)
			json_set(&json, id);
		else
			printf("%-24s %s\n%-24s %s\n", ruleset(id)->name,
			       releases_of_set(id, releases, sizeof(releases)), "",
			       ruleset(id)->origin);
	}
	if (json_form) {
		json_close(&json, ']');
		if (how)
			json_string(&json, "how", how);
		if (note)
			json_string(&json, "note", *note ? note : NULL);
		json_close(&json, '}');
		putchar('\n');
	} else if (note && *note) {
		printf("%s: %s\n", how, note);
	}
}

static void show_origin(unsigned int id)
{
	const struct message *message = ruleset_message(id);
	const struct xen_commit *commit;
	int from = ruleset_parent(id, &commit);
	char text[160];

	printf("Rule set %s\n  releases: %s\n  origin:   %s\n", ruleset(id)->name,
	       releases_of_set(id, text, sizeof(text)), ruleset(id)->origin);
	if (from >= 0)
		printf("  made of:  %s\n", ruleset(from)->name);
	if (commit)
		printf("  commit:   %s:\n            %s\n",
		       words_commit(commit, text, sizeof(text)), commit->what);
	if (message)
		printf("  message:  %s, %s\n            %s\n            Message-ID: <%s>\n",
		       message->author, message->date, message->subject, message->id);
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

		printf("  %u. %-18s %s\n", n, step_info[*step].name, step_info[*step].reason);
		for (i = 0; i < count; i++)
			printf("     %-8s %s\n", step_deed_name(past[i].deed),
			       words_commit(past[i].commit, text, sizeof(text)));
	}
}
