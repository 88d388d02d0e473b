/* SPDX-License-Identifier: GPL-2.0-or-later */
/* explain as JSON. */
#include "report/explain.h"

#include "report/cause.h"
#include "report/document.h"
#include "report/factwords.h"
#include "report/historywrite.h"
#include "report/outcomejson.h"
#include "report/words.h"
#include "rules/every_set.h"
#include "source/factsjson.h"

#include <stdio.h>

static void write_outcomes(struct jsonwrite *json, const char *key, const struct decision *decision)
{
	unsigned int keys[OUTCOME_COUNT], count = decision_order(decision, keys), i;

	json_open(json, key, '[');
	for (i = 0; i < count; i++) {
		const struct outcome *outcome = &decision->outcome[keys[i]];
		const struct xen_commit *commit = step_commit(outcome->step);

		json_open(json, NULL, '{');
		outcome_write(json, keys[i], outcome);
		json_string(json, "commit", commit ? commit->id : "");
		facts_write_names(json, "assumes", outcome->assumes);
		effective_write(json, "effective", keys[i]);
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void write_facts(struct jsonwrite *json, const struct explanation *explanation,
			enum step step)
{
	unsigned int fact;
	char value[128];

	json_open(json, "facts", '[');
	for (fact = 0; fact < FACT_COUNT; fact++) {
		if (!(step_info[step].facts >> fact & 1))
			continue;
		json_open(json, NULL, '{');
		json_string(json, "name", fact_info[fact].name);
		json_string(json, "value",
			    words_fact_at(explanation->facts, fact, &explanation->run.question,
					  value, sizeof(value)));
		json_string(json, "how", how_name(fact_how(explanation->facts, fact)));
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void write_steps(struct jsonwrite *json, const struct explanation *explanation,
			unsigned int id)
{
	struct step_answer answers[RULESET_STEPS];
	unsigned int count, i;
	char text[128];

	count = decide_steps(explanation->facts, &explanation->run.question, id, answers);
	for (i = 0; i < count; i++) {
		const struct step_answer *answer = &answers[i];

		json_open(json, NULL, '{');
		json_string(json, "step", step_info[answer->step].name);
		write_facts(json, explanation, answer->step);
		json_string(json, "answer", words_answer(answer));
		json_string(json, "outcome",
			    words_outcomes(answer->reached ? answer->outcomes : 0, text,
					   sizeof(text)));
		json_string(json, "rules", ruleset(id)->name);
		json_close(json, '}');
	}
}

static void write_entry(struct jsonwrite *json, const struct explanation *explanation)
{
	const struct run *run = &explanation->run;
	bool of_domain = explanation->source != NULL;
	const struct bug *bug = NULL;
	char text[768], what[768] = "";

	if (of_domain)
		bug = words_cause(explanation->facts, run, what, sizeof(what));
	json_open(json, "entry", '{');
	json_hex(json, "gfn", run->first.gfn);
	if (run->first.pod)
		json_string(json, "mfn", NULL);
	else
		json_hex(json, "mfn", run->first.mfn);
	json_number(json, "order", run->first.order);
	json_string(json, "attributes",
		    of_domain ? words_attributes(&run->first, text, sizeof(text)) : NULL);
	json_string(json, "type",
		    words_fact_at(explanation->facts, FACT_P2M_TYPE, &run->question, text,
				  sizeof(text)));
	json_string(json, "verdict", of_domain ? verdict_name(run->verdict) : NULL);
	json_string(json, "severity",
		    of_domain && run->verdict == VERDICT_MISMATCH ? severity_name(run->severity)
								  : NULL);
	json_string(json, "bug", bug ? bug->id : NULL);
	json_string(json, "happened", *what ? what : NULL);
	json_string(json, "text", of_domain ? words_sentence(run, text, sizeof(text)) : NULL);
	json_close(json, '}');
}

static void write_decided(struct jsonwrite *json, const struct every_set *every, unsigned int id)
{
	json_open(json, NULL, '{');
	json_string(json, "rules", ruleset(id)->name);
	json_string(json, "step", step_info[every->step[id]].name);
	json_string(json, "reason", step_info[every->step[id]].reason);
	past_write(json, "commits", id, every->step[id]);
	commit_write(json, "since", every_set_since(every, id));
	commit_write(json, "until", every_set_until(every, id));
	json_close(json, '}');
}

void explain_json(const struct explanation *explanation)
{
	static struct every_set every;
	struct jsonwrite json = { stdout, false };
	struct decision decision;
	uint32_t rules = explanation->facts->rules, left;
	unsigned int id;

	every_set_ask(explanation->facts, &explanation->run.question, &every);
	document_begin(&json, "xen-eptaudit/explain");
	document_source(&json, explanation->source);
	if (explanation->source)
		document_domid(&json, explanation->domid);
	json_string(&json, "rules_note", *explanation->rules_note ? explanation->rules_note : NULL);
	json_bool(&json, "complete", !explanation->incomplete);
	if (explanation->incomplete)
		json_string(&json, "reason", explanation->incomplete);
	write_entry(&json, explanation);
	json_open(&json, "steps", '[');
	for (left = rules; left; left &= left - 1)
		write_steps(&json, explanation, __builtin_ctz(left));
	json_close(&json, ']');
	decide(explanation->facts, &explanation->run.question, &decision);
	write_outcomes(&json, "outcomes", &decision);
	json_open(&json, "decided", '[');
	for (left = rules; left; left &= left - 1)
		write_decided(&json, &every, __builtin_ctz(left));
	json_close(&json, ']');
	json_open(&json, "other_rules", '{');
	for (id = 0; id < ruleset_count(); id++) {
		json_newline(&json);
		write_outcomes(&json, ruleset(id)->name, &every.decision[id]);
	}
	json_close(&json, '}');
	document_end(&json, explanation->incomplete ? 3 : 0);
}
