/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rules: which rule sets there are, what they ask, and which one fits what is seen. */
#include "cmd/cmd.h"
#include "cmd/options.h"

#include "audit/fit.h"
#include "report/fit.h"
#include "report/historywrite.h"
#include "rules/releases.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct rules_options {
	struct common_options common;
	const char *words[3]; /* what the user wants: show NAME, for VERSION, fit [DOMAIN] */
	unsigned int count;
	bool json;
};

enum { OPT_FORMAT = 0x700 };

static const struct argp_option options[] = {
	{ "format", OPT_FORMAT, "text|json", 0, "Form of the output", 3 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct rules_options *rules = state->input;

	switch (key) {
	case OPT_FORMAT:
		rules->json = parse_format(arg, state);
		break;
	case ARGP_KEY_ARG:
		if (rules->count == 3)
			argp_error(state, "too many words");
		rules->words[rules->count++] = arg;
		break;
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &rules->common;
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "[list]\nshow NAME\nfor VERSION\nfit [DOMAIN]",
	.children = common_children,
	.doc = "Show the rule sets by which Xen chose memory types, and the proposals known here; or find "
	       "the one that fits the entries of a source.\v"
	       "Examples:\n"
	       "  xen-eptaudit rules\n"
	       "  xen-eptaudit rules show 4.17\n"
	       "  xen-eptaudit rules for 4.17.4+13-gabcdef\n"
	       "  xen-eptaudit rules fit --from log\n\n"
	       "Exit status: 0 shown, 2 not known or not readable, 3 shown, but entries were lost.",
};

static void json_head(struct jsonwrite *json)
{
	json_open(json, NULL, '{');
	json_schema(json, "xen-eptaudit/rules");
}

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
	const struct xen_commit *commit;
	int from = ruleset_parent(id, &commit);
	const enum step *step;

	json_newline(json);
	json_open(json, NULL, '{');
	json_string(json, "name", ruleset(id)->name);
	json_string(json, "releases", ruleset(id)->releases);
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

/* how, note: of the choice, where there was one. */
static void list(bool json_form, uint32_t which, const char *how, const char *note)
{
	struct jsonwrite json = { stdout, false };
	unsigned int id;

	if (json_form) {
		json_head(&json);
		json_open(&json, "rules", '[');
	}
	for (id = 0; id < ruleset_count(); id++) {
		if (!(which >> id & 1))
			continue;
		if (json_form)
			json_set(&json, id);
		else
			printf("%-24s %s\n%-24s %s\n", ruleset(id)->name, ruleset(id)->releases, "",
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
	       ruleset(id)->releases, ruleset(id)->origin);
	if (from >= 0)
		printf("  made of:  %s\n", ruleset(from)->name);
	if (commit)
		printf("  commit:   %s:\n            %s\n",
		       words_commit(commit, text, sizeof(text)), commit->what);
	if (message)
		printf("  message:  %s, %s\n            %s\n            Message-ID: <%s>\n",
		       message->author, message->date, message->subject, message->id);
}

static void show(unsigned int id)
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

static int fit_dump(struct source *source, const struct dump *dump, struct fit *fit,
		    struct error *err)
{
	static struct entry entries[256];
	struct fit_reader *reader = fit_begin(fit, &dump->facts, dump->domid);
	ssize_t count;

	if (!reader)
		return error_set(err, -ENOMEM, "out of memory");
	while ((count = source_read(source, entries, 256, err)) > 0) {
		fit_entries(reader, entries, count);
		fit_run(reader, &entries[0], source_more(source, &entries[0]));
	}
	fit_end(reader);
	return count ? count : fit->rc ? error_set(err, fit->rc, "out of memory") : 0;
}

static int fit_all(struct rules_options *rules, struct source *source, struct fit *fit,
		   bool *complete, struct error *err)
{
	struct dump *dump;
	int rc;

	while ((dump = source_next(source, &rc, err))) {
		rc = common_facts(&rules->common, dump, err);
		if (!rc)
			rc = fit_dump(source, dump, fit, err);
		if (rc)
			return rc;
		*complete &= dump->complete;
	}
	if (!rc && !fit->entries)
		rc = error_set(err, -ENOENT,
			       "%s has no entry to judge: all are pending or map nothing",
			       source->info.name);
	return rc;
}

static int fit(struct rules_options *rules, int *status, struct error *err)
{
	struct fit fit = { .entries = 0 };
	struct fit_report report = { .fit = &fit, .complete = true };
	struct source *source = NULL;
	int rc;

	rules->common.source.domain = rules->words[1];
	rules->common.rules_optional = true;
	rc = common_prepare(&rules->common, err);
	if (!rc)
		rc = common_open(&rules->common, &source, err);
	if (!rc)
		rc = fit_all(rules, source, &fit, &report.complete, err);
	if (!rc) {
		report.info = &source->info;
		report.running = rules->common.rules ? rules->common.rules : source->info.rules;
		*status = report.exit_status = report.complete ? STATUS_CLEAN : STATUS_INCOMPLETE;
		if (rules->json)
			fit_json(&report);
		else
			fit_text(&report);
	}
	source_close(source);
	fit_clear(&fit);
	return rc;
}

static int for_version(const struct rules_options *options_, struct error *err)
{
	char note[160];
	uint32_t rules;
	enum how how;
	int rc = releases_parse(options_->words[1], &rules, &how, note, sizeof(note), err);

	if (rc)
		return rc;
	if (!rules)
		return error_set(err, -EINVAL, "%s: %s", options_->words[1], note);
	list(options_->json, rules, how_name(how), note);
	return 0;
}

static int run(int argc, char **argv)
{
	struct rules_options rules;
	struct error err = { "" };
	const char *verb;
	int id, status = STATUS_CLEAN, rc = 0;

	memset(&rules, 0, sizeof(rules));
	if (argp_parse(&argp, argc, argv, 0, NULL, &rules))
		return STATUS_ERROR;
	verb = rules.count ? rules.words[0] : "list";
	if (!strcmp(verb, "list") && rules.count <= 1) {
		list(rules.json, UINT32_MAX, NULL, NULL);
	} else if (!strcmp(verb, "show") && rules.count == 2) {
		id = ruleset_parse(rules.words[1]);
		if (id < 0)
			rc = error_set(&err, -EINVAL, "no rule set '%s'; 'rules' lists them",
				       rules.words[1]);
		else if (rules.json)
			list(true, 1u << id, NULL, NULL);
		else
			show(id);
	} else if (!strcmp(verb, "for") && rules.count == 2) {
		rc = for_version(&rules, &err);
	} else if (!strcmp(verb, "fit") && rules.count <= 2) {
		rc = fit(&rules, &status, &err);
	} else {
		rc = error_set(
			&err, -EINVAL,
			"'%s' is not known; list, show NAME, for VERSION and fit [DOMAIN] are",
			verb);
	}
	common_clear(&rules.common);
	return rc ? cmd_fail(argv[0], "%s", err.text) : status;
}

const struct verb verb_rules = { "rules", "list, show and fit rule sets", &argp, run };
