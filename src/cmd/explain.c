/* SPDX-License-Identifier: GPL-2.0-or-later */
/* explain: one gfn, step by step. */
#include "cmd/cmd.h"
#include "cmd/options.h"

#include "audit/judge.h"
#include "base/text.h"
#include "report/explain.h"
#include "rules/releases.h"
#include "rules/types.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct explain {
	struct common_options common;
	const char *words[2]; /* DOMAIN GFN */
	unsigned int count, order;
	bool json, has_mfn;
	uint64_t gfn, mfn;
	int type;
	/* Of the entry asked for. */
	struct run found;
	bool any;
};

enum { OPT_FORMAT = 0x800, OPT_MFN, OPT_TYPE, OPT_ORDER };

static const struct argp_option options[] = {
	{ "format", OPT_FORMAT, "text|json", 0, "Form of the output", 3 },
	{ "mfn", OPT_MFN, "MFN", 0, "Of an entry that is not in any source: its frame", 4 },
	{ "type", OPT_TYPE, "TYPE", 0, "Its p2m type, such as mmio_direct", 4 },
	{ "order", OPT_ORDER, "0|9|18", 0, "Its order", 4 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct explain *explain = state->input;

	switch (key) {
	case OPT_FORMAT:
		explain->json = parse_format(arg, state);
		break;
	case OPT_MFN:
		if (!text_hex_string(arg, &explain->mfn))
			argp_error(state, "--mfn %s: a hexadecimal frame is expected", arg);
		explain->has_mfn = true;
		break;
	case OPT_TYPE:
		explain->type = parse_type(arg, state);
		break;
	case OPT_ORDER:
		explain->order = parse_order(arg, state);
		break;
	case ARGP_KEY_ARG:
		if (explain->count == 2)
			argp_error(state, "DOMAIN and GFN are all that is expected");
		explain->words[explain->count++] = arg;
		break;
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &explain->common;
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "DOMAIN GFN\n--gfn GFN --mfn MFN --type TYPE --xen VERSION",
	.children = no_all_children,
	.doc = "Explain the memory type of one guest frame: each step of the rules, the facts it looked at, "
	       "and who decided; and what every other rule set says.\v"
	       "Examples:\n"
	       "  xen-eptaudit explain 6 400 --from log\n"
	       "  xen-eptaudit explain --gfn e0000 --mfn 100000 --type mmio_direct --order 9 --xen 4.17.3 "
	       "--given facts.json",
};

static void show(const struct explain *explain, const struct facts *facts, const char *rules_note,
		 const struct dump *dump)
{
	struct explanation explanation = {
		.facts = facts,
		.gfn = explain->gfn,
		.domid = dump ? dump->domid : -1,
		.name = dump ? dump->name : NULL,
		.rules_note = rules_note,
		.run = explain->found,
	};

	if (explain->json)
		explain_json(&explanation);
	else
		explain_text(&explanation);
}

static void keep_run(void *opaque, const struct run *run)
{
	struct explain *explain = opaque;

	if (explain->gfn < run->first.gfn || explain->gfn > run->gfn_last)
		return;
	explain->found = *run;
	/* The entry that has the gfn, of a run of alike ones. */
	explain->found.first.gfn +=
		(explain->gfn - run->first.gfn) & ~(entry_pages(run->first.order) - 1);
	if (run->mfn_contiguous)
		explain->found.first.mfn += explain->found.first.gfn - run->first.gfn;
	explain->any = true;
}

/* What the judge did not ask the rules about can be asked all the same. */
static void put_question(struct explain *explain, const struct facts *facts)
{
	struct window window = WINDOW_ALL;

	types_question(facts, &explain->found.first, &explain->found.question, &window);
}

static int from_source(struct explain *explain, struct error *err)
{
	static struct entry entries[256];
	struct source *source;
	struct dump *dump;
	struct judge *judge;
	struct entry exact = { .order = 0 };
	struct range only = { explain->gfn, explain->gfn };
	ssize_t count, i;
	int rc;

	explain->common.source.only = &only;
	rc = common_open(&explain->common, &source, err);
	if (rc)
		return rc;
	dump = source_next(source, &rc, err);
	if (dump)
		rc = common_facts(&explain->common, dump, err);
	judge = dump && !rc ? judge_new(&dump->facts, true, keep_run, explain) : NULL;
	if (judge) {
		while ((count = source_read(source, entries, 256, err)) > 0) {
			judge_entries(judge, entries, count);
			for (i = 0; i < count; i++)
				if (explain->gfn - entries[i].gfn < entry_pages(entries[i].order))
					exact = entries[i];
		}
		judge_finish(judge);
		judge_free(judge);
		rc = count;
	}
	if (!rc && !explain->any)
		rc = error_set(err, -ENOENT, "domain %s has no entry for gfn 0x%" PRIx64,
			       explain->words[0], explain->gfn);
	if (!rc) {
		explain->found.first = exact;
		put_question(explain, &dump->facts);
		show(explain, &dump->facts, source->info.rules_note, dump);
	}
	source_close(source);
	return rc;
}

static void explain_entry(struct explain *explain, const struct facts *facts,
			  const char *rules_note)
{
	explain->found.first.gfn = explain->gfn & ~(entry_pages(explain->order) - 1);
	explain->found.first.mfn = explain->mfn & ~(entry_pages(explain->order) - 1);
	explain->found.first.order = explain->order;
	explain->found.first.rights = ENTRY_R | ENTRY_W | ENTRY_X;
	explain->found.first.type = explain->type;
	put_question(explain, facts);
	/* Nobody says that it is read-only but for the list that is given. */
	explain->found.question.mmio_ro = MAYBE_NO;
	show(explain, facts, rules_note, NULL);
}

static int hypothetical(struct explain *explain, struct error *err)
{
	struct facts facts;
	char note[160] = "";
	enum how how;
	int rc = 0;

	if (explain->common.gfns.count != 1 || !explain->has_mfn || explain->type < 0)
		return error_set(
			err, -EINVAL,
			"name DOMAIN and GFN, or an entry with --gfn, --mfn, --type and --xen");
	explain->gfn = explain->common.gfns.range[0].first;
	if (explain->common.gfns.range[0].last != explain->gfn)
		return error_set(err, -EINVAL, "--gfn: one gfn is expected, not a range");
	facts_init(&facts);
	facts.rules = explain->common.rules;
	if (explain->common.xen && !facts.rules)
		rc = releases_parse(explain->common.xen, &facts.rules, &how, note, sizeof(note),
				    err);
	if (!rc && !facts.rules)
		rc = error_set(err, -EINVAL, "name the Xen with --xen, or a rule set with --rules");
	facts.how_rules = HOW_GIVEN;
	if (!rc)
		rc = given_apply(explain->common.given, 0, 0, &facts, err);
	if (!rc)
		explain_entry(explain, &facts, note);
	facts_clear(&facts);
	return rc;
}

static int run(int argc, char **argv)
{
	struct explain explain;
	struct error err = { "" };
	int rc;

	memset(&explain, 0, sizeof(explain));
	explain.type = -1;
	if (argp_parse(&argp, argc, argv, 0, NULL, &explain))
		return STATUS_ERROR;
	if (explain.count == 2) {
		explain.common.source.domain = explain.words[0];
		rc = text_hex_string(explain.words[1], &explain.gfn)
			     ? common_prepare(&explain.common, &err)
			     : error_set(&err, -EINVAL, "'%s' is no hexadecimal gfn",
					 explain.words[1]);
		if (!rc)
			rc = from_source(&explain, &err);
	} else {
		if (!explain.common.source.path)
			explain.common.source.path = "-"; /* not read */
		rc = explain.count ? error_set(&err, -EINVAL, "name DOMAIN and GFN")
				   : common_prepare(&explain.common, &err);
		if (!rc)
			rc = hypothetical(&explain, &err);
	}
	common_clear(&explain.common);
	return rc ? cmd_fail(argv[0], "%s", err.text) : STATUS_CLEAN;
}

const struct verb verb_explain = { "explain", "one guest frame, step by step", &argp, run };
