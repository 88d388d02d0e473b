/* SPDX-License-Identifier: GPL-2.0-or-later */
/* audit: what each entry should be, and which are not. */
#include "cmd/cmd.h"
#include "cmd/session.h"
#include "cmd/spaces.h"

#include "audit/baseline.h"
#include "audit/expect.h"
#include "audit/sufferers.h"
#include "base/outfile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* What decides the exit status, over all domains. */
struct result {
	bool incomplete, unproven;
	uint64_t found;
};

struct audit {
	struct shared_options shared;
	struct report_options report_options;
	struct report_choice choice;
	struct outfile *output;
	FILE *nowhere; /* -q */
	struct expectations expect;
	const char *expect_nothing;		       /* a file that has no expectation, or NULL */
	const char *baseline_path, *new_baseline_path; /* may be one and the same */
	struct baseline baseline;
	struct outfile *new_baseline;
	int fail_on; /* enum severity, SEVERITY_COUNT for never */
	bool fail_unusual, strict, allow_empty;
	/* While it is read: */
	struct session session;
	struct report *report;
	struct result result;
	/* Of the p2m being read: */
	const struct dump *dump;
	struct judge *judge;
	uint64_t accepted[SEVERITY_COUNT];
	/* --effective: */
	bool effective;
	struct spaces spaces;
	struct held_findings held; /* until the guest's tables have been walked */
	struct ranges suspect;	   /* their gfns */
};

#define FAIL_ON "danger|slow|differs|unusual|never"

static const struct argp_option list[] = {
	{ "fail-on", OPT_FAIL_ON, FAIL_ON, 0,
	  "Exit with 1 only for findings of this severity or worse (differs); unusual: also for "
	  "entries that are right only if a fact is unusual",
	  4 },
	{ "expect", OPT_EXPECT, "[DOMAIN:]RANGE=TYPE", 0,
	  "Exit with 1 unless the entries of RANGE have this type, such as 0xfee00=WB!, "
	  "0xf0000-0xf0fff=UC, type:mmio_direct=UC, 0x0-0x9f=WB*, 0xe0000~WC, 0xd0000?=UC if "
	  "mapped; with DOMAIN: in front for that domain only (repeatable)",
	  4 },
	{ "expect-file", OPT_EXPECT_FILE, "FILE", 0, "Read expectations from a file, one on a line",
	  4 },
	{ "baseline", OPT_BASELINE, "FILE", 0,
	  "The findings in FILE are known and do not fail; those that are gone are reported", 4 },
	{ "write-baseline", OPT_WRITE_BASELINE, "FILE", 0,
	  "Write the findings to FILE, for --baseline", 4 },
	{ "allow-empty", OPT_ALLOW_EMPTY, NULL, 0,
	  "Do not fail if --gfn, --expect, --given or --baseline match nothing", 4 },
	{ "effective", OPT_EFFECTIVE, NULL, 0,
	  "Show with each finding which of the guest's own mappings are affected", 4 },
	{ "strict", OPT_STRICT, NULL, 0, "Exit with 3 if something is not proven", 4 },
	{ 0 },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct audit *audit = state->input;
	size_t expected = audit->expect.count;
	struct error err;

	switch (key) {
	case OPT_FAIL_ON:
		parse_choice("fail-on", arg, FAIL_ON, state);
		audit->fail_unusual = !strcmp(arg, "unusual");
		audit->fail_on = audit->fail_unusual	? SEVERITY_DIFFERS
				 : strcmp(arg, "never") ? severity_parse(arg)
							: SEVERITY_COUNT;
		break;
	case OPT_EFFECTIVE:
		audit->effective = true;
		break;
	case OPT_STRICT:
		audit->strict = true;
		break;
	case OPT_ALLOW_EMPTY:
		audit->allow_empty = true;
		break;
	case OPT_EXPECT:
		if (expect_add(&audit->expect, arg, &err))
			argp_error(state, "%s", err.text);
		break;
	case OPT_EXPECT_FILE:
		if (expect_file(&audit->expect, arg, &err))
			argp_error(state, "%s", err.text);
		if (audit->expect.count == expected)
			audit->expect_nothing = arg;
		break;
	case OPT_BASELINE:
		audit->baseline_path = arg;
		break;
	case OPT_WRITE_BASELINE:
		audit->new_baseline_path = arg;
		break;
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &audit->shared;
		state->child_inputs[1] = &audit->choice;
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp_child children[] = {
	{ &shared_argp, 0, NULL, 0 },
	{ &report_argp, 0, NULL, 0 },
	{ 0 },
};

static const struct argp argp = {
	.options = list,
	.parser = parse,
	.args_doc = "[DOMAIN]",
	.children = children,
	.doc = "Recompute the memory type that each entry of a domain's EPT should have, and report the "
	       "entries that differ.\v"
	       "Examples:\n"
	       "  xl debug-keys q; xl debug-keys D; xl dmesg > log\n"
	       "  xen-eptaudit audit --from log\n"
	       "  xen-eptaudit audit 3 --from log.gz --given facts.json --format json\n"
	       "  xen-eptaudit audit 3 --from log --expect 'e0000-e0fff~WC' --format tap\n"
	       "  xen-eptaudit audit --from log --baseline known.txt\n\n"
	       "Exit status: 0 nothing found, 1 findings, 2 could not audit, 3 incomplete.",
};

static void emit(void *opaque, const struct run *found)
{
	struct audit *audit = opaque;
	const struct dump *dump = audit->dump;
	struct run run = *found;

	if (run.verdict == VERDICT_MISMATCH) {
		run.accepted = baseline_accepts(&audit->baseline, dump->domid, dump->name, &run);
		if (audit->new_baseline) {
			baseline_write(outfile_stream(audit->new_baseline), dump->domid, dump->name,
				       &run);
			run.accepted = true;
		}
		if (run.accepted)
			audit->accepted[run.severity] += run.entries;
	}
	if (audit->effective && run.verdict == VERDICT_MISMATCH && held_add(&audit->held, &run))
		return;
	report_run(audit->report, &run);
}

static int begin_dump(void *opaque, struct dump *dump, struct error *err)
{
	struct audit *audit = opaque;

	audit->dump = dump;
	memset(audit->accepted, 0, sizeof(audit->accepted));
	audit->judge = judge_new(&dump->facts, audit->report_options.all_runs, emit, audit);
	if (!audit->judge)
		return error_set(err, -ENOMEM, "out of memory");
	report_domain(audit->report, dump);
	expect_begin(&audit->expect, dump->domid, dump->name);
	return audit->effective ? spaces_begin(&audit->spaces, dump, err) : 0;
}

/* Expectations are held against all entries, whatever --gfn leaves of them. */
static int hold_against(void *opaque, const struct entry *entries, size_t count, struct error *err)
{
	struct audit *audit = opaque;

	(void)err;
	if (audit->expect.count)
		expect_entries(&audit->expect, entries, count);
	if (audit->effective)
		spaces_entries(&audit->spaces, entries, count);
	return 0;
}

static void hold_run_against(void *opaque, const struct entry *first, uint64_t count)
{
	struct audit *audit = opaque;

	expect_run(&audit->expect, first, count);
	if (audit->effective)
		spaces_run(&audit->spaces, first, count);
}

static int audit_entries(void *opaque, struct entry *entries, size_t count, struct error *err)
{
	struct audit *audit = opaque;

	(void)err;
	judge_entries(audit->judge, entries, count);
	if (!audit->shared.gfns.count && !audit->expect.count && !audit->effective)
		session_skip(&audit->session, audit->judge);
	return 0;
}

static void take_run(void *opaque, const struct entry *first, uint64_t count)
{
	judge_run(((struct audit *)opaque)->judge, first, count);
}

static void add_result(struct audit *audit, const struct dump *dump, const struct summary *summary)
{
	struct result *result = &audit->result;
	int severity;
	size_t i;

	result->incomplete |= !dump->complete;
	if (audit->fail_on < SEVERITY_COUNT) /* what is only missing makes it incomplete */
		result->found += dump->table_findings - dump->tables_absent;
	result->found += audit->fail_unusual ? summary->unusual : 0;
	result->unproven |= summary->verdict[VERDICT_OK_IF] || summary->verdict[VERDICT_INHERITED];
	for (severity = audit->fail_on; severity < SEVERITY_COUNT; severity++)
		result->found += summary->severity[severity] - summary->accepted[severity];
	for (i = 0; i < audit->expect.count; i++)
		result->found += !expect_holds(&audit->expect.list[i]);
}

static void told_mapping(void *opaque, const struct effective_run *run)
{
	struct audit *audit = opaque;

	if (held_mapping(&audit->held, run))
		audit->spaces.table_rc = -ENOMEM;
}

static void no_space(void *opaque, const struct dump *dump)
{
	(void)opaque; /* the dump's own reason is told */
	(void)dump;
}

/* Finds what suffers from the findings that were held back, and reports these. */
static int report_held(struct audit *audit, const struct dump *dump, struct error *err)
{
	struct held_findings *held = &audit->held;
	size_t i;
	int rc = 0;

	ranges_clear(&audit->suspect);
	if (held_frames(held, &audit->suspect))
		return error_set(err, -ENOMEM, "out of memory");
	audit->spaces.gfns = &audit->suspect;
	if (held->count)
		rc = spaces_walk(&audit->spaces, dump, err);
	for (i = 0; i < held->count && !rc; i++) {
		held->list[i].run.sufferers = &held->list[i].sufferers;
		report_run(audit->report, &held->list[i].run);
	}
	audit->result.incomplete |= !audit->spaces.complete;
	return rc;
}

static int end_dump(void *opaque, struct dump *dump, struct error *err)
{
	struct audit *audit = opaque;
	struct summary summary = *judge_finish(audit->judge);
	int rc = audit->effective ? report_held(audit, dump, err) : 0;

	if (rc)
		return rc;
	memcpy(summary.accepted, audit->accepted, sizeof(summary.accepted));
	/* Where not all was seen, nothing can be said to be gone. */
	if (dump->complete && !audit->shared.gfns.count)
		baseline_domain(&audit->baseline, dump->domid, dump->name);
	expect_end(&audit->expect, dump->complete);
	report_domain_end(audit->report, dump, &summary, &audit->expect);
	held_clear(&audit->held);
	add_result(audit, dump, &summary);
	judge_free(audit->judge);
	audit->judge = NULL;
	return 0;
}

static int exit_status(struct audit *audit)
{
	struct result *result = &audit->result;

	result->incomplete |= !audit->session.complete;
	if (result->found)
		return STATUS_FOUND;
	return result->incomplete || (audit->strict && result->unproven) ? STATUS_INCOMPLETE
									 : STATUS_CLEAN;
}

/* Where to: a file that takes its place when it is whole, or standard output. */
static int open_output(struct audit *audit, struct error *err)
{
	int rc = 0;

	if (audit->choice.quiet) {
		audit->nowhere = fopen("/dev/null", "w");
		rc = audit->nowhere ? 0 : error_set(err, -errno, "cannot open /dev/null");
	} else if (audit->choice.output) {
		rc = outfile_open(audit->choice.output, OUTFILE_REPLACE, "a report", &audit->output,
				  err);
		if (!rc)
			outfile_share(audit->output);
	}
	return rc;
}

static int close_output(struct audit *audit, bool keep, struct error *err)
{
	if (audit->nowhere)
		fclose(audit->nowhere);
	return outfile_close(audit->output, keep, err);
}

/* A baseline none of whose lines met anything, though all was seen that it could be for. */
static void baseline_unmatched(const struct audit *audit, struct nothing *nothing)
{
	const struct baseline *baseline = &audit->baseline;
	size_t i;

	for (i = 0; i < baseline->count; i++)
		if (baseline->list[i].met)
			return;
	if (baseline->count && !audit->shared.gfns.count)
		nothing_add(nothing, "no line of --baseline %.100s meets a finding",
			    audit->baseline_path);
}

/* What was named and is not there, so that a test of it would never fail. */
static int find_unmatched(const struct audit *audit, struct nothing *nothing, struct error *err)
{
	size_t i;

	nothing->count = 0;
	if (audit->allow_empty)
		return 0;
	if (session_unmatched(&audit->session, nothing))
		return error_set(err, -ENOMEM, "out of memory");
	if (audit->expect_nothing)
		nothing_add(nothing, "--expect-file %.100s has no expectations",
			    audit->expect_nothing);
	if (!audit->session.complete)
		return 0;
	for (i = 0; i < audit->expect.count; i++)
		if (!audit->expect.list[i].ever)
			nothing_add(nothing, "--expect %s: that domain is not there",
				    audit->expect.list[i].text);
	baseline_unmatched(audit, nothing);
	return 0;
}

static int audit_all(struct audit *audit, int *status, struct nothing *nothing, struct error *err)
{
	static const struct visitor visitor = {
		.dump = begin_dump,
		.all_entries = hold_against,
		.entries = audit_entries,
		.all_run = hold_run_against,
		.run = take_run,
		.dump_end = end_dump,
	};
	struct source *source = audit->session.source;
	int rc, lost;

	audit->report_options.fail_on = audit->fail_on;
	audit->report_options.strict = audit->strict;
	audit->report_options.fail_unusual = audit->fail_unusual;
	audit->report =
		report_new(&audit->report_options, audit->nowhere  ? audit->nowhere
						   : audit->output ? outfile_stream(audit->output)
								   : stdout);
	if (!audit->report)
		return error_set(err, -ENOMEM, "out of memory");
	cmd_begins();
	report_begin(audit->report, source);
	audit->session.tells_log = true;
	rc = session_read(&audit->session, &visitor, audit, err);
	judge_free(audit->judge);
	if (!rc)
		rc = find_unmatched(audit, nothing, err);
	audit->result.found += nothing->count;
	*status = exit_status(audit);
	if (!rc)
		report_end(audit->report, source, nothing, !audit->result.incomplete, *status);
	lost = report_free(audit->report);
	if (lost && !rc)
		rc = error_set(err, lost, "cannot write the report: %s", strerror(-lost));
	return rc;
}

/* The new baseline takes its place when all has been audited. */
static int open_baselines(struct audit *audit, struct error *err)
{
	int rc = audit->baseline_path ? baseline_read(&audit->baseline, audit->baseline_path, err)
				      : 0;

	if (rc || !audit->new_baseline_path)
		return rc;
	rc = outfile_open(audit->new_baseline_path, OUTFILE_REPLACE, "a baseline",
			  &audit->new_baseline, err);
	if (!rc)
		baseline_head(outfile_stream(audit->new_baseline));
	return rc;
}

static int close_baselines(struct audit *audit, bool keep, struct error *err)
{
	baseline_clear(&audit->baseline);
	return outfile_close(audit->new_baseline, keep, err);
}

static void tell_stale(const struct audit *audit, const char *program)
{
	const struct baseline *baseline = &audit->baseline;
	char text[192];
	size_t i;

	for (i = 0; i < baseline->count; i++)
		if (baseline_stale(&baseline->list[i]))
			fprintf(stderr,
				"%s: baseline %s, line %u (%s) is found no more: delete it\n",
				program, audit->baseline_path, baseline->list[i].number,
				baseline_text(&baseline->list[i], text, sizeof(text)));
}

static void tell_unmatched(const struct nothing *nothing, const char *program)
{
	size_t i;

	for (i = 0; i < nothing->count; i++)
		fprintf(stderr, "%s: %s (--allow-empty lets that pass)\n", program,
			nothing->text[i]);
}

#define DEFAULT_COLUMNS "gfn,mfn,entries,size,attributes,expected,verdict,severity,bug"

static int run(int argc, char **argv)
{
	static struct audit audit;
	static struct nothing nothing;
	struct error err = { "" }, ignored;
	int status = STATUS_ERROR, rc;

	spaces_init(&audit.spaces);
	audit.spaces.run = told_mapping;
	audit.spaces.missing = no_space;
	audit.spaces.opaque = &audit;
	audit.choice.options = &audit.report_options;
	columns_parse(&audit.report_options.columns, DEFAULT_COLUMNS, &err);
	audit.report_options.sentences = true;
	if (cmd_parse(&argp, argc, argv, &audit))
		return STATUS_ERROR;
	audit.shared.rules_optional = audit.expect.count;
	audit.shared.source.live.recheck = true;
	audit.shared.source.live.guest_tables = audit.effective;
	rc = report_choice_check(&audit.choice, &err);
	if (!rc && audit.report_options.format == FORMAT_OPENMETRICS)
		rc = options_refuse(&audit.shared, OPTION(OPT_ALL_DUMPS),
				    "%s: a metric has one value for a domain", &err);
	if (!rc)
		rc = options_keep_apart(&audit.shared, audit.choice.output, audit.baseline_path,
					&err);
	if (!rc)
		rc = options_keep_apart(&audit.shared, audit.new_baseline_path, NULL, &err);
	if (!rc)
		rc = open_baselines(&audit, &err);
	if (!rc)
		rc = open_output(&audit, &err);
	if (!rc)
		rc = options_prepare(&audit.shared, &err);
	if (!rc)
		rc = session_open(&audit.session, &audit.shared, &err);
	if (!rc)
		rc = session_recheck(&audit.session, &err);
	if (!rc && audit.effective && !source_has_guest(audit.session.source))
		rc = error_set(&err, -EINVAL,
			       "%s has no page tables of guests: leave out --effective",
			       audit.session.source->info.name);
	audit.spaces.source = audit.session.source;
	if (!rc)
		rc = audit_all(&audit, &status, &nothing, &err);
	if (!rc) {
		tell_stale(&audit, argv[0]);
		tell_unmatched(&nothing, argv[0]);
	}
	session_close(&audit.session);
	options_clear(&audit.shared);
	expect_clear(&audit.expect);
	spaces_clear(&audit.spaces);
	held_clear(&audit.held);
	ranges_clear(&audit.suspect);
	rc = close_output(&audit, !rc, rc ? &ignored : &err) ? -1 : rc;
	rc = close_baselines(&audit, !rc, rc ? &ignored : &err) ? -1 : rc;
	return cmd_end(argv[0], rc, status, &err);
}

const struct verb verb_audit = {
	.name = "audit",
	.help = "recompute memory types and report entries that differ",
	.argp = &argp,
	.run = run,
	.shared = OPTIONS_ALL,
};
