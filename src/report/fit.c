/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/fit.h"

#include "base/jsonwrite.h"
#include "base/screen.h"
#include "base/text.h"
#include "report/document.h"
#include "report/words.h"

#include <inttypes.h>
#include <stdio.h>

/* Candidates in the order in which they fit, the newest first of those that fit alike. */
static unsigned int rank(const struct fit *fit, unsigned int order[RULES_MAX])
{
	uint32_t left = fit_candidates();
	unsigned int count = 0;

	while (left) {
		uint32_t best = fit_best(fit, left);

		order[count] = 31 - __builtin_clz(best);
		left &= ~(1u << order[count++]);
	}
	return count;
}

/* What the others are held against: a best one, that of the running Xen if it is one. */
static unsigned int reference(const struct fit_report *report)
{
	uint32_t best = fit_best(report->fit, fit_candidates());

	return 31 - __builtin_clz(best & report->running ? best & report->running : best);
}

/* Runs of all groups that tell set from another, as many as are told. Returns whether that is all.
 */
static bool runs_apart(const struct fit *fit, unsigned int set, unsigned int from,
		       struct fit_run runs[FIT_RUNS], size_t *count)
{
	bool all = true;
	size_t i, n;

	*count = 0;
	for (i = 0; i < fit->group_count; i++) {
		const struct fit_group *group = &fit->groups[i];

		if (!fit_tells(group, set, from))
			continue;
		for (n = 0; n < group->run_count && n < FIT_RUNS && *count < FIT_RUNS; n++)
			runs[(*count)++] = group->runs[n];
		all &= n == group->run_count;
	}
	return all;
}

static void print_apart(const struct fit *fit, unsigned int id, unsigned int from)
{
	uint64_t apart;
	const struct fit_group *group = fit_against(fit, id, from, &apart);
	struct fit_run runs[FIT_RUNS];
	size_t count, i;
	bool all = runs_apart(fit, id, from, runs, &count);
	char is[8], other[8], text[FIT_RUNS * 56 + 128] = "";

	text_append(text, sizeof(text), "told from %s by %" PRIu64 " %s:", ruleset(from)->name,
		    apart, plural(apart, "entry", "entries"));
	for (i = 0; i < count; i++)
		text_append(text, sizeof(text), "%s d%d 0x%" PRIx64 "-0x%" PRIx64, i ? "," : "",
			    runs[i].domid, runs[i].first, runs[i].last);
	text_append(text, sizeof(text), "%s", all ? "" : ", ...");
	screen_text(stdout, printf("    "), 6, text);
	screen_print(stdout, printf("      "), 8,
		     "domain %d gfn 0x%" PRIx64 " mfn 0x%" PRIx64 " is %s, not %s (%s)",
		     group->domid, group->first.gfn, group->first.mfn,
		     words_outcome(entry_key(&group->first), true, is, sizeof(is)),
		     words_outcome(group->expected[id], true, other, sizeof(other)),
		     step_info[group->step[id]].name);
}

void fit_text(const struct fit_report *report)
{
	const struct fit *fit = report->fit;
	unsigned int order[RULES_MAX], count = rank(fit, order), from = reference(report), i;
	uint32_t best = fit_best(fit, fit_candidates());

	screen_print(stdout, 0, 2, "%s %s, Xen %s", report->info->kind, report->info->name,
		     report->info->xen_version[0] ? report->info->xen_version
						  : "of unknown version");
	printf("%" PRIu64 " %s not pending\n\n", fit->entries,
	       plural(fit->entries, "entry that is", "entries that are"));
	printf("%-24s %14s %8s\n", "rule set", "contradictions", "unusual");
	for (i = 0; i < count; i++) {
		unsigned int id = order[i];
		bool fits = best >> id & 1;

		printf("%-24s %14" PRIu64 " %8" PRIu64 "%s%s\n", ruleset(id)->name,
		       fit_contradicted(fit, id), fit_unusual(fit, id), fits ? "  fits best" : "",
		       report->running >> id & 1 ? "  running Xen's" : "");
		if (!fits)
			print_apart(fit, id, from);
	}
	if (best & (best - 1))
		puts("\nNo entry tells those that fit best apart.");
	if (report->running && !(best & report->running))
		screen_text(
			stdout, printf("\n") - 1, 2,
			"Another rule set fits better than that of the running Xen: it may carry "
			"backports.");
	if (!report->complete)
		puts("\nincomplete: entries were lost");
}

static void json_apart(struct jsonwrite *json, const struct fit *fit, unsigned int id,
		       unsigned int from)
{
	uint64_t apart;
	const struct fit_group *group = fit_against(fit, id, from, &apart);
	struct fit_run runs[FIT_RUNS];
	size_t count, i;
	bool all = runs_apart(fit, id, from, runs, &count);
	char text[8];

	json_open(json, "told_apart", '{');
	json_string(json, "from", ruleset(from)->name);
	json_number(json, "entries", apart);
	json_open(json, "runs", '[');
	for (i = 0; i < count; i++) {
		json_open(json, NULL, '{');
		document_domid(json, runs[i].domid);
		json_hex_pair(json, "gfn", runs[i].first, runs[i].last);
		json_close(json, '}');
	}
	json_close(json, ']');
	json_bool(json, "all_runs", all);
	json_open(json, "example", '{');
	document_domid(json, group->domid);
	json_hex(json, "gfn", group->first.gfn);
	json_hex(json, "mfn", group->first.mfn);
	json_string(json, "entry",
		    words_outcome(entry_key(&group->first), true, text, sizeof(text)));
	json_string(json, "expected", words_outcome(group->expected[id], true, text, sizeof(text)));
	json_string(json, "step", step_info[group->step[id]].name);
	json_close(json, '}');
	json_close(json, '}');
}

void fit_json(const struct fit_report *report)
{
	const struct fit *fit = report->fit;
	struct jsonwrite json = { stdout, false };
	unsigned int order[RULES_MAX], count = rank(fit, order), from = reference(report), i;
	uint32_t best = fit_best(fit, fit_candidates());

	document_begin(&json, "xen-eptaudit/rules");
	document_source(&json, report->info);
	json_number(&json, "entries", fit->entries);
	json_open(&json, "fit", '[');
	for (i = 0; i < count; i++) {
		unsigned int id = order[i];
		bool fits = best >> id & 1;

		json_newline(&json);
		json_open(&json, NULL, '{');
		json_string(&json, "rules", ruleset(id)->name);
		json_number(&json, "contradictions", fit_contradicted(fit, id));
		json_bool(&json, "fits", fits);
		json_number(&json, "unusual", fit_unusual(fit, id));
		json_bool(&json, "running", report->running >> id & 1);
		if (!fits)
			json_apart(&json, fit, id, from);
		json_close(&json, '}');
	}
	json_close(&json, ']');
	json_bool(&json, "complete", report->complete);
	document_end(&json, report->exit_status);
}
