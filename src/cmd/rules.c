/* SPDX-License-Identifier: GPL-2.0-or-later */
/* rules: which rule sets there are, what they ask, and which one fits what is seen. */
#include "cmd/cmd.h"
#include "cmd/session.h"

#include "audit/fit.h"
#include "report/fit.h"
#include "report/rulesets.h"
#include "rules/releases.h"

#include <errno.h>
#include <string.h>

#define FORMATS "text|json"

struct rules {
	struct shared_options shared;
	const char *words[3]; /* what the user wants: show NAME, for VERSION, fit [DOMAIN] */
	unsigned int count;
	enum format format;
	/* While entries are read: */
	struct fit fit;
	struct fit_reader *reader;
};

static const struct argp_option options[] = {
	OPTION_FORMATS(FORMATS, "Form of the output", 3),
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct rules *rules = state->input;

	switch (key) {
	case 'j':
	case OPT_FORMAT:
		rules->format = parse_format(arg, FORMATS, state);
		break;
	case ARGP_KEY_ARG:
		if (rules->count == 3)
			argp_error(state, "too many words");
		rules->words[rules->count++] = arg;
		break;
	default:
		return options_pass(&rules->shared, key, state);
	}
	return 0;
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "[list]\nshow NAME\nfor VERSION\nfit [DOMAIN]",
	.children = shared_children,
	.doc = "Show the rule sets by which releases of Xen choose memory types, and known proposals; or "
	       "find the rule sets that fit the entries of a source best.\v"
	       "Examples:\n"
	       "  xen-eptaudit rules\n"
	       "  xen-eptaudit rules show 4.17\n"
	       "  xen-eptaudit rules for 4.17.4+13-gabcdef\n"
	       "  xen-eptaudit rules fit --from log\n\n"
	       "Exit status: 0 shown, 2 not known or not readable, 3 shown, but entries were lost.",
};

/* ---- fit ---- */

static int begin_dump(void *opaque, struct dump *dump, struct error *err)
{
	struct rules *rules = opaque;

	rules->reader = fit_begin(&rules->fit, &dump->facts, dump->domid);
	return rules->reader ? 0 : error_set(err, -ENOMEM, "out of memory");
}

static int fit_these(void *opaque, struct entry *entries, size_t count, struct error *err)
{
	(void)err;
	fit_entries(((struct rules *)opaque)->reader, entries, count);
	return 0;
}

static void take_run(void *opaque, const struct entry *first, uint64_t count)
{
	fit_run(((struct rules *)opaque)->reader, first, count);
}

static int end_dump(void *opaque, struct dump *dump, struct error *err)
{
	struct rules *rules = opaque;

	(void)dump;
	fit_end(rules->reader);
	rules->reader = NULL;
	return rules->fit.rc ? error_set(err, rules->fit.rc, "out of memory") : 0;
}

static int fit_all(struct rules *rules, struct session *session, struct error *err)
{
	static const struct visitor visitor = {
		.dump = begin_dump,
		.entries = fit_these,
		.run = take_run,
		.dump_end = end_dump,
	};
	int rc = session_read(session, &visitor, rules, err);

	if (rules->reader)
		fit_end(rules->reader);
	if (!rc && !rules->fit.entries)
		rc = error_set(err, -ENOENT,
			       "%s has no entry to judge%s: all are pending or map nothing",
			       session->source->info.name,
			       rules->shared.gfns.count ? " within --gfn" : "");
	return rc;
}

static void tell_fit(const struct rules *rules, const struct session *session, int status)
{
	struct fit_report report = {
		.info = &session->source->info,
		.fit = &rules->fit,
		.running = rules->shared.rules ? rules->shared.rules : session->source->info.rules,
		.complete = session->complete,
		.exit_status = status,
	};

	if (rules->format == FORMAT_JSON)
		fit_json(&report);
	else
		fit_text(&report);
}

static int find_fit(struct rules *rules, int *status, struct error *err)
{
	struct session session = { .source = NULL };
	int rc;

	rules->shared.source.domain = rules->words[1];
	rules->shared.rules_optional = true;
	rc = options_prepare(&rules->shared, err);
	if (!rc)
		rc = session_open(&session, &rules->shared, err);
	if (!rc)
		rc = fit_all(rules, &session, err);
	if (!rc) {
		*status = session.complete ? STATUS_CLEAN : STATUS_INCOMPLETE;
		tell_fit(rules, &session, *status);
	}
	session_close(&session);
	fit_clear(&rules->fit);
	return rc;
}

/* ---- the sets themselves ---- */

static int list_sets(struct rules *rules, int *status, struct error *err)
{
	(void)status;
	(void)err;
	rulesets_list(rules->format == FORMAT_JSON, UINT32_MAX, NULL, NULL);
	return 0;
}

static int show_set(struct rules *rules, int *status, struct error *err)
{
	uint32_t sets;

	(void)status;
	if (parse_rules(rules->words[1], &sets, err))
		return error_set(err, -EINVAL, "no rule set '%s'; 'rules' lists them",
				 rules->words[1]);
	if (rules->format == FORMAT_JSON)
		rulesets_list(true, sets, NULL, NULL);
	else
		for (; sets; sets &= sets - 1)
			rulesets_show(__builtin_ctz(sets));
	return 0;
}

static int sets_for_version(struct rules *rules, int *status, struct error *err)
{
	const char *version = rules->words[1];
	char note[160];
	uint32_t sets;
	enum how how;
	int rc = releases_parse(version, &sets, &how, note, sizeof(note), err);

	(void)status;
	if (rc)
		return rc;
	if (!sets)
		return error_set(err, -EINVAL, "%s: %s", version, note);
	rulesets_list(rules->format == FORMAT_JSON, sets, how_name(how), note);
	return 0;
}

/* What can be wanted: its first word, how many words there may be, whether it reads entries. */
static const struct {
	const char *name;
	unsigned int least, most;
	bool reads;
	int (*run)(struct rules *rules, int *status, struct error *err);
} wanted[] = {
	{ "list", 0, 1, false, list_sets },
	{ "show", 2, 2, false, show_set },
	{ "for", 2, 2, false, sets_for_version },
	{ "fit", 1, 2, true, find_fit },
};

static int run_wanted(struct rules *rules, int *status, struct error *err)
{
	const char *name = rules->count ? rules->words[0] : "list";
	size_t i;
	int rc;

	for (i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		if (strcmp(name, wanted[i].name) || rules->count < wanted[i].least ||
		    rules->count > wanted[i].most)
			continue;
		rc = wanted[i].reads
			     ? 0
			     : options_refuse(&rules->shared, OPTIONS_ALL & ~OPTION(OPT_RULES_FILE),
					      "%s is for 'rules fit', which reads entries", err);
		return rc ? rc : wanted[i].run(rules, status, err);
	}
	return error_set(err, -EINVAL,
			 "'%s' is not known; list, show NAME, for VERSION and fit [DOMAIN] are",
			 name);
}

static int run(int argc, char **argv)
{
	struct rules rules;
	struct error err = { "" };
	int status = STATUS_CLEAN, rc;

	memset(&rules, 0, sizeof(rules));
	if (cmd_parse(&argp, argc, argv, &rules))
		return STATUS_ERROR;
	rc = run_wanted(&rules, &status, &err);
	options_clear(&rules.shared);
	return cmd_end(argv[0], rc, status, &err);
}

const struct verb verb_rules = {
	.name = "rules",
	.help = "list and show rule sets, or find the one that fits",
	.argp = &argp,
	.run = run,
	.shared = OPTIONS_ALL,
};
