/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rules: which rule sets there are, what they ask, and which one fits what is seen. */
#include "cmd/cmd.h"
#include "cmd/options.h"

#include "audit/fit.h"
#include "report/jsonwrite.h"
#include "rules/releases.h"
#include "x86/memtype.h"

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
	       "  xen-eptaudit rules fit --from log",
};

static void json_head(struct jsonwrite *json)
{
	json_open(json, NULL, '{');
	json_schema(json, "xen-eptaudit/rules");
}

static void json_set(struct jsonwrite *json, enum ruleset_id id)
{
	const enum step *step;

	json_open(json, NULL, '{');
	json_string(json, "name", ruleset(id)->name);
	json_string(json, "releases", ruleset(id)->releases);
	json_string(json, "origin", ruleset(id)->origin);
	json_bool(json, "released", RULES_RELEASED >> id & 1);
	json_open(json, "steps", '[');
	for (step = ruleset(id)->steps; *step != STEP_END; step++)
		json_string(json, NULL, step_info[*step].name);
	json_close(json, ']');
	json_close(json, '}');
}

static void list(bool json_form, uint32_t which)
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
		json_close(&json, '}');
		putchar('\n');
	}
}

static void show(enum ruleset_id id)
{
	const enum step *step;
	unsigned int n = 1;

	printf("Rule set %s\n  releases: %s\n  origin:   %s\n", ruleset(id)->name,
	       ruleset(id)->releases, ruleset(id)->origin);
	for (step = ruleset(id)->steps; *step != STEP_END; step++, n++)
		printf("  %u. %-18s %-58s %s\n", n, step_info[*step].name, step_info[*step].reason,
		       step_info[*step].commit);
}

static int fit_dump(struct source *source, struct dump *dump, const struct common_options *common,
		    struct fit *fits, size_t fit_count, struct error *err)
{
	static struct entry entries[256];
	ssize_t count;
	int rc = common_facts(common, dump, err);

	if (rc)
		return rc;
	count = fit_begin(fits, fit_count, &dump->facts, dump->domid);
	if (count)
		error_set(err, count, "out of memory");
	else
		while ((count = source_read(source, entries, 256, err)) > 0)
			fit_entries(fits, fit_count, entries, count);
	fit_end(fits, fit_count);
	return count;
}

static void print_fit(const struct fit *fit, uint64_t least)
{
	printf("%-10s %14" PRIu64 "%s", ruleset(fit->id)->name, fit->contradictions,
	       fit->contradictions == least ? "  fits best" : "");
	if (fit->contradictions > least)
		printf("  e.g. domain %d gfn 0x%" PRIx64 " mfn 0x%" PRIx64 " %s%s",
		       fit->example_domid, fit->example.gfn, fit->example.mfn,
		       memtype_name(fit->example.emt), fit->example.ipat ? "!" : "");
	putchar('\n');
}

static void json_fit(struct jsonwrite *json, const struct fit *fit, uint64_t least)
{
	json_open(json, NULL, '{');
	json_string(json, "rules", ruleset(fit->id)->name);
	json_number(json, "contradictions", fit->contradictions);
	json_bool(json, "fits", fit->contradictions == least);
	json_close(json, '}');
}

static void print_fits(bool json_form, const struct fit *fits, size_t count)
{
	struct jsonwrite json = { stdout, false };
	uint64_t least = fit_least(fits, count);

	if (!json_form) {
		printf("rule set   contradictions\n");
		while (count--)
			print_fit(&fits[count], least);
		return;
	}
	json_head(&json);
	json_open(&json, "fit", '[');
	while (count--)
		json_fit(&json, &fits[count], least);
	json_close(&json, ']');
	json_close(&json, '}');
	putchar('\n');
}

static int fit(struct rules_options *options_, struct error *err)
{
	static struct fit fits[RULES_MAX];
	size_t count = fit_candidates(fits);
	struct source *source;
	struct dump *dump;
	int rc;

	options_->common.source.domain = options_->words[1];
	rc = common_prepare(&options_->common, err);
	if (!rc)
		rc = source_open(&options_->common.source, &source, err);
	if (rc)
		return rc;
	while ((dump = source_next(source, &rc, err))) {
		rc = fit_dump(source, dump, &options_->common, fits, count, err);
		if (rc)
			break;
	}
	source_close(source);
	if (!rc)
		print_fits(options_->json, fits, count);
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
	list(options_->json, rules);
	if (*note && !options_->json)
		printf("%s: %s\n", how_name(how), note);
	return 0;
}

static int run(int argc, char **argv)
{
	struct rules_options rules;
	struct error err = { "" };
	const char *verb;
	int id, rc = 0;

	memset(&rules, 0, sizeof(rules));
	if (argp_parse(&argp, argc, argv, 0, NULL, &rules))
		return STATUS_ERROR;
	verb = rules.count ? rules.words[0] : "list";
	if (!strcmp(verb, "list") && rules.count <= 1) {
		list(rules.json, UINT32_MAX);
	} else if (!strcmp(verb, "show") && rules.count == 2) {
		id = ruleset_parse(rules.words[1]);
		if (id < 0)
			rc = error_set(&err, -EINVAL, "no rule set '%s'; 'rules' lists them",
				       rules.words[1]);
		else if (rules.json)
			list(true, 1u << id);
		else
			show(id);
	} else if (!strcmp(verb, "for") && rules.count == 2) {
		rc = for_version(&rules, &err);
	} else if (!strcmp(verb, "fit") && rules.count <= 2) {
		rc = fit(&rules, &err);
	} else {
		rc = error_set(
			&err, -EINVAL,
			"'%s' is not known; list, show NAME, for VERSION and fit [DOMAIN] are",
			verb);
	}
	common_clear(&rules.common);
	return rc ? cmd_fail(argv[0], "%s", err.text) : STATUS_CLEAN;
}

const struct verb verb_rules = { "rules", "list, show and fit rule sets", &argp, run };
