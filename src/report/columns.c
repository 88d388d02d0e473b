/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "report/report.h"

#include "base/text.h"
#include "report/words.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

static void print_gfn(const struct run *run, char *text, size_t size)
{
	text_frames(run->first.gfn, run->gfn_last, text, size);
}

static void print_mfn(const struct run *run, char *text, size_t size)
{
	if (run->first.pod)
		snprintf(text, size, "-");
	else
		snprintf(text, size, "0x%" PRIx64 "%s", run->first.mfn,
			 run->mfn_contiguous ? "" : "+");
}

static void print_order(const struct run *run, char *text, size_t size)
{
	snprintf(text, size, "%u", run->first.order);
}

static void print_entries(const struct run *run, char *text, size_t size)
{
	snprintf(text, size, "%" PRIu64, run->entries);
}

static void print_size(const struct run *run, char *text, size_t size)
{
	text_size((run->gfn_last - run->first.gfn + 1) << 12, text, size);
}

static void print_attributes(const struct run *run, char *text, size_t size)
{
	words_attributes(&run->first, text, size);
}

static void print_expected(const struct run *run, char *text, size_t size)
{
	words_expected(run, text, size);
}

static void print_verdict(const struct run *run, char *text, size_t size)
{
	snprintf(text, size, "%s", verdict_name(run->verdict));
}

static void print_severity(const struct run *run, char *text, size_t size)
{
	snprintf(text, size, "%s",
		 run->verdict == VERDICT_MISMATCH ? severity_name(run->severity) : "");
}

static void print_step(const struct run *run, char *text, size_t size)
{
	unsigned int key;

	*text = '\0';
	if (run->verdict == VERDICT_PENDING || run->verdict == VERDICT_SKIPPED)
		return;
	key = run->verdict == VERDICT_OK || run->verdict == VERDICT_OK_IF
		      ? entry_key(&run->first)
		      : decision_likeliest(&run->decision);
	snprintf(text, size, "%s", step_info[run->decision.outcome[key].step].name);
}

static void print_bug(const struct run *run, char *text, size_t size)
{
	snprintf(text, size, "%s",
		 run->verdict == VERDICT_MISMATCH && run->bug ? run->bug->id : "");
}

static void print_assumes(const struct run *run, char *text, size_t size)
{
	*text = '\0';
	if (run->verdict == VERDICT_OK_IF)
		words_facts(run->decision.outcome[entry_key(&run->first)].assumes, text, size);
}

static void print_text(const struct run *run, char *text, size_t size)
{
	words_sentence(run, text, size);
}

const struct report_column report_columns[] = {
	{ "gfn", "gfn", "guest frames, inclusive", -19, print_gfn },
	{ "mfn", "mfn", "first machine frame; + where the others do not follow it", -12,
	  print_mfn },
	{ "order", "order", "0, 9 or 18", 5, print_order },
	{ "entries", "entries", "lines of the dump", 7, print_entries },
	{ "size", "size", "memory", 9, print_size },
	{ "attributes", "entry", "rights, EMT and iPAT as key D prints them", -7,
	  print_attributes },
	{ "expected", "expected", "what the rule says", -8, print_expected },
	{ "verdict", "verdict", "ok, ok-if, inherited, pending, skipped or mismatch", -9,
	  print_verdict },
	{ "severity", "severity", "danger, slow or differs", -8, print_severity },
	{ "step", "step", "the step of the rule set that decided", -16, print_step },
	{ "bug", "bug", "known bug whose signature fits", -3, print_bug },
	{ "assumes", "assumes", "facts that an ok-if rests on", -20, print_assumes },
	{ "text", "why", "one sentence", -1, print_text },
};

const unsigned int report_column_count = sizeof(report_columns) / sizeof(report_columns[0]);

int report_parse_columns(const char *list, struct report_options *options, struct error *err)
{
	options->column_count = 0;
	options->sentences = false;
	while (*list) {
		size_t length = strcspn(list, ","), i;

		for (i = 0; i < report_column_count; i++)
			if (strlen(report_columns[i].name) == length &&
			    !memcmp(report_columns[i].name, list, length))
				break;
		if (i == report_column_count)
			return error_set(err, -EINVAL, "no column '%.*s'; --help lists the columns",
					 (int)length, list);
		if (options->column_count == sizeof(options->columns) / sizeof(options->columns[0]))
			return error_set(err, -E2BIG, "too many columns");
		options->columns[options->column_count++] = i;
		list += length;
		list += *list == ',';
	}
	return options->column_count ? 0 : error_set(err, -EINVAL, "--columns needs a name");
}
