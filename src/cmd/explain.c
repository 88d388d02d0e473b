/* SPDX-License-Identifier: GPL-2.0-or-later */
/* explain: one gfn, step by step. */
#include "cmd/cmd.h"
#include "cmd/options.h"

#include "audit/judge.h"
#include "base/text.h"
#include "report/factswrite.h"
#include "report/jsonwrite.h"
#include "report/words.h"
#include "rules/history.h"
#include "rules/releases.h"
#include "rules/types.h"
#include "x86/memtype.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct explain {
	struct common_options common;
	const char *words[2]; /* DOMAIN GFN */
	unsigned int count, order;
	bool json, has_mfn, hypothetical;
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
	.children = common_children,
	.doc = "Explain the memory type of one guest frame: each step of the rules, the facts it looked at, "
	       "and who decided; and what every other rule set says.\v"
	       "Examples:\n"
	       "  xen-eptaudit explain 6 400 --from log\n"
	       "  xen-eptaudit explain --gfn e0000 --mfn 100000 --type mmio_direct --order 9 --xen 4.17.3 "
	       "--given facts.json",
};

static const char *answer_word(const struct step_answer *answer)
{
	return !answer->reached	  ? "not asked"
	       : answer->decided  ? "decides"
	       : answer->outcomes ? "may"
				  : "passes";
}

static void print_effective(const char *name, unsigned int key)
{
	unsigned int pat;

	printf("  %-10s", name);
	for (pat = 0; pat < MEMTYPE_COUNT; pat++) {
		int type = memtype_effective(key & 7, key >> 3, pat);

		if (pat != 2 && pat != 3)
			printf(" %-4s", type < 0 ? "-" : memtype_name(type));
	}
	putchar('\n');
}

static void print_steps(const struct facts *facts, const struct question *question,
			enum ruleset_id id)
{
	struct step_answer answers[RULESET_STEPS];
	unsigned int count = decide_steps(facts, question, id, answers), i, fact;

	printf("Rule set %s:\n", ruleset(id)->name);
	for (i = 0; i < count; i++) {
		char outcomes[64], value[128];
		bool first = true;

		words_outcomes(answers[i].outcomes, outcomes, sizeof(outcomes));
		printf("  %-18s %-9s %-14s", step_info[answers[i].step].name,
		       answer_word(&answers[i]), outcomes);
		for (fact = 0; fact < FACT_COUNT && answers[i].reached; fact++) {
			if (!(step_info[answers[i].step].facts >> fact & 1))
				continue;
			words_fact(facts, fact, value, sizeof(value));
			printf("%s%s %s", first ? " " : ", ", fact_info[fact].name, value);
			if (words_fact_how(facts, fact) != HOW_UNKNOWN)
				printf(" (%s)", how_name(words_fact_how(facts, fact)));
			first = false;
		}
		putchar('\n');
	}
}

static void print_origin(enum step step)
{
	unsigned int id;
	bool first = true;

	printf("%s: %s", step_info[step].name, step_info[step].reason);
	if (step_commit(step))
		printf("; Xen commit %s", step_commit(step)->id);
	printf("\n  in rule sets");
	for (id = 0; id < ruleset_count(); id++) {
		const enum step *has;

		for (has = ruleset(id)->steps; *has != STEP_END; has++)
			if (*has == step) {
				printf("%s %s", first ? "" : ",", ruleset(id)->name);
				first = false;
			}
	}
	putchar('\n');
}

static void other_rules(const struct facts *facts, const struct question *question)
{
	struct facts other = *facts;
	unsigned int id;

	printf("By every rule set:\n");
	for (id = 0; id < ruleset_count(); id++) {
		struct decision decision;
		struct run run = { .verdict = VERDICT_OK };
		char expected[64];

		other.rules = 1u << id;
		decide(&other, question, &decision);
		run.decision = decision;
		printf("  %-24s %-12s %-17s %s\n", ruleset(id)->name,
		       words_expected(&run, expected, sizeof(expected)),
		       step_info[decision.outcome[decision_likeliest(&decision)].step].name,
		       ruleset(id)->origin);
	}
}

static void explain_text(const struct explain *explain, const struct facts *facts)
{
	const struct run *run = &explain->found;
	const struct entry *entry = &run->first;
	char text[512], attributes[16];
	bool decided = run->verdict != VERDICT_PENDING && run->verdict != VERDICT_SKIPPED;
	struct decision decision;
	unsigned int id;

	printf("gfn 0x%" PRIx64 ": order %u, gfns 0x%" PRIx64 "-0x%" PRIx64 ", mfn 0x%" PRIx64,
	       explain->gfn, entry->order, entry->gfn, entry->gfn + entry_pages(entry->order) - 1,
	       entry->mfn);
	if (!explain->hypothetical)
		printf(", %s", words_attributes(entry, attributes, sizeof(attributes)));
	printf("\ntypes it may have:%s%s%s\n", run->question.classes & P2M_CLASS_RAM ? " RAM" : "",
	       run->question.classes & P2M_CLASS_MMIO_DIRECT ? " mmio_direct" : "",
	       run->question.classes & P2M_CLASS_GRANT_FOREIGN ? " grant_map_*/map_foreign" : "");
	if (!explain->hypothetical) {
		printf("%s", verdict_name(run->verdict));
		if (run->verdict == VERDICT_MISMATCH)
			printf(" (%s%s%s)", severity_name(run->severity), run->bug ? ", " : "",
			       run->bug ? run->bug->id : "");
		printf(": %s\n", words_sentence(run, text, sizeof(text)));
	}
	putchar('\n');
	for (id = 0; id < ruleset_count(); id++)
		if (facts->rules >> id & 1)
			print_steps(facts, &run->question, id);
	decide(facts, &run->question, &decision);
	printf("\nEffective type for PAT UC   WC   WT   WP   WB   UC-\n");
	if (!explain->hypothetical && decided)
		print_effective("  entry", entry_key(entry));
	print_effective("  rule", decision_likeliest(&decision));
	putchar('\n');
	print_origin(decision.outcome[decision_likeliest(&decision)].step);
	putchar('\n');
	other_rules(facts, &run->question);
}

static void json_outcomes(struct jsonwrite *json, const char *key, const struct decision *decision)
{
	unsigned int keys[OUTCOME_COUNT], count = decision_order(decision, keys), i;

	json_open(json, key, '[');
	for (i = 0; i < count; i++) {
		const struct outcome *outcome = &decision->outcome[keys[i]];

		json_open(json, NULL, '{');
		outcome_write(json, keys[i], outcome);
		json_string(json, "commit",
			    step_commit(outcome->step) ? step_commit(outcome->step)->id : "");
		facts_write_names(json, "assumes", outcome->assumes);
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void json_steps(struct jsonwrite *json, const struct facts *facts,
		       const struct question *question, enum ruleset_id id)
{
	struct step_answer answers[RULESET_STEPS];
	unsigned int count = decide_steps(facts, question, id, answers), i, fact;
	char value[128];

	json_open(json, "steps", '[');
	for (i = 0; i < count; i++) {
		json_open(json, NULL, '{');
		json_string(json, "step", step_info[answers[i].step].name);
		json_open(json, "facts", '[');
		for (fact = 0; fact < FACT_COUNT; fact++) {
			if (!(step_info[answers[i].step].facts >> fact & 1))
				continue;
			json_open(json, NULL, '{');
			json_string(json, "name", fact_info[fact].name);
			json_string(json, "value", words_fact(facts, fact, value, sizeof(value)));
			json_string(json, "how", how_name(words_fact_how(facts, fact)));
			json_close(json, '}');
		}
		json_close(json, ']');
		json_string(json, "answer", answer_word(&answers[i]));
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void explain_json(const struct explain *explain, const struct facts *facts)
{
	const struct run *run = &explain->found;
	struct jsonwrite json = { stdout, false };
	struct facts other = *facts;
	struct decision decision;
	char text[512];
	unsigned int id;

	json_open(&json, NULL, '{');
	json_schema(&json, "xen-eptaudit/explain");
	json_open(&json, "entry", '{');
	json_hex(&json, "gfn", run->first.gfn);
	json_hex(&json, "mfn", run->first.mfn);
	json_number(&json, "order", run->first.order);
	json_string(&json, "attributes",
		    explain->hypothetical ? NULL
					  : words_attributes(&run->first, text, sizeof(text)));
	json_string(&json, "verdict", explain->hypothetical ? NULL : verdict_name(run->verdict));
	json_string(&json, "bug",
		    run->verdict == VERDICT_MISMATCH && run->bug ? run->bug->id : NULL);
	json_string(&json, "text",
		    explain->hypothetical ? NULL : words_sentence(run, text, sizeof(text)));
	json_close(&json, '}');
	json_steps(&json, facts, &run->question, __builtin_ctz(facts->rules));
	decide(facts, &run->question, &decision);
	json_outcomes(&json, "outcomes", &decision);
	json_open(&json, "other_rules", '{');
	for (id = 0; id < ruleset_count(); id++) {
		other.rules = 1u << id;
		decide(&other, &run->question, &decision);
		json_outcomes(&json, ruleset(id)->name, &decision);
	}
	json_close(&json, '}');
	json_close(&json, '}');
	putchar('\n');
}

static void show(const struct explain *explain, const struct facts *facts)
{
	if (explain->json)
		explain_json(explain, facts);
	else
		explain_text(explain, facts);
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
	ssize_t count, i;
	int rc;

	explain->common.source.domain = explain->words[0];
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
		show(explain, &dump->facts);
	}
	source_close(source);
	return rc;
}

static void explain_entry(struct explain *explain, const struct facts *facts)
{
	explain->found.first.gfn = explain->gfn & ~(entry_pages(explain->order) - 1);
	explain->found.first.mfn = explain->mfn & ~(entry_pages(explain->order) - 1);
	explain->found.first.order = explain->order;
	explain->found.first.rights = ENTRY_R | ENTRY_W | ENTRY_X;
	explain->found.first.type = explain->type;
	explain->hypothetical = true;
	put_question(explain, facts);
	/* Nobody says that it is read-only but for the list that is given. */
	explain->found.question.mmio_ro = MAYBE_NO;
	show(explain, facts);
}

static int hypothetical(struct explain *explain, struct error *err)
{
	struct facts facts;
	char note[160];
	enum how how;
	int rc = 0;

	if (explain->common.gfns.count != 1 || !explain->has_mfn || explain->type < 0)
		return error_set(
			err, -EINVAL,
			"name DOMAIN and GFN, or an entry with --gfn, --mfn, --type and --xen");
	explain->gfn = explain->common.gfns.range[0].first;
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
		explain_entry(explain, &facts);
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
