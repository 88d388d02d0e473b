/* SPDX-License-Identifier: GPL-2.0-or-later */
/* compare: what another rule set would do to the same state. */
#include "cmd/cmd.h"
#include "cmd/options.h"

#include "audit/compare.h"
#include "base/text.h"
#include "report/factswrite.h"
#include "report/jsonwrite.h"
#include "report/words.h"
#include "x86/memtype.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct compare_options {
	struct common_options common;
	bool json, all;
	struct jsonwrite out;
	uint64_t differing, entries, bytes[EFFECT_COUNT];
};

enum { OPT_FORMAT = 0x900, OPT_ALL };

static const struct argp_option options[] = {
	{ "format", OPT_FORMAT, "text|json", 0, "Form of the output", 3 },
	{ "all", OPT_ALL, NULL, 0,
	  "For each pair of rule sets: how many entries they decide otherwise", 4 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct compare_options *compare = state->input;

	switch (key) {
	case OPT_FORMAT:
		compare->json = parse_format(arg, state);
		break;
	case OPT_ALL:
		compare->all = true;
		break;
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &compare->common;
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "[DOMAIN]",
	.children = common_children,
	.doc = "Show what a change from one rule set to another does to the entries of a source: each run "
	       "that is decided otherwise, before and after, and what a guest notices.\v"
	       "Changes are weaker (more cacheable than before), safer (less), faster (write-combining "
	       "instead of UC), or of the same effect.\n\n"
	       "Examples:\n"
	       "  xen-eptaudit compare --rules 4.17 --rules 4.19 --from log\n"
	       "  xen-eptaudit compare --all --from log\n\n"
	       "Exit status: 0 nothing differs, 1 something does, 2 could not compare.",
};

/* Effective types before and after for the PAT values where they differ: "WC: UC->WC". */
static void effective_change(const struct change *change, char *text, size_t size)
{
	unsigned int before = decision_likeliest(&change->before);
	unsigned int after = decision_likeliest(&change->after), pat;
	size_t used = 0;

	*text = '\0';
	for (pat = 0; pat < MEMTYPE_COUNT && used < size; pat++) {
		int was = memtype_effective(before & 7, before >> 3, pat);
		int is = memtype_effective(after & 7, after >> 3, pat);

		if (was >= 0 && is >= 0 && was != is)
			used += snprintf(text + used, size - used, "%sPAT %s: %s->%s",
					 used ? ", " : "", memtype_name(pat), memtype_name(was),
					 memtype_name(is));
	}
}

static void text_change(void *opaque, const struct change *change)
{
	char before[64], after[64], effective[160], size[32], gfns[48];

	(void)opaque;
	words_outcomes(decision_usual(&change->before), before, sizeof(before));
	words_outcomes(decision_usual(&change->after), after, sizeof(after));
	effective_change(change, effective, sizeof(effective));
	snprintf(gfns, sizeof(gfns), "0x%" PRIx64 "-0x%" PRIx64, change->first.gfn,
		 change->gfn_last);
	printf("  %-21s mfn 0x%-10" PRIx64 " %8" PRIu64 " x %-8s %s (%s) -> %s (%s)  %s%s%s\n",
	       gfns, change->first.mfn, change->entries,
	       text_size(entry_pages(change->first.order) << 12, size, sizeof(size)), before,
	       step_info[change->before.outcome[decision_likeliest(&change->before)].step].name,
	       after,
	       step_info[change->after.outcome[decision_likeliest(&change->after)].step].name,
	       effect_name(change->effect), *effective ? ": " : "", effective);
}

static void json_outcomes(struct jsonwrite *json, const char *key, const struct decision *decision)
{
	uint16_t usual = decision_usual(decision);
	unsigned int n = decision_likeliest(decision);
	char text[64];

	words_outcomes(usual, text, sizeof(text));
	json_open(json, key, '{');
	outcome_write(json, n, &decision->outcome[n]);
	json_bool(json, "certain", !(usual & (usual - 1)));
	json_string(json, "outcomes", text);
	json_close(json, '}');
}

static void json_change(void *opaque, const struct change *change)
{
	struct jsonwrite *json = &((struct compare_options *)opaque)->out;
	char effective[160];

	effective_change(change, effective, sizeof(effective));
	json_newline(json);
	json_open(json, NULL, '{');
	json_hex_pair(json, "gfn", change->first.gfn, change->gfn_last);
	json_hex(json, "mfn", change->first.mfn);
	json_number(json, "order", change->first.order);
	json_number(json, "entries", change->entries);
	json_outcomes(json, "before", &change->before);
	json_outcomes(json, "after", &change->after);
	json_string(json, "class", effect_name(change->effect));
	json_string(json, "effective", effective);
	json_close(json, '}');
}

static void no_change(void *opaque, const struct change *change)
{
	(void)opaque;
	(void)change;
}

static void end_domain(struct compare_options *options_, const struct comparison *totals)
{
	unsigned int effect;
	char size[32];

	options_->differing += totals->differing;
	options_->entries += totals->entries;
	for (effect = 0; effect < EFFECT_COUNT; effect++)
		options_->bytes[effect] += totals->bytes[effect];
	if (options_->json) {
		struct jsonwrite *json = &options_->out;

		json_close(json, ']');
		json_number(json, "entries", totals->entries);
		json_number(json, "differing", totals->differing);
		json_open(json, "bytes", '{');
		for (effect = 0; effect < EFFECT_COUNT; effect++)
			json_number(json, effect_name(effect), totals->bytes[effect]);
		json_close(json, '}');
		json_close(json, '}');
		return;
	}
	printf("  %" PRIu64 " of %" PRIu64 " entries differ", totals->differing, totals->entries);
	for (effect = 0; effect < EFFECT_COUNT; effect++)
		if (totals->bytes[effect])
			printf(", %s %s", text_size(totals->bytes[effect], size, sizeof(size)),
			       effect_name(effect));
	putchar('\n');
}

static void begin_domain(struct compare_options *options_, const struct dump *dump)
{
	struct jsonwrite *json = &options_->out;

	if (!options_->json) {
		printf("Domain %d\n", dump->domid);
		return;
	}
	json_newline(json);
	json_open(json, NULL, '{');
	json_number(json, "domid", dump->domid);
	json_number(json, "dump", dump->number);
	json_open(json, "changes", '[');
}

static int compare_two(struct compare_options *options_, struct source *source, struct error *err)
{
	static struct entry entries[256];
	enum ruleset_id before = options_->common.compared[0], after = options_->common.compared[1];
	struct dump *dump;
	ssize_t count = 0;
	int rc;

	while ((dump = source_next(source, &rc, err))) {
		struct compare *compare;

		rc = common_facts(&options_->common, dump, err);
		if (rc)
			return rc;
		compare = compare_new(&dump->facts, before, after,
				      options_->json ? json_change : text_change, options_);
		if (!compare)
			return error_set(err, -ENOMEM, "out of memory");
		begin_domain(options_, dump);
		while ((count = source_read(source, entries, 256, err)) > 0)
			compare_entries(compare, entries, count);
		if (!count)
			end_domain(options_, compare_finish(compare));
		compare_free(compare);
		if (count)
			return count;
	}
	return rc;
}

/* Every pair at once: entries are read once. */
static int compare_all(struct compare_options *options_, struct source *source, struct error *err)
{
	static struct compare *pair[RULES_MAX][RULES_MAX];
	static uint64_t differing[RULES_MAX][RULES_MAX];
	static struct entry entries[256];
	struct dump *dump;
	ssize_t count = 0;
	unsigned int a, b;
	int rc;

	while ((dump = source_next(source, &rc, err))) {
		rc = common_facts(&options_->common, dump, err);
		for (a = 0; a < ruleset_count() && !rc; a++)
			for (b = a + 1; b < ruleset_count() && !rc; b++) {
				pair[a][b] = compare_new(&dump->facts, a, b, no_change, NULL);
				if (!pair[a][b])
					rc = error_set(err, -ENOMEM, "out of memory");
			}
		while (!rc && (count = source_read(source, entries, 256, err)) > 0)
			for (a = 0; a < ruleset_count(); a++)
				for (b = a + 1; b < ruleset_count(); b++)
					compare_entries(pair[a][b], entries, count);
		for (a = 0; a < ruleset_count(); a++)
			for (b = a + 1; b < ruleset_count(); b++) {
				if (!rc && !count)
					differing[a][b] += compare_finish(pair[a][b])->differing;
				compare_free(pair[a][b]);
				pair[a][b] = NULL;
			}
		if (rc || count < 0)
			return rc ? rc : count;
	}
	if (rc)
		return rc;
	if (options_->json)
		json_newline(&options_->out);
	for (a = 0; a < ruleset_count(); a++)
		for (b = a + 1; b < ruleset_count(); b++) {
			options_->differing += differing[a][b];
			if (options_->json) {
				json_open(&options_->out, NULL, '{');
				json_string(&options_->out, "before", ruleset(a)->name);
				json_string(&options_->out, "after", ruleset(b)->name);
				json_number(&options_->out, "differing", differing[a][b]);
				json_close(&options_->out, '}');
			} else {
				printf("%-24s %-24s %10" PRIu64 "\n", ruleset(a)->name,
				       ruleset(b)->name, differing[a][b]);
			}
		}
	return 0;
}

static void json_begin(struct compare_options *options_)
{
	struct jsonwrite *json = &options_->out;

	json_open(json, NULL, '{');
	json_schema(json, "xen-eptaudit/compare");
	if (!options_->all) {
		json_string(json, "before", ruleset(options_->common.compared[0])->name);
		json_string(json, "after", ruleset(options_->common.compared[1])->name);
	}
	json_open(json, options_->all ? "pairs" : "domains", '[');
}

static int run(int argc, char **argv)
{
	struct compare_options compare;
	struct source *source = NULL;
	struct error err = { "" };
	int status, rc;

	memset(&compare, 0, sizeof(compare));
	compare.out.stream = stdout;
	if (argp_parse(&argp, argc, argv, 0, NULL, &compare))
		return STATUS_ERROR;
	rc = common_prepare(&compare.common, &err);
	if (!rc && !compare.all && compare.common.rules_count != 2)
		rc = error_set(&err, -EINVAL,
			       "name two rule sets: --rules BEFORE --rules AFTER; or --all");
	if (!rc)
		rc = source_open(&compare.common.source, &source, &err);
	if (!rc && compare.json)
		json_begin(&compare);
	if (!rc)
		rc = compare.all ? compare_all(&compare, source, &err)
				 : compare_two(&compare, source, &err);
	status = compare.differing ? STATUS_FOUND : STATUS_CLEAN;
	if (!rc && compare.json) {
		json_close(&compare.out, ']');
		json_number(&compare.out, "exit_status", status);
		json_close(&compare.out, '}');
		putchar('\n');
	}
	source_close(source);
	common_clear(&compare.common);
	return rc ? cmd_fail(argv[0], "%s", err.text) : status;
}

const struct verb verb_compare = { "compare", "what another rule set would do to the same state",
				   &argp, run };
